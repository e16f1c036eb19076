/**
 * The methods of contacts: reading one or many, making, changing and deleting, alone and in batches.
 * https://developers.google.com/people/api/rest/v1/people
 */
import type { ApiCall, ApiMethod } from '../api.ts';
import { scopeOf } from '../scopes.ts';
import { listConnections } from './connections.ts';
import { addContact, type Contact, findContact, removeContact, touchContact } from './contact-store.ts';
import { refusePeople } from './people-errors.ts';
import {
  isCurrent,
  readMask,
  readPerson,
  readPersonFields,
  showPerson,
  showProfile,
  WRITABLE,
} from './person-json.ts';

type Json = Readonly<Record<string, unknown>>;

const BATCH_MAX = 200;
const BATCH_DELETE_MAX = 500;
const WRITABLE_SET: ReadonlySet<string> = new Set(WRITABLE);
export const READ_CONTACTS = [scopeOf('contacts'), scopeOf('contacts.readonly')];
export const WRITE_CONTACTS = [scopeOf('contacts')];
const READ_PEOPLE = [
  ...READ_CONTACTS,
  ...['contacts.other.readonly', 'directory.readonly', 'user.addresses.read', 'user.birthday.read'],
  ...['user.emails.read', 'user.gender.read', 'user.organization.read', 'user.phonenumbers.read'],
  ...['userinfo.email', 'userinfo.profile'],
].map((scope) => (scope.startsWith('https:') ? scope : scopeOf(scope)));

/** The contact of a resource name. Throws 404. */
function contactOf({ account, scopes }: ApiCall, resourceName: string): Contact {
  const [, id = ''] = /^people\/(c\d+)$/.exec(resourceName) ?? [];
  const contact = findContact(account.addressBook, id);
  if (contact === undefined || !scopes.some((scope) => READ_CONTACTS.includes(scope))) {
    throw refusePeople('notFound');
  }
  return contact;
}

function showOne(call: ApiCall, resourceName: string, mask: readonly string[]): Json {
  const isOwn = resourceName === 'people/me' || resourceName === `people/${call.account.id}`;
  return isOwn ? showProfile(call.account, mask) : showPerson(contactOf(call, resourceName), mask);
}

function get(call: ApiCall): unknown {
  return showOne(call, `people/${call.path.peopleId}`, readPersonFields(call.query));
}

function getBatch(call: ApiCall): unknown {
  const mask = readPersonFields(call.query);
  const names = call.query.getAll('resourceNames');
  if (names.length === 0 || names.length > BATCH_MAX) {
    throw refusePeople('badRequest', `Must specify between 1 and ${BATCH_MAX} resource names.`);
  }
  const responses = names.map((requestedResourceName) => {
    try {
      const person = showOne(call, requestedResourceName, mask);
      return { httpStatusCode: 200, person, requestedResourceName, status: {} };
    } catch {
      const status = { code: 5, message: 'Requested entity was not found.' };
      return { httpStatusCode: 404, requestedResourceName, status };
    }
  });
  return { responses };
}

function make({ world, account }: ApiCall, person: Json): Contact {
  const book = account.addressBook;
  const { fields, groups } = readPerson(person, WRITABLE, book);
  return addContact(world, book, withoutEmpty(fields), groups);
}

function withoutEmpty(fields: Contact['fields']): Contact['fields'] {
  return Object.fromEntries(Object.entries(fields).filter(([, values]) => values.length > 0));
}

function create(call: ApiCall): unknown {
  const mask = readPersonFields(call.query, false);
  return showPerson(make(call, call.body), mask);
}

function change(call: ApiCall, contact: Contact, person: Json, mask: readonly string[]): void {
  const book = call.account.addressBook;
  checkVersion(contact, person);
  const { fields, groups } = readPerson(person, mask, book);
  if (groups !== undefined && groups.length === 0) {
    throw refusePeople('badRequest', 'Request must have at least one contact group membership.');
  }
  contact.fields = withoutEmpty({ ...contact.fields, ...fields });
  if (groups !== undefined) {
    contact.groups.clear();
    for (const id of groups) contact.groups.add(id);
  }
  touchContact(call.world, contact);
}

/** A write must say which version it changes, by the person's etag or by that of its contact source. */
function checkVersion(contact: Contact, person: Json): void {
  const { sources } = (person.metadata ?? {}) as { sources?: Json[] };
  const source = Array.isArray(sources) ? sources.find((each) => each.type === 'CONTACT') : undefined;
  const etag = source?.etag ?? person.etag;
  if (typeof etag !== 'string' || etag === '') {
    throw refusePeople(
      'badRequest',
      'Request must set person.etag or person.metadata.sources.etag for the source that is being updated.',
    );
  }
  if (!isCurrent(contact, etag)) throw refusePeople('failedPrecondition');
}

function update(call: ApiCall): unknown {
  const contact = contactOf(call, `people/${call.path.peopleId}`);
  const mask = readMask(
    call.query.getAll('updatePersonFields').join(','),
    'updatePersonFields',
    WRITABLE_SET,
  );
  const shown = readPersonFields(call.query, false);
  change(call, contact, call.body, mask);
  return showPerson(contact, shown);
}

function remove(call: ApiCall): unknown {
  removeContact(call.world, contactOf(call, `people/${call.path.peopleId}`));
  return {};
}

