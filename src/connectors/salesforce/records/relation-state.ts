/** Events as they are before somebody is added to them or taken away: whose they are, to whom they are related, who is invited. */
import type { RecordId } from '../../../model/ids.ts';
import { isCreateable, isUpdateable, type OrgShape } from '../describe.ts';
import { type Row, readQueries } from '../operations.ts';
import { chunkQueries, inList } from '../soql.ts';
import type { RecordsContext } from './records-context.ts';
import type { RelationAbilities, RelationRow, RelationState } from './relations.ts';

export function relationAbilitiesOf(org: OrgShape): RelationAbilities {
  const relation = org.objects.get('EventRelation');
  const event = org.objects.get('Event');
  return {
    shared: isCreateable(event, 'EventWhoIds') && isUpdateable(event, 'EventWhoIds'),
    invites: relation?.createable === true && relation.queryable && isCreateable(relation, 'RelationId'),
  };
}

export interface EventState extends RelationState {
  readonly isPrivate: boolean;
}

/** One request for up to five queries; none for none. */
export async function readEventStates(
  context: RecordsContext,
  org: OrgShape,
  eventIds: readonly RecordId[],
): Promise<ReadonlyMap<string, EventState>> {
  if (eventIds.length === 0) return new Map();
  const event = org.objects.get('Event');
  const relation = org.objects.get('EventRelation');
  const columns = ['OwnerId', 'WhoId', 'WhatId', 'IsPrivate'].filter(
    (name) => event?.fields.has(name) === true,
  );
  const relationColumns = ['Status', 'IsInvitee', 'IsParent'].filter(
    (name) => relation?.fields.has(name) === true,
  );
  const ofEvents = chunkQueries(
    [...new Set(eventIds)],
    (part) => `SELECT ${['Id', ...columns].join(',')} FROM Event WHERE ${inList('Id', part)}`,
  );
  const ofRelations =
    relation?.queryable === true
      ? chunkQueries(
          [...new Set(eventIds)],
          (part) =>
            `SELECT ${['Id', 'EventId', 'RelationId', ...relationColumns].join(',')} FROM EventRelation WHERE ${inList('EventId', part)}`,
        )
      : [];
  const results = await readQueries(context.api, [...ofEvents, ...ofRelations], 'read-relations');
  const relations = Map.groupBy(results.slice(ofEvents.length).flat(), (row) => String(row.EventId));
  return new Map(
    results
      .slice(0, ofEvents.length)
      .flat()
      .map((row) => [String(row.Id), stateOf(row, relations.get(String(row.Id)) ?? [])]),
  );
}

function stateOf(row: Row, relations: readonly Row[]): EventState {
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  return {
    ownerId: text(row.OwnerId),
    whoId: text(row.WhoId),
    whatId: text(row.WhatId),
    isPrivate: row.IsPrivate === true,
    relations: relations.map(
      (one): RelationRow => ({
        id: text(one.Id),
        personId: text(one.RelationId),
        status: text(one.Status),
        // Without Shared Activities every relation is an invitee's, and the column is not there.
        isInvitee: one.IsInvitee !== false,
        isRelated: one.IsParent === true || one.IsInvitee === false,
      }),
    ),
  };
}

/** What a new event begins with. */
export function newEventState(ownerId: string): EventState {
  return { ownerId, whoId: '', whatId: '', isPrivate: false, relations: [] };
}
