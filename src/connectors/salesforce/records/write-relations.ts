/**
 * Writes what is to change among the invitees of events: who is taken away, who is added, who has answered. One request each for all events together, and
 * the events' new versions with it; never more than the differences. Vendor page: docs/remote-services/salesforce.md#invitees.
 */
import { type Failure, RemoteFailure } from '../../../model/failure.ts';
import type { RecordId } from '../../../model/ids.ts';
import { isCreateable, isUpdateable, type OrgShape } from '../describe.ts';
import type { Row } from '../operations.ts';
import { COLLECTION_RECORDS_MAX, deleteRecords } from '../operations.ts';
import { isGone } from '../remove-records.ts';
import type { RecordsContext } from './records-context.ts';
import type { RelationPlan } from './relations.ts';
import { type RowWrite, sendRows } from './send-rows.ts';

export interface EventPlan {
  readonly index: number;
  readonly eventId: RecordId;
  readonly plan: RelationPlan;
}

export interface RelationOutcome {
  /** '' where it was not told. */
  readonly version: string;
  /** Some of it was refused. */
  readonly isReduced: boolean;
  /** Trouble of the connection, not of the invitees: all of it is to be tried again. */
  readonly failure: Failure | null;
}

/** Outcomes by the index of the plan; none for plans that change nothing. */
export async function writeRelations(
  context: RecordsContext,
  plans: readonly EventPlan[],
): Promise<ReadonlyMap<number, RelationOutcome>> {
  const changing = plans.filter(({ plan }) => plan.add.length + plan.change.length + plan.remove.length > 0);
  const outcomes = new Map<number, RelationOutcome>();
  if (changing.length === 0) return outcomes;
  try {
    const kept = await removeInvitees(context, changing);
    const org = await context.readOrg(false);
    const rows = changing.flatMap((one) => rowsOf(org, one).map((row) => ({ row, index: one.index })));
    const sent = await sendRows(
      context,
      'Event',
      rows.map(({ row }) => row),
    );
    const failed = new Set(kept);
    for (const { row, index } of rows) if (sent.outcomes.get(row)?.ok !== true) failed.add(index);
    for (const { index, eventId } of changing)
      outcomes.set(index, {
        version: sent.versions.get(eventId) ?? '',
        isReduced: failed.has(index),
        failure: null,
      });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    for (const { index } of changing)
      outcomes.set(index, { version: '', isReduced: false, failure: error.failure });
  }
  return outcomes;
}

/** Gives the places of those plans of which somebody could not be taken away. */
async function removeInvitees(
  context: RecordsContext,
  plans: readonly EventPlan[],
): Promise<readonly number[]> {
  const removals = plans.flatMap(({ index, plan }) => plan.remove.map((id) => ({ index, id })));
  const kept: number[] = [];
  for (let at = 0; at < removals.length; at += COLLECTION_RECORDS_MAX) {
    const part = removals.slice(at, at + COLLECTION_RECORDS_MAX);
    const answers = await deleteRecords(
      context.api,
      part.map(({ id }) => id),
    );
    for (const [place, { index }] of part.entries()) {
      const answer = answers[place];
      if (answer?.ok !== true && !isGone(answer?.errors ?? [])) kept.push(index);
    }
  }
  return kept;
}

function rowsOf(org: OrgShape, { eventId, plan }: EventPlan): readonly RowWrite[] {
  const shape = org.objects.get('EventRelation');
  const base = { object: 'EventRelation', recordId: eventId, parent: eventId, allowDuplicate: false };
  const added = plan.add.map(({ personId, status }): RowWrite => {
    const row: Row = { EventId: eventId, RelationId: personId, IsInvitee: true, Status: status };
    const writable = Object.entries(row).filter(([name]) => isCreateable(shape, name));
    return { ...base, method: 'POST', row: Object.fromEntries(writable) };
  });
  const changed = plan.change
    .filter(() => isUpdateable(shape, 'Status'))
    .map(({ id, status }): RowWrite => ({ ...base, method: 'PATCH', row: { Id: id, Status: status } }));
  return [...added, ...changed];
}
