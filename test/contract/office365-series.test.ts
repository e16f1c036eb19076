/** Series of Office 365: their occurrences in the window, exceptions, cancellations and moves, deletion, and what time brings inside of the window. */
import { describe, expect, it } from 'vitest';
import { eventKey } from '../../src/model/event-key.ts';
import type { FeedId, ItemId } from '../../src/model/ids.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN, BEN } from '../support/office365-bench.ts';
import {
  at,
  DAY,
  daily,
  deletedOf,
  eventsOf,
  expectSilence,
  type ItemsBench,
  NOW,
  nothingYet,
  openItemsBench,
  resultOf,
  seriesOf,
  upsertsOf,
  visitItems,
  weekly,
  windowAt,
} from '../support/office365-items.ts';

const window = windowAt(NOW);
const CALENDAR = 'calendar' as FeedId;
const visit = (mail: ItemsBench['mail'], memory = nothingYet, within = window) =>
  visitItems(mail, memory, within, ['events']);

const BERLIN = 'W. Europe Standard Time';

function addStandup({ simulator }: ItemsBench, more: Record<string, unknown> = {}) {
  return simulator.addEvent(ANN, {
    subject: 'Standup',
    start: at('2026-01-06T09:00:00', BERLIN),
    end: at('2026-01-06T09:15:00', BERLIN),
    recurrence: daily('2026-01-06', 5),
    categories: ['Team'],
    location: { displayName: 'Hall' },
    ...more,
  });
}

const startsOf = (events: readonly EventItem[]) =>
  events.map(({ fields }) => fields.time?.split('/')[0]).toSorted();

describe('a series', () => {
  it('is told with all its occurrences, each whole and under the series’ UID', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const { changes } = await visit(bench.mail);
    const [series] = seriesOf(changes);
    expect(seriesOf(changes)).toHaveLength(1);
    expect(upsertsOf(changes)).toEqual([]);
    expect(series).toMatchObject({ seriesId: id, from: window.eventsFrom, to: window.seriesTo });
    const occurrences = series?.occurrences ?? [];
    expect(startsOf(occurrences)).toEqual(
      [6, 7, 8, 9, 10].map((day) => `2026-01-${String(day).padStart(2, '0')}T08:00:00Z`),
    );
    const uid = bench.simulator.calendarSnapshot(ANN)[0]?.iCalUId.toUpperCase();
    for (const occurrence of occurrences)
      expect(occurrence).toMatchObject({
        seriesId: id,
        uid,
        originalStart: occurrence.fields.time?.split('/')[0],
        fields: { subject: 'Standup', location: 'Hall', showAs: 'busy' },
        categories: ['Team'],
        isOrganizer: true,
        stamp: null,
      });
    expect(new Set(occurrences.map(eventKey)).size).toBe(5);
  });

  it('without end is told up to where occurrences are wanted', async () => {
    const bench = openItemsBench();
    addStandup(bench, { recurrence: weekly('2026-01-06', 'tuesday') });
    const within = windowAt(NOW, { seriesTo: NOW + 30 * DAY });
    const { changes } = await visit(bench.mail, nothingYet, within);
    expect(startsOf(eventsOf(changes))).toEqual([
      '2026-01-06T08:00:00Z',
      '2026-01-13T08:00:00Z',
      '2026-01-20T08:00:00Z',
      '2026-01-27T08:00:00Z',
      '2026-02-03T08:00:00Z',
    ]);
  });

  it('keeps its wall time over daylight saving', async () => {
    const bench = openItemsBench();
    addStandup(bench, { recurrence: weekly('2026-01-06', 'tuesday') });
    const starts = startsOf(eventsOf((await visit(bench.mail)).changes));
    expect(starts).toContain('2026-03-24T08:00:00Z');
    expect(starts).toContain('2026-03-31T07:00:00Z');
  });

  it('of another maker keeps that maker’s UID', async () => {
    const bench = openItemsBench();
    const attendees = [{ type: 'required', emailAddress: { address: ANN } }];
    bench.simulator.addEvent(
      ANN,
      {
        subject: 'Theirs',
        start: at('2026-01-06T09:00:00'),
        end: at('2026-01-06T10:00:00'),
        recurrence: daily('2026-01-06', 3),
        attendees,
      },
      { organizer: { name: 'Ben', address: BEN }, uid: 'abc-1@google.test', response: 'accepted' },
    );
    const events = eventsOf((await visit(bench.mail)).changes);
    expect(events.map(eventKey).toSorted()).toEqual([
      'abc-1@google.test|2026-01-06T09:00:00Z',
      'abc-1@google.test|2026-01-07T09:00:00Z',
      'abc-1@google.test|2026-01-08T09:00:00Z',
    ]);
  });

  it.each([
    BERLIN,
    'Tonga Standard Time',
    'Hawaiian Standard Time',
    'New Zealand Standard Time',
    'tzone://Microsoft/Utc',
  ])('of whole days has dates for its original starts, also of one that was moved (%s)', async (zone) => {
    const bench = openItemsBench();
    const id = bench.simulator.addEvent(ANN, {
      subject: 'Duty',
      isAllDay: true,
      start: at('2026-01-12T00:00:00', zone),
      end: at('2026-01-13T00:00:00', zone),
      recurrence: weekly('2026-01-12', 'monday', { type: 'numbered', numberOfOccurrences: 2 }),
    });
    bench.simulator.changeOccurrence(ANN, id, '2026-01-19', {
      start: at('2026-01-21T00:00:00', zone),
      end: at('2026-01-22T00:00:00', zone),
    });
    const events = eventsOf((await visit(bench.mail)).changes);
    expect(events.map(({ originalStart, fields }) => [originalStart, fields.time]).toSorted()).toEqual([
      ['2026-01-12', '2026-01-12/2026-01-13'],
      ['2026-01-19', '2026-01-21/2026-01-22'],
    ]);
  });
});

