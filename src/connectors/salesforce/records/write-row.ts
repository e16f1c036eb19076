/**
 * Our fields as columns of Event, Task or Contact, and what of them Salesforce cannot hold. Pure; only fields that are given become columns, and only
 * columns that the user may write. Vendor page: docs/remote-services/salesforce.md#records.
 */
import { cut, readSpan } from '../../../model/canonical.ts';
import type { FailureCode } from '../../../model/catalogue.ts';
import type { Collection, FieldName, Fields } from '../../../model/collection.ts';
import type { RecordWrite } from '../../../model/crm-records.ts';
import { isCreateable, isUpdateable, type ObjectShape, type OrgShape } from '../describe.ts';
import { lengthOf } from '../mapping.ts';
import type { Row } from '../operations.ts';
import { cleanText } from '../text.ts';
import { COLUMNS, type Column, OBJECT_OF, shownAs } from './columns.ts';
import { taskWordsOf } from './task-words.ts';

const DAY_MS = 86_400_000;
/** Salesforce's limit. docs/remote-services/salesforce.md#events */
const EVENT_DAYS_MAX = 14;

/** Why a write cannot be, told before any request; null where it can. */
export function refusalOf(collection: Collection, { recordId, fields }: RecordWrite): FailureCode | null {
  const span = readSpan(fields.time);
  if (collection === 'events' && span !== null && span.endAt - span.startAt > EVENT_DAYS_MAX * DAY_MS)
    return 'crm.event-too-long';
  const lastName = fields.lastName ?? (recordId === null ? '' : 'as it is');
  if (collection === 'contacts' && lastName.trim() === '') return 'crm.contact-without-name';
  return null;
}

export interface WrittenRow {
  readonly row: Row;
  /** Names of fields that were cut or left out. */
  readonly reduced: readonly FieldName[];
}

/** `asPerson`: columns of the account that a contact is one with. */
export function toRow(
  org: OrgShape,
  collection: Collection,
  {
    fields,
    isNew,
    asPerson = false,
  }: { readonly fields: Fields; readonly isNew: boolean; readonly asPerson?: boolean },
): WrittenRow {
  const shape = org.objects.get(asPerson ? 'Account' : OBJECT_OF[collection]);
  if (shape === undefined) return { row: {}, reduced: [] };
  const row: Record<string, unknown> = {};
  const reduced: FieldName[] = [];
  for (const one of COLUMNS[collection]) {
    const text = fields[one.field];
    const name = asPerson ? one.person : one.column;
    if (text === undefined || name === undefined) continue;
    const value = toValue(shape, one, name, text);
    if (value !== text && text !== '') reduced.push(one.field);
    if (value !== undefined) row[name] = value;
  }
  if (collection === 'events') Object.assign(row, eventColumns(shape, fields));
  if (collection === 'tasks') Object.assign(row, taskColumns(org, fields));
  return { row: keepWritable(shape, row, isNew), reduced };
}

/** Null clears; undefined leaves the column out. */
function toValue(
  shape: ObjectShape,
  { form }: Column,
  name: string,
  text: string,
): string | null | undefined {
  if (text === '') return null;
  if (form === 'date') return isDate(text) ? text : undefined;
  const clean = cleanText(text);
  const fitted = cut(clean, lengthOf(shape, name, Number.MAX_SAFE_INTEGER));
  return fitted === '' ? null : fitted;
}

/** A day of the calendar, in the years that Salesforce takes. */
function isDate(text: string): boolean {
  if (!/^(1[7-9]|[23]\d)\d{2}-\d{2}-\d{2}$/.test(text)) return false;
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

function eventColumns(shape: ObjectShape, { time, showAs, isPrivate }: Fields): Row {
  const span = readSpan(time);
  const row: Record<string, unknown> = {};
  if (span !== null) {
    row.IsAllDayEvent = span.isAllDay;
    row.StartDateTime = new Date(span.startAt).toISOString();
    // An all-day event ends on its last day, not on the day after.
    const endAt = span.isAllDay ? Math.max(span.startAt, span.endAt - DAY_MS) : span.endAt;
    row.EndDateTime = new Date(endAt).toISOString();
  }
  if (showAs !== undefined) {
    const wanted = showAs === 'free' ? 'Free' : showAs === 'out-of-office' ? 'OutOfOffice' : 'Busy';
    row.ShowAs = shownAs(shape).has(wanted) ? wanted : 'Busy';
  }
  if (isPrivate !== undefined) row.IsPrivate = isPrivate === 'yes';
  return row;
}

function taskColumns(org: OrgShape, { status, priority }: Fields): Row {
  const words = taskWordsOf(org);
  return {
    ...(status === undefined ? {} : { Status: words.statuses[status] ?? words.statuses.open }),
    ...(priority === undefined ? {} : { Priority: words.priorities[priority] ?? words.priorities.normal }),
  };
}

/** A new record has no use for empty columns. */
function keepWritable(shape: ObjectShape, row: Row, isNew: boolean): Row {
  return Object.fromEntries(
    Object.entries(row).filter(([name, value]) =>
      isNew ? isCreateable(shape, name) && value !== null : isUpdateable(shape, name),
    ),
  );
}