function createBatch(call: ApiCall): unknown {
  const contacts = call.body.contacts as { contactPerson?: Json }[] | undefined;
  const mask = readOptionalMask(call.body.readMask);
  if (!Array.isArray(contacts) || contacts.length === 0 || contacts.length > BATCH_MAX) {
    throw refusePeople('badRequest', `Must specify between 1 and ${BATCH_MAX} contacts.`);
  }
  for (const { contactPerson = {} } of contacts)
    readPerson(contactPerson, WRITABLE, call.account.addressBook);
  const made = contacts.map(({ contactPerson = {} }) => make(call, contactPerson));
  return mask.length === 0 ? {} : { createdPeople: made.map((contact) => respond(contact, mask)) };
}

function updateBatch(call: ApiCall): unknown {
  const given = Object.entries((call.body.contacts ?? {}) as Record<string, Json>);
  const mask = readMask(String(call.body.updateMask ?? ''), 'updateMask', WRITABLE_SET);
  const shown = readOptionalMask(call.body.readMask);
  if (given.length === 0 || given.length > BATCH_MAX) {
    throw refusePeople('badRequest', `Must specify between 1 and ${BATCH_MAX} contacts.`);
  }
  const found = given.map(([name, person]) => ({ name, person, contact: contactOf(call, name) }));
  for (const { contact, person } of found) checkVersion(contact, person);
  for (const { contact, person } of found) change(call, contact, person, mask);
  if (shown.length === 0) return {};
  return {
    updateResult: Object.fromEntries(found.map(({ name, contact }) => [name, respond(contact, shown, name)])),
  };
}

function readOptionalMask(value: unknown): string[] {
  return typeof value === 'string' && value !== '' ? readMask(value, 'readMask') : [];
}

function respond(contact: Contact, mask: readonly string[], name = `people/${contact.id}`): Json {
  return { httpStatusCode: 200, person: showPerson(contact, mask), requestedResourceName: name, status: {} };
}

function removeBatch(call: ApiCall): unknown {
  const names = call.body.resourceNames;
  if (!Array.isArray(names) || names.length === 0 || names.length > BATCH_DELETE_MAX) {
    throw refusePeople('badRequest', `Must specify between 1 and ${BATCH_DELETE_MAX} resource names.`);
  }
  const contacts = names.map((name) => contactOf(call, String(name)));
  for (const contact of contacts) removeContact(call.world, contact);
  return {};
}

/** Contacts whose names, addresses, numbers or organizations begin with the words of the query. */
function search(call: ApiCall): unknown {
  const { query, account } = call;
  const mask = readMask(query.getAll('readMask').join(','), 'readMask');
  const words = (query.get('query') ?? '')
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  const count = Math.min(Number(query.get('pageSize') ?? 10) || 10, 30);
  const fits = (contact: Contact) => {
    const names = ['names', 'nicknames', 'emailAddresses', 'phoneNumbers', 'organizations'];
    const values = names.flatMap((name) => contact.fields[name] ?? []).flatMap((each) => Object.values(each));
    const known = values.map((value) => String(value).toLowerCase());
    return words.length > 0 && words.every((word) => known.some((value) => value.startsWith(word)));
  };
  const found = [...account.addressBook.contacts.values()].filter((each) => !each.isDeleted && fits(each));
  if (found.length === 0) return {};
  return { results: found.slice(0, count).map((contact) => ({ person: showPerson(contact, mask) })) };
}

const method = (
  name: string,
  rpc: string,
  [verb, path]: [string, string],
  scopes: readonly string[],
  answer: (call: ApiCall) => unknown,
): ApiMethod => ({
  id: `people.people.${name}`,
  rpc: `google.people.v1.PeopleService.${rpc}`,
  verb,
  path: `v1/${path}`,
  scopes,
  answer,
});

export const CONTACT_METHODS: readonly ApiMethod[] = [
  method(
    'connections.list',
    'ListConnections',
    ['GET', 'people/{peopleId}/connections'],
    READ_CONTACTS,
    listConnections,
  ),
  method('get', 'GetPerson', ['GET', 'people/{peopleId}'], READ_PEOPLE, get),
  method('getBatchGet', 'GetPeople', ['GET', 'people:batchGet'], READ_PEOPLE, getBatch),
  method('searchContacts', 'SearchContacts', ['GET', 'people:searchContacts'], READ_CONTACTS, search),
  method('createContact', 'CreateContact', ['POST', 'people:createContact'], WRITE_CONTACTS, create),
  method(
    'updateContact',
    'UpdateContact',
    ['PATCH', 'people/{peopleId}:updateContact'],
    WRITE_CONTACTS,
    update,
  ),
  method(
    'deleteContact',
    'DeleteContact',
    ['DELETE', 'people/{peopleId}:deleteContact'],
    WRITE_CONTACTS,
    remove,
  ),
  method(
    'batchCreateContacts',
    'BatchCreateContacts',
    ['POST', 'people:batchCreateContacts'],
    WRITE_CONTACTS,
    createBatch,
  ),
  method(
    'batchUpdateContacts',
    'BatchUpdateContacts',
    ['POST', 'people:batchUpdateContacts'],
    WRITE_CONTACTS,
    updateBatch,
  ),
  method(
    'batchDeleteContacts',
    'BatchDeleteContacts',
    ['POST', 'people:batchDeleteContacts'],
    WRITE_CONTACTS,
    removeBatch,
  ),
];
