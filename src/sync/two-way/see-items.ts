/**
 * From changes of a feed to sights: which pairs they belong to, what their records are now, and which records are there already for what has no pair
 * yet. Our own writes coming back are left out here.
 */
import { screenItem } from '../../decide/item-rules.ts';
import { readSpan } from '../../model/canonical.ts';
import type { CrmRecord } from '../../model/crm-records.ts';
import type { Failure } from '../../model/failure.ts';
import type { EmailKey, FeedId, ItemId, RecordId } from '../../model/ids.ts';
import type { KeyPrint } from '../../model/link.ts';
import type { ItemChange } from '../../model/mail-items.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import type { Pair } from '../../model/pair.ts';
import { claimPrints } from '../../store/claims.ts';
import { inOrganization } from '../../store/database.ts';
import { readIssues } from '../../store/issues.ts';
import {
  readPairsByItems,
  readPairsByPrints,
  readPairsByRecords,
  readPairsBySeries,
  readSharedRecords,
} from '../../store/pairs.ts';
import { CLAIM_MS } from '../run-context.ts';
import { expectedAmong } from './expected-items.ts';
import { claimTextOf, keyPrintOf, wishOf } from './record-drafts.ts';
import { failureOf, partsOf, readItems, readRecords, type Seen, type TwoWay } from './two-way.ts';

/** A series told whole: what is paired under it between the two instants and is not in the list was taken out. */
interface WholeSeries {
  readonly seriesId: ItemId;
  readonly items: ReadonlySet<ItemId>;
  readonly from: number;
  readonly to: number;
}

/** A page sorted: items to be looked at, what is gone, what could not be read. */
export interface Sorted {
  readonly items: readonly MailboxItem[];
  readonly gone: readonly ItemId[];
  readonly series: readonly WholeSeries[];
  readonly unreadable: readonly { readonly itemId: ItemId; readonly failure: Failure }[];
}

/** Sorts a page's changes; an item that stands in it twice counts by its last entry. */
export function sortChanges(changes: readonly ItemChange[]): Sorted {
  const items = new Map<ItemId, MailboxItem>();
  const gone = new Set<ItemId>();
  const series = new Map<ItemId, WholeSeries>();
  const unreadable = new Map<ItemId, { itemId: ItemId; failure: Failure }>();
  for (const change of changes) {
    if (change.kind === 'upsert') items.set(change.item.itemId, change.item);
    else if (change.kind === 'unreadable') unreadable.set(change.itemId, change);
    else if (change.kind === 'deleted') {
      gone.add(change.itemId);
      items.delete(change.itemId);
      series.delete(change.itemId);
    } else {
      const { seriesId, occurrences, from, to } = change;
      for (const occurrence of occurrences) items.set(occurrence.itemId, occurrence);
      const ids = new Set(occurrences.map(({ itemId }) => itemId));
      series.set(seriesId, { seriesId, items: ids, from, to });
    }
    if (change.kind === 'upsert') gone.delete(change.item.itemId);
  }
  return {
    items: [...items.values()],
    gone: [...gone],
    series: [...series.values()],
    unreadable: [...unreadable.values()],
  };
}

/** Items of now, as sights; echoes are left out, unless `all` is wished. */
export async function seeItems(
  two: TwoWay,
  feedId: FeedId | null,
  items: readonly MailboxItem[],
  options: { readonly all: boolean } = { all: false },
): Promise<readonly Seen[]> {
  if (items.length === 0) return [];
  const { run } = two;
  const ids = items.map(({ itemId }) => itemId);
  const [pairs, parked] = await inOrganization(run.db, run.organizationId, async (tx) => [
    await readPairsByItems(tx, run.mailboxId, ids),
    await readIssues(tx, run.mailboxId, ids),
  ]);
  const byItem = new Map(pairs.map((pair) => [pair.itemId, pair]));
  const issues = new Map(parked.map((issue) => [issue.itemId, issue]));
  const fresh = items.filter(({ itemId, version }) => {
    if (options.all) return true;
    const known = byItem.get(itemId);
    if (known !== undefined) return known.itemVersion !== version;
    return issues.get(itemId)?.itemVersion !== version;
  });
  two.tally.moved(fresh.length);
  const attemptsOf = (itemId: ItemId) => issues.get(itemId)?.attempts ?? 0;
  const paired = fresh.filter(({ itemId }) => byItem.has(itemId));
  const unpaired = fresh.filter(({ itemId }) => !byItem.has(itemId));
  const sights = await seePaired(two, feedId, paired, byItem);
  const others = await seeUnpaired(two, feedId, unpaired);
  return [...sights, ...others].map((one) => ({ ...one, attempts: attemptsOf(one.key) }));
}

