/** What people do to their contacts, as functions. Persons are written as the API writes them. */
import { nextVersion } from '../api.ts';
import type { Account, World } from '../world.ts';
import {
  type AddressBook,
  addContact,
  addGroup,
  type Contact,
  changeMembership,
  findContact,
  findGroup,
  mergeContacts,
  removeContact,
  removeGroup,
  renameContact,
  touchContact,
} from './contact-store.ts';
import { readPerson, showPerson, WRITABLE } from './person-json.ts';

/** A person in the words of the API, e.g. `{names: [{givenName}], emailAddresses: [{value}]}`. */
export type PersonJson = Readonly<Record<string, unknown>>;

export interface ContactActs {
  /** Makes a contact, in groups by their names, and gives its resource name. */
  addContact(address: string, person: PersonJson, groups?: string[]): string;
  /** Replaces the fields that are given. */
  changeContact(address: string, resourceName: string, person: PersonJson): void;
  removeContact(address: string, resourceName: string): void;
  /** Makes a group and gives its resource name. */
  createContactGroup(address: string, name: string): string;
  removeContactGroup(address: string, name: string): void;
  /** Puts a contact into a group, by the group's name, or takes it out. */
  setContactGroup(address: string, resourceName: string, group: string, isMember: boolean): void;
  /** Merges the second into the first; gives the resource name that is left. */
  mergeContacts(address: string, resourceName: string, other: string): string;
  /** Links a contact to a profile, which gives it another resource name. */
  relinkContact(address: string, resourceName: string): string;
  /** Makes every sync token of the contacts too old. */
  expireContactTokens(address: string): void;
  /** Contacts as the API shows them. */
  contactSnapshot(address: string): Record<string, unknown>[];
}

/** The acts over a world. */
export function createContactActs(world: World, accountOf: (address: string) => Account): ContactActs {
  const bookOf = (address: string) => accountOf(address).addressBook;
  const find = (address: string, name: string) => mustFindContact(bookOf(address), name);
  const groupOf = (address: string, name: string) => {
    const group = findGroup(bookOf(address), name) ?? bookOf(address).groups.get(name);
    if (group === undefined) throw new Error('no contact group has this name');
    return group;
  };
  return {
    addContact(address, person, groups = []) {
      const { fields } = readPerson(person, Object.keys(person), bookOf(address));
      const ids = groups.map((name) => groupOf(address, name).id);
      return `people/${addContact(world, bookOf(address), fields, ids).id}`;
    },
    changeContact(address, resourceName, person) {
      const contact = find(address, resourceName);
      const { fields } = readPerson(person, Object.keys(person), bookOf(address));
      const merged = Object.entries({ ...contact.fields, ...fields });
      contact.fields = Object.fromEntries(merged.filter(([, values]) => values.length > 0));
      touchContact(world, contact);
    },
    removeContact: (address, resourceName) => removeContact(world, find(address, resourceName)),
    createContactGroup: (address, name) => `contactGroups/${addGroup(world, bookOf(address), name).id}`,
    removeContactGroup: (address, name) => removeGroup(world, bookOf(address), groupOf(address, name)),
    setContactGroup: (address, resourceName, group, isMember) =>
      changeMembership(world, find(address, resourceName), groupOf(address, group).id, isMember),
    mergeContacts(address, resourceName, other) {
      const kept = find(address, resourceName);
      mergeContacts(world, bookOf(address), kept, find(address, other));
      return `people/${kept.id}`;
    },
    relinkContact(address, resourceName) {
      const contact = find(address, resourceName);
      renameContact(world, bookOf(address), contact);
      return `people/${contact.id}`;
    },
    expireContactTokens(address) {
      bookOf(address).syncFloor = nextVersion(world) + 1;
      world.lastVersion += 1;
    },
    contactSnapshot: (address) =>
      [...bookOf(address).contacts.values()]
        .filter((each) => !each.isDeleted)
        .map((each) => showPerson(each, [...WRITABLE, 'metadata'])),
  };
}

function mustFindContact(book: AddressBook, resourceName: string): Contact {
  const contact = findContact(book, resourceName.replace(/^people\//, ''));
  if (contact === undefined) throw new Error('no contact has this resource name');
  return contact;
}
