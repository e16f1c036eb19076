/**
 * Users put into an organization without the API, and what is changed about them: activity, login restrictions, what
 * they may see. Logging in is the OAuth endpoints' affair.
 */
import { addTyped, systemWriter } from './direct-rows.ts';
import { type Organization, tableOf, type UserAccount } from './organization.ts';
import type { Writer } from './store.ts';

/** A user to be added. */
export interface UserOptions {
  username: string;
  password: string;
  email?: string;
  firstName?: string;
  lastName?: string;
  timeZone?: string;
  /** Names; a profile or role of that name is made when there is none. Without a role the user has none. */
  profile?: string;
  role?: string;
  department?: string;
  /** `Standard` unless told. */
  userType?: string;
  /** The first organization unless told; one is made when there is none. */
  organization?: Organization;
}

/** What may be changed about a user; names in the lists are `Object` or `Object.Field`. */
export interface UserChanges {
  active?: boolean;
  ipRestricted?: boolean;
  outsideLoginHours?: boolean;
  password?: string;
  hiddenFields?: readonly string[];
  readOnlyFields?: readonly string[];
  hiddenObjects?: readonly string[];
  readOnlyObjects?: readonly string[];
}

/** Adds a user and the record of him. */
export function addUser(options: UserOptions, organization: Organization, now: number): UserAccount {
  const lastName = options.lastName ?? options.username.split('@')[0] ?? 'User';
  const email = options.email ?? options.username;
  const displayName = [options.firstName, lastName].filter((part) => part !== undefined).join(' ');
  const writer = systemWriter(organization, now);
  const id = addTyped(writer, 'User', {
    Username: options.username,
    Email: email,
    LastName: lastName,
    FirstName: options.firstName ?? null,
    Name: displayName,
    Alias: lastName.slice(0, 8),
    IsActive: true,
    UserType: options.userType ?? 'Standard',
    ProfileId: namedRow(writer, 'Profile', options.profile ?? 'Standard User'),
    UserRoleId: options.role === undefined ? null : namedRow(writer, 'UserRole', options.role),
    Department: options.department ?? null,
    TimeZoneSidKey: options.timeZone ?? 'Europe/London',
    LocaleSidKey: 'en_US',
    LanguageLocaleKey: 'en_US',
    EmailEncodingKey: 'UTF-8',
  });
  const user: UserAccount = {
    id,
    organization,
    username: options.username,
    password: options.password,
    email,
    displayName,
    active: true,
    ipRestricted: false,
    outsideLoginHours: false,
    hiddenFields: new Set(),
    readOnlyFields: new Set(),
    hiddenObjects: new Set(),
    readOnlyObjects: new Set(),
  };
  organization.users.set(id, user);
  return user;
}

/** The id of the row of this name. */
function namedRow(writer: Writer, object: 'Profile' | 'UserRole', name: string): string {
  for (const row of tableOf(writer.organization, object).rows.values())
    if (row.Name === name) return String(row.Id);
  return addTyped(writer, object, { Name: name });
}

/** Changes what is given; lists replace those before. */
export function changeUser(user: UserAccount, changes: UserChanges): void {
  if (changes.active !== undefined) {
    user.active = changes.active;
    tableOf(user.organization, 'User').patch(user.id, { IsActive: changes.active });
  }
  if (changes.ipRestricted !== undefined) user.ipRestricted = changes.ipRestricted;
  if (changes.outsideLoginHours !== undefined) user.outsideLoginHours = changes.outsideLoginHours;
  if (changes.password !== undefined) user.password = changes.password;
  replaceAll(user.hiddenFields, changes.hiddenFields);
  replaceAll(user.readOnlyFields, changes.readOnlyFields);
  replaceAll(user.hiddenObjects, changes.hiddenObjects);
  replaceAll(user.readOnlyObjects, changes.readOnlyObjects);
  user.organization.accessVersion += 1;
}

function replaceAll(set: Set<string>, names: readonly string[] | undefined): void {
  if (names === undefined) return;
  set.clear();
  for (const name of names) set.add(name.toLowerCase());
}
