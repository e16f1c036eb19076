/**
 * *Why?* for one mail (D3): reads its head live, asks the CRM about its people as a run would, and lets `decide/explain.ts` judge. Only for the mailbox's
 * owner; stores nothing.
 */
import { type Explanation, explain } from '../decide/explain.ts';
import type { KnownLinks, PlanInput } from '../decide/plan.ts';
import { addressesOf } from '../decide/screen.ts';
import type { Instant } from '../model/clock.ts';
import type { EmailHead } from '../model/email.ts';
import { headKey } from '../model/email-key.ts';
import type { ItemId, MailboxId, RecordId } from '../model/ids.ts';
import type { Link } from '../model/link.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type Issue, readIssue } from '../store/issues.ts';
import { readLinkedAt, readLinksByItems, readLinksByPrints } from '../store/links.ts';
import { readVerdicts } from '../store/verdicts.ts';
import { lookUp, readThreads } from '../sync/chunk.ts';
import { findHead, latestHeads, type MailName } from './find-mail.ts';
import { nameParticipants, PARTICIPANTS_MAX, type Participant } from './name-participants.ts';
import { type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

/** The record that a mail is linked to and that is still there. */
export interface LinkedRecord {
  readonly recordId: RecordId;
  readonly url: string;
  readonly linkedAt: Instant;
  readonly created: boolean;
}

export interface MailExplanation {
  readonly head: EmailHead;
  readonly mailUrl: string | null;
  readonly explanation: Explanation;
  readonly participants: readonly Participant[];
  readonly record: LinkedRecord | null;
  readonly issue: Issue | null;
  readonly canSave: boolean;
}

/** Explains the mail; null when there is no mailbox or no such mail in it. Rejects with `RemoteFailure`. */
export async function explainMail(
  ports: Ports,
  who: Who,
  name: MailName,
  signal: AbortSignal,
): Promise<MailExplanation | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const head = await findHead(open, name);
    if (head === null) return null;
    const known = await readKnown(ports, open, head);
    const heads = [{ ok: true, value: head }] as const;
    const { printKey } = open.keys;
    const threads = await readThreads(
      { ...open, db: ports.db, organizationId: open.mailbox.organizationId, mailboxId: open.mailbox.id },
      heads,
    );
    const input = { heads, rules: open.rules, links: known.links, printKey, threads };
    const people = await askPeople(open, head, input);
    const given = { rules: open.rules, links: known.links, printKey, threads, lookUp: people };
    const record = await liveRecord(open, known);
    const byHand = explain(head, { ...given, byHand: true }).verdict;
    return {
      head,
      mailUrl: open.service.webLink(open.mailConnection, head.itemId, 'emails'),
      explanation: explain(head, given),
      participants: await nameParticipants(open, addressesOf(head), people.people),
      record,
      issue: known.issue,
      canSave: record === null && byHand.startsWith('saved.'),
    };
  });
}

interface Known {
  readonly links: KnownLinks;
  readonly link: Link | null;
  readonly linkedAt: Instant | null;
  readonly issue: Issue | null;
}

/** What the store knows of the mail: by its key, and for a mail without one by its item. */
async function readKnown({ db }: Ports, { mailbox, keys }: OpenMailbox, head: EmailHead): Promise<Known> {
  const { organizationId, id } = mailbox;
  const key = headKey(head);
  const prints = key === null ? [] : [keys.printKey(key)];
  return await inOrganization(db, organizationId, async (tx) => {
    const { own, others } = await readLinksByPrints(tx, organizationId, id, prints);
    const [link = null] = own.length > 0 ? own : await readLinksByItems(tx, id, [head.itemId]);
    return {
      links: {
        own: new Map(own.map((one) => [one.keyPrint, one])),
        others: new Map(others.map((other) => [other.keyPrint, other.recordId])),
      },
      link,
      linkedAt: link === null ? null : await readLinkedAt(tx, id, link.keyPrint),
      issue: await readIssue(tx, id, head.itemId),
    };
  });
}

/** Everybody is looked up, also where a rule stops before: the page names them all. */
async function askPeople(open: OpenMailbox, head: EmailHead, input: Omit<PlanInput, 'lookUp'>) {
  const addresses = addressesOf(head)
    .slice(0, PARTICIPANTS_MAX)
    .filter((address) => !open.rules.isBlocked(address));
  const { relateTo } = open.rules.settings;
  // Asked first: the plan's own question is then answered from memory.
  const { people } = await open.crm.lookUp({ addresses, domains: [], keys: [], relateTo });
  return { ...(await lookUp(open, input)), people };
}

async function liveRecord({ crm }: OpenMailbox, { link, linkedAt }: Known): Promise<LinkedRecord | null> {
  if (link === null || linkedAt === null || link.isRemoved === true) return null;
  const { recordId, created } = link;
  const [facts] = await crm.describeRecords([recordId]);
  if (facts?.exists !== true) return null;
  return { recordId, url: await crm.recordUrl(recordId), linkedAt, created };
}

/** Latest mails that the page lists. */
const RECENT_MAX = 25;

export interface RecentMail {
  readonly head: EmailHead;
  /** Null: not examined yet. */
  readonly verdict: VerdictCode | null;
}

/** The latest mails with what became of them; null when there is no mailbox. Rejects with `RemoteFailure`. */
export async function readRecentMails(
  ports: Ports,
  who: Who,
  signal: AbortSignal,
): Promise<readonly RecentMail[] | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const heads = await latestHeads(open, RECENT_MAX);
    const ids = heads.map(({ itemId }) => itemId);
    const { id, organizationId } = open.mailbox;
    const verdicts = await inOrganization(ports.db, organizationId, (tx) => knownVerdicts(tx, id, open, ids));
    return heads.map((head) => ({ head, verdict: verdicts.get(head.itemId) ?? null }));
  });
}

/** A link says more than the verdict of a run that met the mail before somebody saved or removed it. */
async function knownVerdicts(
  tx: Tx,
  mailboxId: MailboxId,
  { keys }: OpenMailbox,
  ids: readonly ItemId[],
): Promise<ReadonlyMap<ItemId, VerdictCode>> {
  const prints = new Map(ids.map((itemId) => [itemId, keys.printItem(itemId)]));
  const stored = await readVerdicts(tx, mailboxId, [...prints.values()]);
  const links = new Map((await readLinksByItems(tx, mailboxId, ids)).map((link) => [link.itemId, link]));
  const known = new Map<ItemId, VerdictCode>();
  for (const [itemId, print] of prints) {
    const verdict = stored.get(print);
    const link = links.get(itemId);
    if (link?.isRemoved === true) known.set(itemId, 'skipped.removed');
    else if (link !== undefined)
      known.set(itemId, verdict?.startsWith('saved.') === true ? verdict : 'saved.linked');
    else if (verdict !== undefined) known.set(itemId, verdict);
  }
  return known;
}
