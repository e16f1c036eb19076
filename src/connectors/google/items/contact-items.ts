/**
 * Single contacts: read, changed and put into groups. Writes of one person's contacts go one after the other, as Google asks. Making them is in
 * contact-creation.ts. Vendor pages: docs/remote-services/google.md#writing-contacts.
 */
import { z } from 'zod';
import type { ItemResult, Mark } from '../../../model/connector.ts';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemUpdate, ItemVersion } from '../../../model/mail-items.ts';
import type { ContactItem } from '../../../model/mailbox-item.ts';
import { readAs, type Transport } from '../transport.ts';
import { badItem, callOne, gone, unreadable, untouched } from './call-each.ts';
import { type Groups, MY_CONTACTS } from './contact-groups.ts';
import { contactItem } from './contact-mapping.ts';
import { personWrite, withoutRepeatedAddress } from './contact-writes.ts';
import { listOf, text } from './lenient.ts';
import {
  contactSource,
  identityOf,
  PERSON_FIELDS,
  PERSON_SOURCES,
  type Person,
  personSchema,
  versionOf,
} from './person.ts';

export interface Contacts {
  readonly transport: Transport;
  readonly groups: Groups;
}

const responsesSchema = z.object({
  responses: listOf(
    z.object({
      requestedResourceName: text,
      httpStatusCode: z.number().optional().catch(undefined),
      status: z
        .object({ code: z.number().optional().catch(undefined) })
        .optional()
        .catch(undefined),
      person: personSchema.optional().catch(undefined),
    }),
  ),
});

const isName = (itemId: string): boolean => /^people\/[\w-]{1,100}$/.test(itemId);
/** NOT_FOUND among the codes of https://cloud.google.com/apis/design/errors. */
const NOT_FOUND = 5;

