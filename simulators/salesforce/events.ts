/**
 * What the platform does by itself when events and their invitees are written: starts, ends and days, private events,
 * the copies that invited users get, and the occurrences of series.
 */
import { completePeople } from './activities.ts';
import type { Actor } from './actor.ts';
import { RecordError } from './errors.ts';
import { tableOf } from './organization.ts';
import { classicStarts, patternStarts } from './recurrences.ts';
import { addRow, findRows, patchRow, rowOf, textOf, type Writer } from './store.ts';
import { fromDateTime, type Row, toDateTime } from './values.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 1440 * MINUTE_MS;
const EVENT_MAX_MS = 14 * DAY_MS;
const INVITEES_MAX = 1000;
const RECURRING_INVITEES_MAX = 100;
const PEOPLE_MAX = 50;
/** Kept beside the fields of an invited user's copy; no client sees it. */
const PARENT = 'ParentEventId';
/** What a copy has of its own. */
const OWN = [
  'Id',
  'OwnerId',
  'IsChild',
  PARENT,
  'CreatedDate',
  'CreatedById',
  'EventWhoIds',
  'WhoId',
  'WhoCount',
];

/** Fields the platform sets on an event before it is stored. Fails where they do not agree. */
export function completeEvent(writer: Writer, row: Row, before?: Row): void {
  const merged: Row = { ...before, ...row };
  const isAllDay = merged.IsAllDayEvent === true;
  const startAt = readStart(row, before, isAllDay);
  const endAt = isAllDay ? readLastDay(row, before, startAt) : readEnd(row, merged, startAt);
  const length = endAt - startAt + (isAllDay ? DAY_MS : 0);
  const given = row.DurationInMinutes;
  if (typeof row.EndDateTime === 'string' && typeof given === 'number' && given * MINUTE_MS !== length) {
    throw unfit('DurationInMinutes and EndDateTime do not agree', 'DurationInMinutes');
  }
  if (endAt < startAt) throw unfit('Event duration cannot be negative', 'DurationInMinutes');
  if (length > EVENT_MAX_MS)
    throw unfit('Event duration can not be longer than 14 days', 'DurationInMinutes');
  checkPeople(merged);
  row.StartDateTime = toDateTime(startAt);
  row.ActivityDateTime = isAllDay ? null : toDateTime(startAt);
  row.ActivityDate = toDateTime(startAt).slice(0, 10);
  row.EndDateTime = toDateTime(endAt);
  row.EndDate = toDateTime(endAt).slice(0, 10);
  row.DurationInMinutes = length / MINUTE_MS;
  row.EventSubtype = 'Event';
  if (before?.IsRecurrence2 === true) row.IsRecurrence2Exception = true;
  const [first] = Array.isArray(merged.EventWhoIds) ? (merged.EventWhoIds as readonly string[]) : [];
  if (textOf(merged, 'WhoId') === '' && first !== undefined) row.WhoId = first;
  completePeople(writer, row, before);
}

/** The start of an event; of an all-day one the midnight in UTC of its day. */
function readStart(row: Row, before: Row | undefined, isAllDay: boolean): number {
  const pick = (from: Row | undefined) => textOf(from, 'StartDateTime') || textOf(from, 'ActivityDateTime');
  const day = textOf(row, 'ActivityDate');
  const written = pick(row);
  if (isAllDay && written !== '' && day !== '' && written.slice(0, 10) !== day) {
    throw unfit('ActivityDate and StartDateTime do not agree', 'ActivityDate');
  }
  const text =
    isAllDay && written === '' && day !== '' ? `${day}T00:00:00.000+0000` : written || pick(before);
  if (text === '') {
    const name = isAllDay ? 'ActivityDate' : 'ActivityDateTime';
    throw new RecordError('REQUIRED_FIELD_MISSING', `Required fields are missing: [${name}]`, [name]);
  }
  const at = fromDateTime(text);
  return isAllDay ? Math.floor(at / DAY_MS) * DAY_MS : at;
}

