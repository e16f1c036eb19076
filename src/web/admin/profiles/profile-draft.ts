/** A profile as an admin types it, and what is sent of it. Pure. */

import type { z } from 'zod';
import type { ProfileView, profileFormSchema } from '../../../api-schema/admin/profiles.ts';

export interface ProfileDraft {
  readonly name: string;
  /** Ids; empty: each person for himself. */
  readonly mailAccessId: string;
  readonly crmAccessId: string;
  /** Empty: none. */
  readonly presetId: string;
  readonly admins: ProfileView['admins'];
}

export const emptyProfile: ProfileDraft = {
  name: '',
  mailAccessId: '',
  crmAccessId: '',
  presetId: '',
  admins: [],
};

export function profileDraftOf(profile: ProfileView): ProfileDraft {
  return {
    name: profile.name,
    mailAccessId: profile.mailAccess?.id ?? '',
    crmAccessId: profile.crmAccess?.id ?? '',
    presetId: profile.preset?.id ?? '',
    admins: profile.admins,
  };
}

/** Null where nothing is wrong. */
export function findNameError(name: string): string | null {
  const length = name.trim().length;
  return length === 0 ? 'Give it a name.' : length > 100 ? 'A name has at most 100 letters.' : null;
}

export function profileFormOf(draft: ProfileDraft): z.input<typeof profileFormSchema> {
  return {
    name: draft.name.trim(),
    mailAccessId: draft.mailAccessId || null,
    crmAccessId: draft.crmAccessId || null,
    presetId: draft.presetId || null,
    adminIds: draft.admins.map(({ id }) => id),
  };
}
