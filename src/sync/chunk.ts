/**
 * One chunk of items from head to checkpoint: read the heads, claim the keys, ask the CRM, plan, apply, mark, commit. All that a run holds of
 * a mailbox at a time is one chunk.
 */
import {
  type Action,
  isInChosenThread,
  lookUpFor,
  lookUpToSave,
  type PlanInput,
  plan,
} from '../decide/plan.ts';
import { screen } from '../decide/screen.ts';
import type { ItemResult, LookUpResult, Mark } from '../model/connector.ts';
import type { EmailHead, Place } from '../model/email.ts';
import { headKey, referredKeys } from '../model/email-key.ts';
import { RemoteFailure } from '../model/failure.ts';
import type { FeedId, ItemId } from '../model/ids.ts';
import type { KeyPrint } from '../model/link.ts';
import { inOrganization } from '../store/database.ts';
import { readChosenPrints } from '../store/links.ts';
import { applyActions } from './apply.ts';
import { commitCheckpoint } from './checkpoint.ts';
import { claimKeys } from './claim-keys.ts';
import { Ledger } from './ledger.ts';
import type { RunContext } from './run-context.ts';
import type { Tally } from './tally.ts';

export interface ChunkItem {
  readonly itemId: ItemId;
  readonly place: Place;
  /** How often it was parked before. */
  readonly attempts: number;
}

/** What goes into the same commit as the chunk's own results: the rest of its page, and the cursor when it is the page's last. */
export interface PageShare {
  readonly touched: readonly { readonly itemId: ItemId; readonly version: string }[];
  readonly gone: readonly ItemId[];
  readonly feeds: ReadonlyMap<FeedId, string>;
  readonly listing: string | null;
}

export const noShare: PageShare = { touched: [], gone: [], feeds: new Map(), listing: null };

/** Processes a chunk and commits it together with its share of the page. An empty chunk commits the share alone. */
export async function processChunk(
  context: RunContext,
  items: readonly ChunkItem[],
  share: PageShare,
  tally: Tally,
): Promise<void> {
  const ledger = openLedger(context, items);
  if (items.length > 0) await planAndApply(context, items, ledger, tally);
  const unmarked = await writeMarks(context, ledger);
  for (const { code } of ledger.verdicts) tally.verdict(code);
  tally.files(ledger.files);
  tally.issue(ledger.fileIssues);
  if (!context.dryRun) await commitCheckpoint(context, paymentOf(context, ledger, share, tally));
  // Marks are a courtesy: what was saved is committed first, then the service's wish to be left alone is obeyed.
  if (unmarked !== null) throw unmarked;
}

/** An empty ledger for these items. */
export function openLedger(context: RunContext, items: readonly ChunkItem[]): Ledger {
  return new Ledger({
    settings: context.rules.settings,
    canMark: context.mail.capabilities.categories.able && !context.dryRun,
    places: new Map(items.map((item) => [item.itemId, item.place])),
    attempts: new Map(items.map((item) => [item.itemId, item.attempts])),
    now: context.clock.now(),
  });
}

function paymentOf(context: RunContext, ledger: Ledger, share: PageShare, tally: Tally) {
  return {
    links: ledger.links,
    parked: ledger.parked,
    resolved: ledger.resolved,
    verdicts: ledger.verdicts,
    ...share,
    counts: tally.counts({
      mailbox: context.mail.traffic().requests,
      crm: context.crm.traffic().requests,
    }),
  };
}

/** Everything between the items' ids and the ledger: heads, claims, look-ups, the plan and what it asks for. */
export async function planAndApply(
  context: RunContext,
  items: readonly ChunkItem[],
  ledger: Ledger,
  tally: Tally,
): Promise<void> {
  const { actions, granted } = await planChunk(context, items);
  if (context.dryRun) {
    for (const action of actions) {
      if (action.do === 'skip' || action.do === 'link') tally.verdict(action.code);
      else tally.verdict(action.do === 'save' ? 'saved.created' : 'parked.issue');
    }
    return;
  }
  await applyActions(context, actions, granted, ledger);
}

