/**
 * Reads a mail's Date header (RFC 5322, 3.6.1), the same way for every service that hands headers out: the instant is part of the key of a mail that
 * has no Message-ID, so all must read it alike.
 */
import type { Instant } from '../model/clock.ts';

/** Years that no mail was written in. */
const EARLIEST = Date.UTC(1900, 0, 1);
const LATEST = Date.UTC(4001, 0, 1);

/** Longer than any date with its comments (RFC 5322 gives a line 998 characters). */
const LENGTH_MAX = 998;

/** Null for a header that is missing or that no date can be read from; comments are left out. */
export function readDateHeader(header: string | null): Instant | null {
  if (header === null || header.length > LENGTH_MAX) return null;
  const at = Date.parse(header.replace(/\([^)]*\)/g, '').trim());
  return Number.isNaN(at) || at < EARLIEST || at > LATEST ? null : at;
}