async function readPersons(
  transport: Transport,
  itemIds: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, ItemResult<Person>>> {
  const results = new Map<ItemId, ItemResult<Person>>(itemIds.map((id) => [id, badItem(id, gone)]));
  const asked = [...results.keys()].filter(isName);
  if (asked.length === 0) return results;
  const query = new URLSearchParams({ personFields: PERSON_FIELDS, sources: PERSON_SOURCES });
  for (const name of asked) query.append('resourceNames', name);
  const answer = await transport.call({
    method: 'people.getBatchGet',
    verb: 'GET',
    path: `people:batchGet?${query}`,
    scope: 'mailbox',
  });
  const { responses } = readAs(responsesSchema, answer);
  for (const [index, { requestedResourceName, person, httpStatusCode, status }] of responses.entries()) {
    const itemId = (requestedResourceName ?? asked[index]) as ItemId | undefined;
    if (itemId === undefined || !results.has(itemId)) continue;
    const isMissing =
      httpStatusCode === 404 || status?.code === NOT_FOUND || person?.metadata.deleted === true;
    if (isMissing) continue;
    results.set(itemId, person === undefined ? badItem(itemId, unreadable) : ownPerson(person, itemId));
  }
  return results;
}

/** A contact that was merged into another one is answered by that one, and is gone. */
function ownPerson(person: Person, itemId: ItemId): ItemResult<Person> {
  return identityOf(person, itemId).name === itemId ? { ok: true, value: person } : badItem(itemId, gone);
}

export async function readContacts(
  { transport, groups }: Contacts,
  itemIds: readonly ItemId[],
): Promise<readonly ItemResult<ContactItem>[]> {
  const persons = await readPersons(transport, itemIds);
  await groups.cover([...persons.values()].flatMap((result) => (result.ok ? [result.value] : [])));
  return itemIds.map((itemId): ItemResult<ContactItem> => {
    const result = persons.get(itemId) ?? badItem(itemId, gone);
    if (!result.ok) return result;
    return { ok: true, value: contactItem(result.value, groups.membershipOf(result.value), itemId) };
  });
}

// -------------------------------------------------------------------------------------------------------- changes

/** Lists are written whole, so each contact is read first: all at once, and each is then written by itself. */
export async function updateContacts(
  { transport }: Contacts,
  updates: readonly ItemUpdate[],
): Promise<readonly ItemResult<ItemVersion>[]> {
  if (updates.length === 0) return [];
  const persons = await readPersons(
    transport,
    updates.map(({ itemId }) => itemId),
  );
  const results: ItemResult<ItemVersion>[] = [];
  for (const update of updates) {
    const result = persons.get(update.itemId) ?? badItem(update.itemId, gone);
    results.push(result.ok ? await updateOne(transport, update, result.value) : result);
  }
  return results;
}

const conflict = failure('mailbox.item-conflict', { vendorCode: 'ETAG' });

async function updateOne(
  transport: Transport,
  { itemId, version, fields }: ItemUpdate,
  person: Person,
): Promise<ItemResult<ItemVersion>> {
  if (versionOf(person) !== version) return badItem(itemId, conflict);
  const lists = withoutRepeatedAddress(personWrite(fields, person));
  const names = Object.keys(lists);
  if (names.length === 0) return untouched(itemId, version);
  const query = new URLSearchParams({
    updatePersonFields: names.join(','),
    personFields: PERSON_FIELDS,
    sources: PERSON_SOURCES,
  });
  const source = contactSource(person);
  const result = await callOne(transport, {
    method: 'people.updateContact',
    verb: 'PATCH',
    path: `${person.resourceName}:updateContact?${query}`,
    body: {
      resourceName: person.resourceName,
      etag: person.etag,
      ...(source === undefined
        ? {}
        : { metadata: { sources: [{ type: source.type, id: source.id, etag: source.etag }] } }),
      ...lists,
    },
    scope: 'write',
  });
  if (!result.ok) return badItem(itemId, result.failure);
  const written = personSchema.safeParse(result.body).data;
  return written === undefined ? badItem(itemId, unreadable) : untouched(itemId, versionOf(written));
}

// ---------------------------------------------------------------------------------------------------------- marks

interface Members {
  readonly add: Set<string>;
  readonly remove: Set<string>;
}

/** Categories are groups: members are added and removed group by group, and the versions are asked for afterwards. */
export async function markContacts(
  { transport, groups }: Contacts,
  marks: readonly Mark[],
): Promise<readonly ItemResult<ItemVersion>[]> {
  if (marks.length === 0) return [];
  try {
    if (!(await moveMembers(transport, groups, marks)))
      return marks.map(({ itemId, version }) => untouched(itemId, version));
  } catch (error) {
    // A group that somebody deleted meanwhile is made anew, once.
    if (!(error instanceof RemoteFailure) || error.failure.code !== 'mailbox.item-gone') throw error;
    groups.forget();
    await moveMembers(transport, groups, marks);
  }
  const persons = await readPersons(
    transport,
    marks.map(({ itemId }) => itemId),
  );
  return marks.map(({ itemId }): ItemResult<ItemVersion> => {
    const result = persons.get(itemId) ?? badItem(itemId, gone);
    return result.ok ? untouched(itemId, versionOf(result.value)) : result;
  });
}

/** False where there was nothing to do. */
async function moveMembers(transport: Transport, groups: Groups, marks: readonly Mark[]): Promise<boolean> {
  const members = new Map<string, Members>();
  const of = (group: string): Members => {
    const known = members.get(group) ?? { add: new Set<string>(), remove: new Set<string>() };
    members.set(group, known);
    return known;
  };
  for (const { itemId, add, remove } of marks.filter((mark) => isName(mark.itemId))) {
    for (const name of remove) {
      const group = await groups.find(name);
      if (group !== null) of(group).remove.add(itemId);
    }
    for (const name of add) of(await groups.ensure(name)).add.add(itemId);
  }
  for (const [group, { add, remove }] of members) {
    const left = await modify(
      transport,
      group,
      [...add],
      [...remove].filter((name) => !add.has(name)),
    );
    if (left.length === 0) continue;
    // The last group of a contact cannot be taken away: it gets the one that all contacts have.
    await modify(transport, MY_CONTACTS, left, []);
    await modify(transport, group, [], left);
  }
  return members.size > 0;
}

const modifiedSchema = z.object({ canNotRemoveLastContactGroupResourceNames: listOf(z.string()) });

/** Gives those that could not be removed. */
async function modify(
  transport: Transport,
  group: string,
  resourceNamesToAdd: readonly string[],
  resourceNamesToRemove: readonly string[],
): Promise<readonly string[]> {
  if (resourceNamesToAdd.length + resourceNamesToRemove.length === 0) return [];
  const answer = await transport.call({
    method: 'contactGroups.members.modify',
    verb: 'POST',
    path: `${group}/members:modify`,
    body: { resourceNamesToAdd, resourceNamesToRemove },
    scope: 'item',
  });
  return readAs(modifiedSchema, answer).canNotRemoveLastContactGroupResourceNames;
}
