/**
 * Settles what was seen: plans each item and record, writes records first and items second, puts categories, and commits all of it with the cursors of
 * its page. Every step may be repeated: records are claimed and looked for before they are made, items carry the stamp of their record.
 */
import { indexLookUp, type LookUpIndex } from '../../decide/match.ts';
import { baseAfter } from '../../decide/merge.ts';
import { type PairAction, type PairContext, planPair, roleOf } from '../../decide/plan-pair.ts';
import { printPeople } from '../../decide/relate.ts';
import { reduceFields } from '../../model/canonical.ts';
import type { FieldName, Fields } from '../../model/collection.ts';
import type { RecordWrite, WrittenRecord } from '../../model/crm-records.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId, RecordId } from '../../model/ids.ts';
import type { ItemUpdate } from '../../model/mail-items.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import { type Pair, type PairRole, type Passage, type Prints, printFields } from '../../model/pair.ts';
import { SALESFORCE_CATEGORY } from '../../model/settings.ts';
import type { VerdictCode } from '../../model/verdict.ts';
import { commitPairs, commitWritings } from './commit-pairs.ts';
import { makeItems } from './make-items.ts';
import { PairLedger } from './pair-ledger.ts';
import { keyPrintOf, peopleQuery, writable, writeOf } from './record-drafts.ts';
import { partsOf, type Seen, type TwoWay } from './two-way.ts';

type Merging = Extract<PairAction, { do: 'merge' }>;
type Making = Extract<PairAction, { do: 'make-record' }>;

interface Planned<Action> {
  readonly seen: Seen;
  readonly action: Action;
}

/** Settles up to `SIGHTS_MAX` things and commits them with the cursors that they pay for, and with the items that these have `told` of. */
export async function settle(
  two: TwoWay,
  seen: readonly Seen[],
  feeds: ReadonlyMap<FeedId, string> = new Map(),
  told: readonly ItemId[] = [],
): Promise<void> {
  const context = pairContext(two);
  const ledger = new PairLedger(two);
  const plans: Planned<PairAction>[] = [];
  for (const one of seen) {
    if (one.failure !== undefined) ledger.park(one, one.failure);
    else if (one.isBusy === true) ledger.park(one, failure('lockstep.being-saved-elsewhere'));
    else if (one.isTwin === true) ledger.settled(one, 'skipped.twin');
    else plans.push({ seen: one, action: planPair(one, context) });
  }
  if (two.run.dryRun) {
    for (const { action } of plans) two.tally.verdict(dryVerdict(action), 1, two.collection);
    return;
  }
  enterDecided(plans, ledger);
  await writeRecords(two, plans.filter(isWrite), ledger);
  await makeItems(two, plans.filter(isMakingItem), ledger);
  const unmarked = await writeItemMarks(two, ledger);
  for (const { code } of ledger.verdicts) two.tally.verdict(code, 1, two.collection);
  await commitPairs(two, ledger, feeds, told);
  // Categories are a courtesy: what was done is committed first, then the service's wish to be left alone is obeyed.
  if (unmarked !== null) throw unmarked;
}

/** What `planPair` is given, the sight apart. */
export function pairContext(two: TwoWay): PairContext {
  const { rules, items, recordSpecs, run } = two;
  return { rules, items, recordSpecs, printField: run.keys.printField };
}

function isWrite(plan: Planned<PairAction>): plan is Planned<Merging | Making> {
  return plan.action.do === 'merge' || plan.action.do === 'make-record';
}

function isMakingItem(plan: Planned<PairAction>): plan is Planned<Extract<PairAction, { do: 'make-item' }>> {
  return plan.action.do === 'make-item';
}

/** What a run would come to; for dry runs and *Why?*. */
export function dryVerdict(action: PairAction): VerdictCode {
  switch (action.do) {
    case 'skip':
      return action.code;
    case 'make-record':
      return 'synced.created-record';
    case 'make-item':
      return 'synced.created-item';
    case 'remove-record':
      return 'synced.removed-record';
    case 'merge':
      return mergeVerdict(action, false);
    case 'pass-lead':
    case 'end':
      return 'synced.ended';
  }
}

function mergeVerdict({ isNew, merge, people }: Merging, isShared: boolean): VerdictCode {
  if (isNew) return isShared ? 'synced.joined' : 'synced.found';
  const up = Object.keys(merge.toRecord).length > 0 || people !== 'none';
  const down = Object.keys(merge.toItem).length > 0;
  if (up && down) return 'synced.updated-both';
  if (up) return 'synced.updated-record';
  return down ? 'synced.updated-item' : 'synced.unchanged';
}

/** Everything that needs no request. */
function enterDecided(plans: readonly Planned<PairAction>[], ledger: PairLedger): void {
  for (const { seen, action } of plans) {
    if (action.do === 'skip') ledger.settled(seen, action.code);
    else if (action.do === 'remove-record') {
      ledger.settled(seen, 'synced.removed-record');
      ledger.pair({ ...action.pair, itemId: null, state: 'removing' });
    } else if (action.do === 'pass-lead') {
      ledger.settled(seen, 'synced.ended');
      ledger.passed.push(action.pair);
    } else if (action.do === 'end') enterEnd(seen, action, ledger);
  }
}

