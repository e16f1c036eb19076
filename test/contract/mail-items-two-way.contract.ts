/**
 * What every mail connector must do with events, contacts and tasks, whatever the service: one suite, run on the in-memory reference first and on each
 * real connector with its simulator. A behaviour that a service cannot show is skipped by name, with the reason printed. After every test nobody was notified.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { canonicalInstant } from '../../src/model/canonical.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { collections } from '../../src/model/collection.ts';
import { secondField } from '../support/field-samples.ts';
import { createReader, drainItems } from '../support/items-reader.ts';
import {
  type Check,
  expires,
  fault,
  good,
  type ItemsWorld,
  makeByHand,
  readNow,
  windowAt,
} from '../support/items-world.ts';
import { failureOf } from '../support/mail-world.ts';
import { describeChanging, describeMarking } from './mail-items-changing.contract.ts';
import { describeEvents, describePeople } from './mail-items-events.contract.ts';
import { describeMaking } from './mail-items-making.contract.ts';
import { describeSeries, describeSeriesWriting } from './mail-items-series.contract.ts';

export interface ItemsContract {
  readonly name: string;
  readonly open: () => ItemsWorld | Promise<ItemsWorld>;
  /** Tests, by title, that this service cannot show. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** After this long without a change nothing is in doubt any more. */
const SETTLED_MS = 5 * MINUTE;

/** Declares the suite for one connector. */
export function runItemsContract(contract: ItemsContract): void {
  const skipped = new Map(
    (contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((title) => [title, reason])),
  );
  let world: ItemsWorld | null = null;
  const check: Check = (title, body, needs = []) => {
    test(title, async (context) => {
      const reason = skipped.get(title);
      if (reason !== undefined) context.skip(reason);
      world = await contract.open();
      for (const need of needs) {
        const why = need(world);
        if (why !== null) context.skip(why);
      }
      await body(world);
      expect(await world.notificationsSent()).toBe(0);
    });
  };
  describe(`${contract.name} keeps the contract of events, contacts and tasks`, () => {
    afterEach(async () => {
      await world?.mail.close();
      await world?.close();
      world = null;
    });
    describeListing(check);
    describeReading(check);
    describeChangesOf(check);
    describeTrouble(check);
    describeEvents(check);
    describePeople(check);
    describeSeries(check);
    describeSeriesWriting(check);
    describeMaking(check);
    describeChanging(check);
    describeMarking(check);
  });
}

const nothing = { cursor: null, feeds: new Map() };

function describeListing(check: Check): void {
  check('its check tries every collection, and makes nothing', async (world) => {
    const checked = await world.mail.check();
    expect(checked.filter(({ capability }) => collections.some((one) => one === capability))).toEqual(
      collections.map((capability) => ({ capability, ok: true })),
    );
    const { told, unreadable } = await createReader(world).visit();
    expect([told, unreadable]).toEqual([[], []]);
  });

  check('lists no feed of items where none is wished', async ({ mail }) => {
    const listing = await mail.listFeeds(nothing);
    expect([listing.itemFeeds, listing.itemTroubles]).toEqual([[], []]);
  });

  check('lists feeds of the collections that are wished, each under an id of its own', async (world) => {
    const window = windowAt(world.now());
    const listing = await world.mail.listFeeds({ ...nothing, items: { collections, window } });
    const { feeds, itemFeeds, itemTroubles } = listing;
    expect(itemTroubles).toEqual([]);
    expect(new Set(itemFeeds.map(({ collection }) => collection))).toEqual(new Set(collections));
    expect(itemFeeds.every(({ moved }) => moved)).toBe(true);
    const ids = [...feeds, ...itemFeeds].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
  });

  check('lists no feed of a collection that is not wished', async (world) => {
    const items = { collections: ['tasks'] as const, window: windowAt(world.now()) };
    const { itemFeeds, itemTroubles } = await world.mail.listFeeds({ ...nothing, items });
    expect(new Set(itemFeeds.map(({ collection }) => collection))).toEqual(new Set(['tasks']));
    expect(itemTroubles).toEqual([]);
  });

  check('lists mail alike, whether items are wished or not', async (world) => {
    const items = { collections, window: windowAt(world.now()) };
    const { feeds } = await world.mail.listFeeds(nothing);
    expect((await world.mail.listFeeds({ ...nothing, items })).feeds).toEqual(feeds);
  });

  check('tells nothing where nothing happened, and the listing stays cheap', async (world) => {
    for (const collection of collections) await makeByHand(world, collection, 'Quiet');
    const reader = createReader(world);
    await reader.visit();
    world.advance(SETTLED_MS);
    await reader.visit();
    world.advance(SETTLED_MS);
    const { requests } = world.mail.traffic();
    const { told, listing } = await reader.visit();
    expect(told).toEqual([]);
    expect(listing.itemFeeds.filter(({ moved }) => moved)).toEqual([]);
    const { idleRequestsMax } = world;
    if (idleRequestsMax !== undefined)
      expect(world.mail.traffic().requests - requests).toBeLessThanOrEqual(idleRequestsMax);
  });
}

