/** The first page of the administrators' console (G5): how many are how, how fresh and complete everything is, and what needs somebody today. */
import { type FailureCode, isFailureCode } from '../model/catalogue.ts';
import { DAY, type Instant, MINUTE } from '../model/clock.ts';
import type { HeardUsage } from '../model/goals.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import { readUsage } from '../store/api-usage.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { readLateRules } from '../store/late-rules.ts';
import { countOwnedHolds } from '../store/listed-holds.ts';
import {
  countCauses,
  countStates,
  countTroubles,
  type DaySum,
  listHaltedRollouts,
  listRefusedAccesses,
  readFreshness,
  sumCompleteness,
  sumDays,
} from '../store/overview-counts.ts';
import type { Admin } from './admin.ts';
import type { Ports } from './ports.ts';

const DAYS = 14;

export interface Need {
  readonly kind: 'access-refused' | 'rollout-halted' | 'stopped' | 'holds' | 'late' | 'issues' | 'missing';
  /** One sentence. */
  readonly text: string;
  readonly count: number;
  readonly code: FailureCode | null;
  /** A path below /admin. */
  readonly link: string;
}

export interface ConsoleOverview {
  readonly states: ReadonlyMap<MailboxState, number>;
  readonly withIssues: number;
  readonly late: number;
  /** Of the active mailboxes, 0 to 1; null: there are none. */
  readonly onTimeShare: number | null;
  readonly medianMinutes: number | null;
  readonly p95Minutes: number | null;
  readonly completeness: {
    readonly share: number | null;
    readonly missing: number;
    readonly mailboxes: number;
  };
  readonly days: readonly DaySum[];
  readonly needs: readonly Need[];
  /** Of the CRM's daily allowance, as an answer told it within a day, and until when runs wait for more; null: not heard. */
  readonly usage: (HeardUsage & { readonly heldUntil: Instant | null }) | null;
}

export async function readAdminOverview(ports: Ports, admin: Admin): Promise<ConsoleOverview> {
  const { organizationId } = admin;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const rules = await readLateRules(tx, organizationId, now);
    const states = await countStates(tx, admin);
    const troubles = await countTroubles(tx, admin, rules);
    const { medianAt, p95At } = await readFreshness(tx, admin);
    const complete = await sumCompleteness(tx, admin);
    const active = states.get('active') ?? 0;
    const { until } = rules.guard;
    const heldUntil = until !== null && until > now ? until : null;
    const usage = await readUsage(tx, organizationId);
    const minutesSince = (at: Instant | null) => (at === null ? null : Math.max(0, (now - at) / MINUTE));
    return {
      states,
      withIssues: troubles.withIssues,
      late: troubles.late,
      onTimeShare: active === 0 ? null : (active - troubles.lateActive) / active,
      medianMinutes: minutesSince(medianAt),
      p95Minutes: minutesSince(p95At),
      completeness: {
        share: complete.expected === 0 ? null : Math.min(1, complete.saved / complete.expected),
        missing: complete.missing,
        mailboxes: complete.mailboxes,
      },
      days: await sumDays(tx, admin, { now, days: DAYS }),
      needs: await listNeeds(tx, admin, { ...troubles, missing: complete }),
      usage: usage === null || now - usage.heardAt >= DAY ? null : { ...usage, heldUntil },
    };
  });
}

/** Most urgent first: what holds many back at once, then what stopped, then what is late or incomplete. */
async function listNeeds(
  tx: Tx,
  admin: Admin,
  counts: {
    readonly late: number;
    readonly issues: number;
    readonly withIssues: number;
    readonly missing: { readonly missing: number; readonly mailboxes: number };
  },
): Promise<readonly Need[]> {
  const needs: Need[] = [];
  const refused = admin.reach === 'organization' ? await listRefusedAccesses(tx, admin.organizationId) : [];
  for (const { id, name, cause, mailboxes } of refused)
    needs.push({
      kind: 'access-refused',
      text: `The access “${name}” is refused; ${people(mailboxes)} ${mailboxes === 1 ? 'is' : 'are'} reached through it.`,
      ...{ count: mailboxes, code: knownCode(cause), link: `/accesses/${id}` },
    });
  for (const { id, profile, cause, failed } of await listHaltedRollouts(tx, admin))
    needs.push({
      kind: 'rollout-halted',
      text: `The roll-out of “${profile}” has halted; it failed for ${people(failed)}.`,
      ...{ count: failed, code: knownCode(cause), link: `/rollouts/${id}` },
    });
  for (const { code, count } of await countCauses(tx, admin))
    needs.push({
      kind: 'stopped',
      text: `Sync has stopped for ${people(count)} for the same cause.`,
      ...{ count, code: knownCode(code), link: `/people?cause=${encodeURIComponent(code)}` },
    });
  const { late, issues, withIssues, missing } = counts;
  const holds = await countOwnedHolds(tx, admin);
  if (holds.people > 0)
    needs.push({
      kind: 'holds',
      text: `Many deletions of ${people(holds.people)} wait for a word: ${records(holds.records)} in Salesforce would follow.`,
      ...{ count: holds.people, code: null, link: '/issues' },
    });
  if (late > 0)
    needs.push({
      kind: 'late',
      text: `Sync is late for ${people(late)}.`,
      ...{ count: late, code: null, link: '/people?status=late' },
    });
  if (issues > 0)
    needs.push({
      kind: 'issues',
      text: `${items(issues)} of ${people(withIssues)} could not be saved.`,
      ...{ count: issues, code: null, link: '/issues' },
    });
  if (missing.missing > 0)
    needs.push({
      kind: 'missing',
      text: `${mails(missing.missing)} of ${people(missing.mailboxes)} ${missing.missing === 1 ? 'was' : 'were'} found missing in Salesforce; the next runs save them.`,
      ...{ count: missing.missing, code: null, link: '/people' },
    });
  return needs;
}

/** A halt's own cause need not be a failure. */
function knownCode(code: string | null): FailureCode | null {
  return code !== null && isFailureCode(code) ? code : null;
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${count} people`;
}

function records(count: number): string {
  return count === 1 ? '1 record' : `${count} records`;
}

function items(count: number): string {
  return count === 1 ? '1 item' : `${count} items`;
}

function mails(count: number): string {
  return count === 1 ? '1 mail' : `${count} mails`;
}
