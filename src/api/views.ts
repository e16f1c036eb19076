/**
 * From the product's words to what the pages are told (api-schema). Pure; instants become ISO 8601, codes get their texts.
 */

import type { HoldView } from '../api-schema/holds.ts';
import type { ConnectionView, FailureView, MailboxView, MailServiceView } from '../api-schema/mailbox.ts';
import type { IssueView, RunView } from '../api-schema/runs.ts';
import type { IssueLinks } from '../commands/issue-links.ts';
import type { Overview } from '../commands/read-overview.ts';
import { catalogue, type FailureCode } from '../model/catalogue.ts';
import type { CatalogueEntry, Mender } from '../model/catalogue-entry.ts';
import { type Instant, MINUTE } from '../model/clock.ts';
import { collectionWords, sayItems } from '../model/collection-words.ts';
import type { CheckResult, MailService } from '../model/connector.ts';
import type { FailureKind } from '../model/failure.ts';
import { type VerdictCode, verdictTexts } from '../model/verdict.ts';
import type { Completeness } from '../store/completeness.ts';
import type { Hold } from '../store/holds.ts';
import type { Issue } from '../store/issues.ts';
import type { Run } from '../store/runs.ts';

export function mailboxView(overview: Overview): MailboxView {
  const { mailbox, cause } = overview;
  return {
    id: mailbox.id,
    address: mailbox.address,
    service: overview.serviceName,
    serviceId: mailbox.service,
    state: mailbox.state,
    stateSince: iso(mailbox.stateAt),
    status: overview.status,
    cause: cause === null ? null : failureView(cause),
    running: overview.running,
    lastSuccessAt: isoOrNull(overview.lastSuccessAt),
    nextRunAt: isoOrNull(overview.nextRunAt),
    lastRun: overview.lastRun === null ? null : runView(overview.lastRun),
    pausedUntil: isoOrNull(mailbox.pause?.until ?? null),
    pausedBy: mailbox.pause?.by ?? null,
    isLate: overview.isLate,
    intervalMinutes: Math.round(overview.intervalMs / MINUTE),
    historyFrom: iso(mailbox.historyFrom),
    purgeAt: isoOrNull(overview.purgeAt),
    mailboxConnection: connectionView(overview.mailboxConnection, overview.serviceName),
    crmConnection: connectionView(overview.crmConnection, overview.crmName),
    completeness: completenessView(overview.completeness),
    week: overview.week.map((day) => ({ ...day })),
    savedTotal: overview.savedTotal,
    inStep: { ...overview.inStep },
    issuesOpen: overview.issuesOpen,
    holdsWaiting: overview.holdsWaiting,
  };
}

/** People consent where the service has pages for it, and fill in a form elsewhere, or where it takes one all the same. */
export function mailServiceView({
  service,
  displayName,
  consent,
  takesForm = false,
}: MailService): MailServiceView {
  return {
    service,
    displayName,
    activatedBy: consent === null || takesForm ? 'form' : 'consent',
    alsoByConsent: consent !== null && takesForm,
    approvalUrl: consent?.approvalUrl ?? null,
  };
}

export function runView(run: Run): RunView {
  const { counts, outcome } = run;
  const failure = outcome?.kind === 'failed' ? outcome.failure : null;
  return {
    id: run.id,
    trigger: run.trigger,
    startedAt: iso(run.startedAt),
    endedAt: isoOrNull(run.endedAt),
    outcome: outcome?.kind ?? 'running',
    failureCode: failure?.code ?? null,
    failureText: failure === null ? null : catalogue[failure.code].user,
    examined: counts.examined,
    created: counts.created,
    files: counts.files,
    issues: counts.issues,
    byVerdict: Object.entries(counts.byVerdict).map(([code, count]) => ({
      code,
      text: verdictTexts[code as VerdictCode] ?? code,
      count,
    })),
    mailboxRequests: counts.mailboxRequests,
    crmRequests: counts.crmRequests,
    durationMs: run.endedAt === null ? null : run.endedAt - run.startedAt,
  };
}

export function issueView(issue: Issue, { mailUrl, recordUrl }: IssueLinks): IssueView {
  const { itemId, collection, recordId } = issue;
  const isWhole = itemId.startsWith('collection:');
  return {
    id: issue.id,
    ...failureView(issue),
    collection,
    isWhole,
    itemId: isWhole || itemId.startsWith('record:') ? null : itemId,
    ...{ recordId, recordUrl, mailUrl },
    attempts: issue.attempts,
    firstAt: iso(issue.firstAt),
    lastAt: iso(issue.lastAt),
    retryAt: isoOrNull(issue.retryAt),
  };
}

export function checkView(check: CheckResult) {
  const { failure } = check;
  return {
    capability: check.capability,
    ok: check.ok,
    failure:
      failure === undefined
        ? null
        : failureView({
            code: failure.code,
            vendorCode: failure.vendorCode ?? null,
            fields: failure.fields ?? [],
          }),
  };
}

export function failureView(failure: {
  readonly code: FailureCode;
  readonly vendorCode: string | null;
  readonly fields: readonly string[];
}): FailureView {
  const { user, admin, mender, side, kind } = catalogue[failure.code];
  return {
    code: failure.code,
    text: user,
    admin,
    mender,
    remedy: remedyOf(side, kind, mender),
    vendorCode: failure.vendorCode,
    fields: [...failure.fields],
  };
}

function completenessView(completeness: Completeness | null): MailboxView['completeness'] {
  if (completeness === null) return null;
  const { checkedAt, ...counts } = completeness;
  return { checkedAt: iso(checkedAt), ...counts };
}

function connectionView(connection: Overview['mailboxConnection'], service: string): ConnectionView {
  return {
    account: connection.account,
    service,
    connectedAt: iso(connection.updatedAt),
    isUsable: connection.hasCredential,
  };
}

/** The button that helps: connecting anew where a person can mend access, trying again where an item or a server may have healed. */
function remedyOf(side: CatalogueEntry['side'], kind: FailureKind, mender: Mender): FailureView['remedy'] {
  // Of our own failures a person mends but one: credentials that were forgotten.
  const isAccess = side !== 'lockstep' || kind === 'authorization-revoked';
  if (mender === 'user' && kind !== 'bad-item' && isAccess)
    return side === 'crm' ? 'connect-crm' : 'connect-mailbox';
  return mender === 'nobody' && kind !== 'bad-item' ? 'none' : 'retry';
}

export function iso(at: Instant): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: Instant | null): string | null {
  return at === null ? null : iso(at);
}

/** A hold with what is asked, in one sentence; `whose`: how the mailbox is spoken of. */
export function holdView(hold: Hold, whose: 'your' | 'the' = 'your'): HoldView {
  const { id, collection, held, paired, createdAt, state, decidedAt } = hold;
  return {
    ...{ id, collection, text: holdText(hold, whose), held, paired, state },
    createdAt: iso(createdAt),
    decidedAt: isoOrNull(decidedAt),
  };
}

function holdText({ collection, held, state }: Hold, whose: 'your' | 'the'): string {
  const was = held === 1 ? 'was' : 'were';
  const what = `${sayItems(held, collection)} ${was} deleted in ${whose} ${collectionWords[collection].place}`;
  const it = held === 1 ? 'it' : 'them';
  if (state === 'waiting') return `${what}. Delete ${it} in Salesforce, too?`;
  return state === 'released'
    ? `${what}, and therefore in Salesforce.`
    : `${what}, and ${held === 1 ? 'stays' : 'stay'} in Salesforce.`;
}
