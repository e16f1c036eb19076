/** What is simulated: so many mailboxes, workers and hours, one outage, and kills. */
import { HOUR, MINUTE, SECOND } from '../../src/model/clock.ts';
import type { Outage } from './outage.ts';

export interface Scenario {
  readonly seed: number;
  readonly mailboxes: number;
  readonly organizations: number;
  readonly workers: number;
  readonly runsAtOnce: number;
  readonly hours: number;
  readonly outage: Outage;
  /** So many workers die at once, so often, and are started again after a minute. */
  readonly kills: { readonly everyMs: number; readonly workers: number };
}

/** A day with a million mailboxes on a hundred workers of the size that they have unless told. */
export const wholeDay: Scenario = {
  seed: 20_261_128,
  mailboxes: 1_000_000,
  organizations: 2_000,
  workers: 100,
  runsAtOnce: 20,
  hours: 24,
  outage: { from: 10 * HOUR, to: 13 * HOUR, troubles: ['unreachable', 'hanging', 'refusing'] },
  kills: { everyMs: 110 * MINUTE, workers: 3 },
};

/** How long a killed worker stays away. */
export const RESTART_MS = 60 * SECOND;

/** A day with one so-manieth of everybody and everything, but the same load for each worker. */
export function partOf(scenario: Scenario, part: number): Scenario {
  return {
    ...scenario,
    mailboxes: Math.round(scenario.mailboxes / part),
    organizations: Math.ceil(scenario.organizations / Math.sqrt(part)),
    workers: Math.max(2, Math.round(scenario.workers / part)),
    runsAtOnce: scenario.runsAtOnce,
    kills: { ...scenario.kills, workers: Math.max(1, Math.round(scenario.kills.workers / part)) },
  };
}
