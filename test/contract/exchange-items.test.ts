/** Feeds of calendars, contacts and tasks at the simulated Exchange: what a listing costs, what moved, what may not be opened. */
import { describe, expect, it } from 'vitest';
import { withBackoffMail } from '../../src/connectors/with-backoff.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { collections } from '../../src/model/collection.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { ANN, mail } from '../support/exchange-bench.ts';
import {
  drainItems,
  feedOf,
  itemsIn,
  newItem,
  nothingRead,
  openItems,
  valuesOf,
  visitItems,
  WINDOW,
} from '../support/exchange-items-bench.ts';

const wish = { collections, window: WINDOW };

function seeded() {
  const world = openItems();
  const { simulator } = world;
  simulator.deliver(ANN, 'inbox', mail('one'));
  const event = simulator.createEvent(ANN, {
    subject: 'Plan',
    start: '2026-01-06T09:00:00Z',
    end: '2026-01-06T10:00:00Z',
  });
  const contact = simulator.createContact(ANN, { texts: { GivenName: 'Bob', Surname: 'Ray' } });
  const task = simulator.createTask(ANN, { subject: 'Call' });
  world.clock.advance(HOUR);
  return { ...world, event, contact, task };
}

describe('what a listing costs', () => {
  it('is two requests for mail and all three collections when nothing moved', async () => {
    const { connect, clock } = seeded();
    const first = await visitItems(connect());
    expect(first.listing.itemFeeds.map(({ collection }) => collection)).toEqual([...collections]);
    clock.advance(HOUR);
    const idle = connect();
    const { listing } = await visitItems(idle, first.memory);
    expect(idle.traffic().requests).toBe(2);
    expect([...listing.feeds, ...listing.itemFeeds].filter(({ moved }) => moved)).toEqual([]);
    expect(listing.itemTroubles).toEqual([]);
  });

  it('reads only the folder that moved', async () => {
    const { connect, clock, simulator, contact } = seeded();
    const first = await visitItems(connect());
    clock.advance(HOUR);
    simulator.editContact(ANN, contact, { texts: { Surname: 'Rae' } });
    clock.advance(HOUR);
    const next = connect();
    const { listing, changes } = await visitItems(next, first.memory);
    expect(listing.itemFeeds.filter(({ moved }) => moved).map(({ collection }) => collection)).toEqual([
      'contacts',
    ]);
    expect(itemsIn(changes)).toMatchObject([{ itemId: contact, fields: { lastName: 'Rae' } }]);
    expect(next.traffic().byOperation).toEqual({
      SyncFolderHierarchy: 1,
      GetFolder: 1,
      SyncFolderItems: 1,
      GetItem: 1,
    });
  });

  it('reads every folder once a day', async () => {
    const { connect, clock } = seeded();
    const first = await visitItems(connect());
    clock.advance(24 * HOUR);
    const { itemFeeds } = await connect().listFeeds({ ...first.memory, items: wish });
    expect(itemFeeds.every(({ moved }) => moved)).toBe(true);
  });

  it('reads every folder every time where the server has no marks', async () => {
    const { connect, clock } = openItems({ hasCommitMarks: false });
    const first = await visitItems(connect());
    clock.advance(HOUR);
    const { itemFeeds } = await connect().listFeeds({ ...first.memory, items: wish });
    expect(itemFeeds.map(({ moved }) => moved)).toEqual([true, true, true]);
  });

  it('tells no feeds of items where none are asked for, and those alone that are', async () => {
    const { connect } = seeded();
    expect((await connect().listFeeds(nothingRead)).itemFeeds).toEqual([]);
    const { itemFeeds } = await connect().listFeeds({
      ...nothingRead,
      items: { ...wish, collections: ['tasks'] },
    });
    expect(itemFeeds.map(({ collection }) => collection)).toEqual(['tasks']);
  });

  it('asks nothing when asked for nothing', async () => {
    const connector = openItems().connect();
    const { items } = connector;
    for (const collection of collections) {
      expect(await items.readItems(collection, [])).toEqual([]);
      expect(await items.createItems(collection, [], { mayExist: true })).toEqual([]);
      expect(await items.updateItems(collection, [])).toEqual([]);
      expect(await items.markItems(collection, [])).toEqual([]);
    }
    expect(connector.traffic().requests).toBe(0);
  });
});

