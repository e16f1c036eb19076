/**
 * Creating, changing, deleting and restoring single records with everything the platform does around it: checks,
 * derived fields, side effects, validation rules. Each call is all or nothing; transport and batching are elsewhere.
 */
import { completeTask, relateActivity } from './activities.ts';
import type { Actor } from './actor.ts';
import {
  completeEmail,
  emailsOfTask,
  followEmailUpdate,
  guardEmailUpdate,
  spreadEmail,
} from './email-message.ts';
import { ApiError, isJsonObject, type JsonObject, notFound, RecordError } from './errors.ts';
import {
  childrenOf,
  completeEvent,
  completeInvitee,
  followEventUpdate,
  inviteToEvent,
  recurringTaskDays,
  spreadSeries,
} from './events.ts';
import { checkLink, completeVersion, publishVersion, versionsOf } from './files.ts';
import { normalizeId } from './ids.ts';
import { atomically } from './journal.ts';
import { tableOf } from './organization.ts';
import { followPersonAccount, guardPersonContact } from './person-accounts.ts';
import { applyValidationRules } from './rules.ts';
import { type SObjectType, typeOfId } from './schema/schema.ts';
import { addRow, findRows, patchRow, patchSilently, rowOf, setDeleted, textOf } from './store.ts';
import { checkDuplicates, checkUnique, keepRequired, readBody, requireFields } from './validate.ts';
import type { Row } from './values.ts';

/** Creates a record and gives its id. Fails with a `RecordError`, or an `ApiError` for a body that cannot be read. */
export function createRecord(actor: Actor, type: SObjectType, body: JsonObject): string {
  refuseUnable(type, 'c', 'inserted');
  return atomically(actor.organization.journal, () => {
    const row = readBody(actor, type, body, true);
    strike(actor, 'insert', type);
    if (actor.organization.settings.storageFull) {
      throw new RecordError('STORAGE_LIMIT_EXCEEDED', 'storage limit exceeded');
    }
    const bytes = type.name === 'ContentVersion' ? completeVersion(actor, row) : undefined;
    requireFields(type, type.name === 'ContentVersion' ? { ContentDocumentId: '-', ...row } : row);
    checkUnique(actor, type, row);
    checkDuplicates(actor, type, row);
    complete(actor, type, row);
    const id = addRow(actor, type, row);
    applyValidationRules(actor, type, id);
    afterCreate(actor, type, id, bytes);
    return id;
  });
}

/** Changes a record. Fails with a `RecordError`, or 404 when there is none. */
export function updateRecord(actor: Actor, type: SObjectType, idText: string, body: JsonObject): void {
  refuseUnable(type, 'u', 'updated');
  atomically(actor.organization.journal, () => {
    const id = requireId(type, idText);
    const before = presentRow(actor, type, id);
    const changes = readBody(actor, type, withoutId(body), false);
    strike(actor, 'update', type);
    keepRequired(type, changes);
    checkUnique(actor, type, changes, id);
    checkDuplicates(actor, type, changes, id);
    if (type.name === 'EmailMessage') guardEmailUpdate(before, changes);
    if (type.name === 'Contact') guardPersonContact(before, 'INVALID_FIELD_FOR_INSERT_UPDATE');
    if (type.name === 'Task') {
      recurringTaskDays(changes, before);
      completeTask(actor, changes, before);
    }
    if (type.name === 'Event') completeEvent(actor, changes, before);
    if (type.name === 'EventRelation') completeInvitee(actor, changes, before);
    delete changes.VersionData;
    completeName(type, changes, before);
    patchRow(actor, type.name, id, changes);
    applyValidationRules(actor, type, id);
    if (type.name === 'Account') followPersonAccount(actor, id);
    if (type.name === 'EmailMessage') followEmailUpdate(actor, id, changes);
    if (type.name === 'Task' || type.name === 'Event') relateActivity(actor, type.name, id);
    if (type.name === 'Event') followEventUpdate(actor, id, changes);
  });
}

/** Puts a record, and what hangs on it, into the recycle bin. */
export function deleteRecord(actor: Actor, idText: string, expected?: SObjectType): void {
  atomically(actor.organization.journal, () => {
    const type = expected ?? requireTypeOfId(actor, idText);
    refuseUnable(type, 'd', 'deleted');
    const id = requireId(type, idText);
    const row = presentRow(actor, type, id);
    if (type.name === 'Contact') guardPersonContact(row, 'DELETE_FAILED');
    strike(actor, 'delete', type);
    setTreeDeleted(actor, type.name, id, true);
  });
}

