/**
 * Task lists and tasks as Graph's JSON, and what a client's JSON says about a task. Due, start and completion are dates: To Do
 * keeps midnight in the zone it was told and shows it in UTC, or in the zone of `Prefer: outlook.timezone`.
 * https://learn.microsoft.com/graph/api/resources/todotask
 */
import { GraphError } from './errors.ts';
import { checkNames, readBody, readTexts, readTime, unreadable } from './event-body.ts';
import { timeOf } from './event-json.ts';
import type { MailboxCall } from './graph-call.ts';
import type { ItemList } from './item-list.ts';
import { instant } from './message-json.ts';
import { readSelect } from './odata.ts';
import { readRecurrence } from './recurrence.ts';
import { dayOf, wallOf, type ZonedTime } from './time-zones.ts';
import type { TaskFields, TaskPart, TodoList, TodoTask } from './todo-store.ts';

type Json = Record<string, unknown>;

const DATES = ['dueDateTime', 'startDateTime', 'completedDateTime'] as const;
const STATUSES = ['notStarted', 'inProgress', 'completed', 'waitingOnOthers', 'deferred'];
const IMPORTANCES = ['low', 'normal', 'high'];
const PARTS: readonly TaskPart[] = ['linkedResources', 'checklistItems'];

/** Names of everything a task can be asked for, parts and attachments apart. */
export const TASK_PROPERTIES: readonly string[] = [
  'id',
  'body',
  'bodyLastModifiedDateTime',
  'categories',
  ...DATES,
  'createdDateTime',
  'hasAttachments',
  'importance',
  'isReminderOn',
  'lastModifiedDateTime',
  'recurrence',
  'reminderDateTime',
  'status',
  'title',
];

/** One task; dates that it does not have are left out, parts come by `$expand`. */
export function showTask(call: MailboxCall, task: TodoTask): Json {
  const select = readSelect(call.query);
  const { fields } = task;
  const whole: Json = {
    importance: fields.importance,
    isReminderOn: fields.isReminderOn,
    status: fields.status,
    title: fields.title,
    createdDateTime: instant(task.createdAt),
    lastModifiedDateTime: instant(task.modifiedAt),
    bodyLastModifiedDateTime: instant(task.bodyModifiedAt),
    hasAttachments: false,
    categories: fields.categories,
    body: fields.body,
  };
  for (const name of [...DATES, 'reminderDateTime'] as const) {
    const time = fields[name];
    if (time !== undefined) whole[name] = timeOf(time, false, call);
  }
  if (fields.recurrence !== undefined) whole.recurrence = fields.recurrence;
  const shown = Object.entries(whole).filter(
    ([name]) => select === undefined || select.has('*') || select.has(name),
  );
  const expand = call.query.get('$expand') ?? '';
  const parts = PARTS.filter((part) => expand.includes(part)).map((part) => [part, task.parts[part]]);
  return {
    '@odata.etag': taskEtag(task),
    ...Object.fromEntries(shown),
    id: task.id,
    ...Object.fromEntries(parts),
  };
}

export function taskEtag({ changeKey }: Pick<TodoTask, 'changeKey'>): string {
  return `W/"${changeKey}"`;
}

export const TASK_LIST: ItemList<TodoTask> = {
  type: 'TodoTask',
  properties: TASK_PROPERTIES,
  notFilterable: ['body', 'recurrence'],
  show: showTask,
};

export function showList(list: TodoList): Json {
  return {
    '@odata.etag': taskEtag(list),
    displayName: list.displayName,
    isOwner: true,
    isShared: false,
    wellknownListName: list.wellknownListName,
    id: list.id,
  };
}

export const NEW_TASK: TaskFields = {
  title: '',
  body: { contentType: 'text', content: '' },
  status: 'notStarted',
  importance: 'normal',
  isReminderOn: false,
  categories: [],
  dueDateTime: undefined,
  startDateTime: undefined,
  completedDateTime: undefined,
  reminderDateTime: undefined,
  recurrence: undefined,
};

/** The fields that `body` sets over `current`. A task that is completed gets today as its date, one reopened loses it. */
export function readTaskFields(body: Json, current: TaskFields, now: number): Partial<TaskFields> {
  checkNames(body, [...TASK_PROPERTIES, ...PARTS, 'attachmentSessions'], 'todoTask');
  const fields: Partial<TaskFields> = {};
  if (body.title !== undefined) {
    if (typeof body.title !== 'string') throw unreadable('title');
    fields.title = body.title;
  }
  if (body.body !== undefined) fields.body = readBody(body.body);
  if (body.status !== undefined) fields.status = readWord(body.status, STATUSES, 'status');
  if (body.importance !== undefined) fields.importance = readWord(body.importance, IMPORTANCES, 'importance');
  if (body.categories !== undefined) fields.categories = readTexts(body.categories, 'categories');
  if (body.isReminderOn !== undefined) {
    if (typeof body.isReminderOn !== 'boolean') throw unreadable('isReminderOn');
    fields.isReminderOn = body.isReminderOn;
  }
  for (const name of DATES) if (body[name] !== undefined) fields[name] = readDate(body[name], name);
  if (body.reminderDateTime !== undefined) {
    fields.reminderDateTime =
      body.reminderDateTime === null ? undefined : readTime(body.reminderDateTime, 'reminderDateTime');
    fields.isReminderOn ??= fields.reminderDateTime !== undefined;
  }
  if (body.recurrence !== undefined)
    fields.recurrence = readTaskRecurrence(body.recurrence, { ...current, ...fields });
  if (fields.status === undefined) return fields;
  if (fields.status !== 'completed') fields.completedDateTime = undefined;
  else if (fields.completedDateTime === undefined && current.completedDateTime === undefined) {
    fields.completedDateTime = { dateTime: `${wallOf(now, 'UTC').slice(0, 10)}T00:00:00`, timeZone: 'UTC' };
  }
  return fields;
}

function readDate(given: unknown, name: string): ZonedTime | undefined {
  if (given === null) return undefined;
  const { dateTime, timeZone } = readTime(given, name);
  return { dateTime: `${dateTime.slice(0, 10)}T00:00:00`, timeZone };
}

function readTaskRecurrence(given: unknown, { dueDateTime }: TaskFields): TaskFields['recurrence'] {
  if (given === null) return undefined;
  if (dueDateTime === undefined) {
    throw new GraphError('invalidRequest', 'A task that recurs needs a due date.', 400);
  }
  return readRecurrence(given, dayOf(dueDateTime.dateTime), dueDateTime.timeZone);
}

function readWord(given: unknown, words: readonly string[], name: string): string {
  const word = words.find((each) => each.toLowerCase() === String(given).toLowerCase());
  if (word === undefined) throw unreadable(name);
  return word;
}
