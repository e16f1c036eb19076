/**
 * Time and chance as arguments. Nothing in the product calls `Date.now` or `Math.random` itself: it is handed a
 * clock and a random source, so that a whole day, or a whole crash, can be replayed from one seed.
 */

/** Milliseconds since 1970-01-01T00:00:00Z, as `Date#getTime`. */
export type Instant = number;

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The present, and the ability to wait. `sleep` rejects with the signal's reason when it is aborted. */
export interface Clock {
  now(): Instant;
  sleep(ms: number, signal?: AbortSignalLike): Promise<void>;
}

/** The part of `AbortSignal` that pure code may know: no DOM or Node type exists in this layer. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** A source of chance; `next` is uniform in [0, 1). */
export interface Random {
  next(): number;
}
