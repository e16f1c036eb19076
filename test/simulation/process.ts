/**
 * One simulated process of the product: the real ports and the real worker, on a database and a network that can stop for ever at any request or
 * statement (a crash), stand still for minutes (a pause), and whose clock may be wrong.
 */

import type { Ports } from '../../src/commands/ports.ts';
import { syncMailbox } from '../../src/commands/sync-mailbox.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import { startWorker, type Worker } from '../../src/jobs/worker.ts';
import type { Clock, Instant, Random } from '../../src/model/clock.ts';
import { MINUTE } from '../../src/model/clock.ts';
import type { MailboxId } from '../../src/model/ids.ts';
import type { Config } from '../../src/server/config.ts';
import { createPorts, type MasterKeys } from '../../src/server/wire.ts';
import type { Database } from '../../src/store/database.ts';
import type { Actor, Conductor } from './conductor.ts';
import { guardDatabase } from './guarded-database.ts';

/** Where a process dies: at its n-th request or statement, before or after the service did what was asked. */
export interface Death {
  readonly at: number;
  readonly when: 'before' | 'after';
}

/** Replaces a part of the product by a broken one, to see whether an invariant notices. */
export type Sabotage = (ports: Ports) => Ports;

/** Who makes a request, and since when he wanted to. */
export interface Asked {
  readonly process: string;
  readonly at: Instant;
}

export interface ProcessOptions {
  readonly name: string;
  readonly conductor: Conductor;
  readonly database: Database;
  /** The network, told who asks and when he began to. */
  readonly fetch: (asked: Asked, ...request: Parameters<Fetch>) => ReturnType<Fetch>;
  readonly random: Random;
  readonly config: Config;
  readonly masterKeys: MasterKeys;
  readonly sabotage: Sabotage | null;
  readonly onLog: (line: string) => void;
  /** Told of a cursor that was moved by a process that did not hold the lease. */
  readonly onViolation: (text: string) => void;
}

/** How often an idle worker looks for work: rarer than in production, to save statements. */
const POLL_MS = 10 * MINUTE;
const isSalesforceWrite = (url: string) => /\/composite\/(graph|sobjects)/.test(url);
const never = new Promise<never>(() => undefined);

export class ProductProcess implements Actor {
  readonly name: string;
  readonly ports: Ports;
  readonly #options: ProcessOptions;
  #worker: Worker | null = null;
  #pause: { readonly at: number; readonly ms: number } | null = null;
  #onDeath: () => Promise<void> = () => Promise.resolve();
  dead = false;
  started = false;
  pausedUntil: Instant = 0;
  /** How much its clock is ahead; negative when it is behind. */
  skewMs = 0;
  death: Death | null = null;
  /** Dies when Salesforce has saved something and nobody has written it down. */
  diesAfterWrite = false;
  /** Requests and statements so far. */
  ios = 0;
  /** Runs that came to their end, by mailbox. */
  readonly #runs = new Map<MailboxId, number>();

  constructor(options: ProcessOptions) {
    this.name = options.name;
    this.#options = options;
    const db = guardDatabase(this, options);
    const ports = createPorts(
      options.config,
      {
        clock: this.#clock(),
        random: options.random,
        fetch: (url, init) => {
          if (this.diesAfterWrite && isSalesforceWrite(url)) this.death = { at: this.ios + 1, when: 'after' };
          const asked = { process: options.name, at: options.conductor.now() };
          return this.io(() => options.fetch(asked, url, init));
        },
        log: (event, facts) => options.onLog(JSON.stringify([event, facts])),
        allowLoopbackHttp: true,
      },
      db,
      options.masterKeys,
    );
    const named = { ...ports, worker: options.name };
    this.ports = options.sabotage === null ? named : options.sabotage(named);
  }

  get now(): Instant {
    return this.#options.conductor.now() + this.skewMs;
  }

  get isPaused(): boolean {
    return this.pausedUntil > this.#options.conductor.now();
  }

  runsOf(mailboxId: MailboxId): number {
    return this.#runs.get(mailboxId) ?? 0;
  }

  start(): void {
    this.started = true;
    const { ports } = this;
    this.#worker = startWorker({
      db: ports.db,
      clock: ports.clock,
      random: ports.random,
      worker: ports.worker,
      concurrency: 4,
      pollMs: POLL_MS,
      handle: async (lease, signal) => {
        const { next } = await syncMailbox(ports, lease, signal);
        this.#runs.set(lease.mailboxId, this.runsOf(lease.mailboxId) + 1);
        return next;
      },
      log: (event, facts) => this.#options.onLog(JSON.stringify([event, facts])),
    });
  }

  /** Stops in good order. */
  async stop(): Promise<void> {
    const stopping = this.#worker?.stop() ?? Promise.resolve();
    await this.#options.conductor.driveTo(stopping);
    this.dead = true;
  }

  /** Stands still for `ms` from its n-th request or statement on. */
  pauseAt(at: number, ms: number): void {
    this.#pause = { at, ms };
  }

  /** Dies now; what it had in hand is rolled back. */
  async kill(): Promise<void> {
    this.dead = true;
    await this.#onDeath();
  }

  set onDeath(rollBack: () => Promise<void>) {
    this.#onDeath = rollBack;
  }

  /** A request, in its turn. Never settles once the process is dead. */
  async io<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return never;
    this.#count();
    await this.#options.conductor.turn(this, false);
    return this.step(work);
  }

  async takeDatabase(): Promise<void> {
    if (this.dead) return never;
    this.#count();
    await this.#options.conductor.turn(this, true);
  }

  /** One request or statement that is under way; a place to die before and after. */
  async step<T>(work: () => Promise<T>): Promise<T> {
    if (this.dead) return never;
    this.ios += 1;
    const dies = this.death !== null && this.ios >= this.death.at;
    const outcome = await this.#options.conductor.track(this.#perform(work, dies));
    if (outcome === null || this.dead) return never;
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  async #perform<T>(
    work: () => Promise<T>,
    dies: boolean,
  ): Promise<{ readonly value: T } | { readonly error: unknown } | null> {
    if (dies && this.death?.when === 'before') {
      await this.kill();
      return null;
    }
    const outcome = await work().then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    );
    if (dies) await this.kill();
    return outcome;
  }

  #count(): void {
    if (this.#pause === null || this.ios < this.#pause.at) return;
    this.pausedUntil = this.#options.conductor.now() + this.#pause.ms;
    this.#pause = null;
  }

  #clock(): Clock {
    const { conductor } = this.#options;
    return {
      now: () => this.now,
      sleep: async (ms, signal) => {
        await conductor.sleep(ms, signal);
        while (this.pausedUntil > conductor.now() && !this.dead)
          await conductor.sleep(this.pausedUntil - conductor.now(), signal);
        if (this.dead) await never;
      },
    };
  }
}
