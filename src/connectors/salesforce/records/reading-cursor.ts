/**
 * How far a collection was read, and what of it may be read a second time. A transaction stamps its rows before it commits, so every round begins some
 * minutes back and leaves out what was told already; both are bounded. Pure. Vendor page: docs/remote-services/salesforce.md#reading-changes.
 */
import { z } from 'zod';
import type { Instant } from '../../../model/clock.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
/** Five minutes until a transaction has committed at the latest, and ten that our clock and Salesforce's may differ. */
const UNSETTLED_MS = 15 * MINUTE_MS;
/** Rows that are remembered as told; above it the oldest are told once more. */
const TOLD_MAX = 2_000;
const ID_LENGTH = 18;

/** After this row; an empty id means after this instant. */
export interface Position {
  readonly stampAt: Instant;
  readonly id: string;
}

export interface ReadingCursor {
  /** Whose rows and which; a cursor is of no use for others. */
  readonly of: string;
  /** When the first reading began; null once it is done. */
  readonly firstAt: Instant | null;
  /** Where a round begins. */
  readonly floor: Position | null;
  /** Where the round under way has come to. */
  readonly at: Position | null;
  /** Ids and stamps of rows after the floor that were told. */
  readonly told: readonly string[];
  /** The condition of a list view. */
  readonly filter: string | null;
}

export function startReading(of: string, filter: string | null, now: Instant): ReadingCursor {
  return { of, firstAt: now, floor: null, at: null, told: [], filter };
}

/** Rows of a page that are to be told, by their place in it, and the cursor behind the page. */
export function advance(
  cursor: ReadingCursor,
  rows: readonly Position[],
  { isLast, now }: { readonly isLast: boolean; readonly now: Instant },
): { readonly cursor: ReadingCursor; readonly fresh: ReadonlySet<Position> } {
  const known = new Set(cursor.told);
  const fresh = new Set(rows.filter((row) => !known.has(markOf(row))));
  const settledAt = now - UNSETTLED_MS;
  const at = rows.at(-1) ?? cursor.at;
  const unsettled = [...fresh].filter(({ stampAt }) => stampAt > settledAt).map(markOf);
  const told = [...cursor.told, ...unsettled].slice(-TOLD_MAX);
  if (!isLast) return { cursor: { ...cursor, at, told }, fresh };
  const floor = floorAfter(cursor, at, settledAt);
  return {
    cursor: {
      ...cursor,
      firstAt: null,
      floor,
      at: null,
      told: told.filter((mark) => stampOf(mark) > floor.stampAt),
    },
    fresh,
  };
}

/** No later than what is settled, and not before where the reading itself began, whatever the clocks say. */
function floorAfter({ floor, firstAt }: ReadingCursor, at: Position | null, settledAt: Instant): Position {
  const reached = at === null ? null : at.stampAt <= settledAt ? at : { stampAt: settledAt, id: '' };
  const least = floor ?? { stampAt: (firstAt ?? settledAt) - DAY_MS, id: '' };
  return reached !== null && isAfter(reached, least) ? reached : least;
}

function isAfter(one: Position, other: Position): boolean {
  return one.stampAt > other.stampAt || (one.stampAt === other.stampAt && one.id > other.id);
}

function markOf({ id, stampAt }: Position): string {
  return `${id}${stampAt.toString(36)}`;
}

function stampOf(mark: string): number {
  return Number.parseInt(mark.slice(ID_LENGTH), 36);
}

const positionSchema = z.tuple([z.number(), z.string()]).nullable();
const cursorSchema = z.object({
  v: z.literal(1),
  of: z.string(),
  firstAt: z.number().nullable(),
  floor: positionSchema,
  at: positionSchema,
  told: z.array(z.string()).max(TOLD_MAX),
  filter: z.string().nullable(),
});

export function writeCursor(cursor: ReadingCursor): string {
  const pair = (position: Position | null) => position && [position.stampAt, position.id];
  return JSON.stringify({ v: 1, ...cursor, floor: pair(cursor.floor), at: pair(cursor.at) });
}

/** Null for what is no cursor of this version. */
export function readCursor(text: string): ReadingCursor | null {
  try {
    const parsed = cursorSchema.safeParse(JSON.parse(text));
    if (!parsed.success) return null;
    const { floor, at, of, firstAt, told, filter } = parsed.data;
    const position = (pair: [number, string] | null) => pair && { stampAt: pair[0], id: pair[1] };
    return { of, firstAt, told, filter, floor: position(floor), at: position(at) };
  } catch {
    return null;
  }
}
