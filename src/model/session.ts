/**
 * The pure rules of sessions: where they begin, how they end, when one has rested for too long, and what the CRM may say that ends them. Who holds
 * which session is the store's; docs/decisions/sessions.md tells why it is so.
 */
import type { FailureCode } from './catalogue.ts';
import { HOUR, type Instant, MINUTE } from './clock.ts';

/** Where a session was begun: in a browser, in the pane of a mail client, or with the link of an e-mail. */
export const sessionPlaces = ['browser', 'mail-client', 'link'] as const;
export type SessionPlace = (typeof sessionPlaces)[number];

/** Why a session was ended before its time. `replaced`: the same browser logged in anew; `crm`: the CRM no longer lets the person in. */
export const sessionEnds = ['logged-out', 'replaced', 'by-owner', 'by-admin', 'crm'] as const;
export type SessionEnd = (typeof sessionEnds)[number];

/** How long a session may rest: altogether, and for the console, whose administrators reach everybody. */
export interface SessionLimits {
  readonly idleMs: number;
  readonly consoleIdleMs: number;
}

export const defaultSessionLimits: SessionLimits = { idleMs: 4 * HOUR, consoleIdleMs: 30 * MINUTE };

/** A use is noted again only when the last note is older than this, so that requests are not writes. */
export const NOTED_EVERY_MS = 5 * MINUTE;

/** When a session was last used, as far as it was noted. */
export interface SessionUses {
  readonly usedAt: Instant;
  readonly consoleAt: Instant;
}

/** A request under a session. `attended`: a person is there; a page that only asks again by the clock says that nobody is. */
export interface SessionUse {
  readonly now: Instant;
  readonly console: boolean;
  readonly attended: boolean;
}

/** `rested`: not used for too long, as if there were none; `note`: good, and this use is to be noted; `good`: nothing to write. */
export function judgeUse(
  { usedAt, consoleAt }: SessionUses,
  use: SessionUse,
  { idleMs, consoleIdleMs }: SessionLimits,
): 'rested' | 'note' | 'good' {
  const { now } = use;
  if (usedAt <= now - idleMs) return 'rested';
  if (use.console && consoleAt <= now - consoleIdleMs) return 'rested';
  if (!use.attended) return 'good';
  const notedAt = use.console ? Math.min(usedAt, consoleAt) : usedAt;
  return notedAt <= now - NOTED_EVERY_MS ? 'note' : 'good';
}

/**
 * Which sessions of a person end when the CRM fails so for him: `all` when he is no longer a user there, `full` when he may not use the app any more, which the
 * session of an e-mail's link is there to mend; null when it says nothing about him. A grant that has ended may merely have run out: his page tells him so.
 */
export function endedByCrm(code: FailureCode): 'all' | 'full' | null {
  if (code === 'crm.user-inactive') return 'all';
  return code === 'crm.app-not-allowed' ? 'full' : null;
}
