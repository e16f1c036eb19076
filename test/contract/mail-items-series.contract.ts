/**
 * The part of the contract of events that is about series: told as complete lists or as single occurrences, whichever the service likes. Declared by
 * `mail-items-two-way.contract.ts`.
 */
import { expect } from 'vitest';
import { DAY, MINUTE } from '../../src/model/clock.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { MailboxItem } from '../../src/model/mailbox-item.ts';
import { createReader, drainItems, type Reader } from '../support/items-reader.ts';
import {
  type Check,
  can,
  good,
  type HandSeries,
  type ItemsWorld,
  makeByHand,
  occurrence,
  readNow,
  timesOf,
  windowAt,
  writes,
} from '../support/items-world.ts';

/** Five mornings in January, in Berlin: 09:00Z. */
const daily: HandSeries = {
  fields: { subject: 'Stand-up', location: 'Room 4' },
  zone: 'Europe/Berlin',
  plan: { start: '2026-01-12T10:00', length: 15, zone: 'Europe/Berlin', everyDays: 1, count: 5 },
};
const starts = [12, 13, 14, 15, 16].map((day) => `2026-01-${day}T09:00:00Z`);

const startsOf = (reader: Reader, title: string) =>
  reader.occurrences(title).map(({ fields }) => fields.time?.split('/')[0]);

async function opened(world: ItemsWorld, series: HandSeries): Promise<Reader> {
  await world.hands.makeSeries(series);
  const reader = createReader(world);
  await reader.visit();
  world.advance(MINUTE);
  return reader;
}

