/**
 * The methods of contact groups and of who is in them.
 * https://developers.google.com/people/api/rest/v1/contactGroups
 */
import { type ApiCall, type ApiMethod, fromOpaque, nextVersion, toOpaque } from '../api.ts';
import { readPageSize } from './connections.ts';
import { READ_CONTACTS, WRITE_CONTACTS } from './contact-methods.ts';
import {
  addGroup,
  type ContactGroup,
  changeMembership,
  findContact,
  findGroup,
  MY_CONTACTS,
  membersOf,
  removeContact,
  removeGroup,
} from './contact-store.ts';
import { refusePeople } from './people-errors.ts';

const MEMBERS_MAX = 1000;
const BATCH_MAX = 200;
const FIELDS = new Set(['clientData', 'groupType', 'memberCount', 'metadata', 'name']);

function fieldsOf(value: unknown): string[] {
  const names = String(value ?? '')
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
  const unknown = names.find((name) => !FIELDS.has(name));
  if (unknown !== undefined) throw refusePeople('badRequest', `Invalid groupFields mask path: "${unknown}".`);
  return names.length === 0 ? ['metadata', 'groupType', 'memberCount', 'name'] : names;
}

function show(call: ApiCall, group: ContactGroup, given?: unknown, membersMax = 0): Record<string, unknown> {
  const fields = fieldsOf(given);
  const head = {
    resourceName: `contactGroups/${group.id}`,
    etag: Buffer.from(`g${group.version}`).toString('base64'),
  };
  const metadata = { updateTime: new Date(group.updated).toISOString() };
  if (group.isDeleted) return { ...head, metadata: { ...metadata, deleted: true } };
  const members = membersOf(call.account.addressBook, group.id);
  const names = members.slice(0, membersMax).map((each) => `people/${each.id}`);
  const hasCount = fields.includes('memberCount') && members.length > 0;
  return {
    ...head,
    ...(fields.includes('metadata') && !group.isSystem ? { metadata } : {}),
    ...(fields.includes('groupType')
      ? { groupType: group.isSystem ? 'SYSTEM_CONTACT_GROUP' : 'USER_CONTACT_GROUP' }
      : {}),
    ...(fields.includes('name') ? { name: group.name, formattedName: formatName(group) } : {}),
    ...(hasCount ? { memberCount: members.length } : {}),
    ...(names.length === 0 ? {} : { memberResourceNames: names }),
  };
}

