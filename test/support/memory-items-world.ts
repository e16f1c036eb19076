/** The world of the contract suite of events, contacts and tasks on the in-memory reference: hands and faults, one to one. */
import type { Collection, Fields } from '../../src/model/collection.ts';
import { failure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { titleField } from './field-samples.ts';
import type { HandEvent, ItemsWorld, OccurrenceName } from './items-world.ts';
import {
  answerEvent,
  cancelEvent,
  editItem,
  endSeries,
  fileContact,
  forbid,
  type MemoryItems,
  makeItem,
  removeItem,
} from './memory-items.ts';
import { createMemoryMailbox, openMemoryMailbox } from './memory-mailbox.ts';
import { occurrenceId, type SeriesPlan } from './memory-series.ts';

/** `shape` sets the knobs before anything is opened. */
export function createMemoryItemsWorld(start: number, shape: (items: MemoryItems) => void): ItemsWorld {
  let now = start;
  const mailbox = createMemoryMailbox(() => now);
  const items = mailbox.personal;
  shape(items);
  const [address] = mailbox.addresses;
  const called = (collection: Collection, title: string): ItemId => {
    for (const item of items.stored.values())
      if (item.collection === collection && item.fields[titleField[collection]] === title) return item.itemId;
    throw new Error(`nothing is called ${title}`);
  };
  const occurrenceOf = ({ title, originalStart }: OccurrenceName) =>
    occurrenceId(called('events', title), originalStart);
  const change = (itemId: ItemId, collection: Collection, fields: Fields) =>
    editItem(items, itemId, known(items, collection, fields));
  const makeEvent = ({ fields, attendees, organizer, answer, categories }: HandEvent, plan?: SeriesPlan) => {
    const owner = { address, name: 'Ann', answer: answer ?? 'none', isResource: false };
    makeItem(items, 'events', {
      fields,
      categories: categories ?? [],
      attendees: (organizer === undefined ? [] : [owner]).concat(
        (attendees ?? []).map((one) => ({ ...one, address: one.address.toLowerCase() })),
      ),
      ...(organizer === undefined ? {} : { organizer, answer: answer ?? 'none' }),
      ...(plan === undefined ? {} : { plan }),
    });
  };
  const expire = () => {
    items.epoch += 1;
  };
  return {
    mail: openMemoryMailbox(mailbox),
    address,
    reopen: () => openMemoryMailbox(mailbox),
    now: () => now,
    advance: (ms) => {
      now += ms;
    },
    hands: {
      makeEvent: (event) => makeEvent(event),
      makeSeries: ({ plan, ...event }) => makeEvent(event, plan),
      makeContact({ fields, furtherAddresses = [], isInSalesforceFolder = false, categories = [] }) {
        const email = fields.email?.toLowerCase() ?? '';
        const addresses = [email, ...furtherAddresses.map((one) => one.toLowerCase())];
        makeItem(items, 'contacts', {
          fields: { ...fields, email },
          addresses: addresses.filter((one) => one !== ''),
          isInSalesforceFolder,
          categories,
        });
      },
      makeTask({ fields, categories = [] }) {
        makeItem(items, 'tasks', { fields, categories });
      },
      edit(collection, title, fields) {
        change(called(collection, title), collection, fields);
      },
      remove: (collection, title) => removeItem(items, called(collection, title)),
      changeOccurrence(name, fields) {
        change(occurrenceOf(name), 'events', fields);
      },
      removeOccurrence: (name) => removeItem(items, occurrenceOf(name)),
      endSeries: ({ fields }, count) => endSeries(items, called('events', fields.subject ?? ''), count),
      answer: (title, answer) => answerEvent(items, called('events', title), answer),
      cancel: (title) => cancelEvent(items, called('events', title)),
      fileContact: (title, isInside) => fileContact(items, called('contacts', title), isInside),
    },
    faults: {
      expireCursors: { events: expire, contacts: expire, tasks: expire },
      throttle: (forMs) => {
        mailbox.throttledUntil = now + forMs;
      },
      forbid: async (collection) => {
        forbid(items, collection);
        return openMemoryMailbox(mailbox);
      },
      damage: (collection, title) => {
        items.damaged.add(called(collection, title));
      },
      refuse: (_collection, title) => {
        items.refusals.set(title, failure('mailbox.item-refused'));
      },
      loseAnswer: () => {
        items.answersToLose += 1;
      },
    },
    idleRequestsMax: 1,
    notificationsSent: () => items.notifications,
    close: () => undefined,
  };
}

/** The fields that this mailbox has. */
function known(items: MemoryItems, collection: Collection, fields: Fields): Fields {
  const specs = items.abilities[collection].fields;
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => specs[name as keyof Fields] !== undefined),
  );
}