function readEnd(row: Row, merged: Row, startAt: number): number {
  const end =
    row.DurationInMinutes === undefined ? textOf(merged, 'EndDateTime') : textOf(row, 'EndDateTime');
  const minutes = Number(merged.DurationInMinutes ?? Number.NaN);
  if (end !== '') return fromDateTime(end);
  if (!Number.isNaN(minutes)) return startAt + minutes * MINUTE_MS;
  throw new RecordError('REQUIRED_FIELD_MISSING', 'Required fields are missing: [DurationInMinutes]', [
    'DurationInMinutes',
  ]);
}

/** The midnight of the last day of an all-day event; one day long where nothing says otherwise. */
function readLastDay(row: Row, before: Row | undefined, startAt: number): number {
  const end = textOf(row, 'EndDateTime');
  if (end !== '') return Math.floor(fromDateTime(end) / DAY_MS) * DAY_MS;
  const wasAllDay = before?.IsAllDayEvent === true;
  const minutes = Number(row.DurationInMinutes ?? (wasAllDay ? before.DurationInMinutes : undefined) ?? 1440);
  return startAt + (Math.max(1, Math.ceil(minutes / 1440)) - 1) * DAY_MS;
}

function checkPeople(merged: Row): void {
  const people = Array.isArray(merged.EventWhoIds) ? (merged.EventWhoIds as readonly string[]) : [];
  const isRelated = textOf(merged, 'WhoId') !== '' || textOf(merged, 'WhatId') !== '' || people.length > 0;
  if (merged.IsPrivate === true && isRelated) {
    throw unfit('Private events cannot be related to other records', 'IsPrivate');
  }
  const leads = people.filter((id) => id.startsWith('00Q'));
  if (people.length > PEOPLE_MAX || (leads.length > 0 && people.length > 1)) {
    throw unfit(`An event can be related to ${PEOPLE_MAX} contacts or to one lead`, 'EventWhoIds');
  }
}

function unfit(message: string, field: string): RecordError {
  return new RecordError('FIELD_INTEGRITY_EXCEPTION', message, [field]);
}

/** Checks an invitee before he is stored. Fails for children, too many, and states that no client may write. */
export function completeInvitee(writer: Writer, row: Row, before?: Row): void {
  const merged: Row = { ...before, ...row };
  const status = textOf(row, 'Status');
  if (status === 'Uninvited' || status === 'Maybe') {
    throw new RecordError(
      'INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST',
      `Status: bad value for restricted picklist field: ${status}`,
      ['Status'],
    );
  }
  const event = rowOf(writer, 'Event', textOf(merged, 'EventId'));
  if (event?.IsChild === true) throw unfit('A child event cannot have relations', 'EventId');
  if (before === undefined && textOf(row, 'RelationId').startsWith('005')) row.IsInvitee = true;
  if (before === undefined && row.IsInvitee === true) {
    const invitees = findRows(writer, 'EventRelation', 'EventId', textOf(row, 'EventId'));
    const isRecurring = event?.IsRecurrence === true || event?.IsRecurrence2 === true;
    const max = isRecurring ? RECURRING_INVITEES_MAX : INVITEES_MAX;
    if (invitees.filter((each) => each.IsInvitee === true).length >= max) {
      throw unfit(`An event can have at most ${max} invitees`, 'EventId');
    }
    row.Status = status === '' ? 'New' : status;
  }
  const hasAnswered = ['Accepted', 'Declined'].includes(textOf(row, 'Status'));
  if (hasAnswered && row.RespondedDate === undefined) row.RespondedDate = toDateTime(writer.now);
}

