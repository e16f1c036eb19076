/**
 * What goes on beside the runs so that services can tell us something: watches are renewed, notifications fetched, streams held open. All of it
 * may fail or stop without any run being missed, so trouble is logged, waited out and tried again.
 */
import { backoffMs } from '../model/backoff.ts';
import { type Clock, MINUTE, type Random, SECOND } from '../model/clock.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { MailboxId } from '../model/ids.ts';
import { acrossOrganizations, type Database } from '../store/database.ts';
import { addWatches, claimWatches, extendClaims, type WatchClaim } from '../store/watches.ts';
import type { WorkerLog } from './worker.ts';

export interface ListeningOptions {
  readonly db: Database;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: WorkerLog;
  /** Looks after a few watches and resolves with their number, 0 when none needs attention; null where no service keeps any. */
  readonly renew: ((signal: AbortSignal) => Promise<number>) | null;
  /** Fetches notifications until the signal is aborted or something breaks; one per service that leaves them somewhere. */
  readonly pulls: readonly ((signal: AbortSignal) => Promise<void>)[];
  /** Services whose streams are held, with the connections that this process holds for each at most. */
  readonly streams: readonly { readonly service: string; readonly streamsMax: number }[];
  /** Holds one stream until the signal is aborted or it ends. */
  readonly hold: (claim: WatchClaim, signal: AbortSignal) => Promise<void>;
}

export interface Listening {
  /** Ends every loop and every stream, and resolves when they have ended. */
  stop(): Promise<void>;
}

/** Between two looks for watches that need attention, with jitter. */
const LOOK_MS = MINUTE;
/** Rounds of renewing without a pause; the rest waits for the next look. */
const ROUNDS_MAX = 50;
const RESTART = { firstMs: 5 * SECOND, ceilingMs: 5 * MINUTE, attemptsMax: Number.POSITIVE_INFINITY };
/** A fetch that went on for so long was a good one. */
const GOOD_AFTER_MS = 10 * MINUTE;
/** A stream's claim, and how often it is extended: several beats may fail before somebody else opens it, too. */
const STREAM_HOLD_MS = 5 * MINUTE;
const STREAM_BEAT_MS = MINUTE;
const STREAM_LOOK_MS = 15 * SECOND;
/** Streams opened at one look: a restart does not knock at a server with everybody at once. */
const STREAMS_OPENED_MAX = 25;

/** Starts everything that there is to do. Never rejects. */
export function startListening(options: ListeningOptions): Listening {
  const life = new AbortController();
  const { signal } = life;
  const loops = [
    ...(options.renew === null ? [] : [renewLoop(options, options.renew, signal)]),
    ...options.pulls.map((pull) => pullLoop(options, pull, signal)),
    ...options.streams.map((streams) => streamLoop(options, streams, signal)),
  ];
  return {
    async stop() {
      life.abort(new ListeningStopped());
      await Promise.all(loops);
    },
  };
}

/** The reason that streams and fetches see when the process stops. */
class ListeningStopped extends Error {
  constructor() {
    super('listening is stopping');
    this.name = 'ListeningStopped';
  }
}

async function renewLoop(
  options: ListeningOptions,
  renew: (signal: AbortSignal) => Promise<number>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await nap(options, LOOK_MS, signal);
    try {
      for (let round = 0; round < ROUNDS_MAX && !signal.aborted; round += 1)
        if ((await renew(signal)) === 0) break;
    } catch (error) {
      if (!signal.aborted) options.log('hints.fault', { loop: 'renew', error: nameOf(error) });
    }
  }
}

async function pullLoop(
  options: ListeningOptions,
  pull: (signal: AbortSignal) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const { clock, random, log } = options;
  for (let failures = 0; !signal.aborted; ) {
    const startedAt = clock.now();
    let error: unknown = null;
    try {
      await pull(signal);
    } catch (caught) {
      error = caught;
    }
    if (signal.aborted) return;
    failures = clock.now() - startedAt >= GOOD_AFTER_MS ? 1 : failures + 1;
    log('hints.pull-ended', { failures, error: nameOf(error) });
    const waitMs = SECOND + backoffMs(failures, random, RESTART, retryAfterOf(error));
    await clock.sleep(waitMs, signal).catch(() => undefined);
  }
}

async function streamLoop(
  options: ListeningOptions,
  { service, streamsMax }: ListeningOptions['streams'][number],
  signal: AbortSignal,
): Promise<void> {
  const held = new Map<MailboxId, Held>();
  let beatAt = options.clock.now() + STREAM_BEAT_MS;
  while (!signal.aborted) {
    try {
      if (options.clock.now() >= beatAt) {
        beatAt = options.clock.now() + STREAM_BEAT_MS;
        await beat(options, held);
      }
      for (const claim of await claimStreams(options, service, streamsMax - held.size))
        open(options, held, claim, signal);
    } catch (error) {
      options.log('hints.fault', { loop: 'streams', error: nameOf(error) });
    }
    await nap(options, STREAM_LOOK_MS, signal);
  }
  await Promise.all([...held.values()].map(({ done }) => done));
}

interface Held {
  readonly aborter: AbortController;
  done: Promise<void>;
}

function open(
  options: ListeningOptions,
  held: Map<MailboxId, Held>,
  claim: WatchClaim,
  life: AbortSignal,
): void {
  // Held already, and the claim ran out because beats failed: the one that stands goes on.
  if (held.has(claim.mailboxId)) return;
  const aborter = new AbortController();
  const forward = () => aborter.abort(life.reason);
  life.addEventListener('abort', forward, { once: true });
  if (life.aborted) forward();
  const entry: Held = { aborter, done: Promise.resolve() };
  held.set(claim.mailboxId, entry);
  entry.done = options
    .hold(claim, aborter.signal)
    .catch((error: unknown) => options.log('hints.fault', { loop: 'stream', error: nameOf(error) }))
    .finally(() => {
      life.removeEventListener('abort', forward);
      held.delete(claim.mailboxId);
    });
}

async function claimStreams(
  { db, clock }: ListeningOptions,
  service: string,
  room: number,
): Promise<readonly WatchClaim[]> {
  const limit = Math.min(room, STREAMS_OPENED_MAX);
  if (limit <= 0) return [];
  return await acrossOrganizations(db, async (tx) => {
    await addWatches(tx, { services: [service], now: clock.now(), limit });
    const claim = { services: [service], now: clock.now(), limit, holdMs: STREAM_HOLD_MS };
    return await claimWatches(tx, claim);
  });
}

/** Keeps the claims; streams of mailboxes that must not run any more end. */
async function beat({ db, clock }: ListeningOptions, held: ReadonlyMap<MailboxId, Held>): Promise<void> {
  if (held.size === 0) return;
  const until = clock.now() + STREAM_HOLD_MS;
  const kept = await acrossOrganizations(db, (tx) => extendClaims(tx, [...held.keys()], until));
  for (const [mailboxId, { aborter }] of held)
    if (!kept.has(mailboxId)) aborter.abort(new ListeningStopped());
}

async function nap({ clock, random }: ListeningOptions, ms: number, signal: AbortSignal): Promise<void> {
  await clock.sleep(Math.floor(ms * (0.75 + random.next() / 2)), signal).catch(() => undefined);
}

function retryAfterOf(error: unknown): number {
  return error instanceof RemoteFailure ? (error.failure.retryAfterMs ?? 0) : 0;
}

function nameOf(error: unknown): string {
  if (error instanceof RemoteFailure) return error.failure.code;
  return error instanceof Error ? error.name : typeof error;
}