function formatName({ isSystem, name }: ContactGroup): string {
  if (!isSystem) return name;
  const spaced = name.replace(/([A-Z])/g, ' $1');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

/** The living group of an id. Throws 404. */
function groupOf({ account, path }: ApiCall, id = path.groupId ?? ''): ContactGroup {
  const group = account.addressBook.groups.get(id);
  if (group === undefined || group.isDeleted) throw refusePeople('notFound');
  return group;
}

function userGroupOf(call: ApiCall): ContactGroup {
  const group = groupOf(call);
  if (group.isSystem) throw refusePeople('badRequest', 'System contact groups cannot be modified.');
  return group;
}

function list(call: ApiCall): unknown {
  const { account, query, world } = call;
  const count = readPageSize(query, 30);
  const [syncToken, pageToken] = [query.get('syncToken') ?? '', query.get('pageToken') ?? ''];
  const token = fromOpaque(pageToken === '' ? syncToken : pageToken);
  if ((syncToken !== '' || pageToken !== '') && token?.kind !== 'groups') {
    throw refusePeople('badRequest', 'Invalid token.');
  }
  const isSync = syncToken !== '' || token?.since !== undefined;
  const since = pageToken === '' ? Number(token?.pinned) : Number(token?.since);
  if (isSync) {
    const isOld = Number(token?.at) + world.contactSyncLifeMs <= world.now();
    if (isOld || since < account.addressBook.syncFloor) throw refusePeople('EXPIRED_SYNC_TOKEN');
  }
  const found = [...account.addressBook.groups.values()].filter((each) =>
    isSync ? each.version > since : !each.isDeleted,
  );
  const start = Number(token?.start ?? 0);
  const page = found.slice(start, start + count);
  const pinned = pageToken === '' ? world.lastVersion : Number(token?.pinned);
  const kept = { kind: 'groups', pinned, at: isSync ? Number(token?.at) : world.now() };
  const hasMore = found.length > start + count;
  return {
    ...(page.length === 0
      ? {}
      : { contactGroups: page.map((each) => show(call, each, query.get('groupFields'))) }),
    ...(found.length === 0 ? {} : { totalItems: found.length }),
    ...(hasMore
      ? { nextPageToken: toOpaque({ ...kept, ...(isSync ? { since } : {}), start: start + count }) }
      : { nextSyncToken: toOpaque(kept) }),
  };
}

function get(call: ApiCall): unknown {
  const max = Number(call.query.get('maxMembers') ?? 0);
  return show(call, groupOf(call), call.query.get('groupFields'), max);
}

function getBatch(call: ApiCall): unknown {
  const names = call.query.getAll('resourceNames');
  if (names.length === 0 || names.length > BATCH_MAX) throw refusePeople('badRequest');
  const max = Number(call.query.get('maxMembers') ?? 0);
  const responses = names.map((requestedResourceName) => {
    const id = requestedResourceName.replace(/^contactGroups\//, '');
    const group = call.account.addressBook.groups.get(id);
    if (group === undefined || group.isDeleted) {
      return { requestedResourceName, status: { code: 5, message: 'Requested entity was not found.' } };
    }
    const contactGroup = show(call, group, call.query.get('groupFields'), max);
    return { requestedResourceName, status: {}, contactGroup };
  });
  return { responses };
}

/** A name for a group. Throws 400 for none, 409 for one that is taken. */
function readName({ account, body }: ApiCall): string {
  const { name } = (body.contactGroup ?? {}) as { name?: unknown };
  if (typeof name !== 'string' || name.trim() === '') {
    throw refusePeople('badRequest', 'Request must set contact_group.name.');
  }
  if (findGroup(account.addressBook, name.trim()) !== undefined) throw refusePeople('alreadyExists');
  return name.trim();
}

function create(call: ApiCall): unknown {
  const group = addGroup(call.world, call.account.addressBook, readName(call));
  return show(call, group, call.body.readGroupFields ?? 'metadata,groupType,name');
}

function update(call: ApiCall): unknown {
  const group = userGroupOf(call);
  group.name = readName(call);
  group.version = nextVersion(call.world);
  group.updated = call.world.now();
  return show(call, group, call.body.readGroupFields ?? 'metadata,groupType,name');
}

function remove(call: ApiCall): unknown {
  const group = userGroupOf(call);
  const book = call.account.addressBook;
  const members = call.query.get('deleteContacts') === 'true' ? membersOf(book, group.id) : [];
  for (const contact of members) removeContact(call.world, contact);
  removeGroup(call.world, book, group);
  return {};
}

/** Adds and removes members; who would be left without any group stays where he is. */
function modifyMembers(call: ApiCall): unknown {
  const { world, account, body } = call;
  const group = groupOf(call);
  if (group.isSystem && ![MY_CONTACTS, 'starred'].includes(group.id)) {
    throw refusePeople('badRequest', 'Members of this system contact group cannot be modified.');
  }
  const add = (body.resourceNamesToAdd ?? []) as string[];
  const remove = (body.resourceNamesToRemove ?? []) as string[];
  if (add.length + remove.length > MEMBERS_MAX) throw refusePeople('badRequest');
  const notFound: string[] = [];
  const last: string[] = [];
  const each = (names: readonly string[], isMember: boolean) => {
    for (const name of names) {
      const contact = findContact(account.addressBook, name.replace(/^people\//, ''));
      if (contact === undefined) notFound.push(name);
      else if (!isMember && contact.groups.size === 1 && contact.groups.has(group.id)) last.push(name);
      else changeMembership(world, contact, group.id, isMember);
    }
  };
  each(add, true);
  each(remove, false);
  return {
    ...(notFound.length === 0 ? {} : { notFoundResourceNames: notFound }),
    ...(last.length === 0 ? {} : { canNotRemoveLastContactGroupResourceNames: last }),
  };
}

const method = (
  name: string,
  rpc: string,
  [verb, path]: [string, string],
  scopes: readonly string[],
  answer: (call: ApiCall) => unknown,
): ApiMethod => ({
  id: `people.contactGroups.${name}`,
  rpc: `google.people.v1.PeopleService.${rpc}`,
  verb,
  path: `v1/contactGroups${path}`,
  scopes,
  answer,
});

export const GROUP_METHODS: readonly ApiMethod[] = [
  method('list', 'ListContactGroups', ['GET', ''], READ_CONTACTS, list),
  method('batchGet', 'BatchGetContactGroups', ['GET', ':batchGet'], READ_CONTACTS, getBatch),
  method('create', 'CreateContactGroup', ['POST', ''], WRITE_CONTACTS, create),
  method('get', 'GetContactGroup', ['GET', '/{groupId}'], READ_CONTACTS, get),
  method('update', 'UpdateContactGroup', ['PUT', '/{groupId}'], WRITE_CONTACTS, update),
  method('delete', 'DeleteContactGroup', ['DELETE', '/{groupId}'], WRITE_CONTACTS, remove),
  method(
    'members.modify',
    'ModifyContactGroupMembers',
    ['POST', '/{groupId}/members:modify'],
    WRITE_CONTACTS,
    modifyMembers,
  ),
];