function describeReading(check: Check): void {
  check('a first reading of nothing tells nothing, and ends', async (world) => {
    const { told, unreadable } = await createReader(world).visit();
    expect([told, unreadable]).toEqual([[], []]);
  });

  check('a first reading tells everything in the window', async (world) => {
    const at = (days: number, hours = 0) => canonicalInstant(world.now() + days * DAY + hours * HOUR);
    const events = {
      'Just over': `${at(-13)}/${at(-13, 1)}`,
      'Goes on': `${at(-20)}/${at(20)}`,
      'Far ahead': `${at(900)}/${at(900, 1)}`,
    };
    for (const [title, time] of Object.entries(events)) await makeByHand(world, 'events', title, { time });
    const due = (days: number) => at(days).slice(0, 10);
    await makeByHand(world, 'tasks', 'Open for long', { due: due(-300) });
    await makeByHand(world, 'tasks', 'Without a day');
    await makeByHand(world, 'tasks', 'Done', { due: due(-2), status: 'completed' });
    await makeByHand(world, 'contacts', 'Marlow');
    const reader = createReader(world);
    await reader.visit();
    for (const [title, time] of Object.entries(events)) expect(reader.event(title).fields.time).toBe(time);
    for (const title of ['Open for long', 'Without a day', 'Done']) reader.one('tasks', title);
    expect(reader.one('contacts', 'Marlow')).toMatchObject({ collection: 'contacts', stamp: null });
  });

  check('a long first reading is told to its end, and goes on in another process', async (world) => {
    const titles = Array.from({ length: MANY }, (_, index) => `Number ${index}`);
    for (const collection of collections)
      for (const title of titles) await makeByHand(world, collection, title);
    const reader = createReader(world, { connectors: [world.mail, await world.reopen()] });
    await reader.visit();
    for (const collection of collections)
      for (const title of titles) expect(reader.one(collection, title).collection).toBe(collection);
  });

  for (const collection of collections) {
    check(`reads ${collection} in the order asked, and names the ones that are gone`, async (world) => {
      for (const title of ['One', 'Two', 'Three']) await makeByHand(world, collection, title);
      const reader = createReader(world);
      await reader.visit();
      const [one, two, three] = ['One', 'Two', 'Three'].map((title) => reader.one(collection, title));
      if (one === undefined || two === undefined || three === undefined) throw new Error('not told');
      await world.hands.remove(collection, 'Two');
      const asked = [three, two, one].map(({ itemId }) => itemId);
      const results = await world.mail.items.readItems(collection, asked);
      expect(results).toMatchObject([
        { ok: true, value: { itemId: three.itemId, version: three.version, fields: three.fields } },
        { ok: false, itemId: two.itemId, failure: { code: 'mailbox.item-gone' } },
        { ok: true, value: { itemId: one.itemId, version: one.version, fields: one.fields } },
      ]);
    });

    check(`reads as many ${collection} at once as it says`, async (world) => {
      await makeByHand(world, collection, 'One');
      const reader = createReader(world);
      await reader.visit();
      const { itemId } = reader.one(collection, 'One');
      const { batchMax } = world.mail.items.capabilities[collection];
      expect(batchMax).toBeGreaterThan(0);
      const asked = Array.from({ length: Math.min(batchMax, AT_ONCE_MAX) }, () => itemId);
      const items = good(await world.mail.items.readItems(collection, asked));
      expect(items.map((item) => item.itemId)).toEqual(asked);
    });
  }

  check('nothing asked is nothing answered', async ({ mail: { items } }) => {
    for (const collection of collections) {
      expect(await items.readItems(collection, [])).toEqual([]);
      expect(await items.createItems(collection, [], { mayExist: true })).toEqual([]);
      expect(await items.updateItems(collection, [])).toEqual([]);
      expect(await items.markItems(collection, [])).toEqual([]);
    }
  });
}

const MANY = 40;
const AT_ONCE_MAX = 200;

