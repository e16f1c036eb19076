/**
 * One person's contacts and contact groups, with the versions that sync tokens count on. It is state and the changes
 * that calls and people's acts share. Times are milliseconds since 1970.
 */
import { nextVersion } from '../api.ts';
import type { World } from '../world.ts';

/** The fields of a person that a client may write, by their names; memberships are kept apart. */
export type ContactFields = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

export interface Contact {
  /** `c` and a number: the last part of its resource name. Changes when contacts are merged or linked to a profile. */
  id: string;
  /** The id of its source, which stays. */
  readonly sourceId: string;
  version: number;
  updated: number;
  isDeleted: boolean;
  fields: ContactFields;
  /** Ids of its groups; at least one. */
  readonly groups: Set<string>;
  readonly previousIds: string[];
}

export interface ContactGroup {
  readonly id: string;
  name: string;
  readonly isSystem: boolean;
  version: number;
  updated: number;
  isDeleted: boolean;
}

export interface AddressBook {
  readonly contacts: Map<string, Contact>;
  readonly groups: Map<string, ContactGroup>;
  /** Sync tokens from before this version are no longer good. */
  syncFloor: number;
}

export const MY_CONTACTS = 'myContacts';
const SYSTEM_GROUPS = [
  MY_CONTACTS,
  'starred',
  'all',
  'friends',
  'family',
  'coworkers',
  'blocked',
  'chatBuddies',
];

/** An address book with the groups that everybody has. */
export function createAddressBook(): AddressBook {
  const groups = SYSTEM_GROUPS.map((id): [string, ContactGroup] => [
    id,
    { id, name: id, isSystem: true, version: 0, updated: 0, isDeleted: false },
  ]);
  return { contacts: new Map(), groups: new Map(groups), syncFloor: 0 };
}

/** The living contact of an id, or of one it had before. */
export function findContact(book: AddressBook, id: string): Contact | undefined {
  const found = book.contacts.get(id);
  if (found !== undefined) return found.isDeleted ? undefined : found;
  return [...book.contacts.values()].find((each) => !each.isDeleted && each.previousIds.includes(id));
}

/** Makes a contact; one without groups is put among My Contacts. */
export function addContact(
  world: World,
  book: AddressBook,
  fields: ContactFields,
  groups: readonly string[] = [],
): Contact {
  world.lastNumber += 1;
  const number = 4_000_000_000_000_000_000n + BigInt(world.lastNumber) * 7_919n;
  const contact: Contact = {
    id: `c${number}`,
    sourceId: number.toString(16),
    version: nextVersion(world),
    updated: world.now(),
    isDeleted: false,
    fields,
    groups: new Set([MY_CONTACTS, ...groups]),
    previousIds: [],
  };
  book.contacts.set(contact.id, contact);
  return contact;
}

/** Stores a contact as a new version. */
export function touchContact(world: World, contact: Contact): void {
  contact.version = nextVersion(world);
  contact.updated = world.now();
}

/** Deletes a contact; incremental readings tell it for as long as their tokens live. */
export function removeContact(world: World, contact: Contact): void {
  contact.isDeleted = true;
  contact.fields = {};
  contact.groups.clear();
  touchContact(world, contact);
}

/** Gives a contact another id, as linking it to a profile does. */
export function renameContact(world: World, book: AddressBook, contact: Contact): void {
  world.lastNumber += 1;
  book.contacts.delete(contact.id);
  contact.previousIds.push(contact.id);
  contact.id = `c${5_000_000_000_000_000_000n + BigInt(world.lastNumber) * 7_919n}`;
  book.contacts.set(contact.id, contact);
  touchContact(world, contact);
}

/** Makes one contact of two: the first stays under a new id that remembers both. */
export function mergeContacts(world: World, book: AddressBook, kept: Contact, gone: Contact): void {
  const fields: Record<string, ContactFields[string]> = { ...gone.fields, ...kept.fields };
  for (const name of ['emailAddresses', 'phoneNumbers', 'addresses', 'organizations', 'urls']) {
    const all = [...(kept.fields[name] ?? []), ...(gone.fields[name] ?? [])];
    const keys = all.map((each) => JSON.stringify(each.value ?? each));
    const unique = all.filter((_, index) => keys.indexOf(keys[index] ?? '') === index);
    if (unique.length > 0) fields[name] = unique;
  }
  kept.fields = fields;
  for (const id of gone.groups) kept.groups.add(id);
  kept.previousIds.push(gone.id, ...gone.previousIds);
  book.contacts.delete(gone.id);
  renameContact(world, book, kept);
}

/** Makes a group. */
export function addGroup(world: World, book: AddressBook, name: string): ContactGroup {
  world.lastNumber += 1;
  const group: ContactGroup = {
    id: (0x4f00_0000_0000 + world.lastNumber * 7919).toString(16),
    name,
    isSystem: false,
    version: nextVersion(world),
    updated: world.now(),
    isDeleted: false,
  };
  book.groups.set(group.id, group);
  return group;
}

/** The living group of that name, letter case ignored. */
export function findGroup(book: AddressBook, name: string): ContactGroup | undefined {
  const wanted = name.toLowerCase();
  return [...book.groups.values()].find((each) => !each.isDeleted && each.name.toLowerCase() === wanted);
}

/** Puts a contact into a group or takes it out, as a new version of it. */
export function changeMembership(world: World, contact: Contact, groupId: string, isMember: boolean): void {
  if (contact.groups.has(groupId) === isMember) return;
  if (isMember) contact.groups.add(groupId);
  else contact.groups.delete(groupId);
  touchContact(world, contact);
}

/** Deletes a group; its contacts stay. */
export function removeGroup(world: World, book: AddressBook, group: ContactGroup): void {
  group.isDeleted = true;
  group.version = nextVersion(world);
  group.updated = world.now();
  for (const contact of book.contacts.values()) changeMembership(world, contact, group.id, false);
}

/** Living members of a group. */
export function membersOf(book: AddressBook, groupId: string): Contact[] {
  return [...book.contacts.values()].filter((each) => !each.isDeleted && each.groups.has(groupId));
}
