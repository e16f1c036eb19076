/**
 * The daily check (D4): lists the mail of the last 30 days anew, without storing any cursor, and compares it by ids with what is known of it. Eligible mail
 * without a record is a hole: it is counted, and parked so that the next run saves it. Records that people deleted are counted and left alone.
 */
import { plan } from '../decide/plan.ts';
import { DAY, HOUR, type Instant } from '../model/clock.ts';
import type { Change } from '../model/connector.ts';
import type { EmailHead, Place } from '../model/email.ts';
import { headKey } from '../model/email-key.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import { type CompletenessCounts, writeCompleteness } from '../store/completeness.ts';
import { inOrganization } from '../store/database.ts';
import { type NewIssue, readIssues, recordIssues } from '../store/issues.ts';
import { holdLease } from '../store/leases.ts';
import { readLinksByItems, readLinksByPrints } from '../store/links.ts';
import { readVerdicts } from '../store/verdicts.ts';
import { lookUp, readHeads } from './chunk.ts';
import type { RunContext } from './run-context.ts';

export const CHECKED_MS = 30 * DAY;
/** Mails that one check looks at, and those among them that must be read because nothing is known of them. */
const ITEMS_MAX = 20_000;
const HEADS_MAX = 2_000;
/** Records whose existence is asked for at once. */
const RECORDS_PER_CALL = 1_000;
/** A little less than a day, so that with runs every half an hour no day goes by without a check. */
const CHECK_INTERVAL_MS = 23 * HOUR;
/** After holes were found: time for the next run to save them. */
const AFTER_HOLES_MS = HOUR;

/** What the check knows so far. */
interface Findings {
  /** Records of saved mails, to be asked for. */
  readonly records: RecordId[];
  readonly holes: { readonly itemId: ItemId; readonly place: Place }[];
  waiting: number;
  buried: number;
  headsRead: number;
}

interface Window {
  readonly since: Instant;
  /** Mail that came after the run began is the next run's. */
  readonly until: Instant;
}

/** Checks a mailbox under the run's lease and stores the counts. Rejects with `RemoteFailure`, or `LeaseLost`; then nothing is stored. */
export async function checkCompleteness(
  context: RunContext,
  runStartedAt: Instant,
): Promise<CompletenessCounts> {
  const since = Math.max(context.clock.now() - CHECKED_MS, context.rules.historyFrom);
  const findings: Findings = { records: [], holes: [], waiting: 0, buried: 0, headsRead: 0 };
  await readWindow(context, { since, until: runStartedAt }, findings);
  const present = await countPresent(context, findings.records);
  const counts: CompletenessCounts = {
    eligible: present + findings.waiting + findings.holes.length,
    saved: present,
    missing: findings.holes.length,
    removed: findings.buried + findings.records.length - present,
  };
  await store(context, counts, findings);
  return counts;
}

async function readWindow(context: RunContext, window: Window, findings: Findings): Promise<void> {
  const { feeds } = await context.mail.listFeeds({ cursor: null, feeds: new Map() });
  const seen = new Set<ItemId>();
  for (const feed of feeds) {
    let cursor: string | null = null;
    for (;;) {
      context.signal.throwIfAborted();
      if (seen.size >= ITEMS_MAX || context.clock.now() >= context.budget.endsAt) return;
      const page = await context.mail.readChanges(feed.id, cursor, window.since);
      const fresh = page.changes.flatMap((change) => (isInside(change, window) ? [change.itemId] : []));
      const ids = [...new Set(fresh)].filter((itemId) => !seen.has(itemId));
      for (const itemId of ids) seen.add(itemId);
      await comparePage(context, ids, { place: feed.place, window }, findings);
      // Feeds are told newest first: after a page of old mail alone there is nothing more to see.
      if (page.done || page.cursor === cursor || isAllOld(page.changes, window.since)) break;
      cursor = page.cursor;
    }
  }
}

/** What does not tell its time is looked at, and its head tells. */
function isInside(change: Change, { since, until }: Window): boolean {
  if (change.kind !== 'upsert') return false;
  return change.receivedAt === null || (change.receivedAt >= since && change.receivedAt < until);
}

function isAllOld(changes: readonly Change[], since: Instant): boolean {
  return (
    changes.length > 0 &&
    changes.every(
      (change) => change.kind === 'upsert' && change.receivedAt !== null && change.receivedAt < since,
    )
  );
}

