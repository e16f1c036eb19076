/**
 * Everything that a person's first page shows of his mailbox, in one transaction: state, schedule, last runs, counts of links and issues.
 */
import type { FailureCode } from '../model/catalogue.ts';
import { DAY, type Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { expectedIntervalMs, isLate } from '../model/late.ts';
import { guardWaitMs, intervalOf } from '../model/schedule.ts';
import { type StatusSentence, statusSentence } from '../model/status-sentence.ts';
import { readApiGuard } from '../store/api-guards.ts';
import { type Completeness, readCompleteness } from '../store/completeness.ts';
import { type ConnectionFacts, readConnectionFacts } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { countWaitingHolds } from '../store/holds.ts';
import { countIssues } from '../store/issues.ts';
import { organizationKeys } from '../store/keyring.ts';
import { readSchedule } from '../store/leases.ts';
import { readRhythm } from '../store/licenses.ts';
import { countLinks } from '../store/links.ts';
import { type Mailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { countInStep } from '../store/pairs.ts';
import { KEEP_MS } from '../store/purge.ts';
import {
  type DayOfRuns,
  listRuns,
  type Run,
  readLastGoodRun,
  readLastSuccess,
  sumRunsByDay,
} from '../store/runs.ts';
import type { Ports } from './ports.ts';

export interface Overview {
  readonly mailbox: Mailbox;
  readonly serviceName: string;
  readonly crmName: string;
  readonly mailboxConnection: ConnectionFacts;
  readonly crmConnection: ConnectionFacts;
  readonly status: StatusSentence;
  /** Behind the state, or behind the last run if that failed. */
  readonly cause: {
    readonly code: FailureCode;
    readonly vendorCode: string | null;
    readonly fields: readonly string[];
  } | null;
  /** The last success is older than the interval allows (N3). */
  readonly isLate: boolean;
  readonly running: boolean;
  readonly nextRunAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastRun: Run | null;
  /** From run to run as it is now: license, quiet times and a held-back CRM allowance included. */
  readonly intervalMs: number;
  /** When a deactivated mailbox is forgotten. */
  readonly purgeAt: Instant | null;
  /** The last 7 days in UTC, today included, oldest first. */
  readonly week: readonly DayOfRuns[];
  readonly savedTotal: number;
  /** Events, contacts and tasks of this mailbox that are kept in step. */
  readonly inStep: Readonly<Record<Collection, number>>;
  readonly issuesOpen: number;
  /** Deletions that wait for a word (S5). */
  readonly holdsWaiting: number;
  /** Null before the first check (D4). */
  readonly completeness: Completeness | null;
}

/** The mailbox of a user; null before any activation. */
export async function readOverview(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<Overview | null> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    const mailbox = await readCurrentMailbox(tx, who.userId);
    if (mailbox === null) return null;
    const keys = await organizationKeys(tx, ports.keyring, who.organizationId);
    const schedule = await readSchedule(tx, mailbox.id, now);
    const [lastRun = null] = await listRuns(tx, { mailboxId: mailbox.id, limit: 1 });
    const lastSuccessAt = await readLastSuccess(tx, mailbox.id);
    const running = schedule?.running ?? false;
    const cause = causeOf(mailbox, lastRun);
    const guard = await readApiGuard(tx, who.organizationId);
    const guarded = guard.until !== null && guard.until > now;
    const rhythm = await readRhythm(tx, mailbox.userId);
    const late = isLate(
      {
        ...mailbox,
        lastSuccessAt: await readLastGoodRun(tx, mailbox.id),
        intervalMs: expectedIntervalMs(rhythm, schedule?.quietRuns ?? 0, guard),
      },
      now,
    );
    const completeness = await readCompleteness(tx, mailbox.id);
    return {
      mailbox,
      serviceName: ports.mailServices.get(mailbox.service)?.displayName ?? mailbox.service,
      crmName: ports.crm.displayName,
      mailboxConnection: await readConnectionFacts(tx, keys, mailbox.mailboxConnectionId),
      crmConnection: await readConnectionFacts(tx, keys, mailbox.crmConnectionId),
      status: statusSentence({
        state: mailbox.state,
        cause: cause?.code ?? null,
        running,
        everSucceeded: lastSuccessAt !== null,
        more: lastRun?.outcome?.kind === 'more',
        endsByItself: mailbox.pause?.until != null,
        pausedBy: mailbox.pause?.by ?? null,
        connected: true,
        guarded,
        isLate: late,
        missing: completeness?.missing ?? 0,
      }),
      cause,
      isLate: late,
      running,
      nextRunAt: schedule?.dueAt ?? null,
      lastSuccessAt,
      lastRun,
      intervalMs: guarded ? guardWaitMs(guard.step) : intervalOf(rhythm, schedule?.quietRuns ?? 0),
      purgeAt: mailbox.state === 'deactivated' ? mailbox.stateAt + KEEP_MS : null,
      week: await readWeek(tx, mailbox.id, now),
      savedTotal: await countLinks(tx, mailbox.id),
      inStep: await countInStep(tx, mailbox.id),
      issuesOpen: await countIssues(tx, mailbox.id),
      holdsWaiting: await countWaitingHolds(tx, mailbox.id),
      completeness,
    };
  });
}

function causeOf(mailbox: Mailbox, lastRun: Run | null): Overview['cause'] {
  const failure = lastRun?.outcome?.kind === 'failed' ? lastRun.outcome.failure : null;
  // A run from before the mailbox was connected anew says nothing of how it stands now.
  const isRecent = lastRun !== null && lastRun.startedAt >= mailbox.stateAt;
  if (failure !== null && (mailbox.cause === null ? isRecent : mailbox.cause === failure.code)) {
    return { code: failure.code, vendorCode: failure.vendorCode ?? null, fields: failure.fields ?? [] };
  }
  return mailbox.cause === null ? null : { code: mailbox.cause, vendorCode: null, fields: [] };
}

const DAYS = 7;

/** Every day of the last seven, with zeros where nothing ran. */
async function readWeek(tx: Tx, mailboxId: MailboxId, now: Instant): Promise<readonly DayOfRuns[]> {
  const days = Array.from({ length: DAYS }, (_, back) => startOfDay(now - (DAYS - 1 - back) * DAY));
  const sums = await sumRunsByDay(tx, { mailboxId, from: days[0] ?? now });
  return days.map((at) => {
    const day = new Date(at).toISOString().slice(0, 10);
    return sums.find((sum) => sum.day === day) ?? { day, runs: 0, saved: 0, skipped: 0, issues: 0 };
  });
}

function startOfDay(at: Instant): Instant {
  return Math.floor(at / DAY) * DAY;
}

/** The mailbox of a user as it is stored; null when he has none. */
export async function ownMailbox(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<Mailbox | null> {
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    return await readCurrentMailbox(tx, who.userId);
  });
}

/** The mailbox a user may act on; null when he has none. */
export async function ownMailboxId(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<MailboxId | null> {
  return (await ownMailbox(ports, who))?.id ?? null;
}
