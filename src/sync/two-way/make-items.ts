/**
 * Makes items from records. What is about to be made is committed first, so that a run that ends in between is followed by one that looks for the item
 * before it makes it.
 */
import type { PairAction } from '../../decide/plan-pair.ts';
import { reduceFields } from '../../model/canonical.ts';
import type { Fields } from '../../model/collection.ts';
import type { CrmRecord } from '../../model/crm-records.ts';
import type { CreatedItem, NewItem } from '../../model/mail-items.ts';
import { type Pair, printFields } from '../../model/pair.ts';
import { SALESFORCE_CATEGORY } from '../../model/settings.ts';
import { commitPairs } from './commit-pairs.ts';
import { PairLedger } from './pair-ledger.ts';
import { keyPrintOf, writable } from './record-drafts.ts';
import { partsOf, type Seen, type TwoWay } from './two-way.ts';

interface Making {
  readonly seen: Seen;
  readonly action: Extract<PairAction, { do: 'make-item' }>;
}

/** Makes items in batches, those first that nobody tried before. */
export async function makeItems(two: TwoWay, plans: readonly Making[], ledger: PairLedger): Promise<void> {
  if (plans.length === 0) return;
  const intents = new PairLedger(two);
  for (const { action } of plans) intents.pair(intentOf(two, action.record));
  await commitPairs(two, intents);
  for (const mayExist of [false, true]) {
    const some = plans.filter(({ seen }) => (seen.mayExist ?? false) === mayExist);
    for (const part of partsOf(some, two.items.batchMax)) await makePart(two, part, mayExist, ledger);
  }
}

async function makePart(
  two: TwoWay,
  part: readonly Making[],
  mayExist: boolean,
  ledger: PairLedger,
): Promise<void> {
  const { run, collection } = two;
  run.signal.throwIfAborted();
  const drafts = part.map(({ action }) => draftOf(two, action.record));
  const results = await run.mail.items.createItems(collection, drafts, { mayExist });
  for (const [at, result] of results.entries()) {
    const one = part[at];
    if (one === undefined) continue;
    const { record } = one.action;
    if (!result.ok) {
      ledger.pair(intentOf(two, record));
      ledger.park(one.seen, result.failure);
      continue;
    }
    ledger.settled(one.seen, 'synced.created-item');
    ledger.pair(pairOf(two, record, result.value));
  }
}

/** What can be written of a record. */
function fieldsOf({ items }: TwoWay, { fields }: CrmRecord): Fields {
  return writable(reduceFields(fields, items.fields), items.fields);
}

function draftOf(two: TwoWay, record: CrmRecord): NewItem {
  const { items } = two;
  return {
    stamp: record.recordId,
    fields: fieldsOf(two, record),
    categories: items.categories.able ? [SALESFORCE_CATEGORY] : [],
  };
}

/** What both sides are to have: the base of the next merge, should the run end before it knows that the item is there. */
function intentOf(two: TwoWay, record: CrmRecord): Pair {
  const { collection, recordId, version } = record;
  const { printField } = two.run.keys;
  return {
    collection,
    recordId,
    keyPrint: null,
    itemId: null,
    itemVersion: '',
    feedId: null,
    seriesId: null,
    recordVersion: version,
    // What is not written has no base: the service may put something of its own there.
    itemPrints: printFields(printField, recordId, fieldsOf(two, record)),
    recordPrints: printFields(printField, recordId, record.fields),
    state: 'making',
    made: 'item',
    role: 'owner',
  };
}

function pairOf(two: TwoWay, record: CrmRecord, { itemId, version, uid }: CreatedItem): Pair {
  return {
    ...intentOf(two, record),
    keyPrint: keyPrintOf(two, { collection: record.collection, uid }),
    itemId,
    itemVersion: version,
    state: 'linked',
    isUntold: true,
  };
}
