/**
 * What the passes over one collection share: the run, the rules, what both sides can hold, and the counts. Nothing here is opened or decided.
 */
import type { ItemRules } from '../../decide/item-rules.ts';
import type { Collection, FieldSpecs } from '../../model/collection.ts';
import type { CrmRecord } from '../../model/crm-records.ts';
import { dispositionOf, type Failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId, RecordId } from '../../model/ids.ts';
import type { ItemCapabilities } from '../../model/mail-items.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import type { Pair } from '../../model/pair.ts';
import type { RunContext } from '../run-context.ts';
import type { Tally } from '../tally.ts';

export interface TwoWay {
  readonly run: RunContext;
  readonly collection: Collection;
  readonly rules: ItemRules;
  readonly items: ItemCapabilities;
  readonly recordSpecs: FieldSpecs;
  /** Records per call of the CRM. */
  readonly recordsMax: number;
  /** Records carry Lockstep's own unique key. */
  readonly hasOwnKeys: boolean;
  readonly tally: Tally;
  /** Records that this run wrote: a page of changes that was read before tells them as they were. */
  readonly written: Set<RecordId>;
}

/** Items and records settled together; bounds what one look-up asks and what one checkpoint pays for. */
export const SIGHTS_MAX = 200;

/** One thing with everything that is known of it, as `decide/plan-pair.ts` wants it, and where it came from. */
export interface Seen {
  readonly item: MailboxItem | 'gone' | null;
  readonly record: CrmRecord | 'gone' | null;
  readonly pair: Pair | null;
  readonly isShared: boolean;
  readonly feedId: FeedId | null;
  /** Under what its issue and its verdict are kept. */
  readonly key: ItemId;
  /** How often it was parked before. */
  readonly attempts: number;
  /** A colleague's run is making this record at this moment. */
  readonly isBusy?: boolean;
  /** Another item of this mailbox is kept in step with the same record. */
  readonly isTwin?: boolean;
  /** It could not be read. */
  readonly failure?: Failure;
  /** An earlier run may have made the item. */
  readonly mayExist?: boolean;
}

/** A sight of nothing but the key under which its issue is kept. */
export function nothingSeen(key: ItemId): Seen {
  return { item: null, record: null, pair: null, isShared: false, feedId: null, key, attempts: 0 };
}

/** Where a record has no item: the key of its issue and verdict. */
export function recordKey(recordId: RecordId): ItemId {
  return `record:${recordId}` as ItemId;
}

/** The record of a key that `recordKey` made; null for an item's own id. */
export function recordOfKey(key: ItemId): RecordId | null {
  return key.startsWith('record:') ? (key.slice('record:'.length) as RecordId) : null;
}

/** What was read by id: values of now, and what could not be read and waits by itself. */
export class ReadNow<Id, Value> {
  readonly values = new Map<Id, Value | 'gone'>();
  readonly failures = new Map<Id, Failure>();

  /** Takes one answer; rejects where the trouble is not the one item's. */
  enter(
    id: Id,
    answer: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly failure: Failure },
  ): void {
    if (answer.ok) this.values.set(id, answer.value);
    else if (answer.failure.code === 'mailbox.item-gone' || answer.failure.code === 'crm.record-gone')
      this.values.set(id, 'gone');
    else if (dispositionOf(answer.failure).ends === 'item') this.failures.set(id, answer.failure);
    else throw new RemoteFailure(answer.failure);
  }
}

/** Records of now, by id. Rejects where the trouble is not a single record's. */
export async function readRecords(
  two: TwoWay,
  ids: readonly RecordId[],
): Promise<ReadNow<RecordId, CrmRecord>> {
  const records = new ReadNow<RecordId, CrmRecord>();
  for (const part of partsOf([...new Set(ids)], two.recordsMax)) {
    const results = await two.run.crm.records.readRecords(two.collection, part);
    for (const [at, result] of results.entries()) {
      const id = part[at];
      if (id !== undefined) records.enter(id, result);
    }
  }
  return records;
}

/** Items of now, by id. Rejects where the trouble is not a single item's. */
export async function readItems(two: TwoWay, ids: readonly ItemId[]): Promise<ReadNow<ItemId, MailboxItem>> {
  const items = new ReadNow<ItemId, MailboxItem>();
  for (const part of partsOf([...new Set(ids)], two.items.batchMax)) {
    const results = await two.run.mail.items.readItems(two.collection, part);
    for (const [at, result] of results.entries()) {
      const id = part[at];
      if (id !== undefined) items.enter(id, result);
    }
  }
  return items;
}

/** The part of a sight that says that it could not be read. */
export function failureOf(failure: Failure | undefined): Pick<Seen, 'failure'> {
  return failure === undefined ? {} : { failure };
}

/** Parts of at most `max`, in order. */
export function partsOf<T>(all: readonly T[], max: number): readonly (readonly T[])[] {
  const parts: T[][] = [];
  for (let at = 0; at < all.length; at += max) parts.push(all.slice(at, at + max));
  return parts;
}