function describeChangesOf(check: Check): void {
  for (const collection of collections) {
    check(`tells which ${collection} were made, changed and thrown away since`, async (world) => {
      for (const title of ['Stays', 'Changes', 'Goes']) await makeByHand(world, collection, title);
      const reader = createReader(world);
      await reader.visit();
      const before = ['Stays', 'Changes', 'Goes'].map((title) => reader.one(collection, title));
      world.advance(MINUTE);
      await makeByHand(world, collection, 'Comes');
      const change = { [secondField[collection]]: 'Changed' };
      await world.hands.edit(collection, 'Changes', change);
      await world.hands.remove(collection, 'Goes');
      await reader.visit();
      expect(reader.titled(collection, 'Goes')).toEqual([]);
      reader.one(collection, 'Stays');
      const changed = reader.one(collection, 'Changes');
      expect(changed).toMatchObject({ itemId: before[1]?.itemId, fields: change });
      expect(changed.version).not.toBe(before[1]?.version);
      const come = reader.one(collection, 'Comes');
      expect(come.version).toBe((await readNow(world, collection, come.itemId)).version);
    });
  }

  check('what happens while the first reading goes on is told by it or after it', async (world) => {
    for (let index = 0; index < MANY; index += 1) await makeByHand(world, 'tasks', `Number ${index}`);
    const window = windowAt(world.now());
    const wish = { ...nothing, items: { collections: ['tasks'] as const, window } };
    const feed = (await world.mail.listFeeds(wish)).itemFeeds[0]?.id;
    if (feed === undefined) throw new Error('no feed');
    let isDisturbed = false;
    const read = async (mail: ItemsWorld['mail'], cursor: string | null) => {
      const page = await mail.items.readItemChanges(feed, cursor, window);
      if (isDisturbed) return page;
      isDisturbed = true;
      world.advance(MINUTE);
      await world.hands.edit('tasks', 'Number 0', { subject: 'Renamed' });
      await makeByHand(world, 'tasks', 'Late');
      return page;
    };
    const first = await drainItems([world.mail], read);
    const second = await drainItems([world.mail], read, first.cursor);
    const titles = [...first.changes, ...second.changes].flatMap((change) =>
      change.kind === 'upsert' ? [change.item.fields.subject] : [],
    );
    expect(titles).toEqual(expect.arrayContaining(['Renamed', 'Late', `Number ${MANY - 1}`]));
  });

  check('a restart in between loses and doubles nothing', async (world) => {
    await makeByHand(world, 'contacts', 'Marlow');
    const reader = createReader(world, { connectors: [world.mail, await world.reopen()] });
    await reader.visit();
    await makeByHand(world, 'contacts', 'Lindqvist');
    await reader.visit();
    for (const title of ['Marlow', 'Lindqvist']) reader.one('contacts', title);
  });
}

function describeTrouble(check: Check): void {
  for (const collection of collections) {
    check(
      `a forgotten cursor of ${collection} expires, and a reading anew tells everything`,
      async (world) => {
        await makeByHand(world, collection, 'One');
        const reader = createReader(world);
        const { listing } = await reader.visit();
        await makeByHand(world, collection, 'Two');
        await world.faults.expireCursors?.[collection]?.();
        for (const feed of listing.itemFeeds.filter((one) => one.collection === collection)) {
          const cursor = reader.feeds.get(feed.id) ?? null;
          const read = world.mail.items.readItemChanges(feed.id, cursor, windowAt(world.now()));
          expect((await failureOf(read)).kind).toBe('cursor-expired');
        }
        const anew = createReader(world);
        await anew.visit();
        for (const title of ['One', 'Two']) anew.one(collection, title);
      },
      [expires(collection)],
    );

    check(
      `${collection} without permission are a trouble of their own`,
      async (world) => {
        const mail = await world.faults.forbid?.(collection);
        if (mail === undefined) throw new Error('no connector');
        const items = { collections, window: windowAt(world.now()) };
        const listing = await mail.listFeeds({ ...nothing, items });
        expect(listing.itemTroubles.map((trouble) => trouble.collection)).toEqual([collection]);
        const trouble = listing.itemTroubles[0]?.failure;
        expect(catalogue[trouble?.code ?? 'lockstep.internal'].side).toBe('mailbox');
        const listed = new Set(listing.itemFeeds.map((feed) => feed.collection));
        expect(listed).toEqual(new Set(collections.filter((one) => one !== collection)));
        expect(listing.feeds.length).toBeGreaterThan(0);
        const failed = (await mail.check()).filter(({ ok }) => !ok);
        expect(failed).toMatchObject([{ capability: collection, failure: { code: trouble?.code } }]);
      },
      [fault('forbid')],
    );

    check(
      `damaged ${collection} wait alone`,
      async (world) => {
        for (const title of ['Good', 'Bad', 'Fine']) await makeByHand(world, collection, title);
        const sound = createReader(world);
        await sound.visit();
        const bad = sound.one(collection, 'Bad');
        const good = sound.one(collection, 'Good');
        await world.faults.damage?.(collection, 'Bad');
        const reader = createReader(world);
        await reader.visit();
        for (const title of ['Good', 'Fine']) reader.one(collection, title);
        const results = await world.mail.items.readItems(collection, [bad.itemId, good.itemId]);
        expect(results).toMatchObject([{ ok: false, itemId: bad.itemId }, { ok: true }]);
      },
      [fault('damage')],
    );
  }

  check(
    'asked to slow down, it says for how long, and goes on afterwards',
    async (world) => {
      await makeByHand(world, 'tasks', 'One');
      const reader = createReader(world);
      await reader.visit();
      await makeByHand(world, 'tasks', 'Two');
      world.faults.throttle?.(2 * MINUTE);
      const failure = await failureOf(reader.visit());
      expect(failure.kind).toBe('throttled');
      expect(failure.retryAfterMs ?? 2 * MINUTE).toBeGreaterThan(0);
      world.advance(3 * MINUTE);
      await reader.visit();
      reader.one('tasks', 'Two');
    },
    [fault('throttle')],
  );
}
