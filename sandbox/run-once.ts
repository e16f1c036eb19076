/**
 * The whole way without a browser, once: log in, activate everybody, sync, sync again; then the sums. For scripts and for checking a machine;
 * what it prints is counts, requests and durations.
 */
import type { MailboxView } from '../src/api-schema/mailbox.ts';
import { colleagues } from './cast.ts';
import type { Sandbox } from './sandbox.ts';
import { Visitor } from './visitor.ts';

export interface MailboxReport {
  readonly address: string;
  readonly delivered: number;
  readonly first: RunReport;
  readonly second: RunReport;
  /** Every delivered mail has exactly one verdict. */
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
  readonly salesforceRecords: { readonly emails: number; readonly files: number };
  /** Records that the second run wrote: zero, or something is wrong. */
  readonly writtenBySecondRun: number;
  readonly requests: {
    readonly exchange: Readonly<Record<string, number>>;
    readonly salesforce: Readonly<Record<string, number>>;
  };
  readonly notificationsSent: number;
  readonly durationMs: number;
  readonly ok: boolean;
}

/** Walks the way for every colleague and sums up. */
export async function runOnce(
  sandbox: Sandbox,
  seed: number,
  progress: (line: string) => void,
): Promise<OnceReport> {
  const startedAt = Date.now();
  const { salesforce, exchange } = sandbox.services;
  const visitors: Visitor[] = [];
  const firsts: MailboxView[] = [];
  for (const who of colleagues) {
    const visitor = new Visitor(sandbox.url);
    await visitor.logIn(sandbox.salesforceUrl, who);
    const since = Date.now();
    await visitor.activate({ login: who.address, password: who.password, ewsUrl: sandbox.ewsUrl });
    progress(`${who.address} is active, the first sync is under way`);
    firsts.push(await visitor.waitForRun(since));
    visitors.push(visitor);
  }
  const emails = salesforce.records('EmailMessage').length;
  const mailboxes: MailboxReport[] = [];
  for (const [at, visitor] of visitors.entries()) {
    const since = Date.now();
    await visitor.call('POST', '/api/mailbox/sync-now');
    const second = await visitor.waitForRun(since);
    const first = firsts[at] as MailboxView;
    const delivered = sandbox.seeded.delivered.get(first.address) ?? 0;
    const report = reportOf(first);
    const sum = Object.values(report.byVerdict).reduce((total, count) => total + count, 0);
    mailboxes.push({
      address: first.address,
      delivered,
      first: report,
      second: reportOf(second),
      sumIsExact: report.examined === delivered && sum === delivered,
    });
    progress(
      `${first.address}: ${report.examined} examined, ${report.created} saved, ${report.issues} issues`,
    );
  }
  const written = salesforce.records('EmailMessage').length - emails;
  return {
    seed,
    mailboxes,
    salesforceRecords: { emails: emails + written, files: salesforce.records('ContentDocument').length },
    writtenBySecondRun: written,
    requests: { exchange: exchange.requests.counts(), salesforce: salesforce.requests.counts() },
    notificationsSent: exchange.notificationsSent().length,
    durationMs: Date.now() - startedAt,
    ok:
      written === 0 &&
      mailboxes.every(
        (one) => one.sumIsExact && one.first.outcome === 'done' && one.second.outcome === 'done',
      ),
  };
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
