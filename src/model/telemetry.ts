/**
 * What the product tells of its own work to whoever measures it: runs that ended, leases, and spans round what takes time. Names and counts from closed sets
 * only; nothing of a mailbox, a person or a company can be said in these words. Who listens is the server's affair, and the default listens to nothing.
 */
import type { Instant } from './clock.ts';
import type { AnyCollection } from './collection.ts';
import type { RunOutcome } from './run.ts';
import type { SessionEnd } from './session.ts';
import type { VerdictCode } from './verdict.ts';

/** Items that a run judged, by collection and verdict. */
export interface ItemCount {
  readonly collection: AnyCollection;
  readonly verdict: VerdictCode;
  readonly count: number;
}

/** A run that came to its end. */
export interface RunSeen {
  /** The mail service's name. */
  readonly service: string;
  readonly outcome: RunOutcome;
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  readonly items: readonly ItemCount[];
}

/** What a span is about; the parts of a run, and what encloses or fills them. */
export type SpanName =
  | 'run'
  | 'run.list-feeds'
  | 'run.retry-issues'
  | 'run.read-mail'
  | 'run.collections'
  | 'run.check-completeness'
  | 'transaction';

/** Words from closed sets and counts; never a value of somebody's. */
export type SpanFacts = Readonly<Record<string, string | number | boolean>>;

/** What a span may be told while it is open. */
export interface OpenSpan {
  tell(facts: SpanFacts): void;
}

/** Does `work` inside of a span. Settles as `work` does. */
export type InSpan = <T>(
  name: SpanName,
  facts: SpanFacts,
  work: (span: OpenSpan) => Promise<T>,
) => Promise<T>;

export interface Telemetry {
  runEnded(run: RunSeen): void;
  /** How long the mailbox had been due when its lease was taken. */
  leaseTaken(waitedMs: number): void;
  leaseLost(): void;
  /** Somebody tried to sign in; a session began, or he was refused. */
  signInEnded(outcome: 'began' | 'refused'): void;
  /** Sessions were ended before their time. */
  sessionsEnded(reason: SessionEnd, count: number): void;
  /** A request was refused for who asked, or how often; a code of the API's own problems. */
  requestRefused(code: string): void;
  readonly inSpan: InSpan;
}

const silentSpan: OpenSpan = { tell: () => undefined };

/** No span at all: the work alone. */
export const noSpan: InSpan = (_name, _facts, work) => work(silentSpan);

export type ItemDirection = 'to-crm' | 'to-mailbox' | 'both' | 'none';
export type VerdictGroup = 'created' | 'updated' | 'removed' | 'in-step' | 'skipped' | 'waiting';

const acts: Readonly<Partial<Record<VerdictCode, readonly [ItemDirection, VerdictGroup]>>> = {
  'saved.created': ['to-crm', 'created'],
  'synced.created-record': ['to-crm', 'created'],
  'synced.joined': ['to-crm', 'updated'],
  'synced.updated-record': ['to-crm', 'updated'],
  'synced.removed-record': ['to-crm', 'removed'],
  'synced.created-item': ['to-mailbox', 'created'],
  'synced.updated-item': ['to-mailbox', 'updated'],
  'synced.updated-both': ['both', 'updated'],
};

/** Which way something was written because of a verdict, and to what sort of end it came. */
export function groupOf(verdict: VerdictCode): {
  readonly direction: ItemDirection;
  readonly group: VerdictGroup;
} {
  const act = acts[verdict];
  if (act !== undefined) return { direction: act[0], group: act[1] };
  if (verdict.startsWith('skipped.')) return { direction: 'none', group: 'skipped' };
  const waits = verdict === 'parked.issue' || verdict === 'held.removal';
  return { direction: 'none', group: waits ? 'waiting' : 'in-step' };
}