async function comparePage(
  context: RunContext,
  ids: readonly ItemId[],
  at: { readonly place: Place; readonly window: Window },
  findings: Findings,
): Promise<void> {
  if (ids.length === 0) return;
  const { db, organizationId, mailboxId, keys } = context;
  const prints = new Map(ids.map((itemId) => [itemId, keys.printItem(itemId)]));
  const [links, issues, verdicts] = await inOrganization(
    db,
    organizationId,
    async (tx) =>
      [
        await readLinksByItems(tx, mailboxId, ids),
        await readIssues(tx, mailboxId, ids),
        await readVerdicts(tx, mailboxId, [...prints.values()]),
      ] as const,
  );
  const linked = new Map(links.map((link) => [link.itemId, link]));
  const parked = new Set(issues.map((issue) => issue.itemId));
  const unknown: ItemId[] = [];
  for (const itemId of ids) {
    const link = linked.get(itemId);
    if (link?.isRemoved === true) findings.buried += 1;
    else if (link !== undefined) findings.records.push(link.recordId);
    else if (parked.has(itemId)) findings.waiting += 1;
    else if (verdicts.get(prints.get(itemId) ?? '')?.startsWith('skipped.') !== true) unknown.push(itemId);
  }
  await judge(context, unknown, at, findings);
}

/** Judges what nothing is known of, as a run would. */
async function judge(
  context: RunContext,
  unknown: readonly ItemId[],
  { place, window }: { readonly place: Place; readonly window: Window },
  findings: Findings,
): Promise<void> {
  const asked = unknown.slice(0, HEADS_MAX - findings.headsRead);
  if (asked.length === 0) return;
  findings.headsRead += asked.length;
  const read = await readHeads(
    context,
    asked.map((itemId) => ({ itemId, place })),
  );
  const heads = read.filter((head) => head.ok && isHeadInside(head.value, window));
  const { organizationId, mailboxId, rules } = context;
  const { printKey } = context.keys;
  const prints = heads.flatMap((head) => {
    const key = head.ok ? headKey(head.value) : null;
    return key === null ? [] : [printKey(key)];
  });
  const known = await inOrganization(context.db, organizationId, (tx) =>
    readLinksByPrints(tx, organizationId, mailboxId, prints),
  );
  const own = new Map(known.own.map((link) => [link.keyPrint, link]));
  const input = { heads, rules, links: { own, others: new Map() }, printKey };
  for (const action of plan({ ...input, lookUp: await lookUp(context, input) })) {
    if (action.do === 'skip' && action.code === 'skipped.removed') findings.buried += 1;
    else if (action.do === 'link' && own.has(action.print)) findings.records.push(action.recordId);
    else if (action.do === 'link' || action.do === 'save')
      findings.holes.push({ itemId: action.head.itemId, place: action.head.place });
  }
}

function isHeadInside(head: EmailHead, { since, until }: Window): boolean {
  return head.receivedAt >= since && head.receivedAt < until;
}

/** How many of the saved mails' records are still there. */
async function countPresent({ crm, signal }: RunContext, records: readonly RecordId[]): Promise<number> {
  let present = 0;
  for (let at = 0; at < records.length; at += RECORDS_PER_CALL) {
    signal.throwIfAborted();
    const facts = await crm.describeRecords(records.slice(at, at + RECORDS_PER_CALL));
    present += facts.filter(({ exists }) => exists).length;
  }
  return present;
}

async function store(context: RunContext, counts: CompletenessCounts, { holes }: Findings): Promise<void> {
  const { organizationId, mailboxId } = context;
  const now = context.clock.now();
  const issues = holes.map(({ itemId, place }): NewIssue => {
    const nothing = {
      collection: 'emails',
      recordId: null,
      itemVersion: '',
      vendorCode: null,
      fields: [],
    } as const;
    return { itemId, place, code: 'lockstep.missed', retryAt: now, ...nothing };
  });
  await inOrganization(context.db, organizationId, async (tx) => {
    await holdLease(tx, context.lease, now);
    await recordIssues(tx, { organizationId, mailboxId, issues, now });
    const dueAt = now + (holes.length > 0 ? AFTER_HOLES_MS : CHECK_INTERVAL_MS);
    await writeCompleteness(tx, mailboxId, { counts, now, dueAt });
  });
}