describe('a collection that may not be opened', () => {
  it('is a trouble of its own: the others and mail go on, and nothing of it is told as deleted', async () => {
    const { connect, simulator, clock } = seeded();
    const first = await visitItems(connect());
    simulator.setDenied(ANN, true, 'calendar');
    clock.advance(24 * HOUR);
    const { listing, changes } = await visitItems(connect(), first.memory);
    expect(listing.itemTroubles).toMatchObject([
      { collection: 'events', failure: { kind: 'permission-missing', vendorCode: 'ErrorAccessDenied' } },
    ]);
    expect(listing.itemFeeds.map(({ collection }) => collection)).toEqual(['contacts', 'tasks']);
    expect(listing.feeds.length).toBeGreaterThan(0);
    expect(changes).toEqual([]);
  });

  it('is told from the first listing on, and listed again as soon as it is open', async () => {
    const { connect, simulator, clock } = seeded();
    simulator.setDenied(ANN, true, 'calendar');
    const first = await visitItems(connect());
    expect(first.listing.itemTroubles.map(({ collection }) => collection)).toEqual(['events']);
    simulator.setDenied(ANN, false, 'calendar');
    clock.advance(HOUR);
    const { listing, changes } = await visitItems(connect(), first.memory);
    expect(listing.itemTroubles).toEqual([]);
    expect(itemsIn(changes)).toMatchObject([{ collection: 'events', fields: { subject: 'Plan' } }]);
  });

  it('refuses single items as items', async () => {
    const { connect, simulator, event } = seeded();
    simulator.setDenied(ANN, true, 'calendar');
    const [result] = await connect().items.readItems('events', [event as ItemId]);
    expect(result).toMatchObject({
      ok: false,
      itemId: event,
      failure: { code: 'mailbox.item-access-denied' },
    });
  });
});

describe('a feed of items', () => {
  it('tells a deletion once, also of what was moved to Deleted Items', async () => {
    const { connect, simulator, clock, event, contact, task } = seeded();
    const first = await visitItems(connect());
    for (const id of [event, contact]) simulator.remove(ANN, id, 'trash');
    simulator.remove(ANN, task, 'hard');
    clock.advance(HOUR);
    const { changes, memory } = await visitItems(connect(), first.memory);
    expect(changes).toEqual([event, contact, task].map((itemId) => ({ kind: 'deleted', itemId })));
    clock.advance(HOUR);
    expect((await visitItems(connect(), memory)).changes).toEqual([]);
    const results = await connect().items.readItems('events', [event as ItemId]);
    expect(results).toMatchObject([{ ok: false, itemId: event, failure: { code: 'mailbox.item-gone' } }]);
  });

  it('says gone of what lies in Deleted Items, wherever below', async () => {
    const { connect, simulator, contact } = seeded();
    simulator.createFolder(ANN, 'Deleted Items/Old', 'IPF.Contact');
    const moved = simulator.move(ANN, contact, 'Deleted Items/Old');
    expect(await connect().items.readItems('contacts', [moved as ItemId])).toMatchObject([
      { ok: false, itemId: moved, failure: { code: 'mailbox.item-gone' } },
    ]);
  });

  it('says cursor-expired for a cursor that the server forgot, and for one that is none', async () => {
    const { connect, simulator } = seeded();
    const connector = connect();
    const feed = await feedOf(connector, 'tasks');
    const { cursor } = await drainItems(connector, feed, null);
    simulator.expireSyncStates(ANN);
    for (const bad of [cursor, 'nonsense', 'i1:[1]', 'f1:[null,null,"x"]'])
      await expect(connector.items.readItemChanges(feed, bad, WINDOW)).rejects.toMatchObject({
        failure: { kind: 'cursor-expired' },
      });
    expect((await drainItems(connector, feed, null)).changes).toHaveLength(1);
  });

  it('reads 600 contacts page by page, each once', async () => {
    const { simulator, connect } = openItems();
    for (let index = 0; index < 600; index += 1)
      simulator.createContact(ANN, { texts: { Surname: `N${index}` }, body: 'x' });
    const connector = connect();
    const { changes, pages } = await drainItems(connector, await feedOf(connector, 'contacts'), null);
    expect(new Set(itemsIn(changes).map(({ itemId }) => itemId)).size).toBe(600);
    expect(pages).toBe(3);
  });

  it('lets one bad item wait alone', async () => {
    const { connect, simulator, clock } = openItems();
    const ids = ['a', 'b', 'c'].map((subject) => simulator.createTask(ANN, { subject }));
    clock.advance(MINUTE);
    const connector = connect();
    const feed = await feedOf(connector, 'tasks');
    const code = 'ErrorItemCorrupt';
    simulator.faults.add({ operation: 'GetItem', count: 1, effect: { kind: 'partial', nth: 2, code } });
    const { changes } = await drainItems(connector, feed, null);
    expect(changes.filter(({ kind }) => kind === 'upsert')).toHaveLength(2);
    expect(changes.filter(({ kind }) => kind === 'unreadable')).toMatchObject([
      {
        itemId: expect.stringMatching(new RegExp(ids.join('|').replace(/[+/]/g, '.'))),
        failure: { kind: 'bad-item' },
      },
    ]);
  });

  it('says how long to stay away, and asks nothing meanwhile', async () => {
    const { connect, simulator } = seeded();
    const connector = connect();
    const feed = await feedOf(connector, 'events');
    simulator.throttle(ANN, 10 * MINUTE);
    const calls = [
      () => connector.items.readItemChanges(feed, null, WINDOW),
      () => connector.items.createItems('tasks', [newItem('00T1', { subject: 'x' })], { mayExist: false }),
    ];
    for (const call of calls)
      await expect(call()).rejects.toMatchObject({
        failure: { kind: 'throttled', retryAfterMs: 10 * MINUTE },
      });
    expect(simulator.callsWhileThrottled(ANN)).toBe(1);
  });

  it('passes over what is no item of the collection', async () => {
    const { connect, simulator } = openItems();
    simulator.deliver(ANN, 'calendar', mail('dropped'));
    simulator.createEvent(ANN, { subject: 'Real', start: '2026-01-06T09:00:00Z' });
    const connector = connect();
    const { changes } = await drainItems(connector, await feedOf(connector, 'events'), null);
    expect(itemsIn(changes).map(({ fields }) => fields.subject)).toEqual(['Real']);
  });
});

