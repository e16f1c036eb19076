/**
 * Decides whose turn it is. Every request and every transaction of a simulated world waits here until chance lets it go, one at a time, and
 * time moves only when nobody can act; so that a whole history follows from its seed. It knows nothing of the product.
 *
 * Transactions are whole turns: real concurrency inside PostgreSQL is what test/database proves.
 */
import type { AbortSignalLike, Instant } from '../../src/model/clock.ts';
import type { Chance } from './chance.ts';

/** Whoever asks for turns: a process, which may be paused or dead. */
export interface Actor {
  readonly pausedUntil: Instant;
  readonly dead: boolean;
}

interface Waiting {
  readonly actor: Actor;
  readonly needsDatabase: boolean;
  readonly go: () => void;
}

interface Timer {
  readonly at: Instant;
  readonly order: number;
  readonly fire: () => void;
}

/** Turns of the event loop that work gets before the next turn is given, and before time moves. */
const SETTLE_TURNS = 3;
const QUIET_TURNS = 40;
const STUCK_TURNS = 20_000;
const LATENCY_MS_MAX = 30;
const ENDLESS = 1e15;

export class Conductor {
  readonly #chance: Chance;
  readonly #waiting: Waiting[] = [];
  readonly #timers: Timer[] = [];
  #now: Instant;
  #orders = 0;
  #inFlight = 0;
  #databaseTaken = false;
  #landed: () => void = () => undefined;
  /** Called before each turn: what people do between two requests. */
  beforeTurn: () => void = () => undefined;

  constructor(startAt: Instant, chance: Chance) {
    this.#now = startAt;
    this.#chance = chance;
  }

  now(): Instant {
    return this.#now;
  }

  /** Whether nobody is in the middle of a transaction. */
  get databaseIsFree(): boolean {
    return !this.#databaseTaken;
  }

  /** Resolves when it is this actor's turn. A turn with the database keeps it until `freeDatabase`. */
  turn(actor: Actor, needsDatabase: boolean): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ actor, needsDatabase, go });
    });
  }

  freeDatabase(): void {
    this.#databaseTaken = false;
  }

  /** Nothing else happens while this work is under way. */
  async track<T>(work: Promise<T>): Promise<T> {
    this.#inFlight += 1;
    try {
      return await work;
    } finally {
      this.#inFlight -= 1;
      if (this.#inFlight === 0) this.#landed();
    }
  }

  sleep(ms: number, signal?: AbortSignalLike): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) {
        reject(signal.reason);
        return;
      }
      const onAbort = () => {
        this.#timers.splice(this.#timers.indexOf(timer), 1);
        reject(signal?.reason);
      };
      const fire = () => {
        signal?.removeEventListener('abort', onAbort);
        resolve();
      };
      // Whole milliseconds, as clocks have them.
      const timer: Timer = { at: this.#now + Math.max(0, Math.ceil(ms)), order: this.#orders, fire };
      this.#orders += 1;
      this.#timers.push(timer);
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** Lets everybody act until `done`, or until `limitMs` are over. */
  async drive(done: () => boolean, limitMs: number): Promise<void> {
    const endAt = this.#now + limitMs;
    let idle = 0;
    for (;;) {
      await this.#settle(SETTLE_TURNS);
      if (done()) return;
      if (this.#fireDue() || this.#giveTurn()) {
        idle = 0;
        continue;
      }
      await this.#settle(QUIET_TURNS);
      if (done() || this.#canAct()) continue;
      const next = this.#nextInstant();
      if (next === null && limitMs === ENDLESS) {
        idle += 1;
        if (idle > STUCK_TURNS) throw new Error(this.#describe());
      } else if (next === null || next > endAt) {
        this.#now = Math.max(this.#now, endAt);
        return;
      } else this.#now = Math.max(this.#now, next);
    }
  }

  /** Until `done`, however long it takes; throws when nobody can act any more. */
  async driveUntil(done: () => boolean): Promise<void> {
    await this.drive(done, ENDLESS);
  }

  /** Until the promise settles; passes its outcome on. */
  async driveTo<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const mark = () => {
      settled = true;
    };
    work.then(mark, mark);
    await this.driveUntil(() => settled);
    return work;
  }

  #describe(): string {
    const waiting = this.#waiting.filter(({ actor }) => !actor.dead).length;
    return `the simulated world stands still: ${waiting} wait, the database is ${this.#databaseTaken ? 'taken' : 'free'}`;
  }

  async #settle(turns: number): Promise<void> {
    for (let turn = 0; turn < turns || this.#inFlight > 0; turn += 1) {
      if (this.#inFlight > 0) {
        await new Promise<void>((landed) => {
          this.#landed = landed;
        });
      }
      await new Promise((next) => setImmediate(next));
    }
  }

  #fireDue(): boolean {
    this.#timers.sort((one, other) => one.at - other.at || one.order - other.order);
    const [first] = this.#timers;
    if (first === undefined || first.at > this.#now) return false;
    this.#timers.shift();
    first.fire();
    return true;
  }

  #eligible(): readonly Waiting[] {
    return this.#waiting.filter(
      ({ actor, needsDatabase }) =>
        !actor.dead && actor.pausedUntil <= this.#now && !(needsDatabase && this.#databaseTaken),
    );
  }

  #canAct(): boolean {
    return this.#eligible().length > 0 || this.#timers.some((timer) => timer.at <= this.#now);
  }

  #giveTurn(): boolean {
    const eligible = this.#eligible();
    if (eligible.length === 0) return false;
    this.beforeTurn();
    const chosen = this.#chance.pick(eligible);
    this.#waiting.splice(this.#waiting.indexOf(chosen), 1);
    if (chosen.needsDatabase) this.#databaseTaken = true;
    this.#now += this.#chance.between(1, LATENCY_MS_MAX);
    chosen.go();
    return true;
  }

  #nextInstant(): Instant | null {
    const resumes = this.#waiting
      .filter(({ actor }) => !actor.dead && actor.pausedUntil > this.#now)
      .map(({ actor }) => actor.pausedUntil);
    const instants = [...this.#timers.map((timer) => timer.at), ...resumes];
    return instants.length === 0 ? null : Math.min(...instants);
  }
}
