/** Series at the simulated Exchange: told with their occurrences, changed and taken out, and what time brings inside the window. */
import { describe, expect, it } from 'vitest';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { Cursor } from '../../src/model/connector.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { ItemChange } from '../../src/model/mail-items.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/exchange-bench.ts';
import {
  drainItems,
  feedOf,
  itemsIn,
  occurrencesIn,
  openItems,
  valuesOf,
  visitItems,
  WINDOW,
} from '../support/exchange-items-bench.ts';

type World = ReturnType<typeof openItems>;
type Given = Parameters<World['simulator']['createEvent']>[1];

const EVE = { name: 'Eve Stone', address: 'eve@other.test' };
const WEEKLY: Given = {
  subject: 'Team',
  body: 'Agenda',
  timeZone: 'W. Europe Standard Time',
  start: '2026-01-07T10:00:00',
  end: '2026-01-07T11:00:00',
  recurrence: { pattern: { kind: 'weekly', interval: 1, days: ['Wednesday'] } },
};
const DAILY = { kind: 'daily', interval: 1 } as const;

function openSeries(given: Given = {}) {
  const world = openItems();
  const id = world.simulator.createEvent(ANN, { ...WEEKLY, ...given }) as ItemId;
  const at = (index: number) => world.simulator.occurrenceIdOf(ANN, id, index) as ItemId;
  return { ...world, id, at };
}

async function readAll(world: World, window = WINDOW): Promise<readonly ItemChange[]> {
  const connector = world.connect();
  return (await drainItems(connector, await feedOf(connector, 'events'), null, window)).changes;
}

const sorted = (events: readonly EventItem[]) =>
  events.toSorted((one, other) => ((one.originalStart ?? '') < (other.originalStart ?? '') ? -1 : 1));

