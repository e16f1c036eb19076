/**
 * Hints (R3): what a mail service tells between two runs. A hint brings the next run of its mailbox forward and says nothing else: it carries no
 * state, replaces no run, and losing every one of them loses nothing. How a service tells is one of three ways; whether it can is an ability.
 */
import { type AbortSignalLike, DAY, type Instant, MINUTE, type Random } from './clock.ts';
import type { Opening, PreparedConnection } from './connector.ts';

/** What stands at the service for one mailbox. */
export interface Watch {
  /** The name by which notifications speak of the mailbox; stored as a hash. */
  readonly key: string;
  /** What a posted notification must carry to be believed; null where only the service can write to the channel. Stored as a hash. */
  readonly secret: string | null;
  /** Any JSON that renewing and ending need: ids of the service's own, no content. Sealed when stored. */
  readonly memo: unknown;
  /** Until when the service keeps it, by the service's own answer. */
  readonly holdsUntil: Instant;
}

/** An opened connection with the mailbox that is meant. */
export interface WatchedMailbox {
  readonly connection: PreparedConnection;
  readonly opening: Opening;
  /** The mailbox's primary address, lower case. */
  readonly address: string;
}

/** Registrations that the service keeps for a time. All of them reject with `RemoteFailure`. */
export interface Watching {
  /** Registers the mailbox, or renews what `memo` tells of (null: nothing stands). What has vanished meanwhile is registered anew. */
  watch(mailbox: WatchedMailbox, memo: unknown): Promise<Watch>;
  /** Ends it; one that is gone already counts as ended. */
  unwatch(mailbox: WatchedMailbox, memo: unknown): Promise<void>;
}

/** One notification: whose mailbox moved, or whose registration needs attention. Believed only when the secret is the stored one. */
export interface HintClaim {
  readonly key: string;
  readonly secret: string | null;
  /** `changed`: something moved, or may have. `renew`: the registration must be renewed at once. `gone`: it is no more; also `changed`. */
  readonly means: 'changed' | 'renew' | 'gone';
}

/** A request to our own door, as far as hints are concerned. */
export interface HintPost {
  readonly query: Readonly<Record<string, string | undefined>>;
  /** Parsed JSON, text, or undefined. */
  readonly body: unknown;
}

/** What the door answers at once, and what it was told. The answer never depends on whether a claim is believed. */
export interface HintReceipt {
  readonly status: number;
  /** Sent as text/plain. */
  readonly text: string;
  readonly claims: readonly HintClaim[];
}

/** The service posts to our public address. */
export interface PostedHints extends Watching {
  readonly way: 'posted';
  /** Pure and quick: understands what was posted; what it does not understand has no claims. */
  receive(post: HintPost): HintReceipt;
}

/** The service leaves notifications of all mailboxes where we fetch them. */
export interface PulledHints extends Watching {
  readonly way: 'pulled';
  /**
   * Fetches until the signal is aborted; rejects with `RemoteFailure` or the signal's reason. What `take` has resolved for is not fetched
   * again; what it rejected comes once more.
   */
  pull(take: (claims: readonly HintClaim[]) => Promise<void>, signal: AbortSignalLike): Promise<void>;
}

/** A connection per mailbox is held open, over which the service tells. */
export interface StreamedHints {
  readonly way: 'streamed';
  /** Connections that one process holds at most. */
  readonly streamsMax: number;
  /**
   * Listens until the opening's signal is aborted; rejects with `RemoteFailure` or the signal's reason. `onHint` is also called when the
   * service may have dropped something; it never rejects.
   */
  stream(mailbox: WatchedMailbox, onHint: () => void): Promise<void>;
}

export type MailHints = PostedHints | PulledHints | StreamedHints;

/** Whether a service tells here, and how; `reason` says to the operator why not. */
export type HintAbility =
  | { readonly able: true; readonly hints: MailHints }
  | { readonly able: false; readonly reason: string };

/** From one run that a hint asked for to the next (R2's pace). */
export const HINT_INTERVAL_MS = MINUTE;
/** Claims of one post or one fetch at most; more are left out, which loses nothing. */
export const HINT_CLAIMS_MAX = 1_000;

/** When to renew a registration: at half of its life, daily at the latest, never all at the same moment. */
export function renewalAt(now: Instant, holdsUntil: Instant, random: Random): Instant {
  const halfMs = Math.max(0, holdsUntil - now) / 2;
  return now + Math.floor(Math.min(DAY, halfMs) * (0.8 + random.next() * 0.2));
}
