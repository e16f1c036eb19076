/**
 * The whole way without a browser, once: log in, activate everybody on every service, sync, sync again, and once more when nothing moves; then
 * the sums. For scripts and for checking a machine; what it prints is counts, requests and durations.
 */
import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { type Colleague, colleagues, type MailServiceName } from './cast.ts';
import { compareVerdicts, type VerdictDifferences } from './compare-verdicts.ts';
import { type IdleReport, measureIdle } from './measure-idle.ts';
import type { Sandbox } from './sandbox.ts';
import { type ServiceReport, sumUp } from './sum-up.ts';
import { Visitor } from './visitor.ts';

type Counts = Readonly<Record<string, number>>;

export interface MailboxReport {
  readonly address: string;
  readonly service: MailServiceName;
  readonly delivered: number;
  /** Mails from before the history window that the service did not list. */
  readonly leftOut: number;
  readonly first: RunReport;
  readonly second: RunReport;
  readonly idle: IdleReport;
  /** Open issues by code. */
  readonly issueCodes: Counts;
  /** Every delivered mail has exactly one verdict, or is one of those left out. */
  readonly sumIsExact: boolean;
}

export interface RunReport {
  readonly outcome: string;
  readonly failureCode: string | null;
  readonly examined: number;
  readonly created: number;
  readonly files: number;
  readonly issues: number;
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly mailboxRequests: number;
  readonly crmRequests: number;
  readonly durationMs: number;
}

