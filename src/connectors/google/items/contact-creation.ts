/**
 * Contacts made from records: many in one request, with their stamps, under the label *Salesforce Contacts*. Google gives no key to make them by, so after
 * a lost answer their stamps are looked for. Vendor pages: docs/remote-services/google.md#writing-contacts.
 */
import { z } from 'zod';
import type { ItemResult } from '../../../model/connector.ts';
import { type Failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { CreatedItem, NewItem } from '../../../model/mail-items.ts';
import { SALESFORCE_CONTACTS } from '../../../model/mailbox-item.ts';
import { readAs, type Transport } from '../transport.ts';
import { badItem, callOnce, makeOnce, unreadable } from './call-each.ts';
import { MY_CONTACTS } from './contact-groups.ts';
import type { Contacts } from './contact-items.ts';
import { contactItem, STAMP } from './contact-mapping.ts';
import { personWrite, withoutRepeatedAddress } from './contact-writes.ts';
import { listOf, text } from './lenient.ts';
import { PERSON_FIELDS, PERSON_SOURCES, type Person, personSchema } from './person.ts';

type Made = ReadonlyMap<string, ItemResult<CreatedItem>>;
type ContactPerson = Readonly<Record<string, unknown>>;

interface Wanted {
  readonly stamp: string;
  readonly person: ContactPerson;
}

export async function createContacts(
  contacts: Contacts,
  items: readonly NewItem[],
  mayExist: boolean,
): Promise<readonly ItemResult<CreatedItem>[]> {
  if (items.length === 0) return [];
  const { transport } = contacts;
  const stamps = items.map(({ stamp }) => stamp);
  const made = new Map<string, ItemResult<CreatedItem>>(mayExist ? await findStamps(transport, stamps) : []);
  const missing = items.filter(({ stamp }) => !made.has(stamp));
  const wanted: Wanted[] = [];
  for (const item of missing) wanted.push({ stamp: item.stamp, person: await personOf(contacts, item) });
  if (wanted.length > 1)
    for (const [stamp, result] of await makeTogether(transport, wanted)) made.set(stamp, result);
  for (const one of wanted) if (!made.has(one.stamp)) made.set(one.stamp, await makeAlone(transport, one));
  return items.map(({ stamp }) => made.get(stamp) ?? badItem(stamp as ItemId, unreadable));
}

async function personOf(
  { groups }: Contacts,
  { stamp, fields, categories }: NewItem,
): Promise<ContactPerson> {
  const names = [MY_CONTACTS, await groups.ensure(SALESFORCE_CONTACTS)];
  for (const category of categories) names.push(await groups.ensure(category));
  return {
    ...withoutEmpty(withoutRepeatedAddress(personWrite(fields, null))),
    clientData: [{ key: STAMP, value: stamp }],
    memberships: [...new Set(names)].map((contactGroupResourceName) => ({
      contactGroupMembership: { contactGroupResourceName },
    })),
  };
}

function withoutEmpty(lists: ReturnType<typeof personWrite>): ContactPerson {
  return Object.fromEntries(Object.entries(lists).filter(([, values]) => values.length > 0));
}

function createdItem(person: Person): CreatedItem {
  const { itemId, version } = contactItem(person, { isInSalesforceFolder: true, categories: [] });
  return { itemId, version, uid: null };
}

// ------------------------------------------------------------------------------------------------------- together

const createdSchema = z.object({
  createdPeople: listOf(z.object({ person: personSchema.optional().catch(undefined) })),
});

/** What was made in one request, found again by its stamp. A request that is refused, or was lost on the way, leaves the rest to be made one by one. */
async function makeTogether(transport: Transport, wanted: readonly Wanted[]): Promise<Made> {
  try {
    const answer = await transport.call({
      method: 'people.batchCreateContacts',
      verb: 'POST',
      path: 'people:batchCreateContacts',
      body: {
        contacts: wanted.map(({ person }) => ({ contactPerson: person })),
        readMask: PERSON_FIELDS,
        sources: [PERSON_SOURCES],
      },
      scope: 'making',
    });
    const { createdPeople } = readAs(createdSchema, answer);
    const stamps = new Set(wanted.map(({ stamp }) => stamp));
    return new Map(
      createdPeople.flatMap(({ person }) => {
        const stamp = person === undefined ? null : stampOf(person);
        return person === undefined || stamp === null || !stamps.has(stamp)
          ? []
          : [[stamp, { ok: true, value: createdItem(person) }]];
      }),
    );
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (error.failure.kind === 'bad-item') return new Map();
    if (error.failure.kind !== 'transient') throw error;
  }
  await transport.rest();
  return findStamps(
    transport,
    wanted.map(({ stamp }) => stamp),
  );
}

function stampOf(person: Person): string | null {
  return contactItem(person, { isInSalesforceFolder: true, categories: [] }).stamp;
}

// ---------------------------------------------------------------------------------------------------------- alone

async function makeAlone(transport: Transport, { stamp, person }: Wanted): Promise<ItemResult<CreatedItem>> {
  const itemId = stamp as ItemId;
  const query = new URLSearchParams({ personFields: PERSON_FIELDS, sources: PERSON_SOURCES });
  const result = await makeOnce<ItemResult<CreatedItem>>(
    transport,
    async () => {
      const answer = await callOnce(transport, {
        method: 'people.createContact',
        verb: 'POST',
        path: `people:createContact?${query}`,
        body: person,
        scope: 'making',
      });
      if (!answer.ok) return badItem(itemId, answer.failure);
      const made = personSchema.safeParse(answer.body).data;
      return made === undefined ? badItem(itemId, unreadable) : { ok: true, value: createdItem(made) };
    },
    async () => (await findStamps(transport, [stamp])).get(stamp) ?? null,
  );
  return isFailure(result) ? badItem(itemId, result) : result;
}

function isFailure(result: ItemResult<CreatedItem> | Failure): result is Failure {
  return 'kind' in result;
}

// ------------------------------------------------------------------------------------------------------- look-up

const PAGE_PERSONS = 1_000;
/** More contacts than Google keeps (25,000). */
const PAGES_MAX = 40;
const pageSchema = z.object({ connections: listOf(personSchema), nextPageToken: text });

/** Contacts that bear these stamps, by stamp. Client data cannot be searched: all contacts are looked through. */
async function findStamps(transport: Transport, stamps: readonly string[]): Promise<Made> {
  const wanted = new Set(stamps);
  const found = new Map<string, ItemResult<CreatedItem>>();
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX && found.size < wanted.size; page += 1) {
    const query = new URLSearchParams({
      pageSize: String(PAGE_PERSONS),
      personFields: 'clientData,metadata',
      sources: PERSON_SOURCES,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    const answer = await transport.call({
      method: 'connections.list',
      verb: 'GET',
      path: `people/me/connections?${query}`,
      scope: 'mailbox',
    });
    const { connections, nextPageToken } = readAs(pageSchema, answer);
    for (const person of connections) {
      const stamp = stampOf(person);
      if (stamp !== null && wanted.has(stamp)) found.set(stamp, { ok: true, value: createdItem(person) });
    }
    pageToken = nextPageToken;
    if (pageToken === undefined) break;
  }
  return found;
}