describe('an answer that is lost after items were made', () => {
  const made = {
    events: { subject: 'x', time: '2026-02-02T10:00:00Z/2026-02-02T11:00:00Z' },
    contacts: { lastName: 'x' },
    tasks: { subject: 'x', due: '2026-02-02' },
  };

  it.each([
    ['events', 'CreateItem'],
    ['events', 'GetItem'],
    ['contacts', 'CreateItem'],
    ['tasks', 'CreateItem'],
  ] as const)('doubles no %s when the call is repeated after %s', async (name, operation) => {
    const { connect, simulator, clock, notifications } = openItems();
    simulator.faults.add({ operation, count: 1, effect: { kind: 'lostReply' } });
    const patient = { now: clock.now, sleep: () => Promise.resolve() };
    const mailbox = withBackoffMail(connect(), { clock: patient, random: { next: () => 0 } });
    const wishes = ['1', '2', '3'].map((stamp) => newItem(stamp, made[name]));
    valuesOf(await mailbox.items.createItems(name, wishes, { mayExist: false }));
    const { changes } = await visitItems(connect());
    expect(
      itemsIn(changes)
        .map(({ stamp }) => stamp)
        .toSorted(),
    ).toEqual(['1', '2', '3']);
    expect(notifications()).toBe(0);
  });
});

describe('marks on items', () => {
  it.each(collections)(
    'of %s add and remove categories, keep the others, tell nobody, and carry the echo’s version',
    async (name) => {
      const { connect, simulator, clock, notifications, readOne } = openItems();
      const person = { name: 'Eve', address: 'eve@other.test' };
      const given = { subject: 'x', categories: ['Mine', 'Sync Error'] };
      const itemId =
        name === 'events'
          ? simulator.createEvent(ANN, { ...given, start: '2026-01-06T09:00:00Z', required: [person] })
          : name === 'contacts'
            ? simulator.createContact(ANN, given)
            : simulator.createTask(ANN, given);
      clock.advance(HOUR);
      const first = await visitItems(connect());
      const marks = [{ itemId: itemId as ItemId, version: '', add: ['Salesforce'], remove: ['sync error'] }];
      const [marked] = valuesOf(await connect().items.markItems(name, marks));
      expect((await readOne(name, itemId)).categories).toEqual(['Mine', 'Salesforce']);
      clock.advance(HOUR);
      const { changes } = await visitItems(connect(), first.memory);
      expect(itemsIn(changes)).toMatchObject([{ itemId, version: marked?.version }]);
      expect(valuesOf(await connect().items.markItems(name, marks))).toEqual([marked]);
      expect(notifications()).toBe(0);
    },
  );
});
