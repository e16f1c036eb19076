/**
 * What each write becomes: a row for Salesforce, a plan for its invitees, and what had to be left out; or the reason why it cannot be. Pure; the state of
 * what is there already is read before. Vendor page: docs/remote-services/salesforce.md#writing-records.
 */
import type { Collection } from '../../../model/collection.ts';
import type { RecordWrite } from '../../../model/crm-records.ts';
import { type Failure, failure } from '../../../model/failure.ts';
import type { RecordId } from '../../../model/ids.ts';
import { isCreateable, isUpdateable, type OrgShape } from '../describe.ts';
import type { Row } from '../operations.ts';
import { KEY_FIELD } from '../org.ts';
import { OBJECT_OF, recordCapabilities } from './columns.ts';
import { type EventState, newEventState, relationAbilitiesOf } from './relation-state.ts';
import { planRelations, type RelationPlan } from './relations.ts';
import type { RowWrite } from './send-rows.ts';
import { refusalOf, toRow } from './write-row.ts';

export interface Prepared {
  readonly index: number;
  readonly write: RecordWrite;
  /** Null: nothing of the record itself is to be written. */
  readonly row: RowWrite | null;
  readonly plan: RelationPlan | null;
  readonly reduced: readonly string[];
}

export interface WriteFacts {
  readonly org: OrgShape;
  readonly collection: Collection;
  readonly userId: string | null;
  /** The owner of new records, where the session is another one's. */
  readonly ownerId: string | null;
  readonly events: ReadonlyMap<string, EventState>;
  readonly personAccounts: ReadonlyMap<RecordId, string>;
}

export function prepareWrite(facts: WriteFacts, index: number, write: RecordWrite): Prepared | Failure {
  const { org, collection } = facts;
  const object = OBJECT_OF[collection];
  const refusal = refusalOf(collection, write);
  if (refusal !== null) return failure(refusal);
  const shape = org.objects.get(object);
  const isNew = write.recordId === null;
  if (shape === undefined || (isNew && !shape.createable))
    return failure('crm.record-access-denied', { fields: [object] });
  const accountId = isNew ? undefined : facts.personAccounts.get(write.recordId);
  const { row, reduced } = toRow(org, collection, {
    fields: write.fields,
    isNew,
    asPerson: accountId !== undefined,
  });
  const relating = collection === 'events' ? relateEvent(facts, write) : { row: {}, plan: null, reduced: [] };
  const whole = {
    ...row,
    ...(isNew ? newColumns(facts, write) : changedOwner(facts, write)),
    ...relating.row,
    ...(isNew ? relatedColumn(facts, write, relating.row) : {}),
  };
  const isLost = isNew && write.relatedTo != null && !(PARENT[collection] in whole);
  return {
    index,
    write,
    row: rowWrite(facts, write, whole, accountId),
    plan: relating.plan,
    reduced: [...reduced, ...relating.reduced, ...(isLost ? ['relatedTo'] : [])],
  };
}

/** The column of what a record is related to. */
const PARENT = { events: 'WhatId', tasks: 'WhatId', contacts: 'AccountId' } as const satisfies Record<
  Collection,
  string
>;

function rowWrite(
  { collection, events }: WriteFacts,
  { recordId, allowDuplicate = false, relatedTo }: RecordWrite,
  row: Row,
  accountId: string | undefined,
): RowWrite | null {
  const isNew = recordId === null;
  if (!isNew && Object.keys(row).length === 0) return null;
  const state = isNew ? undefined : events.get(recordId);
  const text = (value: unknown) => (typeof value === 'string' ? value : '');
  const parents = [accountId, row.WhatId, row.AccountId, relatedTo, state?.whatId, row.WhoId, state?.whoId];
  return {
    method: isNew ? 'POST' : 'PATCH',
    object: accountId === undefined ? OBJECT_OF[collection] : 'Account',
    row: isNew ? row : { Id: accountId ?? recordId, ...row },
    recordId,
    parent: parents.map(text).find((one) => one !== '') ?? '',
    allowDuplicate,
  };
}

function newColumns({ org, collection, ownerId }: WriteFacts, { key, ownerId: given }: RecordWrite): Row {
  const shape = org.objects.get(OBJECT_OF[collection]);
  const { externalKey } = recordCapabilities(org)[collection];
  const owner = given ?? ownerId;
  return {
    ...(owner !== null && isCreateable(shape, 'OwnerId') ? { OwnerId: owner } : {}),
    ...(externalKey && key !== null ? { [KEY_FIELD]: key } : {}),
  };
}

function changedOwner({ org, collection }: WriteFacts, { ownerId }: RecordWrite): Row {
  const shape = org.objects.get(OBJECT_OF[collection]);
  return ownerId !== null && isUpdateable(shape, 'OwnerId') ? { OwnerId: ownerId } : {};
}

/** A private event relates to nothing, and one with a lead on it to no account. */
function relatedColumn(
  { org, collection }: WriteFacts,
  { relatedTo, fields }: RecordWrite,
  relating: Row,
): Row {
  const column = PARENT[collection];
  const isBarred = fields.isPrivate === 'yes' || String(relating.WhoId ?? '').startsWith('00Q');
  if (relatedTo == null || isBarred || !isCreateable(org.objects.get(OBJECT_OF[collection]), column))
    return {};
  return { [column]: relatedTo };
}

interface Relating {
  readonly row: Row;
  readonly plan: RelationPlan | null;
  readonly reduced: readonly string[];
}

function relateEvent(facts: WriteFacts, write: RecordWrite): Relating {
  const known = write.recordId === null ? undefined : facts.events.get(write.recordId);
  const owner = write.ownerId ?? known?.ownerId ?? facts.ownerId ?? facts.userId ?? '';
  const state: EventState = known === undefined ? newEventState(owner) : { ...known, ownerId: owner };
  const isPrivate = write.fields.isPrivate === undefined ? state.isPrivate : write.fields.isPrivate === 'yes';
  if (isPrivate) return withoutPeople(facts.org, write, state);
  if (write.relations === undefined) return { row: {}, plan: null, reduced: [] };
  const plan = planRelations(write.relations, state, relationAbilitiesOf(facts.org));
  const shape = facts.org.objects.get('Event');
  const row = Object.fromEntries(
    Object.entries(plan.row).filter(([name]) =>
      write.recordId === null ? isCreateable(shape, name) : isUpdateable(shape, name),
    ),
  );
  const isReduced = plan.isReduced || Object.keys(row).length < Object.keys(plan.row).length;
  return { row, plan, reduced: isReduced ? ['relations'] : [] };
}

/** An event that becomes private loses everybody on it; Salesforce refuses it otherwise. */
function withoutPeople(org: OrgShape, write: RecordWrite, state: EventState): Relating {
  const invited = state.relations.filter(({ isInvitee }) => isInvitee).map(({ id }) => id);
  const isShared = relationAbilitiesOf(org).shared && state.whoId !== '';
  const row: Row = {
    ...(state.whoId === '' ? {} : { WhoId: null }),
    ...(state.whatId === '' ? {} : { WhatId: null }),
    ...(isShared ? { EventWhoIds: null } : {}),
  };
  const isReduced = (write.relations?.people.length ?? 0) > 0 || Object.keys(row).length > 0;
  return {
    row,
    plan:
      write.fields.isPrivate === 'yes' && invited.length > 0
        ? { row: {}, add: [], change: [], remove: invited, isReduced: false }
        : null,
    reduced: isReduced || invited.length > 0 ? ['relations'] : [],
  };
}