export function describeSeries(check: Check): void {
  check('a series is told as its occurrences', async (world) => {
    const reader = await opened(world, daily);
    const told = reader.occurrences('Stand-up');
    expect(told.map(({ originalStart }) => originalStart)).toEqual(starts);
    expect(told.map(({ fields }) => fields.time)).toEqual(timesOf(daily));
    expect(new Set(told.map(({ itemId }) => itemId)).size).toBe(5);
    expect(new Set(told.map(({ uid }) => uid)).size).toBe(1);
    expect(new Set(told.map(({ seriesId }) => seriesId)).size).toBe(1);
    for (const event of told) {
      expect(event.seriesId).not.toBeNull();
      expect(event.uid).not.toBe('');
      expect(event).toMatchObject({ isOrganizer: true, fields: { location: 'Room 4' } });
      expect((await readNow(world, 'events', event.itemId)).version).toBe(event.version);
    }
  });

  check('a series keeps its time by the wall clock when clocks change', async (world) => {
    const weekly: HandSeries = {
      fields: { subject: 'Weekly' },
      zone: 'Europe/Berlin',
      plan: { start: '2026-03-16T10:00', length: 60, zone: 'Europe/Berlin', everyDays: 7, count: 3 },
    };
    const reader = await opened(world, weekly);
    const expected = ['2026-03-16T09:00:00Z', '2026-03-23T09:00:00Z', '2026-03-30T08:00:00Z'];
    expect(reader.occurrences('Weekly').map(({ originalStart }) => originalStart)).toEqual(expected);
    expect(startsOf(reader, 'Weekly')).toEqual(expected);
  });

  for (const zone of ['UTC', 'America/New_York', 'Asia/Kolkata'])
    check(`a series of whole days is told in dates, made in ${zone}`, async (world) => {
      const watch: HandSeries = {
        fields: { subject: 'Watch' },
        zone,
        plan: { start: '2026-03-24', length: 1, zone, everyDays: 7, count: 2 },
      };
      const reader = await opened(world, watch);
      const told = reader.occurrences('Watch');
      expect(told.map(({ originalStart }) => originalStart)).toEqual(['2026-03-24', '2026-03-31']);
      expect(told.map(({ fields }) => fields.time)).toEqual([
        '2026-03-24/2026-03-25',
        '2026-03-31/2026-04-01',
      ]);
    });

  check('what is asked for by its own id is told as its feed tells it', async (world) => {
    const reader = await opened(world, daily);
    await makeByHand(world, 'events', 'Alone');
    await makeByHand(world, 'events', 'Thrown away');
    await reader.visit();
    const [occurrence] = reader.occurrences('Stand-up');
    const [alone, gone] = [reader.event('Alone'), reader.event('Thrown away')];
    await world.hands.remove('events', 'Thrown away');
    world.advance(MINUTE);
    const seriesId = occurrence?.seriesId ?? ('' as ItemId);
    const changes = await world.mail.items.retellItems(
      'events',
      [seriesId, alone.itemId, gone.itemId],
      windowAt(world.now()),
    );
    const items = changes.flatMap((change): readonly MailboxItem[] =>
      change.kind === 'series' ? change.occurrences : change.kind === 'upsert' ? [change.item] : [],
    );
    const told = items.filter((item) => item.collection === 'events');
    expect(told.filter((event) => event.seriesId === seriesId).map(({ itemId }) => itemId)).toEqual(
      reader.occurrences('Stand-up').map(({ itemId }) => itemId),
    );
    expect(told.filter((event) => event.seriesId === null)).toEqual([alone]);
    expect(changes.filter(({ kind }) => kind === 'deleted')).toEqual([
      { kind: 'deleted', itemId: gone.itemId },
    ]);
  });

  check('an occurrence that was moved keeps where it stood', async (world) => {
    const reader = await opened(world, daily);
    const before = reader.occurrences('Stand-up')[2];
    const time = '2026-01-14T14:00:00Z/2026-01-14T14:15:00Z';
    await world.hands.changeOccurrence(occurrence(daily, 3), { time });
    await reader.visit();
    const told = reader.occurrences('Stand-up');
    expect(told).toHaveLength(5);
    const moved = told.find(({ originalStart }) => originalStart === starts[2]);
    expect(moved).toMatchObject({ fields: { time }, uid: before?.uid, seriesId: before?.seriesId });
    expect(moved?.version).not.toBe(before?.version);
  });

  check(
    'an occurrence that was moved to another day, and one that was renamed, are told once',
    async (world) => {
      const reader = await opened(world, daily);
      const time = '2026-01-19T09:00:00Z/2026-01-19T09:15:00Z';
      await world.hands.changeOccurrence(occurrence(daily, 5), { time });
      await world.hands.changeOccurrence(occurrence(daily, 4), { subject: 'Stand-up with guests' });
      await reader.visit();
      expect(startsOf(reader, 'Stand-up')).toEqual([...starts.slice(0, 3), '2026-01-19T09:00:00Z']);
      expect(reader.event('Stand-up with guests')).toMatchObject({ originalStart: starts[3] });
      const anew = createReader(world);
      await anew.visit();
      expect(startsOf(anew, 'Stand-up')).toEqual(startsOf(reader, 'Stand-up'));
    },
  );

  check('an occurrence that was taken out is gone, and the others stay', async (world) => {
    const reader = await opened(world, daily);
    const [, second] = reader.occurrences('Stand-up');
    if (second === undefined) throw new Error('not told');
    await world.hands.removeOccurrence(occurrence(daily, 2));
    await reader.visit();
    const left = [starts[0], ...starts.slice(2)];
    expect(startsOf(reader, 'Stand-up')).toEqual(left);
    const [result] = await world.mail.items.readItems('events', [second.itemId]);
    expect(result).toMatchObject({
      ok: false,
      itemId: second.itemId,
      failure: { code: 'mailbox.item-gone' },
    });
    const anew = createReader(world);
    await anew.visit();
    expect(startsOf(anew, 'Stand-up')).toEqual(left);
  });

  check('a change of the whole series is told for every occurrence', async (world) => {
    const reader = await opened(world, daily);
    await world.hands.edit('events', 'Stand-up', { subject: 'Round' });
    await reader.visit();
    expect(reader.titled('events', 'Stand-up')).toEqual([]);
    expect(startsOf(reader, 'Round')).toEqual(starts);
  });

  check('a series that ends earlier loses the occurrences after its end', async (world) => {
    const reader = await opened(world, daily);
    const last = reader.occurrences('Stand-up').at(-1);
    if (last === undefined) throw new Error('not told');
    await world.hands.endSeries(daily, 3);
    await reader.visit();
    expect(startsOf(reader, 'Stand-up')).toEqual(starts.slice(0, 3));
    const [result] = await world.mail.items.readItems('events', [last.itemId]);
    expect(result).toMatchObject({ ok: false, failure: { code: 'mailbox.item-gone' } });
  });

  check('a series that was thrown away is gone with all its occurrences', async (world) => {
    const reader = await opened(world, daily);
    const [first] = reader.occurrences('Stand-up');
    if (first === undefined) throw new Error('not told');
    await makeByHand(world, 'events', 'Single');
    await world.hands.remove('events', 'Stand-up');
    await reader.visit();
    expect(reader.titled('events', 'Stand-up')).toEqual([]);
    reader.event('Single');
    const [result] = await world.mail.items.readItems('events', [first.itemId]);
    expect(result).toMatchObject({ ok: false, failure: { code: 'mailbox.item-gone' } });
  });

  check('of a series of a colleague every occurrence is told as his', async (world) => {
    const ben = { address: 'ben@outside.test', name: 'Ben Ode' };
    const reader = await opened(world, { ...daily, organizer: ben, answer: 'accepted' });
    const told = reader.occurrences('Stand-up');
    expect(told).toHaveLength(5);
    expect(told).toMatchObject(
      told.map(() => ({ isOrganizer: false, organizer: { address: ben.address }, answer: 'accepted' })),
    );
  });

  check('what time brings inside the window is read for itself, and nothing is left out', async (world) => {
    const endless: HandSeries = {
      fields: { subject: 'For ever' },
      zone: 'UTC',
      plan: { start: '2026-01-06T07:00', length: 30, zone: 'UTC', everyDays: 1, count: null },
    };
    await world.hands.makeSeries(endless);
    await world.hands.makeSeries({ ...endless, fields: { subject: 'Also' } });
    const reader = createReader(world);
    const { listing } = await reader.visit();
    const { seriesTo } = windowAt(world.now());
    const titles = ['For ever', 'Also'];
    for (const title of titles) expect(reader.occurrences(title).length).toBeGreaterThanOrEqual(90);
    const range = { from: seriesTo, to: seriesTo + 14 * DAY };
    const told: string[] = [];
    for (const { id, collection } of listing.itemFeeds) {
      if (collection !== 'events') continue;
      const connectors = [world.mail, await world.reopen()];
      const read = await drainItems(connectors, (mail, at) => mail.items.readOccurrences(id, range, at));
      for (const change of read.changes) {
        expect(change.kind).toBe('upsert');
        if (change.kind === 'upsert' && change.item.collection === 'events')
          told.push(`${change.item.fields.subject} ${change.item.originalStart}`);
      }
    }
    const expected = timesOf(endless, 200)
      .map((time) => time.split('/')[0] ?? '')
      .filter((start) => Date.parse(start) >= range.from && Date.parse(start) < range.to)
      .flatMap((start) => titles.map((title) => `${title} ${start}`));
    expect(expected.length).toBeGreaterThanOrEqual(28);
    expect(told).toEqual(expect.arrayContaining(expected));
  });

  check('time brings nothing where there is no series', async (world) => {
    await makeByHand(world, 'events', 'Single');
    const { listing } = await createReader(world).visit();
    const range = { from: world.now() + 90 * DAY, to: world.now() + 104 * DAY };
    for (const { id, collection } of listing.itemFeeds) {
      if (collection !== 'events') continue;
      const { changes } = await drainItems([world.mail], (mail, at) =>
        mail.items.readOccurrences(id, range, at),
      );
      expect(changes).toEqual([]);
    }
  });
}

