/**
 * From a task of Microsoft To Do to a task in our words, and from fields to what is written, pure. Vendor page: docs/remote-services/office365.md#to-do.
 */
import { canonicalLine } from '../../../model/canonical.ts';
import type { FieldSpecs, Fields } from '../../../model/collection.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { TaskItem } from '../../../model/mailbox-item.ts';
import { categoriesOf, instantOf, type Json, versionOf } from '../message.ts';
import { bodyOfText, textOf, textOfBody } from './body-text.ts';
import { stampOfLinks } from './stamps.ts';
import { dateOfMidnight, dateOfTime, instantOfTime, isDate } from './zones.ts';

/** To Do takes titles of 255 characters. */
export const taskFields: FieldSpecs = {
  subject: { lengthMax: 255, writable: true },
  description: { lengthMax: null, writable: true },
  due: { lengthMax: null, writable: true },
  status: { lengthMax: null, writable: true },
  priority: { lengthMax: null, writable: true },
};

const STATUSES = new Map([
  ['notstarted', 'open'],
  ['inprogress', 'in-progress'],
  ['waitingonothers', 'waiting'],
  ['deferred', 'deferred'],
  ['completed', 'completed'],
]);
const WRITTEN_STATUSES = new Map([
  ['open', 'notStarted'],
  ['in-progress', 'inProgress'],
  ['waiting', 'waitingOnOthers'],
  ['deferred', 'deferred'],
  ['completed', 'completed'],
]);

/** The task; null where it has no id. To Do knows no sensitivity. */
export function taskItem(task: Json): TaskItem | null {
  if (typeof task.id !== 'string') return null;
  const importance = textOf(task.importance).toLowerCase();
  const status = STATUSES.get(textOf(task.status).toLowerCase()) ?? 'open';
  return {
    collection: 'tasks',
    itemId: task.id as ItemId,
    version: versionOf(task),
    modifiedAt: instantOf(task.lastModifiedDateTime),
    fields: {
      subject: canonicalLine(textOf(task.title)),
      description: textOfBody(task.body),
      due: dueOf(task.dueDateTime),
      status,
      priority: importance === 'high' || importance === 'low' ? importance : 'normal',
    },
    sensitivity: 'normal',
    categories: categoriesOf(task),
    stamp: stampOfLinks(task.linkedResources),
    completedAt: status === 'completed' ? instantOfTime(task.completedDateTime) : null,
  };
}

/** To Do tells midnight of the zone that the date was set in, in UTC: `2026-01-11T23:00` is the 12th in Berlin. */
function dueOf(due: unknown): string {
  const { timeZone } = (due ?? {}) as Json;
  const date = dateOfTime(due);
  const at = instantOfTime(due);
  if (date === null || at === null) return '';
  return /^(?:utc)?$/i.test(textOf(timeZone)) ? dateOfMidnight(at) : date;
}

/** What a PATCH or POST says of changed fields. A task without a title is refused: a blank is read back as none. */
export function writeTask({ subject, description, due, status, priority }: Fields): Json {
  return {
    ...(subject === undefined ? {} : { title: subject === '' ? ' ' : subject }),
    ...(description === undefined ? {} : { body: bodyOfText(description) }),
    ...(due === undefined ? {} : { dueDateTime: writeDue(due) }),
    ...(status === undefined ? {} : { status: WRITTEN_STATUSES.get(status) ?? 'notStarted' }),
    ...(priority === undefined
      ? {}
      : { importance: priority === 'high' || priority === 'low' ? priority : 'normal' }),
  };
}

function writeDue(due: string): Json | null {
  return isDate(due) ? { dateTime: `${due}T00:00:00`, timeZone: 'UTC' } : null;
}