async function seePaired(
  two: TwoWay,
  feedId: FeedId | null,
  items: readonly MailboxItem[],
  byItem: ReadonlyMap<ItemId | null, Pair>,
): Promise<readonly Seen[]> {
  const pairs = items.flatMap(({ itemId }) => byItem.get(itemId) ?? []);
  const live = pairs.filter(({ state }) => state === 'linked').map(({ recordId }) => recordId);
  const records = await readRecords(two, live);
  const shared = await sharedAmong(two, live);
  return items.map((item) => {
    const pair = byItem.get(item.itemId) ?? null;
    const recordId = pair?.recordId;
    const record = recordId === undefined ? null : (records.values.get(recordId) ?? null);
    const isShared = recordId !== undefined && shared.has(recordId);
    const trouble = failureOf(recordId === undefined ? undefined : records.failures.get(recordId));
    return { item, record, pair, isShared, feedId, key: item.itemId, attempts: 0, ...trouble };
  });
}

/** Claims what has no pair, and asks for records that are there already (S4). */
async function seeUnpaired(
  two: TwoWay,
  feedId: FeedId | null,
  items: readonly MailboxItem[],
): Promise<readonly Seen[]> {
  const left: Seen[] = [];
  const open: MailboxItem[] = [];
  for (const item of items) {
    if (screenItem(item, two.rules) === null) open.push(item);
    else left.push(bare(item, feedId));
  }
  if (open.length === 0) return left;
  const claimed = await claimItems(two, open);
  const twins = await twinsAmong(two, open, claimed);
  const expected = await expectedAmong(two, open);
  const known = open.map((item) => expected.get(item.itemId)?.recordId ?? knownRecordOf(two, item, claimed));
  const { found, buried, failures } = await findRecords(two, open, known, expected);
  const shared = await sharedAmong(
    two,
    found.flatMap((record) => record?.recordId ?? []),
  );
  const taken = await takenRecords(two, found);
  return [
    ...left,
    ...open.flatMap((item, at): readonly Seen[] => {
      const record = found[at] ?? null;
      const own = claimed.own.get(keyPrintOf(two, item) ?? ('' as KeyPrint));
      // Made from a record that was deleted since: it stays in the mailbox and never goes up (V5).
      const intent = expected.get(item.itemId) ?? null;
      const trouble = failures.get(item.itemId);
      if (trouble !== undefined) return [{ ...bare(item, feedId), pair: intent, failure: trouble }];
      if (record === null && buried.has(item.itemId))
        return [{ ...bare(item, feedId), record: 'gone', pair: intent }];
      if (twins.has(item.itemId)) return [{ ...bare(item, feedId), isTwin: true }];
      const isTwin = record !== null && taken.has(record.recordId) && !isSame(own, record);
      const isShared = record !== null && shared.has(record.recordId);
      const seen: Seen = { ...bare(item, feedId), record, isShared };
      const revived = intent ?? reviveOf(own, record);
      const isBusy = claimed.refused.has(item.itemId);
      // A second contact of the same person stays where it is: his record is kept in step with the first one.
      if (isTwin && item.collection === 'contacts') return [{ ...seen, isTwin: true }];
      if (isTwin) return [{ ...seen, record: null, isShared: false, isBusy }];
      if (record !== null) taken.add(record.recordId);
      return [{ ...seen, pair: revived, isBusy }];
    }),
  ];
}

/** An item of which nothing else is known. */
function bare(item: MailboxItem, feedId: FeedId | null): Seen {
  return { item, record: null, pair: null, isShared: false, feedId, key: item.itemId, attempts: 0 };
}

/**
 * Items beside which another one of this mailbox has the same key: an earlier one here, or one that is paired and still there. They stay where they are, for
 * two items would write one record by turns.
 */
async function twinsAmong(
  two: TwoWay,
  items: readonly MailboxItem[],
  { own }: Claimed,
): Promise<ReadonlySet<ItemId>> {
  const twins = new Set<ItemId>();
  const seen = new Set<string>();
  const paired = new Map<ItemId, ItemId>();
  for (const item of items) {
    const text = claimTextOf(item);
    if (text === null) continue;
    const pair = own.get(keyPrintOf(two, item) ?? ('' as KeyPrint));
    if (seen.has(text)) twins.add(item.itemId);
    else if (pair?.state === 'linked' && pair.itemId !== null) paired.set(item.itemId, pair.itemId);
    seen.add(text);
  }
  const { values } = await readItems(two, [...new Set(paired.values())]);
  for (const [itemId, other] of paired) if (values.get(other) !== 'gone') twins.add(itemId);
  return twins;
}

