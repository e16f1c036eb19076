/**
 * The workers of the simulation: each looks, claims, runs and gives back as src/jobs/worker.ts does, with its limits and its fairness. Some are killed
 * and started again.
 */

import { type ClaimStage, type ClaimWish, claimWish, stageAfter } from '../../src/jobs/share.ts';
import { HEARTBEAT_MS, LEASE_MS, lookAgainMs } from '../../src/jobs/worker.ts';
import { type Random, SECOND } from '../../src/model/clock.ts';
import { BACK_FILL, type DueTable } from './due-table.ts';
import { IndexedHeap } from './indexed-heap.ts';
import type { Measures } from './measures.ts';
import { Visits } from './outage.ts';
import { FAILING_PLACE } from './population.ts';
import type { Runs } from './runs.ts';
import { RESTART_MS, type Scenario } from './scenario.ts';

const NOBODY = -1;

export class WorkerFleet {
  readonly #scenario: Scenario;
  readonly #table: DueTable;
  readonly #measures: Measures;
  readonly #runs: Runs;
  readonly #random: Random;
  /** One per place of a worker: the mailbox that runs there, since when, and under which token. */
  readonly #mailboxes: Int32Array;
  readonly #startedAt: Float64Array;
  readonly #tokens: Uint32Array;
  readonly #visits: Visits;
  readonly #freePlaces: number[][];
  readonly #running: Map<number, number>[];
  readonly #killedAt: Map<number, number> = new Map();
  /** Events: a run's end at each place, a look and a beat of each worker, and the next kill. */
  readonly #at: Float64Array;
  readonly #events: IndexedHeap;
  readonly #claimed: number[] = [];

  constructor(scenario: Scenario, table: DueTable, measures: Measures, runs: Runs, random: Random) {
    const { workers, runsAtOnce } = scenario;
    const places = workers * runsAtOnce;
    this.#scenario = scenario;
    this.#table = table;
    this.#measures = measures;
    this.#runs = runs;
    this.#random = random;
    this.#mailboxes = new Int32Array(places).fill(NOBODY);
    this.#startedAt = new Float64Array(places);
    this.#tokens = new Uint32Array(places);
    this.#visits = new Visits(scenario, scenario.outage, random);
    this.#freePlaces = Array.from({ length: workers }, (_, worker) => this.#placesOf(worker));
    this.#running = Array.from({ length: workers }, () => new Map());
    this.#at = new Float64Array(places + 2 * workers + 1);
    this.#events = new IndexedHeap(this.#at);
  }

