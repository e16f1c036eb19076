/**
 * What the product is measured by: the goals, and how a figure is read out of counts by age. The bounds are those of `lockstep_on_run` in the migrations;
 * a test holds the two together.
 */
import type { Instant } from './clock.ts';

/** Upper bounds of the counts by age, in minutes; what is older is counted last. */
export const AGE_BOUNDS_MINUTES = [
  5, 10, 15, 20, 30, 32, 35, 40, 45, 60, 90, 120, 180, 240, 480, 1440,
] as const;

/**
 * The goals of an installation that works as it should, at the usual interval of 30 minutes. `freshness`: how old a mailbox's last good state had become when
 * the next good run ended. `success`: runs that did not fail. `completeness`: mails that should be in Salesforce and are. `queueMinutes`: how long the longest
 * waiting mailbox has been due.
 */
export const goals = {
  freshnessP50Minutes: 35,
  freshnessP95Minutes: 60,
  successShare: 0.99,
  completenessShare: 0.999,
  queueMinutes: 5,
} as const;

/**
 * The age that the share `quantile` (0 to 1) of what was counted does not exceed, in minutes, straight lines between the bounds; null: nothing was counted.
 * What lies beyond the last bound is told as that bound.
 */
export function ageAt(counts: readonly number[], quantile: number): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const wanted = Math.max(quantile * total, Number.MIN_VALUE);
  let before = 0;
  for (const [place, count] of counts.entries()) {
    const upper = AGE_BOUNDS_MINUTES[place];
    if (before + count >= wanted && count > 0) {
      const lower = AGE_BOUNDS_MINUTES[place - 1] ?? 0;
      return upper === undefined ? lower : lower + ((upper - lower) * (wanted - before)) / count;
    }
    before += count;
  }
  return AGE_BOUNDS_MINUTES.at(-1) ?? null;
}

/** Of the CRM's daily allowance, as its last answer told. */
export interface HeardUsage {
  readonly used: number;
  readonly max: number;
  readonly heardAt: Instant;
}