export function describeSeriesWriting(check: Check): void {
  check(
    'a change of one occurrence is written to it alone',
    async (world) => {
      const reader = await opened(world, daily);
      const third = reader.occurrences('Stand-up')[2];
      if (third === undefined) throw new Error('not told');
      const { itemId, version } = third;
      const update = { itemId, version, fields: { location: 'Room 9' } };
      const [written] = good(await world.mail.items.updateItems('events', [update]));
      expect(written?.version).not.toBe(version);
      expect(await readNow(world, 'events', itemId)).toMatchObject({
        originalStart: starts[2],
        version: written?.version,
        fields: { ...third.fields, location: 'Room 9' },
      });
      await reader.visit();
      const told = reader.occurrences('Stand-up');
      expect(startsOf(reader, 'Stand-up')).toEqual(starts);
      expect(told.map(({ fields }) => fields.location)).toEqual(
        starts.map((_, index) => (index === 2 ? 'Room 9' : 'Room 4')),
      );
      expect(told[2]?.version).toBe(written?.version);
    },
    [writes('events', 'location')],
  );

  check(
    'an occurrence of a meeting is changed, and its guests hear nothing',
    async (world) => {
      const cleo = {
        address: 'cleo@outside.test',
        name: 'Cleo',
        answer: 'accepted',
        isResource: false,
      } as const;
      const reader = await opened(world, { ...daily, attendees: [cleo] });
      const [first] = reader.occurrences('Stand-up');
      if (first === undefined) throw new Error('not told');
      const update = { itemId: first.itemId, version: first.version, fields: { location: 'Room 9' } };
      good(await world.mail.items.updateItems('events', [update]));
      const after = await readNow(world, 'events', first.itemId);
      expect(after).toMatchObject({ attendees: first.attendees, fields: { location: 'Room 9' } });
    },
    [can('events', 'meetingWrites'), writes('events', 'location')],
  );

  check(
    'an occurrence that is moved keeps where it stood',
    async (world) => {
      const reader = await opened(world, daily);
      const [first] = reader.occurrences('Stand-up');
      if (first === undefined) throw new Error('not told');
      const time = '2026-01-12T15:00:00Z/2026-01-12T15:20:00Z';
      const update = { itemId: first.itemId, version: first.version, fields: { time } };
      good(await world.mail.items.updateItems('events', [update]));
      await reader.visit();
      const told = reader.occurrences('Stand-up');
      expect(told).toHaveLength(5);
      expect(told[0]).toMatchObject({ originalStart: starts[0], fields: { time } });
    },
    [writes('events', 'time')],
  );

  check(
    'a mark on one occurrence is on it alone',
    async (world) => {
      const reader = await opened(world, daily);
      const [, second] = reader.occurrences('Stand-up');
      if (second === undefined) throw new Error('not told');
      const mark = { itemId: second.itemId, version: second.version, add: ['Salesforce'], remove: [] };
      good(await world.mail.items.markItems('events', [mark]));
      await reader.visit();
      expect(reader.occurrences('Stand-up').map(({ categories }) => categories)).toEqual(
        starts.map((_, index) => (index === 1 ? ['Salesforce'] : [])),
      );
    },
    [can('events', 'categories')],
  );
}
