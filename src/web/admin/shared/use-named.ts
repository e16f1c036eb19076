/**
 * Profiles, licenses and presets by name, for the choices of filters and dialogs. Whoever may not read one of these lists has no choice there; no page fails by it.
 */
import { useMemo } from 'react';
import type { z } from 'zod';
import type { presetsViewSchema, profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import type { licensesViewSchema } from '../../../api-schema/administration.ts';
import type { Choice } from '../list/list-model.ts';
import { useAdmin } from './admin-queries.ts';
import { routes } from './routes.ts';

export interface NamedChoices {
  readonly profiles: readonly Choice[];
  readonly licenses: readonly Choice[];
  readonly presets: readonly Choice[];
}

export function useNamed(): NamedChoices {
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>(routes.profiles).data;
  const licenses = useAdmin<z.infer<typeof licensesViewSchema>>(routes.licenses).data;
  const presets = useAdmin<z.infer<typeof presetsViewSchema>>(routes.presets).data;
  return useMemo(
    () => ({
      profiles: choices(profiles?.items),
      licenses: choices(licenses?.items),
      presets: choices(presets?.items),
    }),
    [profiles, licenses, presets],
  );
}

function choices(items: readonly { readonly id: string; readonly name: string }[] = []): readonly Choice[] {
  return items.map(({ id, name }) => ({ value: id, label: name }));
}
