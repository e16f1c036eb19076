/** One event, contact or task by the id that either side gave it, read live and seen as a run sees it. For *Why?* and *Try now*. */
import { itemRules } from '../decide/item-rules.ts';
import { readSpan } from '../model/canonical.ts';
import type { Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import { dispositionOf, RemoteFailure } from '../model/failure.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { MailboxItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import { inOrganization } from '../store/database.ts';
import { readPairsByItems, readPairsByRecords } from '../store/pairs.ts';
import type { RunContext } from '../sync/run-context.ts';
import { Tally } from '../sync/tally.ts';
import { seeGone, seeItems, sortChanges } from '../sync/two-way/see-items.ts';
import { seeRecords } from '../sync/two-way/see-records.ts';
import { nothingSeen, readRecords, recordKey, type Seen, type TwoWay } from '../sync/two-way/two-way.ts';

/** By the id of the mailbox's item, or of the CRM's record. */
export type ItemName = { readonly collection: Collection } & (
  | { readonly itemId: ItemId }
  | { readonly recordId: RecordId }
);

/** What the passes of a run share, for one collection and one act. */
export async function twoWayOf(run: RunContext, collection: Collection): Promise<TwoWay> {
  const specs = await run.crm.records.capabilities();
  return {
    run,
    collection,
    rules: itemRules(run.rules, run.clock.now()),
    items: run.mail.items.capabilities[collection],
    recordSpecs: specs[collection].fields,
    recordsMax: specs[collection].batchMax,
    hasOwnKeys: specs[collection].externalKey,
    tally: new Tally(),
    written: new Set(),
  };
}

/** Null: neither side has it, and no pair remembers it. Of a series the occurrence that is next. Rejects with `RemoteFailure`. */
export async function seeOne(two: TwoWay, name: ItemName): Promise<Seen | null> {
  return (await seeEach(two, name))[0] ?? null;
}

/** What the name stands for, the one that it means first: of a series every occurrence of the window, and what is kept under its own id. */
export async function seeEach(two: TwoWay, name: ItemName): Promise<readonly Seen[]> {
  if ('itemId' in name) return await seeItem(two, name.itemId);
  const [pair] = await pairsOf(two, name);
  // A pair is seen from its item: that is what people know it by.
  if (pair?.state === 'linked' && pair.itemId !== null) return await seeItem(two, pair.itemId);
  const seen = await seeRecord(two, name.recordId, pair ?? null);
  return seen === null ? [] : [seen];
}

async function seeItem(two: TwoWay, itemId: ItemId): Promise<readonly Seen[]> {
  const { mail, clock } = two.run;
  const told = sortChanges(await mail.items.retellItems(two.collection, [itemId], two.rules.window));
  const [trouble] = told.unreadable;
  if (trouble !== undefined) {
    if (dispositionOf(trouble.failure).ends !== 'item') throw new RemoteFailure(trouble.failure);
    return [{ ...nothingSeen(itemId), failure: trouble.failure }];
  }
  if (told.items.length > 0) {
    const isSeries = told.items.every((item) => item.itemId !== itemId);
    const sights = await seeItems(two, null, nearestFirst(told.items, clock.now()), { all: true });
    return isSeries ? [...sights, nothingSeen(itemId)] : sights;
  }
  // A series without an occurrence in the window is there all the same.
  if (!told.gone.includes(itemId)) return [];
  const { gone } = await seeGone(two, { items: [], gone: [itemId], series: [], unreadable: [] });
  if (gone.length > 0) return gone.slice(0, 1);
  const [pair] = await pairsOf(two, { itemId });
  return pair === undefined ? [] : [{ ...nothingSeen(itemId), item: 'gone', pair }];
}

/** The one that is running or comes next, then the others. */
function nearestFirst(items: readonly MailboxItem[], now: Instant): readonly MailboxItem[] {
  const byTime = items.toSorted((one, other) => startOf(one) - startOf(other));
  const next = byTime.findIndex((item) => endOf(item) > now);
  return next <= 0 ? byTime : [...byTime.slice(next), ...byTime.slice(0, next)];
}

const startOf = ({ fields }: MailboxItem): number => readSpan(fields.time)?.startAt ?? 0;
const endOf = ({ fields }: MailboxItem): number => readSpan(fields.time)?.endAt ?? 0;

async function seeRecord(two: TwoWay, recordId: RecordId, pair: Pair | null): Promise<Seen | null> {
  const { values, failures } = await readRecords(two, [recordId]);
  const record = values.get(recordId);
  const key = recordKey(recordId);
  const failure = failures.get(recordId);
  if (failure !== undefined) return { ...nothingSeen(key), pair, failure };
  if (record === undefined || record === 'gone')
    return pair === null ? null : { ...nothingSeen(key), record: 'gone', pair };
  const [seen] = await seeRecords(two, [record], { all: true });
  return seen ?? { ...nothingSeen(key), record, pair };
}

async function pairsOf(
  { run }: TwoWay,
  name: { readonly itemId: ItemId } | { readonly recordId: RecordId },
): Promise<readonly Pair[]> {
  return await inOrganization(run.db, run.organizationId, (tx) =>
    'itemId' in name
      ? readPairsByItems(tx, run.mailboxId, [name.itemId])
      : readPairsByRecords(tx, run.mailboxId, [name.recordId]),
  );
}
