/**
 * SOQL's date literals (`TODAY`, `LAST_N_DAYS:7`) as ranges of UTC time. Fiscal years are calendar years here and the
 * user's time zone is taken to be UTC.
 */

type Unit = 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'YEAR';

const DAY_MS = 24 * 60 * 60 * 1000;
const NAMED = /^(LAST|THIS|NEXT)_(?:FISCAL_)?(WEEK|MONTH|QUARTER|YEAR)$/;
const COUNTED = /^(LAST|NEXT)_N_(?:FISCAL_)?(DAY|WEEK|MONTH|QUARTER|YEAR)S$/;
const PLAIN = new Set(['TODAY', 'YESTERDAY', 'TOMORROW', 'LAST_90_DAYS', 'NEXT_90_DAYS']);

/** Whether a word is a date literal that takes a count (`:n`), is one that does not, or is none (undefined). */
export function readDateLiteral(word: string): boolean | undefined {
  if (COUNTED.test(word)) return true;
  return PLAIN.has(word) || NAMED.test(word) ? false : undefined;
}

/** The time a literal covers: from `start` until just before `end`, in milliseconds. */
export function rangeOfLiteral(word: string, count: number, now: number): { start: number; end: number } {
  const today = startOf('DAY', now);
  switch (word) {
    case 'TODAY':
      return { start: today, end: today + DAY_MS };
    case 'YESTERDAY':
      return { start: today - DAY_MS, end: today };
    case 'TOMORROW':
      return { start: today + DAY_MS, end: today + 2 * DAY_MS };
    case 'LAST_90_DAYS':
      return { start: today - 90 * DAY_MS, end: today + DAY_MS };
    case 'NEXT_90_DAYS':
      return { start: today + DAY_MS, end: today + 91 * DAY_MS };
  }
  const counted = COUNTED.exec(word);
  if (counted !== null) {
    const unit = counted[2] as Unit;
    const current = startOf(unit, now);
    if (counted[1] === 'NEXT') return { start: move(unit, current, 1), end: move(unit, current, count + 1) };
    return { start: move(unit, current, -count), end: unit === 'DAY' ? today + DAY_MS : current };
  }
  const named = NAMED.exec(word);
  const unit = (named?.[2] ?? 'YEAR') as Unit;
  const step = named?.[1] === 'LAST' ? -1 : named?.[1] === 'NEXT' ? 1 : 0;
  const start = move(unit, startOf(unit, now), step);
  return { start, end: move(unit, start, 1) };
}

function startOf(unit: Unit, at: number): number {
  const date = new Date(at);
  const year = date.getUTCFullYear();
  const month = date.getUTCMonth();
  switch (unit) {
    case 'DAY':
      return Date.UTC(year, month, date.getUTCDate());
    case 'WEEK':
      return Date.UTC(year, month, date.getUTCDate() - date.getUTCDay());
    case 'MONTH':
      return Date.UTC(year, month, 1);
    case 'QUARTER':
      return Date.UTC(year, month - (month % 3), 1);
    case 'YEAR':
      return Date.UTC(year, 0, 1);
  }
}

function move(unit: Unit, at: number, count: number): number {
  if (unit === 'DAY') return at + count * DAY_MS;
  if (unit === 'WEEK') return at + count * 7 * DAY_MS;
  const date = new Date(at);
  const months = unit === 'MONTH' ? count : unit === 'QUARTER' ? count * 3 : count * 12;
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1);
}
