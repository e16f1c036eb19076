/**
 * What Enhanced Email does by itself: relation rows for every participant, a completed task for each e-mail that hangs
 * on no case, and write-once messages. Storing and validating single fields is done elsewhere.
 */
import { completeTask, relateActivity } from './activities.ts';
import { RecordError } from './errors.ts';
import { linkDocument } from './files.ts';
import { tableOf } from './organization.ts';
import { typeOfId } from './schema/schema.ts';
import { addRow, findRows, patchSilently, rowOf, textOf, type Writer } from './store.ts';
import { type Row, toDate } from './values.ts';

const DRAFT = '5';
const SUBJECT_MAX = 255;
const DESCRIPTION_MAX = 32_000;

const ROLES = [
  { ids: 'ToIds', address: 'ToAddress', relation: 'ToAddress' },
  { ids: 'CcIds', address: 'CcAddress', relation: 'CcAddress' },
  { ids: 'BccIds', address: 'BccAddress', relation: 'BccAddress' },
] as const;

/** Refuses what an e-mail may not be created with, and derives what the platform derives. */
export function completeEmail(writer: Writer, row: Row): void {
  const parentId = textOf(row, 'ParentId');
  const relatedTo = textOf(row, 'RelatedToId');
  if (textOf(row, 'ActivityId') !== '' && parentId === '') {
    throw new RecordError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id', [
      'ActivityId',
    ]);
  }
  if (parentId !== '' && relatedTo !== '' && parentId !== relatedTo) {
    throw new RecordError(
      'FIELD_INTEGRITY_EXCEPTION',
      'The ParentId and RelatedToId fields must have the same value',
      ['RelatedToId'],
    );
  }
  if (parentId !== '' && writer.organization.settings.enhancedEmail) row.RelatedToId = parentId;
  row.Name = textOf(row, 'Subject').slice(0, 255) || '(no subject)';
  row.HasAttachment = listOf(row, 'ContentDocumentIds').length > 0;
}

/** Refuses changes to an e-mail that is no draft: only custom fields, New to Read, and what its client manages. */
export function guardEmailUpdate(before: Row, changes: Row): void {
  if (before.Status === DRAFT) return;
  for (const [name, value] of Object.entries(changes)) {
    if (name.endsWith('__c') || name === 'IsExternallyVisible') continue;
    if (before.IsClientManaged === true && (name === 'RelatedToId' || name === 'ContentDocumentIds'))
      continue;
    if (name === 'Status' && before.Status === '0' && value === '1') continue;
    if (name === 'IsOpened' || name === 'FirstOpenedDate' || name === 'LastOpenedDate') continue;
    throw new RecordError('INSUFFICIENT_ACCESS_OR_READONLY', 'insufficient access rights on object id');
  }
}

/** Adds what belongs to a new e-mail: relations, files, task. */
export function spreadEmail(writer: Writer, id: string): void {
  const row = rowOf(writer, 'EmailMessage', id);
  if (row === undefined) return;
  if (writer.organization.settings.enhancedEmail) {
    relateParticipants(writer, id, row);
    if (textOf(row, 'ParentId') === '' && row.Status !== DRAFT) addTask(writer, id, row);
  }
  for (const documentId of listOf(row, 'ContentDocumentIds')) linkDocument(writer, documentId, id);
}

/** Follows a change of an e-mail: its task's what, its files. */
export function followEmailUpdate(writer: Writer, id: string, changes: Row): void {
  const row = rowOf(writer, 'EmailMessage', id);
  const taskId = textOf(row, 'ActivityId');
  if (changes.RelatedToId !== undefined && taskId !== '') {
    const after: Row = { WhatId: changes.RelatedToId };
    completeTask(writer, after, rowOf(writer, 'Task', taskId));
    patchSilently(writer, 'Task', taskId, after);
    relateActivity(writer, 'Task', taskId);
  }
  for (const documentId of listOf(changes, 'ContentDocumentIds')) linkDocument(writer, documentId, id);
}

function relateParticipants(writer: Writer, id: string, row: Row): void {
  for (const role of ROLES) {
    for (const personId of listOf(row, role.ids)) addRelation(writer, id, role.relation, personId, '');
    for (const address of addressesIn(textOf(row, role.address))) {
      addRelation(writer, id, role.relation, '', address);
    }
  }
  const fromId = textOf(row, 'FromId');
  const fromAddress = textOf(row, 'FromAddress');
  if (fromId !== '' || fromAddress !== '') addRelation(writer, id, 'FromAddress', fromId, fromAddress);
}

function addRelation(
  writer: Writer,
  id: string,
  relationType: string,
  personId: string,
  address: string,
): void {
  const type = writer.organization.schema.types.get('emailmessagerelation');
  if (type === undefined) return;
  const person = personId === '' ? undefined : typeOfId(writer.organization.schema, personId);
  if (personId !== '' && (person === undefined || rowOf(writer, person.name, personId) === undefined)) {
    throw new RecordError('INVALID_CROSS_REFERENCE_KEY', 'invalid cross reference id', []);
  }
  const known = person === undefined ? '' : textOf(rowOf(writer, person.name, personId), 'Email');
  addRow(writer, type, {
    EmailMessageId: id,
    RelationType: relationType,
    RelationId: personId === '' ? null : personId,
    RelationObjectType: person?.name ?? null,
    RelationAddress: (address === '' ? known : address) || null,
  });
}

function addTask(writer: Writer, id: string, row: Row): void {
  const type = writer.organization.schema.types.get('task');
  if (type === undefined) return;
  const people = [textOf(row, 'FromId'), ...ROLES.flatMap((role) => listOf(row, role.ids))];
  const customers = [...new Set(people)].filter(
    (person) => person.startsWith('003') || person.startsWith('00Q'),
  );
  const who = customers[0] ?? null;
  const task: Row = {
    Subject: textOf(row, 'Subject').slice(0, SUBJECT_MAX) || 'Email',
    Description: textOf(row, 'TextBody').slice(0, DESCRIPTION_MAX) || null,
    Status: firstClosedStatus(writer),
    TaskSubtype: 'Email',
    ActivityDate: (textOf(row, 'MessageDate') || toDate(writer.now)).slice(0, 10),
    WhatId: row.RelatedToId ?? null,
    WhoId: who,
    TaskWhoIds: writer.organization.settings.sharedActivities ? customers : who === null ? null : [who],
  };
  completeTask(writer, task);
  const taskId = addRow(writer, type, task);
  relateActivity(writer, 'Task', taskId);
  patchSilently(writer, 'EmailMessage', id, { ActivityId: taskId });
}

function firstClosedStatus(writer: Writer): string {
  for (const row of tableOf(writer.organization, 'TaskStatus').rows.values()) {
    if (row.IsClosed === true) return textOf(row, 'MasterLabel');
  }
  return 'Completed';
}

/** The e-mails whose task this is. */
export function emailsOfTask(writer: Writer, taskId: string): Row[] {
  return findRows(writer, 'EmailMessage', 'ActivityId', taskId);
}

function addressesIn(list: string): string[] {
  return list
    .split(';')
    .map((address) => address.trim())
    .filter((address) => address !== '');
}

function listOf(row: Row, field: string): readonly string[] {
  const value = row[field];
  return Array.isArray(value) ? (value as readonly string[]) : [];
}
