/** Events, contacts and tasks of a simulated Google together: listing, what a grant leaves out, expired marks, idle cost, throttling, and that nobody is told. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { RemoteFailure } from '../../src/model/failure.ts';
import type { ItemId } from '../../src/model/ids.ts';
import { ANN, consent, keepInMemory, MODIFY, mail, openGoogle, SCOPES } from '../support/google-bench.ts';
import {
  CALENDAR,
  CONTACTS,
  codesOf,
  createOne,
  deletions,
  openItems,
  TASKS,
  updateOne,
  upserts,
} from '../support/google-items-bench.ts';
import { failureOf, nothing } from '../support/mail-world.ts';

const lunch = {
  summary: 'Lunch',
  start: { dateTime: '2026-01-06T11:00:00Z' },
  end: { dateTime: '2026-01-06T12:00:00Z' },
};

function fill(simulator: Awaited<ReturnType<typeof openItems>>['simulator']): void {
  simulator.deliver(ANN, mail('one'));
  simulator.addEvent(ANN, lunch);
  simulator.addContact(ANN, { names: [{ givenName: 'Bob', familyName: 'Fox' }] });
  simulator.addTask(ANN, { title: 'Call Bob' });
}

describe('listing', () => {
  test('mail and three collections that did not move cost four requests, and nothing is told twice', async () => {
    const { simulator, clock, connect, visit, windowNow } = await openItems();
    fill(simulator);
    const first = await visit();
    expect(first.listing.itemFeeds).toMatchObject([
      { id: CALENDAR, collection: 'events', moved: true },
      { id: CONTACTS, collection: 'contacts', moved: true },
      { id: TASKS, collection: 'tasks', moved: true },
    ]);
    expect(upserts(first.changes).map(({ collection }) => collection)).toEqual([
      'events',
      'contacts',
      'tasks',
    ]);
    const connector = connect();
    const { cursor } = await connector.readChanges(first.listing.feeds[0]?.id as never, null);
    clock.advance(30 * MINUTE);
    simulator.requests.reset();
    const feeds = new Map([...first.cursors, [first.listing.feeds[0]?.id as never, cursor]]);
    const listing = await connect().listFeeds({
      cursor: first.listing.cursor,
      feeds,
      items: { collections: ['events', 'contacts', 'tasks'], window: windowNow() },
    });
    expect(listing.itemFeeds.map(({ moved }) => moved)).toEqual([false, false, false]);
    expect(listing.feeds.map(({ moved }) => moved)).toEqual([false]);
    expect(simulator.requests.count()).toBe(4);
  });

  test('what the listing has read is not asked for again', async () => {
    const { simulator, visit, connect } = await openItems();
    fill(simulator);
    const { cursors } = await visit();
    simulator.addEvent(ANN, { ...lunch, summary: 'Second' });
    simulator.addTask(ANN, { title: 'Second' });
    simulator.requests.reset();
    const { changes } = await visit(cursors, connect());
    expect(upserts(changes).map(({ fields }) => fields.subject)).toEqual(['Second', 'Second']);
    expect(simulator.requests.count('calendar.events.list')).toBe(1);
    expect(simulator.requests.count('tasks.tasks.list')).toBe(1);
  });

  test('only wanted collections are listed', async () => {
    const { visit, connect, simulator } = await openItems();
    const { listing } = await visit(new Map(), connect(), ['tasks']);
    expect(listing.itemFeeds.map(({ collection }) => collection)).toEqual(['tasks']);
    expect(simulator.requests.count('calendar.events.list')).toBe(0);
    expect(await connect().listFeeds(nothing)).toMatchObject({ itemFeeds: [], itemTroubles: [] });
  });

  test('marks that the service forgot, and damaged ones, are told when the feed is read, and reading anew finds everything', async () => {
    const { simulator, clock, visit, connect, windowNow } = await openItems();
    fill(simulator);
    const { cursors } = await visit();
    simulator.expireCalendarTokens(ANN);
    clock.advance(8 * DAY);
    const connector = connect();
    const wish = { collections: ['events', 'contacts'] as const, window: windowNow() };
    const listing = await connector.listFeeds({ cursor: null, feeds: cursors, items: wish });
    expect(listing.itemFeeds.map(({ moved }) => moved)).toEqual([true, true]);
    for (const feed of [CALENDAR, CONTACTS]) {
      const read = connector.items.readItemChanges(feed, cursors.get(feed) ?? '', windowNow());
      expect(await failureOf(read)).toMatchObject({ code: 'mailbox.cursor-expired' });
    }
    for (const feed of [CALENDAR, CONTACTS, TASKS]) {
      const read = connector.items.readItemChanges(feed, 'nonsense', windowNow());
      expect(await failureOf(read)).toMatchObject({ kind: 'cursor-expired' });
    }
    expect(upserts((await visit()).changes)).toHaveLength(3);
  });

  test('a calendar that stands still renews its mark once a day, before it is forgotten', async () => {
    const { simulator, clock, visit } = await openItems();
    simulator.addEvent(ANN, lunch);
    const { cursors } = await visit();
    clock.advance(DAY);
    const next = await visit(cursors);
    expect(next.changes).toEqual([]);
    expect(next.cursors.get(CALENDAR)).not.toBe(cursors.get(CALENDAR));
  });
});

describe('permissions', () => {
  test.each([
    ['events', 'calendar.events'],
    ['contacts', 'contacts'],
    ['tasks', 'tasks'],
  ] as const)(
    '%s without their scope are a trouble of their own, and everything else goes on',
    async (collection, scope) => {
      const world = openGoogle();
      const granted = ['openid', ...SCOPES.filter((one) => !one.endsWith(`/${scope}`))].join(' ');
      const prepared = await consent(world, { granted });
      const keeper = keepInMemory(prepared.credential);
      const { signal } = new AbortController();
      world.simulator.deliver(ANN, mail('one'));
      for (const cursor of [null, 'held before']) {
        const connector = world.service.open(prepared, { signal, keeper });
        const feeds = new Map(
          cursor === null
            ? []
            : [[CALENDAR, 'ge1:{"syncToken":"x","pageToken":null,"timeMin":null,"readAt":0}']],
        );
        const window = { eventsFrom: 0, eventsTo: null, seriesTo: 0, tasksFrom: 0 };
        const collections = ['events', 'contacts', 'tasks'] as const;
        const listing = await connector.listFeeds({
          cursor: null,
          feeds: feeds as never,
          items: { collections, window },
        });
        expect(listing.feeds).toMatchObject([{ moved: true }]);
        expect(listing.itemTroubles).toMatchObject([
          { collection, failure: { kind: 'permission-missing', fields: [scope] } },
        ]);
        expect(listing.itemFeeds.map((feed) => feed.collection)).toEqual(
          collections.filter((one) => one !== collection),
        );
        expect((await connector.readChanges(listing.feeds[0]?.id as never, null)).changes).toHaveLength(1);
      }
    },
  );

  test('a service that is switched off, or in trouble, is a trouble of its collection', async () => {
    const { simulator, visit } = await openItems();
    fill(simulator);
    simulator.faults.add({
      operation: 'calendar.events.list',
      effect: { kind: 'service', code: 'notACalendarUser' },
    });
    simulator.faults.add({
      operation: 'tasks.tasks.list',
      effect: { kind: 'http', status: 503, body: 'service' },
    });
    const { listing, changes } = await visit();
    expect(listing.itemTroubles).toMatchObject([
      { collection: 'events', failure: { kind: 'permission-missing' } },
      { collection: 'tasks', failure: { kind: 'transient' } },
    ]);
    expect(upserts(changes).map(({ collection }) => collection)).toEqual(['contacts']);
    expect(deletions(changes)).toEqual([]);
  });

  test('a moment’s trouble of one collection is over at the second attempt', async () => {
    const { simulator, visit } = await openItems();
    fill(simulator);
    for (const [operation, effect] of [
      ['calendar.events.list', { kind: 'http', status: 503, body: 'service' }],
      ['tasks.tasks.list', { kind: 'drop' }],
    ] as const)
      simulator.faults.add({ operation, nth: 1, count: 1, effect });
    const { listing, changes } = await visit();
    expect(listing.itemTroubles).toEqual([]);
    expect(upserts(changes)).toHaveLength(3);
  });

  test('a delegation for mail alone reads mail, and names the collections', async () => {
    const world = openGoogle();
    const key = world.simulator.addServiceAccount({ email: 'robot@project.test' });
    const app = {
      serviceAccount: {
        email: key.client_email,
        keyId: key.private_key_id,
        privateKey: key.private_key,
      },
    };
    const { service, simulator } = openGoogle({ app });
    simulator.world.serviceAccounts.set(
      key.client_email,
      world.simulator.world.serviceAccounts.get(key.client_email) as never,
    );
    const { signal } = new AbortController();
    const prepared = await service.prepare({ mailbox: ANN }, signal);
    const window = { eventsFrom: 0, eventsTo: null, seriesTo: 0, tasksFrom: 0 };
    const list = () =>
      service
        .open(prepared, { signal, keeper: keepInMemory({}) })
        .listFeeds({ ...nothing, items: { collections: ['events', 'contacts', 'tasks'], window } });
    const troubled = async () => (await list()).itemTroubles.map(({ collection }) => collection);
    simulator.delegate('contoso.test', key.client_id, [MODIFY]);
    expect(await troubled()).toEqual(['events', 'contacts', 'tasks']);
    simulator.delegate('contoso.test', key.client_id, SCOPES.slice(0, 3));
    expect(await troubled()).toEqual(['tasks']);
  });
});

describe('limits', () => {
  test('a rate that is exceeded is told with its time, is left alone meanwhile, and does not stop the others', async () => {
    const { simulator, visit, clock } = await openItems();
    fill(simulator);
    simulator.faults.add({
      operation: 'people.people.connections.list',
      effect: { kind: 'service', code: 'tooManyRequests' },
    });
    const { listing } = await visit();
    expect(listing.itemTroubles).toMatchObject([
      { collection: 'contacts', failure: { code: 'mailbox.throttled', retryAfterMs: expect.any(Number) } },
    ]);
    expect(listing.itemFeeds).toHaveLength(2);
    const asked = simulator.requests.count('people.people.connections.list');
    expect((await visit()).listing.itemTroubles).toMatchObject([{ failure: { kind: 'throttled' } }]);
    expect(simulator.requests.count('people.people.connections.list')).toBe(asked);
    simulator.faults.clear();
    clock.advance(HOUR);
    expect((await visit()).listing.itemTroubles).toEqual([]);
  });

  test('a grant that was withdrawn ends everything after one refusal', async () => {
    const { simulator, connect, windowNow } = await openItems();
    simulator.revokeTokens(ANN);
    const connector = connect();
    const wish = { collections: ['events'] as const, window: windowNow() };
    await expect(connector.listFeeds({ ...nothing, items: wish })).rejects.toBeInstanceOf(RemoteFailure);
    const { requests } = connector.traffic();
    const read = connector.items.readItems('events', ['x' as ItemId]);
    expect(await failureOf(read)).toMatchObject({ code: 'mailbox.grant-ended' });
    expect(connector.traffic().requests).toBe(requests);
  });
});

test('asking for nothing costs nothing', async () => {
  const { connect } = await openItems();
  const connector = connect();
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    expect(await connector.items.readItems(collection, [])).toEqual([]);
    expect(await connector.items.createItems(collection, [], { mayExist: true })).toEqual([]);
    expect(await connector.items.updateItems(collection, [])).toEqual([]);
    expect(await connector.items.markItems(collection, [])).toEqual([]);
  }
  expect(connector.traffic().requests).toBe(0);
});

test('an id of another service, or of nothing, is gone', async () => {
  const { connect } = await openItems();
  for (const collection of ['events', 'contacts', 'tasks'] as const) {
    const ids = ['AAMkAGI2/+=', 'people/c1', 'x'] as ItemId[];
    expect(new Set(codesOf(await connect().items.readItems(collection, ids)))).toEqual(
      new Set(['mailbox.item-gone']),
    );
  }
});

test('writes in a fully lived-in account tell nobody', async () => {
  const { simulator, connect, notified } = await openItems();
  const connector = connect();
  const guests = [{ email: 'ben@outside.test' }, { email: 'zoe@contoso.test' }];
  const meeting = simulator.addEvent(ANN, { ...lunch, attendees: guests }) as ItemId;
  const invited = simulator.receiveInvitation(ANN, 'boss@outside.test', lunch) as ItemId;
  for (const itemId of [meeting, invited])
    await updateOne(connector, 'events', itemId, { subject: 'Moved', time: '2026-01-07/2026-01-08' });
  await createOne(connector, 'events', 'record-1', { subject: 'Made', time: '2026-01-07/2026-01-08' });
  await createOne(connector, 'contacts', 'record-2', { lastName: 'Made' });
  await createOne(connector, 'tasks', 'record-3', { subject: 'Made' });
  expect(notified()).toBe(0);
});
