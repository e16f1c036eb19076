/**
 * What a preview says before the first write (A12): counts of what a run would create, find and leave out, and what shorter windows would create. Pure:
 * it counts what the plan decided, and decides nothing anew.
 */
import { DAY, type Instant } from '../model/clock.ts';
import type { SkipCode, VerdictCode } from '../model/verdict.ts';
import type { Action } from './plan.ts';
import { isChosen } from './screen.ts';

/** One mail, as the plan would deal with it. */
export interface Judged {
  readonly code: VerdictCode;
  /** Null where the mail could not be read. */
  readonly receivedAt: Instant | null;
  /** A person chose it by folder or category: no window leaves it out. */
  readonly chosen: boolean;
}

export interface PreviewCounts {
  readonly created: number;
  readonly found: number;
  /** What would not be saved, most first; mail that could not be read is among it. */
  readonly skipped: readonly { readonly code: SkipCode | 'parked.issue'; readonly count: number }[];
  /** What each window up to the one asked for would create, shortest first. */
  readonly windows: readonly { readonly days: number; readonly created: number }[];
}

/** Windows that are offered, in days (E6). */
const WINDOWS_DAYS = [0, 6, 30, 90, 365] as const;

/** The verdict that an action of a plan comes to. */
export function judge(action: Action): Judged {
  if (action.do === 'park') return { code: 'parked.issue', receivedAt: null, chosen: false };
  const { receivedAt } = action.head;
  const chosen = isChosen(action.head);
  return { code: action.do === 'save' ? 'saved.created' : action.code, receivedAt, chosen };
}

/** Counts what was judged at `now` for a window of so many days. */
export function countPreview(
  judged: readonly Judged[],
  unread: ReadonlyMap<SkipCode, number>,
  { now, windowDays }: { readonly now: Instant; readonly windowDays: number },
): PreviewCounts {
  const counts = new Map<VerdictCode, number>(unread);
  for (const { code } of judged) counts.set(code, (counts.get(code) ?? 0) + 1);
  const count = (code: VerdictCode) => counts.get(code) ?? 0;
  const skipped = [...counts]
    .filter((one): one is [SkipCode | 'parked.issue', number] => !one[0].startsWith('saved.') && one[1] > 0)
    .map(([code, number]) => ({ code, count: number }))
    .toSorted((a, b) => b.count - a.count || (a.code < b.code ? -1 : 1));
  const days = [...new Set([...WINDOWS_DAYS.filter((one) => one < windowDays), windowDays])];
  return {
    created: count('saved.created'),
    found: count('saved.found') + count('saved.linked'),
    skipped,
    windows: days.map((one) => ({ days: one, created: createdIn(judged, now - one * DAY) })),
  };
}

function createdIn(judged: readonly Judged[], from: Instant): number {
  return judged.filter(
    ({ code, receivedAt, chosen }) =>
      code === 'saved.created' && (chosen || (receivedAt !== null && receivedAt >= from)),
  ).length;
}
