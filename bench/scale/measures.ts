/** What a simulated day comes to: lateness by window and by organization, starts per second, and what the due-table was asked. */
import { SECOND } from '../../src/model/clock.ts';
import { Histograms } from './histogram.ts';

export interface Windows {
  readonly settledAt: number;
  readonly outageFrom: number;
  readonly outageTo: number;
  readonly afterTo: number;
}

export const windowNames = ['start', 'calm', 'outage', 'after'] as const;
export type WindowName = (typeof windowNames)[number];

/** Groups of lateness: each window for the mailboxes of the failing place and for all others. */
const OTHERS = 4;

export class Measures {
  readonly windows: Windows;
  readonly lateness = new Histograms(2 * windowNames.length);
  /** Of the whole day, and of the day without its beginning, at which everybody is due at once. */
  readonly wholeDay = new Histograms(2);
  /** Of runs that go on with an import, which comes after fresh mail. */
  readonly backFill = new Histograms(1);
  /** In the calm window. */
  readonly byOrganization: Histograms;
  /** In the hour after the outage, of the places that never failed and of the one that did. */
  readonly startsPerSecond: Uint32Array;
  /** From a kill to the take-over of what the worker held. */
  readonly takeOvers = new Histograms(1);
  claims = 0;
  emptyClaims = 0;
  leases = 0;
  renewals = 0;
  renewedRows = 0;
  runningMax = 0;

  constructor(organizations: number, lengthMs: number, windows: Windows) {
    this.windows = windows;
    this.byOrganization = new Histograms(organizations);
    this.startsPerSecond = new Uint32Array(Math.ceil(lengthMs / SECOND) + 1);
  }

  windowOf(now: number): number {
    const { settledAt, outageFrom, outageTo, afterTo } = this.windows;
    if (now < settledAt) return 0;
    if (now < outageFrom || now >= afterTo) return 1;
    return now < outageTo ? 2 : 3;
  }

  started(run: {
    readonly now: number;
    readonly lateMs: number;
    readonly organization: number;
    readonly failing: boolean;
  }): void {
    const window = this.windowOf(run.now);
    this.lateness.add(window + (run.failing ? 0 : OTHERS), run.lateMs);
    this.wholeDay.add(0, run.lateMs);
    if (window !== 0) this.wholeDay.add(1, run.lateMs);
    if (window === 1) this.byOrganization.add(run.organization, run.lateMs);
    const second = Math.floor(run.now / SECOND);
    this.startsPerSecond[second] = (this.startsPerSecond[second] as number) + 1;
  }

  /** `which`: mailboxes of the failing place, or all others. */
  groupOf(window: WindowName, which: 'failing' | 'others'): number {
    return windowNames.indexOf(window) + (which === 'failing' ? 0 : OTHERS);
  }

  /** The most starts within `width` seconds of a stretch of time, per second, against its mean. */
  herd(from: number, to: number, width = 10): { readonly most: number; readonly mean: number } {
    const seconds = this.startsPerSecond.subarray(Math.floor(from / SECOND), Math.floor(to / SECOND));
    let most = 0;
    let sum = 0;
    let all = 0;
    for (let at = 0; at < seconds.length; at += 1) {
      sum += (seconds[at] as number) - (at >= width ? (seconds[at - width] as number) : 0);
      all += seconds[at] as number;
      most = Math.max(most, sum / width);
    }
    return { most, mean: seconds.length === 0 ? 0 : all / seconds.length };
  }
}
