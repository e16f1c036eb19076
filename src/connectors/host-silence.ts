/**
 * Keeps a host that has fallen silent from taking every place of a worker: requests that can only wait in vain fail at once, and one at a time finds out
 * whether the host is back. Any answer, also a refusal, is an answer. See docs/decisions/scale.md.
 */
import { type Clock, type Instant, SECOND } from '../model/clock.ts';
import type { Fetch } from './http.ts';
import { NetworkError } from './http.ts';
import { HOST_SILENT, networkCode, networkKind } from './network-codes.ts';

/** Requests in a row that no answer came to, of whichever mailbox. */
const SILENT_MAX = 5;
/** So long may everything that waits for a host wait without any answer, once it takes its share of the places. */
const SILENT_MS = 10 * SECOND;
/** From one attempt to the next at a silent host. */
const TRIAL_EVERY_MS = 10 * SECOND;
/** Fewer that wait say nothing, however few places there are. */
const WAITING_MIN = 4;
/** Silent hosts remembered; beyond, the one that fell silent first is forgotten. */
const HOSTS_MAX = 1_000;

/** One host: what waits for it, and how long nothing has come. Pure; the simulation of scale runs on it, too. */
export class HostSilence {
  readonly #waitingMax: number;
  #waiting = 0;
  /** The last answer, or the moment since when something waits. */
  #since: Instant = 0;
  #silentInARow = 0;
  #trialUnderWay = false;
  #trialAt: Instant = 0;

  /** `places`: what may run side by side in this process; a silent host gets half of it. */
  constructor(places: number) {
    this.#waitingMax = Math.max(WAITING_MIN, Math.ceil(places / 2));
  }

  /** Whether a request may go out; whoever may reports its end by `answered`, `silent` or `dropped`. */
  begin(now: Instant): 'go' | 'trial' | 'refused' {
    const way = this.#isSilent(now) ? this.#mayTry(now) : 'go';
    if (way === 'refused') return way;
    if (this.#waiting === 0) this.#since = Math.max(this.#since, now);
    this.#waiting += 1;
    return way;
  }

  #isSilent(now: Instant): boolean {
    if (this.#silentInARow >= SILENT_MAX) return true;
    return this.#waiting >= this.#waitingMax && now - this.#since >= SILENT_MS;
  }

  #mayTry(now: Instant): 'trial' | 'refused' {
    if (this.#trialUnderWay || now < this.#trialAt) return 'refused';
    this.#trialUnderWay = true;
    return 'trial';
  }

  answered(way: 'go' | 'trial', now: Instant): void {
    this.#silentInARow = 0;
    this.#since = now;
    this.#leave(way, now);
    this.#trialAt = now;
  }

  silent(way: 'go' | 'trial', now: Instant): void {
    this.#silentInARow += 1;
    this.#leave(way, now);
  }

  /** Somebody no longer wanted the answer: that says nothing. */
  dropped(way: 'go' | 'trial', now: Instant): void {
    this.#leave(way, now);
  }

  #leave(way: 'go' | 'trial', now: Instant): void {
    this.#waiting -= 1;
    if (way === 'go') return;
    this.#trialUnderWay = false;
    this.#trialAt = now + TRIAL_EVERY_MS;
  }

  /** Nothing waits and nothing was amiss. */
  get isForgettable(): boolean {
    return this.#waiting === 0 && this.#silentInARow === 0;
  }
}

/**
 * A `fetch` that refuses requests to hosts that have fallen silent: they reject with `NetworkError` (unreachable, `HOST_SILENT`). `places`: runs side by
 * side in this process.
 */
export function withoutSilentHosts(fetch: Fetch, { clock, places }: { clock: Clock; places: number }): Fetch {
  const hosts = new Map<string, HostSilence>();
  return async (url, init) => {
    const { host } = new URL(url);
    const silence = hosts.get(host) ?? new HostSilence(places);
    const way = silence.begin(clock.now());
    if (way === 'refused') throw new NetworkError('unreachable', HOST_SILENT);
    hosts.set(host, silence);
    try {
      const response = await fetch(url, init);
      silence.answered(way, clock.now());
      return response;
    } catch (error) {
      silence[endOf(error, init.signal)](way, clock.now());
      throw error;
    } finally {
      if (silence.isForgettable) hosts.delete(host);
      else forgetOldest(hosts);
    }
  };
}

/** A deadline and a broken connection are silence; a certificate, or a failure of our own, is not; what a run gave up says nothing. */
function endOf(error: unknown, signal: AbortSignal): 'answered' | 'silent' | 'dropped' {
  if (signal.aborted) return signal.reason instanceof NetworkError ? 'silent' : 'dropped';
  const code = networkCode(error);
  if (code === null) return 'dropped';
  return networkKind(code) === 'certificate' ? 'answered' : 'silent';
}

function forgetOldest(hosts: Map<string, HostSilence>): void {
  if (hosts.size <= HOSTS_MAX) return;
  const [oldest] = hosts.keys();
  if (oldest !== undefined) hosts.delete(oldest);
}