/** Takes a record, and what was deleted with it, out of the recycle bin. */
export function undeleteRecord(actor: Actor, idText: string): void {
  const type = requireTypeOfId(actor, idText);
  const id = requireId(type, idText);
  const row = rowOf(actor, type.name, id);
  if (row?.IsDeleted !== true || !type.abilities.includes('n')) {
    throw new RecordError('UNDELETE_FAILED', 'Entity is not in the recycle bin');
  }
  setTreeDeleted(actor, type.name, id, false);
}

/** The object an id belongs to, as the actor sees it. Fails with MALFORMED_ID. */
export function requireTypeOfId(actor: Actor, idText: string): SObjectType {
  const id = normalizeId(idText);
  const type = id === undefined ? undefined : typeOfId(actor.schema, id);
  if (type !== undefined) return type;
  throw new RecordError('MALFORMED_ID', `bad id ${idText}`);
}

/** The row of an id that is not deleted. Fails as Salesforce does: 404 for none, ENTITY_IS_DELETED for a deleted one. */
export function presentRow(actor: Actor, type: SObjectType, id: string): Row {
  const row = rowOf(actor, type.name, id);
  if (row === undefined) {
    throw notFound(`Provided external ID field does not exist or is not accessible: ${id}`);
  }
  if (row.IsDeleted === true) throw new RecordError('ENTITY_IS_DELETED', 'entity is deleted');
  return row;
}

/** The 18-character id of a record of this object. Fails with MALFORMED_ID. */
export function requireId(type: SObjectType, text: string): string {
  const id = normalizeId(text);
  if (id?.startsWith(type.keyPrefix) === true) return id;
  throw new RecordError('MALFORMED_ID', `${type.name} ID: id value of incorrect type: ${text}`, ['Id']);
}

/** Brings whatever was thrown about one record into the form of a record's refusal; other failures pass on. */
export function toRecordError(error: unknown): RecordError {
  if (error instanceof RecordError) return error;
  if (error instanceof ApiError && error.code !== 'JSON_PARSER_ERROR') {
    return new RecordError(
      error.code === 'NOT_FOUND' ? 'INVALID_CROSS_REFERENCE_KEY' : error.code,
      error.code === 'NOT_FOUND' ? 'invalid cross reference id' : error.message,
    );
  }
  throw error;
}

function strike(actor: Actor, operation: string, type: SObjectType): void {
  const fault = actor.strikeRecord(operation, type.name);
  if (fault !== undefined) throw new RecordError(fault.code, fault.message);
}

function refuseUnable(type: SObjectType, ability: string, verb: string): void {
  if (type.abilities.includes(ability)) return;
  throw new RecordError(
    'CANNOT_INSERT_UPDATE_ACTIVATE_ENTITY',
    `entity type cannot be ${verb}: ${type.label}`,
  );
}

function complete(actor: Actor, type: SObjectType, row: Row): void {
  completeName(type, row, undefined);
  if (type.name === 'EmailMessage') completeEmail(actor, row);
  if (type.name === 'Task') completeTask(actor, row);
  if (type.name === 'Event') completeEvent(actor, row);
  if (type.name === 'EventRelation') completeInvitee(actor, row);
  if (type.name === 'ContentDocumentLink') checkLink(actor, row);
  if (type.name === 'Opportunity') row.IsClosed = textOf(row, 'StageName').startsWith('Closed');
  if (type.name === 'Case')
    row.CaseNumber = String(tableOf(actor.organization, 'Case').rows.size + 1001).padStart(8, '0');
  if (type.name === 'EmailMessageRelation') {
    const person = typeOfId(actor.schema, textOf(row, 'RelationId'));
    row.RelationObjectType = person?.name ?? null;
  }
}

function afterCreate(actor: Actor, type: SObjectType, id: string, bytes: Uint8Array | undefined): void {
  if (type.name === 'EmailMessage') spreadEmail(actor, id);
  if (type.name === 'Task' || type.name === 'Event') relateActivity(actor, type.name, id);
  if (type.name === 'Event') spreadSeries(actor, id);
  if (type.name === 'EventRelation') inviteToEvent(actor, id);
  if (type.name === 'Task') spreadTasks(actor, type, id);
  if (type.name === 'ContentVersion') publishVersion(actor, id, bytes);
  if (type.name === 'ContentDocumentLink') {
    const entityId = textOf(rowOf(actor, type.name, id), 'LinkedEntityId');
    if (rowOf(actor, 'EmailMessage', entityId) !== undefined) {
      patchSilently(actor, 'EmailMessage', entityId, { HasAttachment: true });
    }
  }
}

