/** Listing and reading items of Office 365 in general: what an idle run costs, cursors, permissions, throttling, places. */
import { describe, expect, it } from 'vitest';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import { createLeapingClock } from '../support/leaping-clock.ts';
import { ANN, keepLazily } from '../support/office365-bench.ts';
import {
  at,
  DAY,
  deletedOf,
  drainItems,
  expectSilence,
  itemsOf,
  NOW,
  nothingYet,
  openItemsBench,
  visitAll,
  visitItems,
  weekly,
  windowAt,
} from '../support/office365-items.ts';

const window = windowAt(NOW);
const failureOf = (call: Promise<unknown>) =>
  call.then(
    () => null,
    (error: { failure?: { code: string; vendorCode?: string; fields?: readonly string[] } }) =>
      error.failure ?? null,
  );

function fill({ simulator }: ReturnType<typeof openItemsBench>) {
  const event = simulator.addEvent(ANN, {
    subject: 'Review',
    start: at('2026-01-07T10:00:00'),
    end: at('2026-01-07T11:00:00'),
  });
  const contact = simulator.addContact(ANN, { givenName: 'Cara', surname: 'Cole' });
  const task = simulator.addTask(ANN, { title: 'Call' });
  return { event, contact, task };
}

describe('listing with items', () => {
  it('costs one request when nothing moved, mail and all collections together', async () => {
    const bench = openItemsBench();
    fill(bench);
    await bench.mail.items.createItems(
      'contacts',
      [{ stamp: 's', fields: { lastName: 'X' }, categories: [] }],
      {
        mayExist: false,
      },
    );
    const memory = await visitAll(bench.mail, window);
    const mail = bench.reopen();
    const listing = await mail.listFeeds({
      ...memory,
      items: { collections: ['events', 'contacts', 'tasks'], window },
    });
    expect(listing.itemFeeds.map(({ collection, moved }) => [collection, moved])).toEqual([
      ['events', false],
      ['contacts', false],
      ['contacts', false],
      ['tasks', false],
    ]);
    expect(listing.feeds.some(({ moved }) => moved)).toBe(false);
    expect(mail.traffic().requests).toBe(1);
    expect(listing.itemTroubles).toEqual([]);
    expectSilence(bench);
  });

  it('tells no feeds of items where none are asked for, and asks nothing about them', async () => {
    const bench = openItemsBench();
    const { itemFeeds, itemTroubles } = await bench.mail.listFeeds(nothingYet);
    expect([itemFeeds, itemTroubles]).toEqual([[], []]);
    expect(bench.sent.some((url) => /calendar|contact|todo/.test(url))).toBe(false);
  });

  it('says which feed moved, and gives what the listing brought without another request', async () => {
    const bench = openItemsBench();
    const { contact } = fill(bench);
    const memory = await visitAll(bench.mail, window);
    bench.simulator.changeContact(ANN, contact, { jobTitle: 'Lead' });
    const mail = bench.reopen();
    const { listing, changes } = await visitItems(mail, memory, window);
    expect(listing.itemFeeds.filter(({ moved }) => moved).map(({ id }) => id)).toEqual(['contacts']);
    expect(itemsOf(changes)).toMatchObject([{ itemId: contact, fields: { title: 'Lead' } }]);
    expect(mail.traffic().requests).toBe(1);
  });

  it('has ids of feeds that no folder of mail has', async () => {
    const { mail } = openItemsBench();
    const { feeds, itemFeeds } = await mail.listFeeds({
      ...nothingYet,
      items: { collections: ['events', 'contacts', 'tasks'], window },
    });
    const ids = [...feeds, ...itemFeeds].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('notices the folder Salesforce Contacts when somebody makes it', async () => {
    const bench = openItemsBench();
    const memory = await visitAll(bench.mail, window);
    bench.simulator.addContactFolder(ANN, 'salesforce contacts');
    const contact = bench.simulator.addContact(ANN, { surname: 'Inside' }, 'salesforce contacts');
    const { listing, changes } = await visitItems(bench.reopen(), memory, window, ['contacts']);
    expect(listing.itemFeeds).toHaveLength(2);
    expect(itemsOf(changes)).toMatchObject([{ itemId: contact, isInSalesforceFolder: true }]);
  });

  it('leaves the flagged mails of To Do out', async () => {
    const { mail } = openItemsBench();
    const { itemFeeds } = await mail.listFeeds({ ...nothingYet, items: { collections: ['tasks'], window } });
    expect(itemFeeds).toHaveLength(1);
  });
});

describe('a collection without permission', () => {
  const grant = (bench: ReturnType<typeof openItemsBench>, roles: readonly string[]) => {
    bench.simulator.addApplication({
      clientId: 'narrow',
      name: 'Narrow',
      redirectUris: [],
      secrets: [{ value: 'narrow-secret' }],
    });
    bench.simulator.grantAdminConsent('contoso.test', 'narrow', { roles: [...roles] });
    const settings = { access: 'application', tenant: 'contoso.test', clientId: 'narrow', mailbox: ANN };
    const keeper = keepLazily(async () => ({ clientSecret: 'narrow-secret', certificate: null }));
    return () => bench.connect(keeper, settings);
  };

  it('is told beside the others, which go on', async () => {
    const bench = openItemsBench();
    const { task } = fill(bench);
    const connect = grant(bench, ['Mail.ReadWrite', 'Tasks.ReadWrite.All']);
    const { listing, changes } = await visitItems(connect(), nothingYet, window);
    expect(listing.feeds.length).toBeGreaterThan(0);
    expect(listing.itemFeeds.map(({ collection }) => collection)).toEqual(['tasks']);
    expect(listing.itemTroubles).toMatchObject([
      { collection: 'events', failure: { kind: 'permission-missing', fields: ['Calendars.ReadWrite'] } },
      { collection: 'contacts', failure: { kind: 'permission-missing', fields: ['Contacts.ReadWrite'] } },
    ]);
    expect(itemsOf(changes).map(({ itemId }) => itemId)).toEqual([task]);
    expect(deletedOf(changes)).toEqual([]);
  });

  it('is no deletion when the permission goes later, and goes on when it comes back', async () => {
    const bench = openItemsBench();
    const { event } = fill(bench);
    const all = ['Mail.ReadWrite', 'Calendars.ReadWrite', 'Contacts.ReadWrite', 'Tasks.ReadWrite.All'];
    const memory = await visitAll(grant(bench, all)(), window);
    const narrow = grant(bench, ['Mail.ReadWrite', 'Contacts.ReadWrite']);
    bench.advance(2 * 3_600_000);
    const second = await visitItems(narrow(), memory, window);
    expect(second.listing.itemTroubles).toMatchObject([
      { collection: 'events', failure: { fields: ['Calendars.ReadWrite'] } },
      { collection: 'tasks', failure: { fields: ['Tasks.ReadWrite.All'] } },
    ]);
    expect(second.changes).toEqual([]);
    bench.simulator.changeEvent(ANN, event, { subject: 'Later' });
    const back = grant(bench, all);
    bench.advance(2 * 3_600_000);
    const third = await visitItems(back(), second.memory, window);
    expect(third.listing.itemTroubles).toEqual([]);
    expect(itemsOf(third.changes)).toMatchObject([{ itemId: event, fields: { subject: 'Later' } }]);
  });

  it('is told of each item where it is written', async () => {
    const bench = openItemsBench();
    const { event } = fill(bench);
    const mail = grant(bench, ['Mail.ReadWrite', 'Calendars.Read'])();
    const [item] = await mail.items.readItems('events', [event as ItemId]);
    const version = item?.ok === true ? item.value.version : '';
    const updates = [{ itemId: event as ItemId, version, fields: { subject: 'New' } }];
    expect(await mail.items.updateItems('events', updates)).toMatchObject([
      { ok: false, failure: { code: 'mailbox.item-access-denied' } },
    ]);
  });
});

describe('cursors', () => {
  it.each(['resyncRequired', 'syncStateNotFound', 'SyncStateInvalid'] as const)(
    'that Graph forgot (%s) are told as expired, and a new reading tells everything',
    async (form) => {
      const bench = openItemsBench();
      const { event, contact, task } = fill(bench);
      const memory = await visitAll(bench.mail, window);
      for (const kind of ['calendars', 'contacts', 'tasks'] as const)
        bench.simulator.expireTokensOf(ANN, kind, form);
      const mail = bench.reopen();
      const { itemFeeds } = await mail.listFeeds({
        ...memory,
        items: { collections: ['events', 'contacts', 'tasks'], window },
      });
      expect(itemFeeds.every(({ moved }) => moved)).toBe(true);
      const told: string[] = [];
      for (const { id } of itemFeeds) {
        const cursor = memory.feeds.get(id) ?? '';
        for (const each of [cursor, 'nonsense', 'gi1:{}', 'gc1:{'])
          expect(await failureOf(mail.items.readItemChanges(id, each, window))).toMatchObject({
            code: 'mailbox.cursor-expired',
          });
        told.push(...itemsOf((await drainItems(mail, id, null, window)).changes).map(({ itemId }) => itemId));
      }
      expect(told.toSorted()).toEqual([event, contact, task].toSorted());
    },
  );

  it('of a feed that nobody knows are expired', async () => {
    const { mail } = openItemsBench();
    for (const feed of ['nonsense', 'contacts/AAMkAGI=', 'tasks/AAMkAGI='])
      expect(await failureOf(mail.items.readItemChanges(feed as FeedId, null, window))).toMatchObject({
        code: 'mailbox.cursor-expired',
      });
  });

  it('lead page by page through more than a page, also where entries are repeated', async () => {
    const bench = openItemsBench();
    bench.simulator.settings.repeatProbability = 0.5;
    const ids: string[] = [];
    for (let index = 0; index < 620; index += 1)
      ids.push(bench.simulator.addContact(ANN, { surname: `Number ${index}` }));
    const { changes } = await visitItems(bench.mail, nothingYet, window, ['contacts']);
    const told = itemsOf(changes).map(({ itemId }) => itemId);
    expect(new Set(told)).toEqual(new Set(ids));
  });
});

describe('trouble', () => {
  it('says how long to stay away when throttled', async () => {
    const bench = openItemsBench();
    const memory = await visitAll(bench.mail, window);
    bench.simulator.throttle(ANN, 10 * 60_000);
    const items = { collections: ['events'] as const, window };
    expect(await failureOf(bench.reopen().listFeeds({ ...memory, items }))).toMatchObject({
      code: 'mailbox.throttled',
    });
  });

  it('asks for nothing when asked for nothing', async () => {
    const { mail } = openItemsBench();
    for (const collection of ['events', 'contacts', 'tasks'] as const) {
      expect(await mail.items.readItems(collection, [])).toEqual([]);
      expect(await mail.items.createItems(collection, [], { mayExist: true })).toEqual([]);
      expect(await mail.items.updateItems(collection, [])).toEqual([]);
      expect(await mail.items.markItems(collection, [])).toEqual([]);
    }
    expect(mail.traffic().requests).toBe(0);
  });

  it('tells of each item whether it is gone, in the order asked', async () => {
    const bench = openItemsBench();
    const { event, contact, task } = fill(bench);
    const other = {
      events: bench.simulator.addEvent(ANN, {
        start: at('2026-01-08T10:00:00'),
        end: at('2026-01-08T10:00:00'),
      }),
      contacts: bench.simulator.addContact(ANN, { surname: 'Other' }),
      tasks: bench.simulator.addTask(ANN, { title: 'Other' }),
    };
    bench.simulator.removeEvent(ANN, event);
    bench.simulator.removeContact(ANN, contact);
    bench.simulator.removeTask(ANN, task);
    for (const [collection, gone] of [
      ['events', event],
      ['contacts', contact],
      ['tasks', task],
    ] as const) {
      const ids = [gone, other[collection], gone] as readonly string[] as readonly ItemId[];
      expect(await bench.mail.items.readItems(collection, ids)).toMatchObject([
        { ok: false, itemId: gone, failure: { code: 'mailbox.item-gone' } },
        { ok: true, value: { itemId: other[collection], collection } },
        { ok: false, itemId: gone, failure: { code: 'mailbox.item-gone' } },
      ]);
    }
  });

  it('of one collection’s service keeps neither mail nor the others', async () => {
    const bench = openItemsBench();
    const { event } = fill(bench);
    const memory = await visitAll(bench.mail, window);
    const fault = { kind: 'http', status: 503, headers: { 'retry-after': '600' } } as const;
    for (const operation of ['todoLists.list', 'tasks.delta'])
      bench.simulator.faults.add({ operation, effect: fault });
    bench.simulator.changeEvent(ANN, event, { subject: 'New' });
    for (const before of [nothingYet, memory]) {
      const { listing, changes } = await visitItems(bench.reopen(), before, window, ['events', 'tasks']);
      expect(listing.feeds.length).toBeGreaterThan(0);
      expect(listing.itemFeeds.map(({ collection }) => collection)).toEqual(['events']);
      expect(listing.itemTroubles).toMatchObject([{ collection: 'tasks', failure: { kind: 'transient' } }]);
      expect(itemsOf(changes)).toMatchObject([{ itemId: event, fields: { subject: 'New' } }]);
    }
  });

  it.each([
    ['an answer that was lost', { kind: 'lostReply' }],
    ['a gateway that gave up', { kind: 'http', status: 504 }],
    ['a throttled call', { kind: 'throttle', backOffMs: 1_000 }],
  ] as const)('doubles nothing after %s', async (_, effect) => {
    for (const [collection, operation] of [
      ['events', 'event.create'],
      ['contacts', 'contact.create'],
      ['tasks', 'task.create'],
    ] as const) {
      const bench = openItemsBench(createLeapingClock(NOW));
      bench.simulator.faults.add({ operation, nth: 2, count: 1, effect });
      const time = '2026-01-08T10:00:00Z/2026-01-08T11:00:00Z';
      const fields = { events: { time }, contacts: { lastName: 'X' }, tasks: { subject: 'X' } }[collection];
      const items = ['a', 'b', 'c'].map((stamp) => ({ stamp, fields, categories: [] }));
      const made = await bench.mail.items.createItems(collection, items, { mayExist: false });
      expect(made.map(({ ok }) => ok)).toEqual([true, true, true]);
      const { changes } = await visitItems(bench.reopen(), nothingYet, window, [collection]);
      expect(
        itemsOf(changes)
          .map(({ stamp }) => stamp)
          .toSorted(),
      ).toEqual(['a', 'b', 'c']);
    }
  });

  it('takes what lies in Deleted Items for gone', async () => {
    const bench = openItemsBench();
    const { event, contact } = fill(bench);
    const series = bench.simulator.addEvent(ANN, {
      subject: 'Standup',
      start: at('2026-01-05T09:00:00'),
      end: at('2026-01-05T09:15:00'),
      recurrence: weekly('2026-01-05', 'monday'),
    });
    const memory = await visitAll(bench.mail, window);
    for (const id of [event, series]) bench.simulator.throwAwayEvent(ANN, id);
    bench.simulator.throwAwayContact(ANN, contact);
    const mail = bench.reopen();
    for (const [collection, id] of [
      ['events', event],
      ['events', series],
      ['contacts', contact],
    ] as const)
      expect(await mail.items.readItems(collection, [id as ItemId])).toMatchObject([
        { ok: false, failure: { code: 'mailbox.item-gone' } },
      ]);
    const { changes } = await visitItems(mail, memory, window);
    expect(deletedOf(changes)).toEqual(expect.arrayContaining([event, series, contact]));
    expect(itemsOf(changes)).toEqual([]);
  });

  it('reads contacts and tasks one by one where a delta query refuses to expand', async () => {
    const bench = openItemsBench();
    const fields = { lastName: 'X', fax: '1' };
    await bench.mail.items.createItems('contacts', [{ stamp: 'a', fields, categories: [] }], {
      mayExist: false,
    });
    await bench.mail.items.createItems('tasks', [{ stamp: 'b', fields: { subject: 'X' }, categories: [] }], {
      mayExist: false,
    });
    // The second folder of contacts, and the one list of tasks.
    for (const [operation, nth] of [
      ['contacts.delta', 2],
      ['tasks.delta', 1],
    ] as const)
      bench.simulator.faults.add({
        operation,
        nth,
        count: 1,
        effect: { kind: 'http', status: 500, body: 'json' },
      });
    const { changes } = await visitItems(bench.reopen(), nothingYet, window, ['contacts', 'tasks']);
    expect(itemsOf(changes).map(({ stamp }) => stamp)).toEqual(['a', 'b']);
    expect(itemsOf(changes)[0]?.fields).toMatchObject({ fax: '1' });
  });

  it('renews the calendar’s window by a new reading, and tells nothing of it as deleted', async () => {
    const bench = openItemsBench();
    const { event } = fill(bench);
    bench.simulator.addEvent(ANN, {
      subject: 'Standup',
      start: at('2026-01-05T09:00:00'),
      end: at('2026-01-05T09:15:00'),
      recurrence: weekly('2026-01-05', 'monday'),
    });
    const memory = await visitAll(bench.mail, window);
    bench.advance(70 * DAY);
    const later = windowAt(NOW + 70 * DAY);
    const mail = bench.reopen();
    const { itemFeeds } = await mail.listFeeds({
      ...memory,
      items: { collections: ['events'], window: later },
    });
    expect(itemFeeds).toMatchObject([{ id: 'calendar', moved: true }]);
    const cursor = memory.feeds.get('calendar' as FeedId) ?? '';
    expect(await failureOf(mail.items.readItemChanges('calendar' as FeedId, cursor, later))).toMatchObject({
      code: 'mailbox.cursor-expired',
      vendorCode: 'WindowMoved',
    });
    const anew = await drainItems(mail, 'calendar' as FeedId, null, later);
    expect(deletedOf(anew.changes)).toEqual([]);
    expect(itemsOf(anew.changes).some(({ itemId }) => itemId === event)).toBe(false);
    expect(await bench.mail.items.readItems('events', [event as ItemId])).toMatchObject([{ ok: true }]);
  });
});
