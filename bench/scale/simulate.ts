/**
 * A day of many workers over one due-table, event by event. Every decision is the product's own: when a mailbox runs next, what failures make of its
 * state, what a worker asks for and when it looks. Only the statements of the due-table have a double (due-table.ts). A run is a drawn length of time.
 */
import { HOUR } from '../../src/model/clock.ts';
import { DueTable } from './due-table.ts';
import { Measures, type Windows } from './measures.ts';
import { drawPopulation, type Population } from './population.ts';
import { benchRandom } from './random.ts';
import { Runs } from './runs.ts';
import type { Scenario } from './scenario.ts';
import { WorkerFleet } from './worker-fleet.ts';

/** Until what a start of everything at once has settled. */
export const SETTLED_MS = 1 * HOUR;

/** Plays the scenario. The same seed gives the same day. */
export function simulate(scenario: Scenario): {
  readonly measures: Measures;
  readonly population: Population;
} {
  const random = benchRandom(scenario.seed);
  const population = drawPopulation(scenario.mailboxes, scenario.organizations, random);
  const table = new DueTable(population.sizes);
  const { from, to } = scenario.outage;
  const windows: Windows = { settledAt: SETTLED_MS, outageFrom: from, outageTo: to, afterTo: to + HOUR };
  const measures = new Measures(population.sizes.length, scenario.hours * HOUR, windows);
  const runs = new Runs(scenario, population, table, random);
  const fleet = new WorkerFleet(scenario, table, measures, runs, random);
  // Everything is due at once, as after a long standstill: in no order that anybody would have chosen.
  for (let mailbox = 0; mailbox < scenario.mailboxes; mailbox += 1)
    table.setDue(mailbox, { dueAt: random.next(), lane: 'fresh' });
  fleet.play(scenario.hours * HOUR);
  return { measures, population };
}
