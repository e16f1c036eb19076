/** Which of a profile's people a roll-out takes, as an admin chooses them. Pure. */
import type { RolloutForm } from '../../../api-schema/admin/rollouts.ts';
import type { UserFilter } from '../../../api-schema/admin/users.ts';
import { queryOf } from '../shared/query-of.ts';

export interface PeopleChoice {
  readonly kind: 'all' | 'filter' | 'some';
  readonly search: string;
  /** Empty: whatever the state. */
  readonly status: '' | NonNullable<UserFilter['status']>;
  /** Empty: whichever. */
  readonly license: string;
  readonly people: readonly { readonly id: string; readonly name: string }[];
}

export const everybody: PeopleChoice = { kind: 'all', search: '', status: '', license: '', people: [] };

/** At most as many are named one by one. */
export const NAMED_MAX = 1_000;

/** States worth choosing by, in words. */
export const statusChoices = [
  ['', 'Whatever it is'],
  ['not-activated', 'Not activated'],
  ['deactivated', 'Deactivated'],
  ['authorization-required', 'Authorization required'],
  ['suspended', 'Suspended'],
] as const satisfies readonly (readonly [PeopleChoice['status'], string])[];

export function whoOf(choice: PeopleChoice): NonNullable<RolloutForm['who']> {
  if (choice.kind === 'some') return { userIds: choice.people.map(({ id }) => id) };
  return { filter: choice.kind === 'all' ? {} : filterOf(choice) };
}

/** Where the people are counted, below /api/admin. */
export function countPath(choice: PeopleChoice, profileId: string): string {
  const filter = choice.kind === 'filter' ? filterOf(choice) : {};
  return `/users?${queryOf({ ...filter, profile: profileId, limit: 1 })}`;
}

function filterOf({ search, status, license }: PeopleChoice): UserFilter {
  return {
    ...(search.trim() === '' ? {} : { search: search.trim() }),
    ...(status === '' ? {} : { status }),
    ...(license === '' ? {} : { license }),
  };
}