/** The same meeting came back under another id before its record was removed: the pair goes on. */
function reviveOf(own: Pair | undefined, record: CrmRecord | null): Pair | null {
  if (own === undefined || record === null || own.recordId !== record.recordId) return null;
  return own.state === 'removing' || own.state === 'linked' ? { ...own, state: 'linked' } : null;
}

function isSame(own: Pair | undefined, { recordId }: CrmRecord): boolean {
  return own?.recordId === recordId;
}

interface Claimed {
  readonly own: ReadonlyMap<KeyPrint, Pair>;
  readonly others: ReadonlyMap<KeyPrint, RecordId>;
  /** Items that a colleague's run is saving at this moment. */
  readonly refused: ReadonlySet<ItemId>;
}

/** Claims and reads in one transaction: whoever is granted a claim sees the pair that the other left. */
async function claimItems(two: TwoWay, items: readonly MailboxItem[]): Promise<Claimed> {
  const { run } = two;
  const { organizationId, mailboxId } = run;
  const prints = new Map<ItemId, KeyPrint>();
  for (const item of items) {
    const text = claimTextOf(item);
    if (text !== null) prints.set(item.itemId, run.keys.printKey(text as EmailKey));
  }
  const claim = [...new Set(prints.values())];
  const keyed = items.flatMap((item) => keyPrintOf(two, item) ?? []);
  return await inOrganization(run.db, organizationId, async (tx) => {
    const now = run.clock.now();
    const granted = run.dryRun
      ? new Set(claim)
      : await claimPrints(tx, {
          organizationId,
          mailboxId,
          leaseToken: run.lease.token,
          prints: claim,
          now,
          expiresAt: now + CLAIM_MS,
        });
    const { own, others } = await readPairsByPrints(tx, { organizationId, mailboxId, prints: keyed });
    const refused = [...prints].filter(([, print]) => !granted.has(print)).map(([itemId]) => itemId);
    // An item that is gone for good, or a record that is, leaves nothing to go on with; the newest is read first.
    const byPrint = new Map<KeyPrint, Pair>();
    for (const pair of own)
      if (pair.keyPrint !== null && !byPrint.has(pair.keyPrint)) byPrint.set(pair.keyPrint, pair);
    return { own: byPrint, others, refused: new Set(refused) };
  });
}

/** The record that a pair, a colleague's pair, or the stamp on the item names. */
function knownRecordOf(two: TwoWay, item: MailboxItem, { own, others }: Claimed): RecordId | null {
  const print = keyPrintOf(two, item);
  if (print !== null) {
    const pair = own.get(print);
    if (pair !== undefined && pair.state !== 'ended') return pair.recordId;
    const other = others.get(print);
    if (other !== undefined) return other;
  }
  return item.stamp === null ? null : (item.stamp as RecordId);
}

interface Found {
  readonly found: readonly (CrmRecord | null)[];
  /** Items whose record was deleted. */
  readonly buried: ReadonlySet<ItemId>;
  /** Items whose record is known and could not be read: making another one would double it. */
  readonly failures: ReadonlyMap<ItemId, Failure>;
}

/** Records by what is known of them, else by natural key; null where there is none. */
async function findRecords(
  two: TwoWay,
  items: readonly MailboxItem[],
  known: readonly (RecordId | null)[],
  expected: ReadonlyMap<ItemId, Pair>,
): Promise<Found> {
  const buried = new Set<ItemId>();
  const failures = new Map<ItemId, Failure>();
  const records = await readRecords(
    two,
    known.flatMap((recordId) => recordId ?? []),
  );
  const found: (CrmRecord | null)[] = known.map((recordId, at) => {
    const record = recordId === null ? undefined : records.values.get(recordId);
    if (record !== undefined && record !== 'gone' && !record.isDeleted) return record;
    const item = items[at];
    if (recordId === null || item === undefined) return null;
    const trouble = records.failures.get(recordId);
    if (trouble !== undefined) failures.set(item.itemId, trouble);
    if (record === undefined) return null;
    if (item.stamp === recordId || expected.has(item.itemId)) buried.add(item.itemId);
    return null;
  });
  const missing = items.flatMap((item, at) =>
    found[at] === null && !buried.has(item.itemId) && !failures.has(item.itemId) ? [{ item, at }] : [],
  );
  for (const part of partsOf(missing, two.recordsMax)) {
    const wishes = part.map(({ item }) => wishOf(two, item));
    const answers = await two.run.crm.records.findRecords(two.collection, wishes);
    for (const [index, { at }] of part.entries()) {
      const record = answers[index] ?? null;
      const isOther = record?.key != null && record.key !== wishes[index]?.key;
      found[at] = record === null || record.isDeleted || isOther ? null : record;
    }
  }
  return { found, buried, failures };
}