  #placesOf(worker: number): number[] {
    const { runsAtOnce } = this.#scenario;
    return Array.from({ length: runsAtOnce }, (_, at) => worker * runsAtOnce + at);
  }

  /** From the start of all workers, within two seconds, until `until`. */
  play(until: number): void {
    const { workers, runsAtOnce, kills } = this.#scenario;
    const places = workers * runsAtOnce;
    for (let worker = 0; worker < workers; worker += 1) {
      this.#schedule(places + worker, 2 * SECOND * this.#random.next());
      this.#schedule(places + workers + worker, HEARTBEAT_MS);
    }
    this.#schedule(places + 2 * workers, kills.everyMs);
    for (;;) {
      const event = this.#events.head();
      const now = this.#at[event] as number;
      if (event < 0 || now > until) return;
      this.#events.remove(event);
      if (event < places) this.#goOn(event, now);
      else if (event < places + workers) this.#look(event - places, now);
      else if (event < places + 2 * workers) this.#beat(event - places - workers, now);
      else this.#kill(now);
    }
  }

  #schedule(event: number, at: number): void {
    this.#at[event] = at;
    this.#events.update(event);
  }

  /** As `fillRoom` and the nap after it. */
  #look(worker: number, now: number): void {
    const { workers, runsAtOnce } = this.#scenario;
    const running = this.#running[worker] as Map<number, number>;
    for (let stage: ClaimStage | null = 'below-share'; stage !== null; ) {
      const wish: ClaimWish<number> | null = claimWish(running, runsAtOnce, stage);
      if (wish === null) break;
      this.#claimed.length = 0;
      const count = this.#table.claim({ now, leaseMs: LEASE_MS, ...wish }, this.#claimed);
      this.#measures.claims += 1;
      if (count === 0) this.#measures.emptyClaims += 1;
      for (const mailbox of this.#claimed) this.#start(worker, mailbox, now);
      stage = stageAfter(stage, wish, count);
    }
    this.#schedule(workers * runsAtOnce + worker, now + lookAgainMs(this.#random));
  }

  #start(worker: number, mailbox: number, now: number): void {
    const organization = this.#table.organizations[mailbox] as number;
    const running = this.#running[worker] as Map<number, number>;
    running.set(organization, (running.get(organization) ?? 0) + 1);
    const place = this.#freePlaces[worker]?.pop() ?? 0;
    this.#mailboxes[place] = mailbox;
    this.#startedAt[place] = now;
    this.#tokens[place] = this.#table.tokens[mailbox] as number;
    this.#countStart(mailbox, organization, now);
    this.#schedule(place, now + this.#visits.begin(place, this.#runs.placeOf(mailbox), now));
  }

  #countStart(mailbox: number, organization: number, now: number): void {
    this.#measures.leases += 1;
    const killedAt = this.#killedAt.get(mailbox);
    const lateMs = now - (this.#table.dueAt[mailbox] as number);
    if (killedAt !== undefined) {
      this.#measures.takeOvers.add(0, now - killedAt);
      this.#killedAt.delete(mailbox);
    } else if (this.#table.lanes[mailbox] === BACK_FILL) this.#measures.backFill.add(0, lateMs);
    else
      this.#measures.started({
        now,
        lateMs,
        organization,
        failing: this.#runs.placeOf(mailbox) === FAILING_PLACE,
      });
  }

  #goOn(place: number, now: number): void {
    const ms = this.#visits.goOn(place, now);
    if (ms !== null) this.#schedule(place, now + ms);
    else this.#end(place, now);
  }

  #end(place: number, now: number): void {
    const worker = Math.floor(place / this.#scenario.runsAtOnce);
    const mailbox = this.#mailboxes[place] as number;
    const wasFull = this.#freePlaces[worker]?.length === 0;
    this.#leave(worker, place);
    const next = this.#runs.end(mailbox, this.#startedAt[place] as number, now, this.#visits.resultAt(place));
    this.#table.release(mailbox, this.#tokens[place] as number, next);
    if (wasFull) this.#look(worker, now);
  }

  #leave(worker: number, place: number): void {
    const organization = this.#table.organizations[this.#mailboxes[place] as number] as number;
    const running = this.#running[worker] as Map<number, number>;
    const left = (running.get(organization) ?? 1) - 1;
    if (left === 0) running.delete(organization);
    else running.set(organization, left);
    this.#mailboxes[place] = NOBODY;
    this.#freePlaces[worker]?.push(place);
  }

  /** As one turn of `heartbeatLoop`. */
  #beat(worker: number, now: number): void {
    const { workers, runsAtOnce } = this.#scenario;
    let held = 0;
    for (let place = worker * runsAtOnce; place < (worker + 1) * runsAtOnce; place += 1) {
      const mailbox = this.#mailboxes[place] as number;
      if (mailbox === NOBODY) continue;
      held += 1;
      if (!this.#table.renew(mailbox, this.#tokens[place] as number, now, LEASE_MS))
        throw new Error('a worker that lives has lost a lease');
    }
    if (held > 0) this.#measures.renewals += 1;
    this.#measures.renewedRows += held;
    this.#schedule(workers * runsAtOnce + workers + worker, now + HEARTBEAT_MS);
  }

  /** kill -9: nothing is given back. What comes next at that place is a new process. */
  #kill(now: number): void {
    const { workers, runsAtOnce, kills } = this.#scenario;
    const places = workers * runsAtOnce;
    for (let count = 0; count < kills.workers; count += 1) {
      const worker = Math.floor(this.#random.next() * workers);
      for (const place of this.#placesOf(worker)) {
        const mailbox = this.#mailboxes[place] as number;
        if (mailbox === NOBODY) continue;
        this.#killedAt.set(mailbox, now);
        this.#events.remove(place);
        this.#leave(worker, place);
      }
      this.#visits.forget(worker);
      this.#schedule(places + worker, now + RESTART_MS);
      this.#schedule(places + workers + worker, now + RESTART_MS + HEARTBEAT_MS);
    }
    this.#schedule(places + 2 * workers, now + kills.everyMs);
  }
}