describe('a changed series', () => {
  it('tells an occurrence that was changed or moved under its original start', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const first = await visit(bench.mail);
    const moved = bench.simulator.changeOccurrence(ANN, id, '2026-01-08', {
      subject: 'Standup, late',
      start: at('2026-01-08T11:00:00', BERLIN),
      end: at('2026-01-08T11:15:00', BERLIN),
    });
    const { changes } = await visit(bench.reopen(), first.memory);
    const [series] = seriesOf(changes);
    expect(series?.occurrences).toHaveLength(5);
    expect(series?.occurrences.find(({ itemId }) => itemId === moved)).toMatchObject({
      seriesId: id,
      originalStart: '2026-01-08T08:00:00Z',
      fields: { subject: 'Standup, late', time: '2026-01-08T10:00:00Z/2026-01-08T10:15:00Z' },
    });
    expect(deletedOf(changes)).toEqual([]);
  });

  it('tells an occurrence that was taken out by its absence and as deleted', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const first = await visit(bench.mail);
    const out = bench.simulator.cancelOccurrence(ANN, id, '2026-01-08');
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(startsOf(seriesOf(changes)[0]?.occurrences ?? [])).toEqual([
      '2026-01-06T08:00:00Z',
      '2026-01-07T08:00:00Z',
      '2026-01-09T08:00:00Z',
      '2026-01-10T08:00:00Z',
    ]);
    expect(deletedOf(changes)).toEqual([out]);
    expect(await bench.mail.items.readItems('events', [out as ItemId])).toMatchObject([
      { ok: false, failure: { code: 'mailbox.item-gone' } },
    ]);
  });

  it('keeps an occurrence that was moved out of the window among its occurrences', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench, {
      recurrence: weekly('2026-01-06', 'tuesday', { type: 'endDate', endDate: '2026-03-31' }),
    });
    const first = await visit(bench.mail);
    const moved = bench.simulator.changeOccurrence(ANN, id, '2026-03-31', {
      start: at('2026-06-30T09:00:00', BERLIN),
      end: at('2026-06-30T09:15:00', BERLIN),
    });
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(eventsOf(changes).find(({ itemId }) => itemId === moved)).toMatchObject({
      originalStart: '2026-03-31T07:00:00Z',
      fields: { time: '2026-06-30T07:00:00Z/2026-06-30T07:15:00Z' },
    });
    expect(deletedOf(changes)).toEqual([]);
  });

  it('tells all occurrences anew when its pattern changes, and a series that ended has none left', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const first = await visit(bench.mail);
    bench.simulator.changeEvent(ANN, id, {
      start: at('2026-01-06T10:00:00', BERLIN),
      end: at('2026-01-06T10:15:00', BERLIN),
    });
    const second = await visit(bench.reopen(), first.memory);
    expect(startsOf(eventsOf(second.changes))[0]).toBe('2026-01-06T09:00:00Z');
    bench.simulator.changeEvent(ANN, id, { recurrence: daily('2026-01-06', 2) });
    const third = await visit(bench.reopen(), second.memory);
    expect(seriesOf(third.changes)[0]?.occurrences).toHaveLength(2);
  });

  it('is told as deleted with all that it had when it goes', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const first = await visit(bench.mail);
    bench.simulator.removeEvent(ANN, id);
    const { changes } = await visit(bench.reopen(), first.memory);
    expect(deletedOf(changes)).toContain(id);
    expect(seriesOf(changes)).toEqual([]);
  });

  it('is asked for once, however many pages tell of it', async () => {
    const bench = openItemsBench();
    addStandup(bench, { recurrence: daily('2026-01-06', 700) });
    const { changes } = await visit(bench.mail);
    expect(seriesOf(changes)).toHaveLength(1);
    expect(bench.mail.traffic().byOperation['read-series']).toBe(1);
  });
});

