/**
 * Events, contacts and tasks of a Google account behind `model/mail-items.ts`: wires streams and items of the three APIs together and holds no logic of its
 * own. No write here tells anybody.
 */
import type { Clock } from '../../../model/clock.ts';
import type { Collection } from '../../../model/collection.ts';
import { able, type ItemResult } from '../../../model/connector.ts';
import type { ItemCapabilities, MailItems } from '../../../model/mail-items.ts';
import { retoldBy } from '../../retold.ts';
import { refuse } from '../failures.ts';
import type { Transport } from '../transport.ts';
import { createContacts } from './contact-creation.ts';
import { createGroups } from './contact-groups.ts';
import { markContacts, readContacts, updateContacts } from './contact-items.ts';
import { contactFields } from './contact-mapping.ts';
import { createContactStream } from './contact-stream.ts';
import { createEvents, readEvents, retellEvents, updateEvents } from './event-items.ts';
import { eventFields } from './event-mapping.ts';
import { CALENDAR_FEED, createEventStream } from './event-stream.ts';
import { readOccurrencePage } from './series.ts';
import { type ListItems, listStreams } from './streams.ts';
import { createTasks, readTasks, updateTasks } from './task-items.ts';
import { taskFields } from './task-mapping.ts';
import { createTaskStream } from './task-stream.ts';

export interface GoogleItemsOptions {
  readonly calendar: Transport;
  readonly people: Transport;
  readonly tasks: Transport;
  readonly clock: Clock;
}

const capabilities: Readonly<Record<Collection, ItemCapabilities>> = {
  events: {
    fields: eventFields,
    categories: {
      able: false,
      reason:
        'Events in Google Calendar have no categories, so that a private one cannot be marked for saving.',
    },
    stamps: able,
    meetingWrites: able,
    batchMax: 50,
  },
  contacts: {
    fields: contactFields,
    // Labels stand for categories.
    categories: able,
    stamps: able,
    meetingWrites: able,
    // Writes of contacts are one request each, 60 of them a minute.
    batchMax: 50,
  },
  tasks: {
    fields: taskFields,
    categories: { able: false, reason: 'Google Tasks has no categories.' },
    stamps: {
      able: false,
      reason: 'Google Tasks keeps nothing beside title, notes and date; a task is known again by these.',
    },
    meetingWrites: able,
    batchMax: 25,
  },
};

export function createGoogleItems({ calendar, people, tasks, clock }: GoogleItemsOptions): {
  readonly items: MailItems;
  readonly list: ListItems;
} {
  const groups = createGroups(people);
  const contacts = { transport: people, groups };
  const streams = [
    createEventStream({ transport: calendar, clock }),
    createContactStream(people, groups),
    createTaskStream({ transport: tasks, clock }),
  ];
  const items: MailItems = {
    capabilities,
    async readItemChanges(feed, cursor, window) {
      const stream = streams.find((one) => one.feed === feed);
      return stream === undefined
        ? refuse('mailbox.cursor-expired', 'UnknownFeed')
        : stream.read(cursor, window);
    },
    readOccurrences: async (feed, range, cursor) =>
      feed === CALENDAR_FEED
        ? readOccurrencePage(calendar, range, cursor)
        : { changes: [], cursor: '', done: true },
    async readItems(collection, itemIds) {
      if (collection === 'events') return readEvents(calendar, itemIds);
      return collection === 'contacts' ? readContacts(contacts, itemIds) : readTasks(tasks, itemIds);
    },
    async retellItems(collection, itemIds, window) {
      if (collection === 'events') return retellEvents(calendar, itemIds, window);
      return retoldBy(itemIds, await items.readItems(collection, itemIds));
    },
    async createItems(collection, made, { mayExist }) {
      if (collection === 'events') return createEvents(calendar, made);
      return collection === 'contacts'
        ? createContacts(contacts, made, mayExist)
        : createTasks(tasks, made, mayExist);
    },
    async updateItems(collection, updates) {
      if (collection === 'events') return updateEvents(calendar, updates);
      return collection === 'contacts' ? updateContacts(contacts, updates) : updateTasks(tasks, updates);
    },
    async markItems(collection, marks) {
      if (collection === 'contacts') return markContacts(contacts, marks);
      // Neither events nor tasks have categories: there is nothing to add or to remove.
      return marks.map(({ itemId, version }): ItemResult<{ itemId: typeof itemId; version: string }> => {
        return { ok: true, value: { itemId, version } };
      });
    },
  };
  return { items, list: listStreams(streams, tasks.rest) };
}
