/**
 * What runs meet at their place of mail, request by request: an answer after a drawn time, or, while the place is away, what its trouble is, by the product's
 * own limits (four attempts with back-off, ten seconds to connect, a hundred to answer) and its own guard against silent hosts.
 */
import { HostSilence } from '../../src/connectors/host-silence.ts';
import { backoffMs, defaultBackoff } from '../../src/model/backoff.ts';
import { MINUTE, type Random, SECOND } from '../../src/model/clock.ts';
import { type Failure, failure } from '../../src/model/failure.ts';
import type { RunOutcome } from '../../src/model/run.ts';
import { type DrawnRun, drawRun, FAILING_PLACE, PLACE_SHARES } from './population.ts';

/** `unreachable`: no connection comes about. `hanging`: connected, and no answer. `refusing`: 503 at once. `throttling`: 503 with Retry-After. */
export type Trouble = 'unreachable' | 'hanging' | 'refusing' | 'throttling';

export interface Outage {
  readonly from: number;
  readonly to: number;
  /** One after the other, each as long as the others. */
  readonly troubles: readonly Trouble[];
}

export interface RunResult {
  outcome: RunOutcome;
  changed: boolean;
}

const CONNECT_MS = 10 * SECOND;
const DEADLINE_MS = 100 * SECOND;
/** From the first attempt to the start of the last one. */
const TOTAL_MS = 120 * SECOND;
const ROUND_TRIP_MS = 50;

const failures: Readonly<Record<Trouble, Failure>> = {
  unreachable: failure('mailbox.unreachable'),
  hanging: failure('mailbox.unreachable'),
  refusing: failure('mailbox.transient'),
  throttling: failure('mailbox.throttled', { retryAfterMs: 10 * MINUTE }),
};
const done: RunOutcome = { kind: 'done' };
const more: RunOutcome = { kind: 'more' };

/** The trouble at an instant; null outside of the outage. */
function troubleAt(outage: Outage, now: number): Trouble | null {
  if (now < outage.from || now >= outage.to) return null;
  const part = (now - outage.from) / (outage.to - outage.from);
  return outage.troubles[Math.floor(part * outage.troubles.length)] ?? null;
}

/** The run under way at one place of a worker. */
interface Visit {
  mailPlace: number;
  host: HostSilence;
  way: 'go' | 'trial';
  /** What the request under way meets; null: an answer. `waiting`: between two attempts. */
  trouble: Trouble | null;
  waiting: boolean;
  attempt: number;
  firstAt: number;
  readonly result: RunResult;
}

export class Visits {
  readonly #outage: Outage;
  readonly #random: Random;
  readonly #hosts: HostSilence[];
  readonly #visits: Visit[];
  readonly #runsAtOnce: number;
  readonly #drawn: DrawnRun = { ms: 0, changed: false, more: false };

  constructor(size: { workers: number; runsAtOnce: number }, outage: Outage, random: Random) {
    this.#outage = outage;
    this.#random = random;
    this.#runsAtOnce = size.runsAtOnce;
    this.#hosts = Array.from(
      { length: size.workers * PLACE_SHARES.length },
      () => new HostSilence(size.runsAtOnce),
    );
    const [host] = this.#hosts as [HostSilence];
    this.#visits = Array.from({ length: size.workers * size.runsAtOnce }, () => ({
      mailPlace: 0,
      host,
      way: 'go',
      trouble: null,
      waiting: false,
      attempt: 0,
      firstAt: 0,
      result: { outcome: done, changed: false },
    }));
  }

  resultAt(place: number): RunResult {
    return (this.#visits[place] as Visit).result;
  }

  /** A run begins: the time until something happens to it. */
  begin(place: number, mailPlace: number, now: number): number {
    const visit = this.#visits[place] as Visit;
    visit.mailPlace = mailPlace;
    visit.host = this.#hosts[
      Math.floor(place / this.#runsAtOnce) * PLACE_SHARES.length + mailPlace
    ] as HostSilence;
    visit.attempt = 0;
    visit.firstAt = now;
    return this.#request(visit, now) ?? 1;
  }

  /** What was waited for has come: the time until the next thing, or null when the run is over. */
  goOn(place: number, now: number): number | null {
    const visit = this.#visits[place] as Visit;
    if (visit.waiting) return this.#request(visit, now);
    if (visit.attempt === 0) return null;
    const { trouble, way, host } = visit;
    if (trouble !== 'unreachable' && trouble !== 'hanging') host.answered(way, now);
    else host.silent(way, now);
    if (trouble === null || trouble === 'throttling') return null;
    const waitMs = backoffMs(visit.attempt, this.#random);
    const isLast = visit.attempt >= defaultBackoff.attemptsMax || now - visit.firstAt + waitMs > TOTAL_MS;
    if (isLast) return null;
    visit.waiting = true;
    return waitMs;
  }

  /** The worker was killed, and what it knew of hosts with it. */
  forget(worker: number): void {
    for (let mailPlace = 0; mailPlace < PLACE_SHARES.length; mailPlace += 1)
      this.#hosts[worker * PLACE_SHARES.length + mailPlace] = new HostSilence(this.#runsAtOnce);
  }

  /** Sends; null when the request is refused and the run ends by it. */
  #request(visit: Visit, now: number): number | null {
    visit.waiting = false;
    const { result } = visit;
    const way = visit.host.begin(now);
    if (way === 'refused') {
      visit.attempt = 0;
      result.outcome = { kind: 'failed', failure: failures.unreachable };
      result.changed = false;
      return null;
    }
    visit.way = way;
    visit.attempt += 1;
    visit.trouble = visit.mailPlace === FAILING_PLACE ? troubleAt(this.#outage, now) : null;
    if (visit.trouble === null) {
      const drawn = drawRun(this.#random, this.#drawn);
      result.outcome = drawn.more ? more : done;
      result.changed = drawn.changed;
      return drawn.ms;
    }
    result.outcome = { kind: 'failed', failure: failures[visit.trouble] };
    result.changed = false;
    if (visit.trouble === 'unreachable') return CONNECT_MS;
    return visit.trouble === 'hanging' ? DEADLINE_MS : ROUND_TRIP_MS;
  }
}