/** Adds the occurrences of a new recurring task as tasks of their own. */
function spreadTasks(actor: Actor, type: SObjectType, id: string): void {
  const { Id: _id, IsRecurrence: isRecurrence = false, ...shared } = rowOf(actor, type.name, id) ?? {};
  for (const day of recurringTaskDays({ ...shared, IsRecurrence: isRecurrence })) {
    const ActivityDate = new Date(day).toISOString().slice(0, 10);
    addRow(actor, type, { ...shared, ActivityDate, IsRecurrence: false, RecurrenceActivityId: id });
  }
}

function completeName(type: SObjectType, row: Row, before: Row | undefined): void {
  if (!type.fields.has('lastname') || (row.LastName === undefined && row.FirstName === undefined)) return;
  const merged: Row = { ...before, ...row };
  row.Name = `${textOf(merged, 'FirstName')} ${textOf(merged, 'LastName')}`.trim();
}

function setTreeDeleted(actor: Actor, typeName: string, id: string, isDeleted: boolean): void {
  if (rowOf(actor, typeName, id)?.IsDeleted === isDeleted) return;
  setDeleted(actor, typeName, id, isDeleted);
  for (const { child, field } of dependents(typeName)) {
    for (const childId of tableOf(actor.organization, child).find(field, id)) {
      setTreeDeleted(actor, child, childId, isDeleted);
    }
  }
  if (typeName === 'EventRelation') {
    const relation = rowOf(actor, typeName, id);
    const userId = textOf(relation, 'RelationId');
    const copies = userId.startsWith('005') ? childrenOf(actor, textOf(relation, 'EventId'), userId) : [];
    for (const copy of copies) setTreeDeleted(actor, 'Event', copy, isDeleted);
  }
  if (typeName === 'Event') {
    for (const copy of childrenOf(actor, id)) setTreeDeleted(actor, 'Event', copy, isDeleted);
  }
  if (typeName === 'EmailMessage') {
    const taskId = textOf(rowOf(actor, typeName, id), 'ActivityId');
    if (taskId !== '') setTreeDeleted(actor, 'Task', taskId, isDeleted);
  }
  if (typeName === 'Task' && isDeleted) {
    for (const email of emailsOfTask(actor, id))
      setTreeDeleted(actor, 'EmailMessage', String(email.Id), true);
  }
  if (typeName === 'ContentDocument') {
    for (const version of versionsOf(actor, id)) setTreeDeleted(actor, 'ContentVersion', version, isDeleted);
    for (const link of linksOf(actor, id, isDeleted))
      setTreeDeleted(actor, 'ContentDocumentLink', link, isDeleted);
  }
}

function dependents(typeName: string): readonly { child: string; field: string }[] {
  switch (typeName) {
    case 'EmailMessage':
      return [
        { child: 'EmailMessageRelation', field: 'EmailMessageId' },
        { child: 'ContentDocumentLink', field: 'LinkedEntityId' },
      ];
    case 'Task':
      return [
        { child: 'TaskRelation', field: 'TaskId' },
        { child: 'Task', field: 'RecurrenceActivityId' },
      ];
    case 'Event':
      return [
        { child: 'EventRelation', field: 'EventId' },
        { child: 'Event', field: 'RecurrenceActivityId' },
      ];
    case 'Account':
      return [{ child: 'Contact', field: 'AccountId' }];
    case 'Opportunity':
      return [{ child: 'OpportunityContactRole', field: 'OpportunityId' }];
    case 'Case':
      return [{ child: 'EmailMessage', field: 'ParentId' }];
    default:
      return [];
  }
}

function linksOf(actor: Actor, documentId: string, isDeleted: boolean): string[] {
  if (isDeleted) {
    return findRows(actor, 'ContentDocumentLink', 'ContentDocumentId', documentId).map((link) =>
      String(link.Id),
    );
  }
  return [...tableOf(actor.organization, 'ContentDocumentLink').find('ContentDocumentId', documentId)];
}

function withoutId(body: JsonObject): JsonObject {
  const rest: JsonObject = {};
  for (const [name, value] of Object.entries(body)) if (name.toLowerCase() !== 'id') rest[name] = value;
  return rest;
}

/** A list of record bodies. Fails with JSON_PARSER_ERROR for anything else. */
export function requireRecords(value: unknown): JsonObject[] {
  if (!Array.isArray(value) || !value.every((entry) => isJsonObject(entry))) {
    throw new ApiError(
      400,
      'JSON_PARSER_ERROR',
      'The HTTP entity body is required, but this request has no entity body.',
    );
  }
  return value;
}