async function readSpan(world: World, from: number, to: number) {
  const connector = world.connect();
  const feed = await feedOf(connector, 'events');
  const changes: ItemChange[] = [];
  let pages = 0;
  for (let cursor: Cursor | null = null; ; ) {
    const page = await connector.items.readOccurrences(feed, { from, to }, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    pages += 1;
    if (page.done) return { changes, pages, traffic: connector.traffic().byOperation };
  }
}

describe('a series', () => {
  it('is told with its occurrences in the window, at the local time of its zone', async () => {
    const world = openSeries({ categories: ['Salesforce'], required: [EVE] });
    const changes = await readAll(world);
    expect(changes).toMatchObject([
      { kind: 'series', seriesId: world.id, from: WINDOW.eventsFrom, to: WINDOW.seriesTo },
    ]);
    const occurrences = occurrencesIn(changes);
    expect(occurrences).toHaveLength(13);
    expect(occurrences[0]).toMatchObject({
      itemId: world.at(1),
      seriesId: world.id,
      originalStart: '2026-01-07T09:00:00Z',
      categories: ['Salesforce'],
      attendees: [{ address: EVE.address }],
      stamp: null,
      fields: {
        subject: 'Team',
        description: 'Agenda',
        time: '2026-01-07T09:00:00Z/2026-01-07T10:00:00Z',
        showAs: 'busy',
      },
    });
    // The clocks turn on 29 March.
    expect(occurrences.at(-1)?.fields.time).toBe('2026-04-01T08:00:00Z/2026-04-01T09:00:00Z');
    expect(new Set(occurrences.map(({ uid }) => uid)).size).toBe(1);
  });

  it('costs no request for each of its ordinary occurrences', async () => {
    const world = openSeries({ recurrence: { pattern: DAILY } });
    const connector = world.connect();
    const feed = await feedOf(connector, 'events');
    const before = connector.traffic().requests;
    expect(occurrencesIn((await drainItems(connector, feed, null)).changes)).toHaveLength(88);
    // The changes, the view, whose series the occurrences are, and the series itself.
    expect(connector.traffic().requests - before).toBe(4);
  });

  it('of whole days stands by dates of its own zone', async () => {
    const world = openSeries({
      timeZone: 'Tonga Standard Time',
      start: '2026-01-07T00:00:00',
      end: '2026-01-08T00:00:00',
      isAllDay: true,
    });
    world.simulator.editEvent(ANN, world.at(2), { start: '2026-01-15T00:00:00', end: '2026-01-16T00:00:00' });
    const occurrences = sorted(occurrencesIn(await readAll(world)));
    expect(
      occurrences.slice(0, 3).map(({ originalStart, fields }) => `${originalStart} ${fields.time}`),
    ).toEqual([
      '2026-01-07 2026-01-07/2026-01-08',
      '2026-01-14 2026-01-15/2026-01-16',
      '2026-01-21 2026-01-21/2026-01-22',
    ]);
  });

  it('is told again, whole, when an occurrence was changed, moved or taken out', async () => {
    const world = openSeries();
    const first = await visitItems(world.connect());
    world.clock.advance(HOUR);
    world.simulator.editEvent(ANN, world.at(2), {
      subject: 'Team, special',
      start: '2026-01-15T15:00:00Z',
      end: '2026-01-15T16:00:00Z',
    });
    world.simulator.removeOccurrence(ANN, world.at(3));
    world.clock.advance(HOUR);
    const { changes } = await visitItems(world.connect(), first.memory);
    const occurrences = sorted(occurrencesIn(changes));
    expect(occurrences).toHaveLength(12);
    expect(occurrences[1]).toMatchObject({
      itemId: world.at(2),
      seriesId: world.id,
      originalStart: '2026-01-14T09:00:00Z',
      fields: { subject: 'Team, special', time: '2026-01-15T15:00:00Z/2026-01-15T16:00:00Z' },
    });
    expect(occurrences.map(({ originalStart }) => originalStart)).not.toContain('2026-01-21T09:00:00Z');
  });

  it.each([
    ['beyond the window', 2, '2026-04-07', ['2026-02-10 2026-02-10', '2026-03-10 2026-04-07']],
    [
      'into the window',
      3,
      '2026-04-04',
      ['2026-02-10 2026-02-10', '2026-03-10 2026-03-10', '2026-04-10 2026-04-04'],
    ],
  ])('keeps an occurrence that was moved %s', async (_name, index, day, expected) => {
    const pattern = { kind: 'absoluteMonthly', interval: 1, day: 10 } as const;
    const world = openSeries({
      start: '2026-02-10T10:00:00',
      end: '2026-02-10T11:00:00',
      recurrence: { pattern },
    });
    world.simulator.editEvent(ANN, world.at(index), { start: `${day}T09:00:00Z`, end: `${day}T10:00:00Z` });
    const occurrences = sorted(occurrencesIn(await readAll(world)));
    expect(
      occurrences.map((one) => `${one.originalStart?.slice(0, 10)} ${one.fields.time?.slice(0, 10)}`),
    ).toEqual(expected);
  });

  it('that is over tells no occurrence, and its deletion is one tombstone', async () => {
    const world = openSeries({
      start: '2025-01-07T10:00:00',
      end: '2025-01-07T11:00:00',
      recurrence: { pattern: DAILY, count: 5 },
    });
    const first = await visitItems(world.connect());
    expect(occurrencesIn(first.changes)).toEqual([]);
    world.simulator.remove(ANN, world.id, 'trash');
    world.clock.advance(HOUR);
    const { changes } = await visitItems(world.connect(), first.memory);
    expect(changes).toEqual([{ kind: 'deleted', itemId: world.id }]);
  });

  it('becomes a single event under the same id', async () => {
    const world = openSeries();
    const first = await visitItems(world.connect());
    world.clock.advance(HOUR);
    world.simulator.editEvent(ANN, world.id, { recurrence: null });
    world.clock.advance(HOUR);
    const { changes } = await visitItems(world.connect(), first.memory);
    expect(itemsIn(changes)).toMatchObject([{ itemId: world.id, originalStart: null, seriesId: null }]);
  });

  it('is not mixed with another one of the same UID', async () => {
    const world = openItems();
    const given = { ...WEEKLY, uid: 'copied@calendar.test' };
    const ids = [
      world.simulator.createEvent(ANN, given),
      world.simulator.createEvent(ANN, { ...given, subject: 'Copy' }),
    ];
    const series = (await readAll(world)).filter((change) => change.kind === 'series');
    expect(series.map(({ seriesId }) => seriesId).toSorted()).toEqual(ids.toSorted());
    for (const { occurrences } of series) {
      expect(occurrences).toHaveLength(13);
      expect(new Set(occurrences.map(({ fields }) => fields.subject)).size).toBe(1);
    }
  });

  it('waits alone when a changed occurrence cannot be read', async () => {
    const world = openSeries();
    world.simulator.editEvent(ANN, world.at(2), { subject: 'Special' });
    const other = world.simulator.createEvent(ANN, { ...WEEKLY, subject: 'Other' });
    const connector = world.connect();
    const feed = await feedOf(connector, 'events');
    const effect = { kind: 'partial', nth: 1, code: 'ErrorItemCorrupt' } as const;
    // Whose series the occurrences are is asked first, then the series, then what was changed.
    world.simulator.faults.add({ operation: 'GetItem', nth: 3, count: 1, effect });
    const { changes } = await drainItems(connector, feed, null);
    expect(changes.map(({ kind }) => kind).toSorted()).toEqual(['series', 'unreadable']);
    expect(changes.find(({ kind }) => kind === 'series')).toMatchObject({ seriesId: other });
  });

  it('waits when nobody can tell which occurrences are its own', async () => {
    const world = openSeries();
    const connector = world.connect();
    const feed = await feedOf(connector, 'events');
    const effect = { kind: 'partial', nth: 1, code: 'ErrorItemCorrupt' } as const;
    world.simulator.faults.add({ operation: 'GetItem', nth: 1, count: 2, effect });
    const { changes } = await drainItems(connector, feed, null);
    expect(changes).toMatchObject([{ kind: 'unreadable', itemId: world.id, failure: { kind: 'bad-item' } }]);
  });

  it('of two thousand occurrences is told whole, by views of a thousand', async () => {
    const world = openItems();
    for (let index = 0; index < 25; index += 1)
      world.simulator.createEvent(ANN, {
        timeZone: 'UTC',
        subject: `S${index}`,
        start: `2026-01-06T${String(index % 24).padStart(2, '0')}:00:00Z`,
        end: `2026-01-06T${String(index % 24).padStart(2, '0')}:30:00Z`,
        recurrence: { pattern: DAILY },
      });
    const series = (await readAll(world)).filter((change) => change.kind === 'series');
    // The window ends at eight o'clock, and nine of the series begin earlier in the day.
    expect(series.map(({ occurrences }) => occurrences.length).toSorted()).toEqual([
      ...Array(16).fill(89),
      ...Array(9).fill(90),
    ]);
  });
});

describe('what time brings', () => {
  const from = WINDOW.seriesTo;

  it('is told as events, each once, whatever began before', async () => {
    const world = openSeries();
    world.simulator.createEvent(ANN, { subject: 'Single', start: from + HOUR, end: from + 2 * HOUR });
    const { changes } = await readSpan(world, from, from + 7 * DAY);
    expect(itemsIn(changes)).toMatchObject([
      {
        seriesId: world.id,
        originalStart: '2026-04-08T08:00:00Z',
        fields: { subject: 'Team', description: 'Agenda' },
      },
    ]);
  });

  it('holds changed occurrences as they are', async () => {
    const world = openSeries();
    world.simulator.editEvent(ANN, world.at(14), { subject: 'Special', location: 'Room' });
    const { changes } = await readSpan(world, from, from + 7 * DAY);
    expect(itemsIn(changes)).toMatchObject([
      { itemId: world.at(14), fields: { subject: 'Special', location: 'Room' } },
    ]);
  });

  it('is nothing for a span without occurrences, in one request', async () => {
    const { changes, traffic } = await readSpan(openItems(), from, from + DAY);
    expect(changes).toEqual([]);
    expect(traffic.FindItem).toBe(1);
  });

  it('comes page by page where there is much of it, and over more than two years', async () => {
    const world = openSeries({ recurrence: { pattern: DAILY } });
    const { changes, pages } = await readSpan(world, from, from + 1_200 * DAY);
    expect(itemsIn(changes)).toHaveLength(1_200);
    expect(new Set(itemsIn(changes).map(({ itemId }) => itemId)).size).toBe(1_200);
    expect(pages).toBeGreaterThan(1);
  });

  it('says cursor-expired for a cursor that is none', async () => {
    const world = openItems();
    const connector = world.connect();
    const feed = await feedOf(connector, 'events');
    for (const bad of ['nonsense', 'o1:x', 'o1:5'])
      await expect(
        connector.items.readOccurrences(feed, { from, to: from + DAY }, bad),
      ).rejects.toMatchObject({ failure: { kind: 'cursor-expired' } });
  });
});

describe('an occurrence', () => {
  it('is read by its id as one of its series, and is gone when it was taken out', async () => {
    const world = openSeries();
    const [second, third] = [world.at(2), world.at(3)];
    world.simulator.removeOccurrence(ANN, third);
    const results = await world.connect().items.readItems('events', [third, second, world.id]);
    expect(results).toMatchObject([
      { ok: false, itemId: third, failure: { code: 'mailbox.item-gone' } },
      { ok: true, value: { itemId: second, seriesId: world.id, originalStart: '2026-01-14T09:00:00Z' } },
      { ok: true, value: { itemId: world.id, seriesId: null, originalStart: null } },
    ]);
  });

  it('is written alone, its neighbours stay, and several go in one call', async () => {
    const world = openSeries({ required: [EVE] });
    const occurrences = occurrencesIn(await readAll(world)).slice(0, 3);
    const { items } = world.connect();
    const updates = occurrences.map(({ itemId, version }, index) => ({
      itemId,
      version,
      fields: { subject: `Written ${index}` },
    }));
    valuesOf(await items.updateItems('events', updates));
    const after = sorted(occurrencesIn(await readAll(world)));
    expect(after.slice(0, 4).map(({ fields }) => fields.subject)).toEqual([
      'Written 0',
      'Written 1',
      'Written 2',
      'Team',
    ]);
    const stale = await items.updateItems('events', updates);
    expect(stale.every((one) => !one.ok && one.failure.code === 'mailbox.item-conflict')).toBe(true);
    expect(world.notifications()).toBe(0);
  });

  it('of a whole-day series is moved to another date of its own zone', async () => {
    const world = openSeries({
      timeZone: 'Tonga Standard Time',
      start: '2026-01-07T00:00:00',
      end: '2026-01-08T00:00:00',
      isAllDay: true,
    });
    const itemId = world.at(2);
    const { version } = await world.readOne('events', itemId);
    const fields = { time: '2026-01-15/2026-01-16' };
    valuesOf(await world.connect().items.updateItems('events', [{ itemId, version, fields }]));
    expect(await world.readOne('events', itemId)).toMatchObject({ originalStart: '2026-01-14', fields });
  });

  it('is marked as given', async () => {
    const world = openSeries();
    const itemId = world.at(2);
    const marks = [itemId, world.at(4)].map((id) => ({
      itemId: id,
      version: '',
      add: ['Salesforce'],
      remove: [],
    }));
    valuesOf(await world.connect().items.markItems('events', marks));
    const after = sorted(occurrencesIn(await readAll(world)));
    expect(after.map(({ categories }) => categories.length)).toEqual([0, 1, 0, 1, ...Array(9).fill(0)]);
  });
});
