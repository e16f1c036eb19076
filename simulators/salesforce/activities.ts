/**
 * What the platform does by itself when tasks and events are written: closed flags, counts, the relation rows of who
 * and what. What concerns events alone is in `events.ts`, the tasks for e-mails in `email-message.ts`.
 */
import { tableOf } from './organization.ts';
import { addRow, findRows, rowOf, textOf, type Writer } from './store.ts';
import { type Row, toDateTime } from './values.ts';

/** Fields the platform sets on a task before it is stored. */
export function completeTask(writer: Writer, row: Row, before?: Row): void {
  const status = textOf({ ...before, ...row }, 'Status') || 'Not Started';
  const isClosed = isClosedStatus(writer, status);
  row.IsClosed = isClosed;
  if (isClosed && before?.IsClosed !== true) row.CompletedDateTime = toDateTime(writer.now);
  if (!isClosed) row.CompletedDateTime = null;
  const priority = row.Priority ?? before?.Priority ?? 'Normal';
  row.IsHighPriority = isHighPriority(writer, String(priority));
  if (before === undefined && row.TaskSubtype === undefined) row.TaskSubtype = 'Task';
  completePeople(writer, row, before);
}

/** Adds the relation rows of a new or changed activity and drops those of the people it no longer names. */
export function relateActivity(writer: Writer, kind: 'Task' | 'Event', id: string): void {
  const relation = `${kind}Relation`;
  const type = writer.organization.schema.types.get(relation.toLowerCase());
  const row = rowOf(writer, kind, id);
  if (type === undefined || row === undefined) return;
  // Without Shared Activities the relations of an event are its invitees alone.
  if (kind === 'Event' && !writer.organization.settings.sharedActivities) return;
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
      ...(kind === 'Event' && !isWhat && { IsParent: true }),
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

function isHighPriority(writer: Pick<Writer, 'organization'>, priority: string): boolean {
  for (const row of tableOf(writer.organization, 'TaskPriority').rows.values()) {
    if (row.MasterLabel === priority) return row.IsHighPriority === true;
  }
  return priority === 'High';
}

/** Counts of people and things an activity is about, and the account that follows from them. */
export function completePeople(writer: Writer, row: Row, before: Row | undefined): void {
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

/** The standard task statuses and priorities of a new organization. */
export function seedTaskWords(writer: Writer): void {
  const type = writer.organization.schema.types.get('taskstatus');
  const priority = writer.organization.schema.types.get('taskpriority');
  if (type === undefined || priority === undefined) return;
  for (const [index, label] of ['High', 'Normal', 'Low'].entries()) {
    addRow(writer, priority, {
      MasterLabel: label,
      ApiName: label,
      SortOrder: index + 1,
      IsDefault: label === 'Normal',
      IsHighPriority: label === 'High',
    });
  }
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