export interface OnceReport {
  readonly seed: number;
  readonly mailboxes: readonly MailboxReport[];
  readonly services: Readonly<Partial<Record<MailServiceName, ServiceReport>>>;
  /** Where the same mail went into mailboxes of all services: what they judged unequally. Null for the samples. */
  readonly verdictDifferences: VerdictDifferences | null;
  readonly salesforceRecords: Readonly<Record<keyof typeof objects, number>>;
  /** There are as many records as mails were created, and the rest of what was saved is linked to them. */
  readonly recordsAreExact: boolean;
  /** Records that the second run wrote: zero, or something is wrong. */
  readonly writtenBySecondRun: number;
  readonly requests: {
    readonly exchange: Counts;
    readonly office365: Counts;
    readonly google: Counts;
    readonly salesforce: Counts;
  };
  /** Calls that travelled inside of batches, which `requests` counts as one each. */
  readonly batched: { readonly office365: Counts; readonly google: Counts };
  readonly notificationsSent: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

interface IssuesPage {
  readonly items: readonly { readonly code: string }[];
  readonly next: string | null;
}

interface Synced {
  readonly who: Colleague;
  readonly visitor: Visitor;
  readonly first: MailboxView;
}

/** Walks the way for every colleague and sums up. */
export async function runOnce(
  sandbox: Sandbox,
  seed: number,
  progress: (line: string) => void,
): Promise<OnceReport> {
  const startedAt = Date.now();
  const { exchange, office365, google, salesforce } = sandbox.services;
  const synced: Synced[] = [];
  for (const who of colleagues) synced.push(await activate(sandbox, who, progress));
  const before = countRecords(salesforce);
  const mailboxes: MailboxReport[] = [];
  for (const one of synced) mailboxes.push(await syncAgain(sandbox, one, progress));
  const after = countRecords(salesforce);
  const written = total(after) - total(before);
  const created = mailboxes.reduce((sum, one) => sum + (one.first.byVerdict['saved.created'] ?? 0), 0);
  const notificationsSent = [exchange, office365, google].reduce(
    (sum, one) => sum + one.notificationsSent().length,
    0,
  );
  const recordsAreExact = created === before.emails;
  const { copies } = sandbox.seeded;
  return {
    seed,
    mailboxes,
    services: sumUp(mailboxes),
    verdictDifferences: copies.length === 0 ? null : await compareVerdicts(sandbox.lockstep.ports, copies),
    salesforceRecords: after,
    recordsAreExact,
    writtenBySecondRun: written,
    requests: {
      exchange: exchange.requests.counts(),
      office365: office365.requests.counts(),
      google: google.requests.counts(),
      salesforce: salesforce.requests.counts(),
    },
    batched: { office365: office365.batchItems.counts(), google: google.parts.counts() },
    notificationsSent,
    durationMs: Date.now() - startedAt,
    ok: written === 0 && recordsAreExact && notificationsSent === 0 && mailboxes.every(isWell),
  };
}

/** What runs may write to Salesforce. */
const objects = {
  emails: 'EmailMessage',
  files: 'ContentDocument',
  events: 'Event',
  contacts: 'Contact',
  tasks: 'Task',
} as const;

function countRecords({ records }: Sandbox['services']['salesforce']): OnceReport['salesforceRecords'] {
  const count = (name: keyof typeof objects) => records(objects[name]).length;
  return {
    emails: count('emails'),
    files: count('files'),
    events: count('events'),
    contacts: count('contacts'),
    tasks: count('tasks'),
  };
}

function total(counts: Counts): number {
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

function isWell({ sumIsExact, first, second, idle }: MailboxReport): boolean {
  return sumIsExact && [first.outcome, second.outcome, idle.outcome].every((outcome) => outcome === 'done');
}

async function activate(sandbox: Sandbox, who: Colleague, progress: (line: string) => void): Promise<Synced> {
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, who);
  const since = Date.now();
  await visitor.connect(who, sandbox.ewsUrl);
  progress(`${who.address} is active, the first sync is under way`);
  return { who, visitor, first: await visitor.waitForRun(since) };
}

async function syncAgain(
  sandbox: Sandbox,
  { who, visitor, first }: Synced,
  progress: (line: string) => void,
): Promise<MailboxReport> {
  const since = Date.now();
  await visitor.call('POST', '/api/mailbox/sync-now');
  const second = await visitor.waitForRun(since);
  const idle = await measureIdle(sandbox.lockstep.ports, who.address);
  const delivered = sandbox.seeded.delivered.get(who.address) ?? 0;
  const old = sandbox.seeded.old.get(who.address) ?? 0;
  const report = reportOf(first);
  const sum = total(report.byVerdict);
  const others = countItems(report.byVerdict, sandbox.seeded.leftOutOfStep);
  const leftOut = delivered - (report.examined - others);
  progress(`${who.address}: ${report.examined} examined, ${report.created} saved, ${report.issues} issues`);
  return {
    address: first.address,
    service: who.service,
    delivered,
    leftOut,
    first: report,
    second: reportOf(second),
    idle,
    issueCodes: await countIssues(visitor),
    sumIsExact: sum === report.examined && (leftOut === 0 || leftOut === old),
  };
}

/** Events, contacts and tasks among what was examined: those in step, and the samples' that are not. */
function countItems(byVerdict: Counts, leftOutOfStep: Counts): number {
  const inStep = Object.entries(byVerdict).filter(([code]) => code.startsWith('synced.'));
  return total(Object.fromEntries(inStep)) + total(leftOutOfStep);
}

const ISSUE_PAGES_MAX = 50;

async function countIssues(visitor: Visitor): Promise<Counts> {
  const counts: Record<string, number> = {};
  let next: string | null = '';
  for (let page = 0; page < ISSUE_PAGES_MAX && next !== null; page += 1) {
    const query: string = next === '' ? '' : `?before=${next}`;
    const answer: IssuesPage = await visitor.call<IssuesPage>('GET', `/api/issues${query}`);
    for (const { code } of answer.items) counts[code] = (counts[code] ?? 0) + 1;
    ({ next } = answer);
  }
  return counts;
}

function reportOf(mailbox: MailboxView): RunReport {
  const run = mailbox.lastRun;
  if (run === null) throw new Error('there is no run to report');
  return {
    outcome: run.outcome,
    failureCode: run.failureCode,
    examined: run.examined,
    created: run.created,
    files: run.files,
    issues: run.issues,
    byVerdict: Object.fromEntries(run.byVerdict.map((one) => [one.code, one.count])),
    mailboxRequests: run.mailboxRequests,
    crmRequests: run.crmRequests,
    durationMs: run.endedAt === null ? 0 : Date.parse(run.endedAt) - Date.parse(run.startedAt),
  };
}