/** What is to be done with each item, and which prints this run may save; a dry run claims none. */
export async function planChunk(
  context: RunContext,
  items: readonly ChunkItem[],
): Promise<{ readonly actions: readonly Action[]; readonly granted: ReadonlySet<KeyPrint> }> {
  const heads = await readHeads(context, items);
  const threads = await readThreads(context, heads);
  const prints = printsOf(context, heads, threads);
  const { granted, links } = await claimKeys(context, prints);
  const { rules, byHand = false } = context;
  const input = { heads, rules, links, printKey: context.keys.printKey, threads, byHand };
  return { actions: plan({ ...input, lookUp: await lookUp(context, input) }), granted };
}

/** Which of the mails that these refer to the person chose himself. */
export async function readThreads(
  {
    db,
    organizationId,
    mailboxId,
    keys,
    rules,
  }: Pick<RunContext, 'db' | 'organizationId' | 'mailboxId' | 'keys' | 'rules'>,
  heads: readonly ItemResult<EmailHead>[],
): Promise<ReadonlySet<KeyPrint>> {
  if (!rules.settings.autoSaveThreads) return new Set();
  const prints = heads.flatMap((head) => (head.ok ? referredKeys(head.value).map(keys.printKey) : []));
  if (prints.length === 0) return new Set();
  return await inOrganization(db, organizationId, (tx) =>
    readChosenPrints(tx, mailboxId, [...new Set(prints)]),
  );
}

const nothingFound: LookUpResult = { people: [], accounts: [], emails: [], related: new Map() };
/** A few keys travel with the people in one request; of many, most belong to strangers' mail and are better not asked at all. */
const KEYS_WITH_PEOPLE_MAX = 100;

/** Asks the CRM what the plan needs: everything at once for a handful of mails; for many the people first, then the rest of what matched. */
export async function lookUp(
  context: Pick<RunContext, 'crm' | 'rules'>,
  input: Omit<PlanInput, 'lookUp'>,
): Promise<LookUpResult> {
  const query = lookUpFor(input);
  if (query.addresses.length + query.domains.length + query.keys.length === 0) return nothingFound;
  if (query.keys.length <= KEYS_WITH_PEOPLE_MAX) return await context.crm.lookUp(query);
  const { people, related } = await context.crm.lookUp({ ...query, domains: [], keys: [] });
  const known = { ...nothingFound, people, related };
  const rest = lookUpToSave(plan({ ...input, lookUp: known }), context.rules);
  if (rest.keys.length + rest.domains.length === 0) return known;
  const { accounts, emails, related: more } = await context.crm.lookUp(rest);
  return { people, accounts, emails, related: new Map([...related, ...more]) };
}

/** Heads of any number of items, in as few calls as the service allows. */
export async function readHeads(
  context: Pick<RunContext, 'mail'>,
  items: readonly Pick<ChunkItem, 'itemId' | 'place'>[],
): Promise<readonly ItemResult<EmailHead>[]> {
  const { headsMax } = context.mail.capabilities;
  const heads: ItemResult<EmailHead>[] = [];
  for (let at = 0; at < items.length; at += headsMax) {
    heads.push(...(await context.mail.readHeads(items.slice(at, at + headsMax))));
  }
  return heads;
}

/** The prints of all mails with a Message-ID, and of those among them that may come to be saved. */
function printsOf(
  context: RunContext,
  heads: readonly ItemResult<EmailHead>[],
  threads: ReadonlySet<KeyPrint>,
): { readonly claim: readonly KeyPrint[]; readonly read: readonly KeyPrint[] } {
  const claim: KeyPrint[] = [];
  const read: KeyPrint[] = [];
  for (const result of heads) {
    const key = result.ok ? headKey(result.value) : null;
    if (key === null || !result.ok) continue;
    const print = context.keys.printKey(key);
    read.push(print);
    const { byHand = false } = context;
    const isInThread = isInChosenThread(result.value, { threads, printKey: context.keys.printKey });
    if (screen(result.value, context.rules, { byHand, isInThread }).kind === 'candidate') claim.push(print);
  }
  return { claim, read };
}

/** Writes the ledger's marks; a failure that ends the run is returned, so that the chunk can be committed first. */
export async function writeMarks(context: RunContext, ledger: Ledger): Promise<RemoteFailure | null> {
  const { marksMax } = context.mail.capabilities;
  const marks: readonly Mark[] = ledger.marks;
  try {
    for (let at = 0; at < marks.length; at += marksMax) {
      for (const result of await context.mail.mark(marks.slice(at, at + marksMax))) {
        if (result.ok) ledger.marked(result.value.itemId, result.value.version);
      }
    }
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return error;
    throw error;
  }
}
