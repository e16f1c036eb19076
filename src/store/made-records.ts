/**
 * Which records of the CRM Lockstep made, in the whole organization, and the tombstones of those that a person's erasure removed (P9). Found by record id in
 * bounded statements; whoever asks cuts his list.
 */
import type { Instant } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { OrganizationId, RecordId } from '../model/ids.ts';
import type { Tx } from './database.ts';

export const MADE_RECORDS_MAX = 1_000;

export interface MadeRecord {
  readonly recordId: RecordId;
  /** `emails`: by a link, whatever the CRM keeps it as. */
  readonly collection: 'emails' | Collection;
  readonly madeAt: Instant;
}

/** Those among the records that Lockstep made and that were not taken back, each once. */
export async function readMadeRecords(
  tx: Tx,
  organizationId: OrganizationId,
  recordIds: readonly RecordId[],
): Promise<readonly MadeRecord[]> {
  if (recordIds.length > MADE_RECORDS_MAX) throw new RangeError('too many records at once');
  if (recordIds.length === 0) return [];
  const { rows } = await tx.query<{
    record_id: RecordId;
    collection: MadeRecord['collection'];
    made_at: Date;
  }>(
    `select distinct on (record_id) record_id, collection, made_at from (
       select record_id, 'emails' as collection, linked_at as made_at from links
       where organization_id = $1 and record_id = any ($2::text[]) and created and removed_at is null
       union all
       select record_id, collection, paired_at from pairs
       where organization_id = $1 and record_id = any ($2::text[]) and made = 'record'
     ) as made order by record_id, made_at`,
    [organizationId, recordIds],
  );
  return rows.map((row) => ({
    recordId: row.record_id,
    collection: row.collection,
    madeAt: row.made_at.getTime(),
  }));
}

/** Links and pairs of records that are gone become tombstones, whoever's they are: no run makes the records again. */
export async function buryRecords(
  tx: Tx,
  organizationId: OrganizationId,
  recordIds: readonly RecordId[],
  now: Instant,
): Promise<void> {
  if (recordIds.length === 0) return;
  await tx.query(
    `update links set removed_at = $3 where organization_id = $1 and record_id = any ($2::text[]) and removed_at is null`,
    [organizationId, recordIds, new Date(now)],
  );
  await tx.query(
    `update pairs set state = 'ended', hold_id = null
     where organization_id = $1 and record_id = any ($2::text[]) and state <> 'ended'`,
    [organizationId, recordIds],
  );
}