describe('a series that cannot be read', () => {
  it('waits alone: other series, single events and the cursor go on', async () => {
    const bench = openItemsBench();
    const ids = [addStandup(bench), addStandup(bench, { subject: 'Other' })];
    const single = bench.simulator.addEvent(ANN, {
      subject: 'single',
      start: at('2026-01-07T09:00:00'),
      end: at('2026-01-07T10:00:00'),
    });
    bench.simulator.faults.add({
      operation: 'event.instances',
      count: 1,
      effect: { kind: 'http', status: 500, body: 'json' },
    });
    const { changes, memory } = await visit(bench.mail);
    expect(changes.filter(({ kind }) => kind === 'unreadable')).toMatchObject([
      { itemId: ids[0], failure: { code: 'mailbox.item-unreadable' } },
    ]);
    expect(seriesOf(changes).map(({ seriesId }) => seriesId)).toEqual([ids[1]]);
    expect(upsertsOf(changes)).toMatchObject([{ itemId: single }]);
    expect((await visit(bench.reopen(), memory)).changes).toEqual([]);
  });
});

describe('an occurrence', () => {
  it('is read and written by its own id, and stays the series’ own', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench);
    const { changes, memory } = await visit(bench.mail);
    const [one] = eventsOf(changes);
    const [read] = await bench.mail.items.readItems('events', [one?.itemId ?? ('' as ItemId)]);
    expect(read).toEqual({ ok: true, value: one });
    const updates = [
      {
        itemId: one?.itemId ?? ('' as ItemId),
        version: one?.version ?? '',
        fields: { subject: 'Only this' },
      },
    ];
    const written = resultOf(await bench.mail.items.updateItems('events', updates));
    const again = await visit(bench.reopen(), memory);
    expect(eventsOf(again.changes).filter(({ fields }) => fields.subject === 'Only this')).toMatchObject([
      { itemId: one?.itemId, version: written.version, seriesId: id, originalStart: one?.originalStart },
    ]);
    expectSilence(bench);
  });

  it('of a meeting with others is not changed', async () => {
    const bench = openItemsBench();
    addStandup(bench, { attendees: [{ type: 'required', emailAddress: { address: BEN } }] });
    const [one] = eventsOf((await visit(bench.mail)).changes);
    const updates = [
      {
        itemId: one?.itemId ?? ('' as ItemId),
        version: one?.version ?? '',
        fields: { subject: 'Only this' },
      },
    ];
    expect(await bench.mail.items.updateItems('events', updates)).toMatchObject([
      { ok: false, failure: { code: 'mailbox.meeting-not-changed' } },
    ]);
    expectSilence(bench);
  });

  it('that time brought inside of the window is told by itself, page by page', async () => {
    const bench = openItemsBench();
    const id = addStandup(bench, { recurrence: weekly('2026-01-06', 'tuesday') });
    bench.simulator.addEvent(ANN, {
      subject: 'single',
      start: at('2026-04-07T09:00:00'),
      end: at('2026-04-07T10:00:00'),
    });
    const first = await visit(bench.mail);
    const range = { from: window.seriesTo, to: window.seriesTo + 7 * DAY };
    const { items } = bench.reopen();
    const page = await items.readOccurrences(CALENDAR, range, null);
    expect(page.done).toBe(true);
    expect(upsertsOf(page.changes)).toMatchObject([
      { seriesId: id, originalStart: '2026-04-07T07:00:00Z', fields: { subject: 'Standup' } },
    ]);
    const [known] = seriesOf(first.changes)[0]?.occurrences ?? [];
    expect(upsertsOf(page.changes)).toMatchObject([{ uid: known?.uid }]);
  });

  it('is told once however many lie in the stretch', async () => {
    const bench = openItemsBench();
    addStandup(bench, { recurrence: daily('2026-01-06', 900) });
    const told: string[] = [];
    const { items } = bench.mail;
    let cursor: string | null = null;
    for (let done = false; !done; ) {
      const page = await items.readOccurrences(CALENDAR, { from: NOW, to: NOW + 800 * DAY }, cursor);
      told.push(...upsertsOf(page.changes).map(({ itemId }) => itemId));
      ({ cursor, done } = page);
    }
    // The one that starts at the very end is left to the next stretch.
    expect(told).toHaveLength(799);
    expect(new Set(told).size).toBe(799);
    await expect(
      items.readOccurrences(CALENDAR, { from: NOW, to: NOW + DAY }, 'nonsense'),
    ).rejects.toMatchObject({
      failure: { code: 'mailbox.cursor-expired' },
    });
  });
});
