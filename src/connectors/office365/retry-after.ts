/** Reads `Retry-After`, which Graph and Entra ID send in seconds and proxies as a date (RFC 9110, 10.2.3). */
import { HOUR, SECOND } from '../../model/clock.ts';

/** What services ask for is seconds to minutes; more would be a mistake that stops a mailbox. */
const WAIT_MS_MAX = HOUR;

/** Milliseconds from `now`, at most an hour; null where the header is missing or says nothing. */
export function readRetryAfter(header: string | null | undefined, now: number): number | null {
  if (header === null || header === undefined || header.trim() === '') return null;
  const seconds = Number(header);
  const ms = Number.isFinite(seconds) ? seconds * SECOND : Date.parse(header) - now;
  return Number.isFinite(ms) && ms >= 0 ? Math.min(ms, WAIT_MS_MAX) : null;
}
