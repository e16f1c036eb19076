/** Series of a simulated Google Calendar: told whole, with their exceptions and cancellations, ended, split, deleted, and as time brings them into the window. */
import { describe, expect, test } from 'vitest';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { ItemId } from '../../src/model/ids.ts';
import type { EventItem } from '../../src/model/mailbox-item.ts';
import { ANN } from '../support/google-bench.ts';
import {
  CALENDAR,
  codesOf,
  deletions,
  openItems,
  seriesOf,
  updateOne,
  upserts,
} from '../support/google-items-bench.ts';

const START = '2026-01-06T09:00:00Z';
const single = (more: object = {}) => ({
  summary: 'Review',
  start: { dateTime: START },
  end: { dateTime: '2026-01-06T10:00:00Z' },
  ...more,
});
const daily = (more: object = {}) => ({
  summary: 'Standup',
  start: { dateTime: '2026-01-05T09:00:00', timeZone: 'Europe/Berlin' },
  end: { dateTime: '2026-01-05T09:15:00', timeZone: 'Europe/Berlin' },
  recurrence: ['RRULE:FREQ=DAILY;COUNT=5'],
  ...more,
});

describe('series', () => {
  test('a series is told with all occurrences, which bear its UID and where they stood', async () => {
    const { simulator, visit } = await openItems();
    const seriesId = simulator.addEvent(ANN, daily());
    const { changes, cursors } = await visit();
    const [told] = seriesOf(changes);
    expect(changes).toHaveLength(1);
    expect(told).toMatchObject({ seriesId });
    expect(told?.occurrences).toHaveLength(5);
    expect(new Set(told?.occurrences.map(({ uid }) => uid)).size).toBe(1);
    expect(told?.occurrences[1]).toMatchObject({
      seriesId,
      originalStart: '2026-01-06T08:00:00Z',
      fields: { time: '2026-01-06T08:00:00Z/2026-01-06T08:15:00Z', subject: 'Standup' },
    });
    expect((await visit(cursors)).changes).toEqual([]);
  });

  test('exceptions by themselves tell the whole series once: moved, cancelled and renamed occurrences', async () => {
    const { simulator, visit, connect } = await openItems();
    const seriesId = simulator.addEvent(ANN, daily());
    const first = await visit();
    const ids = seriesOf(first.changes)[0]?.occurrences.map(({ itemId }) => itemId) ?? [];
    const moved = { dateTime: '2026-01-09T15:00:00Z' };
    simulator.changeEvent(ANN, ids[1] ?? '', { start: moved, end: { dateTime: '2026-01-09T16:00:00Z' } });
    simulator.removeEvent(ANN, ids[2] ?? '');
    simulator.changeEvent(ANN, ids[3] ?? '', { summary: 'Special' });
    const second = await visit(first.cursors, connect());
    expect(second.changes).toHaveLength(1);
    const [told] = seriesOf(second.changes);
    expect(told?.seriesId).toBe(seriesId);
    const byId = new Map(told?.occurrences.map((one) => [one.itemId, one]));
    expect(byId.size).toBe(4);
    expect(byId.has(ids[2] as ItemId)).toBe(false);
    expect(byId.get(ids[1] as ItemId)).toMatchObject({
      originalStart: '2026-01-06T08:00:00Z',
      fields: { time: '2026-01-09T15:00:00Z/2026-01-09T16:00:00Z' },
    });
    expect(byId.get(ids[3] as ItemId)?.fields.subject).toBe('Special');
    expect(codesOf(await connect().items.readItems('events', [ids[2] as ItemId]))).toEqual([
      'mailbox.item-gone',
    ]);
  });

  test('an occurrence that is moved out of the window is still told with its series', async () => {
    const { simulator, visit } = await openItems();
    simulator.addEvent(ANN, daily());
    const first = await visit();
    const [id = ''] = seriesOf(first.changes)[0]?.occurrences.map(({ itemId }) => itemId) ?? [];
    const far = { start: { dateTime: '2026-12-01T10:00:00Z' }, end: { dateTime: '2026-12-01T11:00:00Z' } };
    simulator.changeEvent(ANN, id, far);
    const [told] = seriesOf((await visit(first.cursors)).changes);
    expect(told?.occurrences.find(({ itemId }) => itemId === id)?.fields.time).toBe(
      '2026-12-01T10:00:00Z/2026-12-01T11:00:00Z',
    );
    expect(told?.occurrences).toHaveLength(5);
  });

  test('a series that is deleted, or ended early, is told so', async () => {
    const { simulator, visit } = await openItems();
    const [gone, shortened] = [simulator.addEvent(ANN, daily()), simulator.addEvent(ANN, daily())];
    const first = await visit();
    simulator.removeEvent(ANN, gone);
    simulator.changeEvent(ANN, shortened, { recurrence: ['RRULE:FREQ=DAILY;COUNT=2'] });
    const { changes } = await visit(first.cursors);
    expect(deletions(changes)).toEqual([gone]);
    expect(seriesOf(changes)).toMatchObject([{ seriesId: shortened }]);
    expect(seriesOf(changes)[0]?.occurrences).toHaveLength(2);
  });

  test('this and all following make a second series', async () => {
    const { simulator, visit } = await openItems();
    const seriesId = simulator.addEvent(ANN, daily({ recurrence: ['RRULE:FREQ=DAILY'] }));
    const first = await visit();
    const occurrences = seriesOf(first.changes)[0]?.occurrences ?? [];
    const next = simulator.splitSeries(ANN, occurrences[10]?.itemId ?? '', { summary: 'After' });
    const told = seriesOf((await visit(first.cursors)).changes);
    expect(new Map(told.map((one) => [one.seriesId as string, one.occurrences.length]))).toEqual(
      new Map([
        [seriesId, 10],
        [next, occurrences.length - 10],
      ]),
    );
  });

  test('whole-day series stand on dates, and keep the hour of their zone when the clock changes', async () => {
    const { simulator, visit } = await openItems();
    simulator.addEvent(ANN, {
      summary: 'Days',
      start: { date: '2026-01-05' },
      end: { date: '2026-01-06' },
      recurrence: ['RRULE:FREQ=WEEKLY;COUNT=2'],
    });
    const weekly = { recurrence: ['RRULE:FREQ=WEEKLY;COUNT=13'] };
    simulator.addEvent(ANN, daily(weekly));
    const [days, hours] = seriesOf((await visit()).changes);
    expect(days?.occurrences.map(({ originalStart }) => originalStart)).toEqual(['2026-01-05', '2026-01-12']);
    expect(days?.occurrences[1]?.fields.time).toBe('2026-01-12/2026-01-13');
    expect(hours?.occurrences.map(({ originalStart }) => originalStart).slice(-2)).toEqual([
      '2026-03-23T08:00:00Z',
      '2026-03-30T07:00:00Z',
    ]);
  });

  test('a guest of one occurrence alone has it without its series, and loses it alone', async () => {
    const { simulator, visit } = await openItems();
    const itemId = simulator.receiveInvitation(ANN, 'boss@outside.test', single());
    const stored = simulator.world.calendars.get(ANN)?.events.get(itemId);
    if (stored === undefined) throw new Error('no copy');
    Object.assign(stored, { recurringEventId: 'elsewhere', originalStart: stored.start });
    const first = await visit();
    expect(first.changes).toMatchObject([
      { kind: 'upsert', item: { itemId, seriesId: 'elsewhere', originalStart: START } },
    ]);
    simulator.receiveCancellation(ANN, itemId);
    expect((await visit(first.cursors)).changes).toEqual([{ kind: 'deleted', itemId }]);
  });

  test('a series that cannot be expanded waits by itself, and the others are told', async () => {
    const { simulator, visit } = await openItems();
    const ids = [simulator.addEvent(ANN, daily()), simulator.addEvent(ANN, daily())];
    const effect = { kind: 'partial', nth: 1, code: 'invalid' } as const;
    simulator.faults.add({ operation: 'batch', count: 3, effect });
    const { changes } = await visit();
    expect(changes).toMatchObject([
      { kind: 'unreadable', itemId: ids[0] },
      { kind: 'series', seriesId: ids[1] },
    ]);
  });

  test('what time brings inside the window is told, of series alone', async () => {
    const { simulator, clock, connect } = await openItems();
    simulator.addEvent(ANN, daily({ recurrence: ['RRULE:FREQ=DAILY'] }));
    simulator.addEvent(ANN, single());
    const from = clock.now() + HOUR * 2;
    const range = { from, to: from + 10 * DAY };
    const page = await connect().items.readOccurrences(CALENDAR, range, null);
    expect(page.done).toBe(true);
    expect(upserts(page.changes)).toHaveLength(10);
    expect(page.changes.every(({ kind }) => kind === 'upsert')).toBe(true);
    const wide = { from, to: from + 400 * DAY };
    const first = await connect().items.readOccurrences(CALENDAR, wide, null);
    const second = await connect().items.readOccurrences(CALENDAR, wide, first.cursor);
    expect([first.done, second.done]).toEqual([false, true]);
    expect(upserts([...first.changes, ...second.changes])).toHaveLength(400);
  });

  test('an occurrence is changed by itself, and tells nobody', async () => {
    const { simulator, visit, connect, notified } = await openItems();
    simulator.addEvent(ANN, daily({ attendees: [{ email: 'ben@outside.test' }] }));
    const first = await visit();
    const occurrence = seriesOf(first.changes)[0]?.occurrences[2] as EventItem;
    const { version } = await updateOne(connect(), 'events', occurrence.itemId, { subject: 'Mine' });
    const [told] = seriesOf((await visit(first.cursors)).changes);
    const changed = told?.occurrences.find(({ itemId }) => itemId === occurrence.itemId);
    expect(changed).toMatchObject({
      version,
      originalStart: occurrence.originalStart,
      fields: { subject: 'Mine' },
    });
    expect(told?.occurrences.filter(({ fields }) => fields.subject === 'Standup')).toHaveLength(4);
    expect(notified()).toBe(0);
  });
});
