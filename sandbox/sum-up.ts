/** Sums of a report by mail service. Pure. */
import { type MailServiceName, mailServiceNames } from './cast.ts';
import type { MailboxReport } from './run-once.ts';

export interface ServiceReport {
  readonly mailboxes: number;
  readonly delivered: number;
  readonly examined: number;
  /** With a record in Salesforce, new or a colleague's. */
  readonly saved: number;
  readonly created: number;
  readonly linked: number;
  readonly issues: number;
  readonly byVerdict: Readonly<Record<string, number>>;
  readonly firstRunRequests: number;
  /** The most that an idle run of one of its mailboxes asked. */
  readonly idleRequests: number;
  readonly firstRunMs: number;
  readonly sumIsExact: boolean;
}

/** One sum for each service that anybody is on. */
export function sumUp(
  mailboxes: readonly MailboxReport[],
): Readonly<Partial<Record<MailServiceName, ServiceReport>>> {
  return Object.fromEntries(
    mailServiceNames.flatMap((service) => {
      const own = mailboxes.filter((one) => one.service === service);
      return own.length === 0 ? [] : [[service, sumOf(own)]];
    }),
  );
}

function sumOf(own: readonly MailboxReport[]): ServiceReport {
  const total = (of: (one: MailboxReport) => number) => own.reduce((sum, one) => sum + of(one), 0);
  const verdict = (code: string) => total((one) => one.first.byVerdict[code] ?? 0);
  const codes = new Set(own.flatMap((one) => Object.keys(one.first.byVerdict)));
  return {
    mailboxes: own.length,
    delivered: total((one) => one.delivered),
    examined: total((one) => one.first.examined),
    saved: total((one) => savedOf(one)),
    created: verdict('saved.created'),
    linked: verdict('saved.linked') + verdict('saved.found'),
    issues: total((one) => one.first.issues),
    byVerdict: Object.fromEntries([...codes].toSorted().map((code) => [code, verdict(code)])),
    firstRunRequests: total((one) => one.first.mailboxRequests),
    idleRequests: Math.max(...own.map((one) => one.idle.mailboxRequests)),
    firstRunMs: total((one) => one.first.durationMs),
    sumIsExact: own.every((one) => one.sumIsExact),
  };
}

function savedOf({ first }: MailboxReport): number {
  return Object.entries(first.byVerdict).reduce(
    (sum, [code, count]) => sum + (code.startsWith('saved.') ? count : 0),
    0,
  );
}
