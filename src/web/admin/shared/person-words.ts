/** The console's words for what people are and where their sync stands, as short as a list needs them. */
import type { UserRow, UserStatus } from '../../../api-schema/admin/users.ts';
import type { Choice } from '../list/list-model.ts';

export const statusWords: Readonly<Record<UserStatus, string>> = {
  'not-activated': 'Not activated',
  active: 'Active',
  paused: 'Paused',
  'authorization-required': 'Authorization required',
  suspended: 'Suspended',
  deactivated: 'Deactivated',
  'with-issues': 'With issues',
  late: 'Late',
};

export const roleWords: Readonly<Record<UserRow['role'], string>> = {
  user: 'User',
  'profile-admin': 'Profile admin',
  'platform-admin': 'Platform admin',
};

export const originWords: Readonly<Record<UserRow['origin'], string>> = {
  login: 'Logged in himself',
  crm: 'Import from Salesforce',
  csv: 'Import from a file',
  single: 'Added by an admin',
};

/** For a field of choices. */
export function choicesOf(words: Readonly<Record<string, string>>): readonly Choice[] {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