/** An item that stays after its record was deleted keeps its pair, so that it never goes up again; everything else may be paired anew. */
function enterEnd(seen: Seen, { pair, item }: Extract<PairAction, { do: 'end' }>, ledger: PairLedger): void {
  ledger.settled(seen, 'synced.ended');
  ledger.pair({ ...pair, itemId: item === null ? null : pair.itemId, state: 'ended' });
  if (item !== null) ledger.mark(item, [], [SALESFORCE_CATEGORY]);
}

const nobody: LookUpIndex = { people: new Map(), accounts: new Map(), related: new Map() };

/** Writes records, then the items of those pairs whose record went through. */
async function writeRecords(
  two: TwoWay,
  plans: readonly Planned<Merging | Making>[],
  ledger: PairLedger,
): Promise<void> {
  if (plans.length === 0) return;
  const { run, collection } = two;
  const query = peopleQuery(
    two,
    plans.map(({ action }) => action),
  );
  const index = query === null ? nobody : indexLookUp(await run.crm.lookUp(query));
  const writes: { readonly plan: Planned<Merging | Making>; readonly write: RecordWrite }[] = [];
  const written: Written[] = [];
  for (const plan of plans) {
    const write = writeOf(two, plan.action, index);
    if (write !== null) writes.push({ plan, write });
    else if (plan.action.do === 'merge') written.push({ seen: plan.seen, action: plan.action, result: null });
  }
  await noteWritings(two, plans);
  for (const part of partsOf(writes, two.recordsMax)) {
    run.signal.throwIfAborted();
    const results = await run.crm.records.writeRecords(
      collection,
      part.map(({ write }) => write),
    );
    for (const [at, result] of results.entries()) {
      const plan = part[at]?.plan;
      if (plan === undefined) continue;
      const { seen, action } = plan;
      if (result.ok) two.written.add(result.value.recordId);
      if (!result.ok) enterRefusal(seen, result.failure, ledger);
      else if (action.do === 'merge') written.push({ seen, action, result: result.value });
      else enterMade(two, seen, action, result.value, ledger);
    }
  }
  await writeItems(two, written, ledger);
}

/** What is on its way to pairs that are there, told apart from somebody's change should the run end before it is committed. */
async function noteWritings(two: TwoWay, plans: readonly Planned<Merging | Making>[]): Promise<void> {
  const writings = plans.flatMap(({ seen, action }) => {
    if (action.do !== 'merge' || seen.pair === null) return [];
    const { item, record, merge } = action;
    if (Object.keys(merge.toItem).length + Object.keys(merge.toRecord).length === 0) return [];
    const passage = (written: Fields): Passage => {
      const print = (fields: Fields) => printFields(two.run.keys.printField, record.recordId, fields);
      const also = (fields: Fields) => print(only(fields, written));
      return written === merge.toItem
        ? { item: print(written), record: also(record.fields) }
        : { item: also(item.fields), record: print(written) };
    };
    const writing = { toItem: passage(merge.toItem), toRecord: passage(merge.toRecord) };
    return [{ recordId: record.recordId, writing, arrived: merge.arrived }];
  });
  await commitWritings(two, writings);
}

/** Those of the fields that the others have, too. */
function only(fields: Fields, others: Fields): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => others[name as FieldName] !== undefined),
  );
}

function enterRefusal(seen: Seen, why: Failure, ledger: PairLedger): void {
  // Deleted while the run was under way: the feed of records tells it, and the pair ends then.
  if (why.code === 'crm.record-gone' && seen.pair !== null) {
    const item = seen.item === 'gone' ? null : seen.item;
    enterEnd(seen, { do: 'end', pair: seen.pair, item }, ledger);
    return;
  }
  ledger.park(seen, why);
}

function enterMade(
  two: TwoWay,
  seen: Seen,
  { item }: Making,
  { recordId, version, created, reduced }: WrittenRecord,
  ledger: PairLedger,
): void {
  const role = roleOf(item, false);
  // What was not written has no base: the CRM may have put something of its own there.
  const recordFields = writable(reduceFields(item.fields, two.recordSpecs), two.recordSpecs);
  ledger.settled(seen, created ? 'synced.created-record' : 'synced.found');
  ledger.pair({
    ...pairOf(two, seen, item, recordId, role),
    recordVersion: version,
    itemPrints: itemPrintsOf(two, item, recordId, role, item.fields),
    recordPrints: printFields(two.run.keys.printField, recordId, recordFields),
    made: created ? 'record' : null,
  });
  if (two.run.rules.settings.markSaved) ledger.mark(item, [SALESFORCE_CATEGORY], []);
  if (reduced.length > 0) ledger.note(seen, failure('crm.event-reduced', { fields: reduced }));
}

