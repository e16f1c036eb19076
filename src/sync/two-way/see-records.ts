/**
 * From records that changed to sights: which pairs they belong to, and what their items are now. Our own writes coming back are left out here.
 */
import type { CrmRecord } from '../../model/crm-records.ts';
import type { RecordId } from '../../model/ids.ts';
import type { Pair } from '../../model/pair.ts';
import { inOrganization } from '../../store/database.ts';
import { readIssues } from '../../store/issues.ts';
import { readPairsByRecords, readSharedRecords } from '../../store/pairs.ts';
import { failureOf, readItems, readRecords, recordKey, type Seen, type TwoWay } from './two-way.ts';

/** Records of now, as sights; echoes are left out, unless `all` is wished. */
export async function seeRecords(
  two: TwoWay,
  records: readonly CrmRecord[],
  options: { readonly all: boolean } = { all: false },
): Promise<readonly Seen[]> {
  if (records.length === 0) return [];
  const { run } = two;
  const ids = records.map(({ recordId }) => recordId);
  const [pairs, shared, parked] = await inOrganization(run.db, run.organizationId, async (tx) => [
    await readPairsByRecords(tx, run.mailboxId, ids),
    await readSharedRecords(tx, run.organizationId, run.mailboxId, ids),
    await readIssues(tx, run.mailboxId, ids.map(recordKey)),
  ]);
  const byRecord = new Map(pairs.map((pair) => [pair.recordId, pair]));
  const issues = new Map(parked.map((issue) => [issue.itemId, issue]));
  const changed = records.filter((record) => {
    const pair = byRecord.get(record.recordId);
    // What the CRM made by itself, and what was deleted before it ever came down, is no affair of this mailbox: no verdict, no count.
    if (pair === undefined) return options.all || (record.kind === 'plain' && !record.isDeleted);
    // A pair whose item is gone, or being made, is told by other ways; a deleted record ends it whatever its version.
    if (pair.state === 'making') return true;
    if (pair.state !== 'linked') return false;
    return options.all || record.isDeleted || pair.recordVersion !== record.version;
  });
  const fresh = await refreshWritten(two, changed, byRecord);
  const linked = fresh.flatMap(({ recordId }) => byRecord.get(recordId)?.itemId ?? []);
  const items = await readItems(two, linked);
  two.tally.moved(linked.length);
  return fresh.map((record): Seen => {
    const pair = byRecord.get(record.recordId) ?? null;
    const itemId = pair?.itemId ?? null;
    const key = itemId ?? recordKey(record.recordId);
    return {
      item: itemId === null ? null : (items.values.get(itemId) ?? null),
      record: record.isDeleted && pair !== null ? 'gone' : record,
      pair,
      isShared: shared.has(record.recordId),
      feedId: pair?.feedId ?? null,
      key,
      attempts: issues.get(key)?.attempts ?? 0,
      mayExist: pair?.state === 'making',
      ...failureOf(itemId === null ? undefined : items.failures.get(itemId)),
    };
  });
}

/** What this run wrote after the page was read is read again: the page tells it as it was. */
async function refreshWritten(
  two: TwoWay,
  records: readonly CrmRecord[],
  byRecord: ReadonlyMap<RecordId, Pair>,
): Promise<readonly CrmRecord[]> {
  const stale = records.filter(({ recordId }) => two.written.has(recordId)).map(({ recordId }) => recordId);
  if (stale.length === 0) return records;
  const { values } = await readRecords(two, stale);
  return records.flatMap((record) => {
    if (!two.written.has(record.recordId)) return [record];
    const now = values.get(record.recordId);
    if (now === undefined) return [];
    if (now === 'gone') return [{ ...record, isDeleted: true }];
    return byRecord.get(now.recordId)?.recordVersion === now.version ? [] : [now];
  });
}

/** Pairs whose record is gone for good, or hidden; with their items, which lose a category. */
export async function seeBuried(two: TwoWay, pairs: readonly Pair[]): Promise<readonly Seen[]> {
  const { values } = await readItems(
    two,
    pairs.flatMap(({ itemId }) => itemId ?? []),
  );
  two.tally.moved(pairs.length);
  return pairs.map((pair) => ({
    item: pair.itemId === null ? null : (values.get(pair.itemId) ?? null),
    record: 'gone',
    pair,
    isShared: false,
    feedId: pair.feedId,
    key: pair.itemId ?? recordKey(pair.recordId),
    attempts: 0,
  }));
}