/** Records that another item of this mailbox is paired with. */
async function takenRecords({ run }: TwoWay, found: readonly (CrmRecord | null)[]): Promise<Set<RecordId>> {
  const ids = found.flatMap((record) => record?.recordId ?? []);
  const pairs = await inOrganization(run.db, run.organizationId, (tx) =>
    readPairsByRecords(tx, run.mailboxId, ids),
  );
  // A pair whose item was left behind with another mailbox is free for the one that came along.
  const live = pairs.filter(({ state, itemId }) => state === 'linked' && itemId !== null);
  return new Set(live.map(({ recordId }) => recordId));
}

async function sharedAmong({ run }: TwoWay, ids: readonly RecordId[]): Promise<ReadonlySet<RecordId>> {
  return await inOrganization(run.db, run.organizationId, (tx) =>
    readSharedRecords(tx, run.organizationId, run.mailboxId, ids),
  );
}

/**
 * Pairs whose item is gone: told by the feed, with its series, or missing in a series that was told whole. What is missing there is asked for by its id
 * before it counts as gone: it may have been moved out of the time that the list is about. Those that are alive are given back.
 */
export async function seeGone(
  two: TwoWay,
  sorted: Sorted,
): Promise<{ readonly gone: readonly Seen[]; readonly alive: readonly MailboxItem[] }> {
  const { run } = two;
  const seriesIds = [...sorted.gone, ...sorted.series.map(({ seriesId }) => seriesId)];
  if (seriesIds.length === 0) return { gone: [], alive: [] };
  const [single, occurrences] = await inOrganization(run.db, run.organizationId, async (tx) => [
    await readPairsByItems(tx, run.mailboxId, sorted.gone),
    await readPairsBySeries(tx, run.mailboxId, seriesIds),
  ]);
  const whole = new Map(sorted.series.map((one) => [one.seriesId, one]));
  const toldOf = ({ seriesId }: Pair) => (seriesId === null ? undefined : whole.get(seriesId));
  const missing = occurrences.filter((pair) => {
    const told = toldOf(pair);
    return (
      pair.itemId !== null && pair.state === 'linked' && (told === undefined || !told.items.has(pair.itemId))
    );
  });
  // A contact that was moved to another folder is gone from one feed and told by the other, in any order.
  const mayHaveMoved = two.collection === 'contacts' ? single.filter(({ state }) => state === 'linked') : [];
  const doubtful = [...missing.filter((pair) => toldOf(pair) !== undefined), ...mayHaveMoved];
  const now = await readItems(
    two,
    doubtful.flatMap(({ itemId }) => itemId ?? []),
  );
  const alive = [...now.values.values()].filter((item) => item !== 'gone');
  const left = missing.filter(
    (pair) => toldOf(pair) === undefined || (pair.itemId !== null && now.values.get(pair.itemId) === 'gone'),
  );
  const told =
    mayHaveMoved.length === 0
      ? single
      : single.filter(({ itemId }) => itemId === null || now.values.get(itemId) === 'gone');
  const pairs = new Map([...told, ...left].map((pair) => [pair.recordId, pair]));
  const live = [...pairs.values()].filter(({ state }) => state === 'linked');
  two.tally.moved(live.length);
  const ids = live.map(({ recordId }) => recordId);
  const records = await readRecords(two, ids);
  const shared = await sharedAmong(two, ids);
  const gone = live.flatMap((pair): readonly Seen[] => {
    const record = records.values.get(pair.recordId) ?? null;
    const told = toldOf(pair);
    if (told !== undefined && record !== null && !isAhead(record, told)) return [];
    const isShared = shared.has(pair.recordId);
    const key = pair.itemId ?? ('' as ItemId);
    const trouble = failureOf(records.failures.get(pair.recordId));
    return [{ item: 'gone', record, pair, isShared, feedId: pair.feedId, key, attempts: 0, ...trouble }];
  });
  return { gone, alive };
}

/** What lies behind the list stays as it is; what was put ahead of it is gone, if it is gone. */
function isAhead(record: CrmRecord | 'gone', { from }: WholeSeries): boolean {
  if (record === 'gone') return true;
  const span = readSpan(record.fields.time);
  return span !== null && span.endAt > from;
}
