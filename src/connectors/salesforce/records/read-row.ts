/**
 * A row of Event, Task or Contact as a record in our words. Pure and total: whatever a column holds, a record comes out of it.
 * Vendor page: docs/remote-services/salesforce.md#records.
 */
import { allDaySpan, canonicalLine, canonicalText, dayAfter, timedSpan } from '../../../model/canonical.ts';
import type { Collection, FieldName, Fields } from '../../../model/collection.ts';
import type { CrmRecord } from '../../../model/crm-records.ts';
import type { RecordId } from '../../../model/ids.ts';
import { isMailTask } from '../known-tasks.ts';
import type { Row } from '../operations.ts';
import { KEY_FIELD } from '../org.ts';
import { toLongId } from '../record-id.ts';
import { COLUMNS, type Form } from './columns.ts';
import { priorityWordOf, statusWordOf } from './task-words.ts';

/** `userId`: the connected user's. */
export function toRecord(collection: Collection, row: Row, userId: string | null): CrmRecord {
  const key = textOf(row[KEY_FIELD]);
  return {
    collection,
    recordId: toLongId(textOf(row.Id)) as RecordId,
    version: versionOf(row),
    // What a person did; the stamp also moves when the org recalculates something.
    modifiedAt: instantOf(row.LastModifiedDate) ?? instantOf(row.SystemModstamp) ?? 0,
    // An occurrence that was taken out of its series stays behind as a record that no calendar shows.
    isDeleted: row.IsDeleted === true || row.IsRecurrence2Exclusion === true,
    isOwn: userId !== null && toLongId(textOf(row.OwnerId)) === userId,
    kind: kindOf(collection, row),
    key: key === '' ? null : key,
    fields: fieldsOf(collection, row),
  };
}

/** When and by whom it was last changed; the stamp alone has whole seconds. */
export function versionOf(row: Row): string {
  const at = instantOf(row.SystemModstamp);
  return at === null ? '' : `${at.toString(36)}-${toLongId(textOf(row.LastModifiedById))}`;
}

/** `IsRecurrence` and `GroupEventType` 3 are the heads of both kinds of series; their occurrences are rows of their own. */
function kindOf(collection: Collection, row: Row): CrmRecord['kind'] {
  if (row.IsChild === true) return 'copy';
  if (row.IsRecurrence === true || row.GroupEventType === '3') return 'series';
  return collection === 'tasks' && isMailTask(row) ? 'email' : 'plain';
}

function fieldsOf(collection: Collection, row: Row): Fields {
  const fields: Partial<Record<FieldName, string>> = {};
  const isPerson = collection === 'contacts' && row.IsPersonAccount === true;
  const account = row.Account as Row | null | undefined;
  for (const { field, column, form, person } of COLUMNS[collection]) {
    if (!Object.hasOwn(row, column)) continue;
    // A person's account is where these are kept; Account.Name would be the person's own name.
    const isAccounts = isPerson && account != null && person === column && Object.hasOwn(account, column);
    fields[field] = canonicalOf(form, isAccounts ? account[column] : row[column]);
  }
  if (collection === 'events') Object.assign(fields, eventFields(row));
  if (collection === 'tasks') {
    if (Object.hasOwn(row, 'Status')) fields.status = statusWordOf(row);
    if (Object.hasOwn(row, 'Priority')) fields.priority = priorityWordOf(row);
  }
  if (collection === 'contacts' && Object.hasOwn(row, 'Account'))
    fields.company = isPerson ? '' : canonicalLine(textOf(account?.Name));
  return fields;
}

function eventFields(row: Row): Fields {
  return {
    ...(Object.hasOwn(row, 'StartDateTime') ? { time: timeOf(row) } : {}),
    ...(Object.hasOwn(row, 'ShowAs') ? { showAs: SHOWN_AS[textOf(row.ShowAs)] ?? 'busy' } : {}),
    ...(Object.hasOwn(row, 'IsPrivate') ? { isPrivate: row.IsPrivate === true ? 'yes' : '' } : {}),
  };
}

const SHOWN_AS: Readonly<Record<string, string>> = {
  Busy: 'busy',
  Free: 'free',
  OutOfOffice: 'out-of-office',
};

const MINUTE_MS = 60_000;

/** All-day events are days, the last one included; no zone is ever applied to them. docs/remote-services/salesforce.md#events */
function timeOf(row: Row): string {
  const startAt = instantOf(row.StartDateTime) ?? dayOf(row.ActivityDate);
  if (startAt === null) return '';
  const minutes = typeof row.DurationInMinutes === 'number' ? row.DurationInMinutes : 0;
  const endAt = instantOf(row.EndDateTime);
  if (row.IsAllDayEvent !== true) return timedSpan(startAt, endAt ?? startAt + minutes * MINUTE_MS);
  const lastAt = endAt ?? startAt + Math.max(0, minutes - 1) * MINUTE_MS;
  return allDaySpan(dateOf(startAt), dayAfter(dateOf(lastAt)));
}

function dateOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

function dayOf(value: unknown): number | null {
  const at = Date.parse(`${textOf(value).slice(0, 10)}T00:00:00Z`);
  return Number.isNaN(at) ? null : at;
}

/** `2026-11-27T10:00:00.000+0000`, as Salesforce writes instants. */
export function instantOf(value: unknown): number | null {
  const at = Date.parse(textOf(value).replace(/([+-]\d{2})(\d{2})$/, '$1:$2'));
  return Number.isNaN(at) ? null : at;
}

function canonicalOf(form: Form, value: unknown): string {
  const text = textOf(value);
  if (form === 'text') return canonicalText(text);
  if (form === 'date') return text.slice(0, 10);
  return form === 'address' ? canonicalLine(text).toLowerCase() : canonicalLine(text);
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