/** Makes the event a group's, and gives an invited user his copy of it. */
export function inviteToEvent(writer: Writer, relationId: string): void {
  const relation = rowOf(writer, 'EventRelation', relationId);
  const eventId = textOf(relation, 'EventId');
  const event = rowOf(writer, 'Event', eventId);
  if (relation?.IsInvitee !== true || event === undefined) return;
  if (event.IsGroupEvent !== true)
    patchRow(writer, 'Event', eventId, { IsGroupEvent: true, GroupEventType: '1' });
  const userId = textOf(relation, 'RelationId');
  const type = writer.organization.schema.types.get('event');
  if (type === undefined || !userId.startsWith('005') || userId === event.OwnerId) return;
  tableOf(writer.organization, 'Event').index(PARENT);
  addRow(writer, type, {
    ...copyOf(rowOf(writer, 'Event', eventId) ?? event),
    OwnerId: userId,
    IsChild: true,
    [PARENT]: eventId,
  });
}

function copyOf(event: Row): Row {
  return Object.fromEntries(Object.entries(event).filter(([name]) => !OWN.includes(name)));
}

/** The ids of the copies that invited users have of an event, in the bin or not; of one user when he is named. */
export function childrenOf(writer: Writer, eventId: string, userId?: string): string[] {
  const table = tableOf(writer.organization, 'Event');
  table.index(PARENT);
  return table
    .find(PARENT, eventId)
    .filter((id) => userId === undefined || table.rows.get(id)?.OwnerId === userId);
}

/** Brings a changed event to the copies of invited users. */
export function followEventUpdate(writer: Writer, eventId: string, changes: Row): void {
  const copied = copyOf(changes);
  for (const id of childrenOf(writer, eventId)) patchRow(writer, 'Event', id, copied);
}

/** Adds the occurrences of a new series as records of their own. */
export function spreadSeries(actor: Actor, eventId: string): void {
  const event = rowOf(actor, 'Event', eventId);
  const type = actor.organization.schema.types.get('event');
  if (event === undefined || type === undefined) return;
  const pattern = textOf(event, 'Recurrence2PatternText');
  if (event.IsRecurrence !== true && pattern === '') return;
  const startAt = fromDateTime(textOf(event, 'StartDateTime'));
  const length = Number(event.DurationInMinutes) * MINUTE_MS;
  if (length > DAY_MS) throw unfit('A recurring event cannot last longer than 24 hours', 'DurationInMinutes');
  const isClassic = event.IsRecurrence === true;
  const starts = isClassic
    ? classicStarts(event, 'RecurrenceStartDateTime')
    : patternStarts(pattern, startAt);
  const shared = isClassic
    ? { IsRecurrence: false, RecurrenceActivityId: eventId }
    : {
        IsRecurrence2: true,
        Recurrence2PatternVersion: '1',
        Recurrence2PatternStartDate: textOf(event, 'StartDateTime'),
      };
  if (!isClassic) patchRow(actor, 'Event', eventId, shared);
  // The record of a Lightning series is its first occurrence; that of a classic one stands for the whole.
  for (const at of isClassic ? starts : starts.filter((start) => start !== startAt)) {
    const moved: Row = {
      ...copyOf(event),
      ...shared,
      StartDateTime: toDateTime(at),
      OwnerId: event.OwnerId ?? null,
    };
    delete moved.EndDateTime;
    for (const name of ['WhoId', 'EventWhoIds', 'WhoCount'])
      if (event[name] !== undefined) moved[name] = event[name];
    completeEvent(actor, moved);
    addRow(actor, type, moved);
  }
}

/** Refuses a date on a recurring task, and gives the days of its occurrences when it is new. */
export function recurringTaskDays(row: Row, before?: Row): number[] {
  const merged: Row = { ...before, ...row };
  if (merged.IsRecurrence !== true) return [];
  if (textOf(row, 'ActivityDate') !== '') {
    throw unfit('ActivityDate cannot be set on a recurring task', 'ActivityDate');
  }
  return before === undefined ? classicStarts(merged, 'RecurrenceStartDateOnly') : [];
}
