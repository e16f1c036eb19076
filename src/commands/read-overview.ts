/**
 * Everything that a person's first page shows of his mailbox, in one transaction: state, schedule, last runs, counts of links and issues.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { type StatusSentence, statusSentence } from '../model/status-sentence.ts';
import { type ConnectionFacts, readConnectionFacts } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { countIssues } from '../store/issues.ts';
import { readSchedule } from '../store/leases.ts';
import { countLinks } from '../store/links.ts';
import { listMailboxes, type Mailbox } from '../store/mailboxes.ts';
import { listRuns, type Run, readLastSuccess } from '../store/runs.ts';
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
  readonly running: boolean;
  readonly nextRunAt: Instant | null;
  readonly lastSuccessAt: Instant | null;
  readonly lastRun: Run | null;
  readonly savedTotal: number;
  readonly issuesOpen: number;
}

/** The mailbox of a user; null before any activation. */
export async function readOverview(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<Overview | null> {
  const now = ports.clock.now();
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    const mailbox = (await listMailboxes(tx, { userId: who.userId, limit: 1 }))[0];
    if (mailbox === undefined) return null;
    const schedule = await readSchedule(tx, mailbox.id, now);
    const [lastRun = null] = await listRuns(tx, { mailboxId: mailbox.id, limit: 1 });
    const lastSuccessAt = await readLastSuccess(tx, mailbox.id);
    const running = schedule?.running ?? false;
    const cause = causeOf(mailbox, lastRun);
    return {
      mailbox,
      serviceName: ports.mailServices.get(mailbox.service)?.displayName ?? mailbox.service,
      crmName: ports.crm.displayName,
      mailboxConnection: await readConnectionFacts(tx, mailbox.mailboxConnectionId),
      crmConnection: await readConnectionFacts(tx, mailbox.crmConnectionId),
      status: statusSentence({
        state: mailbox.state,
        cause: cause?.code ?? null,
        running,
        everSucceeded: lastSuccessAt !== null,
        more: lastRun?.outcome?.kind === 'more',
      }),
      cause,
      running,
      nextRunAt: schedule?.dueAt ?? null,
      lastSuccessAt,
      lastRun,
      savedTotal: await countLinks(tx, mailbox.id),
      issuesOpen: await countIssues(tx, mailbox.id),
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

/** The mailbox of a user as it is stored; null when he has none. */
export async function ownMailbox(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<Mailbox | null> {
  return await inOrganization(ports.db, who.organizationId, async (tx) => {
    return (await listMailboxes(tx, { userId: who.userId, limit: 1 }))[0] ?? null;
  });
}

/** The mailbox a user may act on; null when he has none. */
export async function ownMailboxId(
  ports: Ports,
  who: { readonly organizationId: OrganizationId; readonly userId: UserId },
): Promise<MailboxId | null> {
  return (await ownMailbox(ports, who))?.id ?? null;
}
