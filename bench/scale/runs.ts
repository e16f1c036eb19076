/** What runs come to in the simulation of scale: the product's own rules for states, streaks, rhythms and next due times. */
import type { Random } from '../../src/model/clock.ts';
import {
  afterRun,
  type MailboxState,
  mailboxStates,
  nextMailboxState,
} from '../../src/model/mailbox-state.ts';
import { defaultRhythm, intervalOf, nextRun, quietRunsAfter, type Rhythm } from '../../src/model/schedule.ts';
import type { DueTable } from './due-table.ts';
import type { RunResult } from './outage.ts';
import type { Population } from './population.ts';
import type { Scenario } from './scenario.ts';

const adaptiveRhythm: Rhythm = { ...defaultRhythm, pattern: 'adaptive' };
const ACTIVE = mailboxStates.indexOf('active');

/** What a run comes to, and when its mailbox is due next. */
export class Runs {
  readonly #population: Population;
  readonly #table: DueTable;
  readonly #random: Random;
  readonly #states: Uint8Array;
  readonly #failures: Uint8Array;
  readonly #quiet: Uint8Array;
  readonly #phases: Float64Array;

  constructor(scenario: Scenario, population: Population, table: DueTable, random: Random) {
    this.#population = population;
    this.#table = table;
    this.#random = random;
    this.#states = new Uint8Array(scenario.mailboxes).fill(ACTIVE);
    this.#failures = new Uint8Array(scenario.mailboxes);
    this.#quiet = new Uint8Array(scenario.mailboxes);
    this.#phases = Float64Array.from({ length: scenario.mailboxes }, () => random.next());
  }

  /** Where the mailbox's mail is. */
  placeOf(mailbox: number): number {
    return this.#population.places[this.#table.organizations[mailbox] as number] as number;
  }

  /** The run's end: moves the mailbox's state and says when it is due next. */
  end(mailbox: number, startedAt: number, endedAt: number, { outcome, changed }: RunResult) {
    const state = mailboxStates[this.#states[mailbox] as number] as MailboxState;
    const streak = { rejections: 0, failures: this.#failures[mailbox] as number };
    const after = afterRun(state, streak, outcome);
    this.#failures[mailbox] = after.streak.failures;
    const moved = after.event === null ? 'ignored' : nextMailboxState(state, after.event);
    const now = moved === 'ignored' || moved === 'impossible' ? state : moved;
    this.#states[mailbox] = mailboxStates.indexOf(now);
    const isAdaptive = this.#population.adaptive[this.#table.organizations[mailbox] as number] === 1;
    const rhythm = isAdaptive ? adaptiveRhythm : defaultRhythm;
    const quiet = isAdaptive ? quietRunsAfter(this.#quiet[mailbox] as number, { outcome, changed }) : 0;
    this.#quiet[mailbox] = quiet;
    const run = {
      startedAt,
      endedAt,
      outcome,
      trigger: 'schedule',
      phase: this.#phases[mailbox] as number,
    } as const;
    return nextRun(now, run, intervalOf(rhythm, quiet), this.#random);
  }

  suspended(): number {
    const suspended = mailboxStates.indexOf('suspended');
    return this.#states.reduce((count, state) => count + (state === suspended ? 1 : 0), 0);
  }
}