function pairOf(
  two: TwoWay,
  seen: Seen,
  item: MailboxItem,
  recordId: RecordId,
  role: PairRole,
): Omit<Pair, 'recordVersion' | 'itemPrints' | 'recordPrints'> {
  return {
    collection: item.collection,
    recordId,
    keyPrint: keyPrintOf(two, item),
    itemId: item.itemId,
    itemVersion: item.version,
    feedId: seen.feedId ?? seen.pair?.feedId ?? null,
    seriesId: item.collection === 'events' ? item.seriesId : null,
    state: 'linked',
    made: seen.pair?.made ?? null,
    role,
    isUntold: seen.feedId === null && seen.pair?.isUntold === true,
  };
}

function itemPrintsOf(
  two: TwoWay,
  item: MailboxItem,
  recordId: RecordId,
  role: PairRole,
  fields: Fields,
): Prints {
  const { printField } = two.run.keys;
  const prints = printFields(printField, recordId, fields);
  if (item.collection !== 'events') return prints;
  const people = printPeople(item, {
    leads: role !== 'member',
    isOwn: two.rules.isOwn,
    print: (text) => printField(recordId, 'people', text),
  });
  return { ...prints, people };
}

/** A merge whose record is written; `result` null where nothing was to be written there. */
interface Written {
  readonly seen: Seen;
  readonly action: Merging;
  readonly result: WrittenRecord | null;
}

async function writeItems(two: TwoWay, all: readonly Written[], ledger: PairLedger): Promise<void> {
  const { run, collection, items } = two;
  const down = all.filter(({ action }) => Object.keys(action.merge.toItem).length > 0);
  for (const one of all)
    if (!down.includes(one)) enterMerged(two, one, { version: one.action.item.version }, ledger);
  for (const part of partsOf(down, items.batchMax)) {
    run.signal.throwIfAborted();
    const updates = part.map(
      ({ action }): ItemUpdate => ({
        itemId: action.item.itemId,
        version: action.item.version,
        fields: action.merge.toItem,
      }),
    );
    const results = await run.mail.items.updateItems(collection, updates);
    for (const [at, result] of results.entries()) {
      const one = part[at];
      if (one === undefined) continue;
      if (result.ok) {
        enterMerged(two, one, { version: result.value.version }, ledger);
        continue;
      }
      // The record has what was written to it; what the item did not take still counts as changed.
      enterMerged(two, one, { version: one.action.item.version, unwritten: true }, ledger);
      ledger.park(one.seen, result.failure);
    }
  }
}

function enterMerged(
  two: TwoWay,
  { seen, action, result }: Written,
  item: { readonly version: string; readonly unwritten?: boolean },
  ledger: PairLedger,
): void {
  const { record, role, merge, isNew } = action;
  const base = seen.pair;
  const { recordId } = record;
  const { printField } = two.run.keys;
  const toItem = item.unwritten === true ? {} : merge.toItem;
  const unwritten = item.unwritten === true ? (Object.keys(merge.toItem) as FieldName[]) : [];
  const itemPrints = itemPrintsOf(two, action.item, recordId, role, action.item.fields);
  const recordPrints = printFields(printField, recordId, record.fields);
  ledger.settled(seen, mergeVerdict(action, seen.isShared));
  ledger.pair({
    ...pairOf(two, seen, action.item, recordId, role),
    itemVersion: item.version,
    recordVersion: result === null ? record.version : result.version,
    itemPrints: baseAfter(
      { prints: itemPrints, base: base?.itemPrints ?? null },
      merge.waiting.item,
      printFields(printField, recordId, toItem),
    ),
    recordPrints: baseAfter(
      { prints: recordPrints, base: base?.recordPrints ?? null },
      [...merge.waiting.record, ...unwritten],
      printFields(printField, recordId, merge.toRecord),
    ),
  });
  const isTaking = role === 'owner' && seen.isShared && (isNew || seen.pair?.role !== 'owner');
  if (isTaking) ledger.taken.push(recordId);
  const reduced = result?.reduced ?? [];
  if (merge.conflicts.length > 0)
    ledger.note(seen, failure('lockstep.changed-on-both-sides', { fields: [...merge.conflicts] }));
  else if (action.refused !== null) ledger.note(seen, action.refused);
  else if (reduced.length > 0) ledger.note(seen, failure('crm.event-reduced', { fields: reduced }));
}

/** Writes the ledger's categories; a failure that ends the run is returned, so that the rest can be committed first. */
async function writeItemMarks(two: TwoWay, ledger: PairLedger): Promise<RemoteFailure | null> {
  const { run, collection, items } = two;
  try {
    for (const part of partsOf(ledger.marks, items.batchMax))
      for (const result of await run.mail.items.markItems(collection, part))
        if (result.ok) ledger.marked(result.value.itemId, result.value.version);
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return error;
    throw error;
  }
}
