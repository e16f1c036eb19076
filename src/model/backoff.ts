/**
 * How long to wait before a call is repeated: exponential with full jitter and a ceiling
 * (https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/). Pure.
 */
import { type Random, SECOND } from './clock.ts';

export interface BackoffLimits {
  readonly firstMs: number;
  readonly ceilingMs: number;
  readonly attemptsMax: number;
}

export const defaultBackoff: BackoffLimits = { firstMs: 1 * SECOND, ceilingMs: 20 * SECOND, attemptsMax: 4 };

/** Milliseconds before attempt `attempt + 1` (`attempt` counts from 1), never less than what the service asked for. */
export function backoffMs(
  attempt: number,
  random: Random,
  limits: BackoffLimits = defaultBackoff,
  retryAfterMs = 0,
): number {
  const ceiling = Math.min(limits.ceilingMs, limits.firstMs * 2 ** (attempt - 1));
  return retryAfterMs + Math.floor(random.next() * ceiling);
}
