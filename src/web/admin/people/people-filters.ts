/** The filters of the list of people; names and values are the API's. */
import { useMemo } from 'react';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import type { ListFilter } from '../list/list-model.ts';
import { choicesOf, roleWords, statusWords } from '../shared/person-words.ts';
import { useNamed } from '../shared/use-named.ts';

const NONE = { value: 'none', label: 'Without one' };

export function usePeopleFilters(): readonly ListFilter[] {
  const { profiles, licenses, presets } = useNamed();
  const { services } = useSignedIn();
  return useMemo(
    () => [
      { name: 'status', label: 'Status', kind: 'choices', choices: choicesOf(statusWords) },
      { name: 'profile', label: 'Profile', kind: 'choices', choices: [NONE, ...profiles] },
      { name: 'license', label: 'License', kind: 'choices', choices: [NONE, ...licenses] },
      { name: 'preset', label: 'Preset', kind: 'choices', choices: presets },
      {
        name: 'service',
        label: 'Service',
        kind: 'choices',
        choices: services.map(({ service, displayName }) => ({ value: service, label: displayName })),
      },
      { name: 'role', label: 'Role', kind: 'choices', choices: choicesOf(roleWords) },
      { name: 'cause', label: 'Code of the cause', kind: 'text' },
      { name: 'access', label: 'Reached through the access', kind: 'choices', choices: [] },
    ],
    [profiles, licenses, presets, services],
  );
}
