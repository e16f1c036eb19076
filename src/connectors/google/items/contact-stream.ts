/**
 * All contacts of the person as one stream with sync tokens. A token lives for seven days after the reading of everything that it goes back to, however
 * often it is renewed. Vendor page: docs/remote-services/google.md#syncing-contacts.
 */
import { z } from 'zod';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange } from '../../../model/mail-items.ts';
import { refuse } from '../failures.ts';
import { readAs, type Transport } from '../transport.ts';
import type { Groups } from './contact-groups.ts';
import { contactItem } from './contact-mapping.ts';
import { cursorForm } from './item-cursor.ts';
import { listOf, text } from './lenient.ts';
import { identityOf, namesOf, PERSON_FIELDS, PERSON_SOURCES, type Person, personSchema } from './person.ts';
import { createStream, type Stream } from './streams.ts';

export const CONTACTS_FEED = 'contacts' as FeedId;

/** Google gives 1,000 at most; half of that is a page that is held easily. */
const PAGE_PERSONS = 500;

const markSchema = z.object({ syncToken: z.string().nullable(), pageToken: z.string().nullable() });
type ContactMark = z.infer<typeof markSchema>;
const cursors = cursorForm<ContactMark>('gp1:', markSchema);

const pageSchema = z.object({ connections: listOf(personSchema), nextPageToken: text, nextSyncToken: text });
type PersonPage = z.infer<typeof pageSchema>;

export function createContactStream(transport: Transport, groups: Groups): Stream {
  return createStream<ContactMark, PersonPage>({
    collection: 'contacts',
    feed: CONTACTS_FEED,
    begin: () => ({ syncToken: null, pageToken: null }),
    readMark: cursors.read,
    ask: (mark) => askPage(transport, mark),
    hasMoved: (page, mark) =>
      page.connections.length > 0 || page.nextPageToken !== undefined || mark.pageToken !== null,
    async fold({ connections, nextPageToken, nextSyncToken }, mark) {
      await groups.cover(connections);
      const changes = connections.flatMap((person) => changesOf(person, groups));
      if (nextPageToken !== undefined)
        return { changes, cursor: cursors.write({ ...mark, pageToken: nextPageToken }), done: false };
      const syncToken = nextSyncToken ?? refuse('mailbox.transient', 'NO_SYNC_TOKEN');
      return { changes, cursor: cursors.write({ syncToken, pageToken: null }), done: true };
    },
  });
}

async function askPage(transport: Transport, mark: ContactMark): Promise<PersonPage> {
  const query = new URLSearchParams({
    pageSize: String(PAGE_PERSONS),
    personFields: PERSON_FIELDS,
    sources: PERSON_SOURCES,
    requestSyncToken: 'true',
  });
  if (mark.syncToken !== null) query.set('syncToken', mark.syncToken);
  if (mark.pageToken !== null) query.set('pageToken', mark.pageToken);
  const isFirst = mark.syncToken === null && mark.pageToken === null;
  const answer = await transport.call({
    method: 'connections.list',
    verb: 'GET',
    path: `people/me/connections?${query}`,
    scope: isFirst ? 'mailbox' : 'history',
  });
  return readAs(pageSchema, answer);
}

/** A contact that took others in is told with the names that it was merged from, which are gone. */
function changesOf(person: Person, groups: Groups): readonly ItemChange[] {
  const deleted = (names: readonly string[]): ItemChange[] =>
    names.map((name) => ({ kind: 'deleted', itemId: name as ItemId }));
  if (person.metadata.deleted === true) return deleted(namesOf(person));
  return [
    ...deleted(identityOf(person).formerly),
    { kind: 'upsert', item: contactItem(person, groups.membershipOf(person)) },
  ];
}
