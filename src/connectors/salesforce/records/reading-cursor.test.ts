import { expect, test } from 'vitest';
import { advance, type Position, readCursor, startReading, writeCursor } from './reading-cursor.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 27, 10);
const row = (stampAt: number, number: number): Position => ({
  stampAt,
  id: `00T${String(number).padStart(15, '0')}`,
});

interface Late extends Position {
  /** From when on it can be read. */
  readonly seenAt: number;
}

/** What a server answers that keeps to order and limit. */
function answer(rows: readonly Late[], now: number, after: Position | null): readonly Position[] {
  const isAfter = ({ stampAt, id }: Position) =>
    after === null ||
    stampAt > after.stampAt ||
    (after.id !== '' && stampAt === after.stampAt && id > after.id);
  return rows
    .filter((one) => one.seenAt <= now && isAfter(one))
    .toSorted((one, other) => one.stampAt - other.stampAt || (one.id < other.id ? -1 : 1))
    .slice(0, 200)
    .map(({ stampAt, id }) => ({ stampAt, id }));
}

test.each([1, 2, 3, 4, 5])(
  'whatever commits up to five minutes late is told once and nothing is left out (seed %i)',
  (seed) => {
    let state = seed * 7919;
    const next = (below: number) => {
      state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
      return state % below;
    };
    const rows = Array.from({ length: 1_500 }, (_, number): Late => {
      const stampAt = NOW + next(120) * MINUTE;
      return { ...row(stampAt, number), seenAt: stampAt + next(5 * MINUTE) };
    });
    let cursor = startReading('me', null, NOW);
    const told: string[] = [];
    for (let now = NOW; now < NOW + 200 * MINUTE; now += (1 + next(12)) * MINUTE)
      for (let isLast = false; !isLast; ) {
        const page = answer(rows, now, cursor.at ?? cursor.floor);
        isLast = page.length < 200;
        // Our clock and theirs differ.
        const behind = advance(cursor, page, { isLast, now: now + 4 * MINUTE });
        told.push(...[...behind.fresh].map(({ id }) => id));
        cursor = readCursor(writeCursor(behind.cursor)) ?? cursor;
      }
    expect(told).toHaveLength(rows.length);
    expect(new Set(told).size).toBe(rows.length);
    expect(cursor.told).toEqual([]);
  },
);

test('a row that changes again is told again', () => {
  const first = advance(startReading('me', null, NOW), [row(NOW, 1)], { isLast: true, now: NOW });
  const again = advance(first.cursor, [row(NOW, 1), row(NOW + 1_000, 1)], {
    isLast: true,
    now: NOW + MINUTE,
  });
  expect([...again.fresh]).toEqual([row(NOW + 1_000, 1)]);
});

test('an empty first reading reads on from a day before it began', () => {
  const { cursor } = advance(startReading('me', null, NOW), [], { isLast: true, now: NOW });
  expect(cursor).toMatchObject({ firstAt: null, floor: { stampAt: NOW - 1_440 * MINUTE, id: '' } });
});

test('what is remembered as told has an end', () => {
  const crowd = Array.from({ length: 5_000 }, (_, number) => row(NOW, number));
  const { cursor } = advance(startReading('me', null, NOW), crowd, { isLast: true, now: NOW });
  expect(cursor.told).toHaveLength(2_000);
  expect(writeCursor(cursor).length).toBeLessThan(100_000);
});

test('a text that is no cursor is none', () => {
  for (const text of ['', '{}', '[]', '{"v":2}', 'null']) expect(readCursor(text)).toBeNull();
});
