/**
 * What the platform does by itself when tasks and events are written: closed flags, counts, the relation rows of who
 * and what, lengths and ends of events. Its tasks for e-mails are in `email-message.ts`.
 */
import { RecordError } from './errors.ts';
import { tableOf } from './organization.ts';
import { addRow, findRows, rowOf, textOf, type Writer } from './store.ts';
import { fromDateTime, type Row, toDateTime } from './values.ts';

const MINUTE_MS = 60_000;
const EVENT_MAX_MS = 14 * 24 * 60 * MINUTE_MS;

/** Fields the platform sets on a task before it is stored. */
export function completeTask(writer: Writer, row: Row, before?: Row): void {
  const status = textOf({ ...before, ...row }, 'Status') || 'Not Started';
  const isClosed = isClosedStatus(writer, status);
  row.IsClosed = isClosed;
  if (isClosed && before?.IsClosed !== true) row.CompletedDateTime = toDateTime(writer.now);
  if (!isClosed) row.CompletedDateTime = null;
  const priority = row.Priority ?? before?.Priority ?? 'Normal';
  row.IsHighPriority = priority === 'High';
  if (before === undefined && row.TaskSubtype === undefined) row.TaskSubtype = 'Task';
  completePeople(writer, row, before);
}

/** Fields the platform sets on an event before it is stored. */
export function completeEvent(writer: Writer, row: Row, before?: Row): void {
  const merged: Row = { ...before, ...row };
  const start = textOf(merged, 'StartDateTime') || textOf(merged, 'ActivityDateTime');
  if (start === '') {
    throw new RecordError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [ActivityDateTime]', [
      'ActivityDateTime',
    ]);
  }
  const startAt = fromDateTime(start);
  const end = row.DurationInMinutes === undefined ? textOf(merged, 'EndDateTime') : '';
  const minutes = Number(merged.DurationInMinutes ?? Number.NaN);
  if (end === '' && Number.isNaN(minutes)) {
    throw new RecordError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [DurationInMinutes]', [
      'DurationInMinutes',
    ]);
  }
  const endAt = end === '' ? startAt + minutes * MINUTE_MS : fromDateTime(end);
  if (endAt < startAt || endAt - startAt > EVENT_MAX_MS) {
    throw new RecordError(
      'FIELD_INTEGRITY_EXCEPTION',
      endAt < startAt ? 'Event duration cannot be negative' : 'Event duration can not be longer than 14 days',
      ['DurationInMinutes'],
    );
  }
  if (merged.IsPrivate === true && (textOf(merged, 'WhoId') !== '' || textOf(merged, 'WhatId') !== '')) {
    throw new RecordError('FIELD_INTEGRITY_EXCEPTION', 'Private events cannot be related to other records', [
      'IsPrivate',
    ]);
  }
  row.StartDateTime = start;
  row.ActivityDateTime = start;
  row.ActivityDate = start.slice(0, 10);
  row.EndDateTime = toDateTime(endAt);
  row.EndDate = toDateTime(endAt).slice(0, 10);
  row.DurationInMinutes = (endAt - startAt) / MINUTE_MS;
  row.EventSubtype = 'Event';
  completePeople(writer, row, before);
}

/** Adds the relation rows of a new or changed activity and drops those of the people it no longer names. */
export function relateActivity(writer: Writer, kind: 'Task' | 'Event', id: string): void {
  const relation = `${kind}Relation`;
  const type = writer.organization.schema.types.get(relation.toLowerCase());
  const row = rowOf(writer, kind, id);
  if (type === undefined || row === undefined) return;
  const wanted = new Map<string, boolean>();
  const whoIds = row[`${kind}WhoIds`];
  const people = Array.isArray(whoIds) ? (whoIds as readonly string[]) : [];
  for (const who of [textOf(row, 'WhoId'), ...people]) if (who !== '') wanted.set(who, false);
  if (textOf(row, 'WhatId') !== '') wanted.set(textOf(row, 'WhatId'), true);
  for (const present of findRows(writer, relation, `${kind}Id`, id)) {
    const relationId = textOf(present, 'RelationId');
    if (wanted.has(relationId)) wanted.delete(relationId);
    else if (present.IsInvitee !== true) tableOf(writer.organization, relation).remove(String(present.Id));
  }
  for (const [relationId, isWhat] of wanted) {
    addRow(writer, type, {
      [`${kind}Id`]: id,
      RelationId: relationId,
      IsWhat: isWhat,
      AccountId: row.AccountId ?? null,
    });
  }
}

/** Whether a task status counts as closed in this organization. */
export function isClosedStatus(writer: Pick<Writer, 'organization'>, status: string): boolean {
  for (const row of tableOf(writer.organization, 'TaskStatus').rows.values()) {
    if (row.MasterLabel === status) return row.IsClosed === true;
  }
  return status === 'Completed';
}

function completePeople(writer: Writer, row: Row, before: Row | undefined): void {
  const merged: Row = { ...before, ...row };
  const whoId = textOf(merged, 'WhoId');
  const whatId = textOf(merged, 'WhatId');
  row.WhoCount = whoId === '' ? 0 : 1;
  row.WhatCount = whatId === '' ? 0 : 1;
  const contact = whoId.startsWith('003') ? rowOf(writer, 'Contact', whoId) : undefined;
  const what = whatId.startsWith('006') ? rowOf(writer, 'Opportunity', whatId) : undefined;
  const accountId = whatId.startsWith('001')
    ? whatId
    : textOf(what, 'AccountId') || textOf(contact, 'AccountId');
  row.AccountId = accountId === '' ? null : accountId;
}

/** The standard task statuses of a new organization. */
export function seedTaskStatuses(writer: Writer): void {
  const type = writer.organization.schema.types.get('taskstatus');
  if (type === undefined) return;
  const labels = ['Not Started', 'In Progress', 'Completed', 'Waiting on someone else', 'Deferred'];
  for (const [index, label] of labels.entries()) {
    addRow(writer, type, {
      MasterLabel: label,
      ApiName: label,
      SortOrder: index + 1,
      IsDefault: index === 0,
      IsClosed: label === 'Completed',
    });
  }
}
