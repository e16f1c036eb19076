/**
 * Tasks and lists as the API shows and takes them. Of a due time the day alone is kept, as it stands in the text.
 * https://developers.google.com/workspace/tasks/reference/rest/v1/tasks
 */
import { readDate, readInstant, writeDate } from '../calendar/zones.ts';
import { type ApiError, type RefusalTable, refuseBy } from '../errors.ts';
import type { World } from '../world.ts';
import type { StoredTask, StoredTaskList } from './task-store.ts';

const TITLE_MAX = 1024;
const NOTES_MAX = 8192;

/** Refusals by reason, as a fault rule may ask for them. */
export const TASK_REFUSALS: RefusalTable = {
  badRequest: { code: 400, status: 'INVALID_ARGUMENT', message: 'Request contains an invalid argument.' },
  notFound: { code: 404, status: 'NOT_FOUND', message: 'Task not found.' },
  conditionNotMet: {
    code: 412,
    message: 'Precondition Failed',
    location: { location: 'If-Match', locationType: 'header' },
  },
  forbidden: { code: 403, status: 'PERMISSION_DENIED', message: 'The caller does not have permission' },
};

/** A refusal by its reason. */
export function refuseTask(reason: string, message?: string): ApiError {
  return refuseBy(TASK_REFUSALS, reason, message);
}

/** The etag of a version number, quoted. */
export function taskEtagOf(version: number): string {
  return `"${Buffer.from(`t${version}`).toString('base64url')}"`;
}

export function showTaskList(world: World, list: StoredTaskList): Record<string, unknown> {
  return {
    kind: 'tasks#taskList',
    id: list.id,
    etag: taskEtagOf(list.version),
    title: list.title,
    updated: new Date(list.updated).toISOString(),
    selfLink: `${world.apiOrigin}/tasks/v1/users/@me/lists/${list.id}`,
  };
}

export function showTask(world: World, list: StoredTaskList, task: StoredTask): Record<string, unknown> {
  return {
    kind: 'tasks#task',
    id: task.id,
    etag: taskEtagOf(task.version),
    title: task.title,
    updated: new Date(task.updated).toISOString(),
    selfLink: `${world.apiOrigin}/tasks/v1/lists/${list.id}/tasks/${task.id}`,
    ...(task.parent === undefined ? {} : { parent: task.parent }),
    position: String(task.position).padStart(20, '0'),
    ...(task.notes === undefined ? {} : { notes: task.notes }),
    status: task.completed === undefined ? 'needsAction' : 'completed',
    ...(task.due === undefined ? {} : { due: `${writeDate(task.due)}T00:00:00.000Z` }),
    ...(task.completed === undefined ? {} : { completed: new Date(task.completed).toISOString() }),
    ...(task.isDeleted ? { deleted: true } : {}),
    ...(task.isHidden ? { hidden: true } : {}),
    webViewLink: `https://tasks.google.com/task/${task.id}?sa=6`,
    ...(task.isAssigned
      ? {
          assignmentInfo: {
            linkToTask: 'https://chat.google.com/room/1',
            surfaceType: 'SPACE',
            spaceInfo: { space: 'spaces/1' },
          },
        }
      : {}),
  };
}

/** What a body says of a task; what it does not name is absent, what it takes away is null. Throws 400. */
export interface TaskInput {
  title?: string;
  notes?: string | null;
  due?: number | null;
  isCompleted?: boolean;
  completed?: number;
  isDeleted?: boolean;
}

export function readTask(body: Readonly<Record<string, unknown>>): TaskInput {
  const { title, notes, due, status, completed, deleted } = body;
  if (!isText(title, TITLE_MAX) || !isText(notes, NOTES_MAX)) throw refuseTask('badRequest');
  if (status !== undefined && status !== 'needsAction' && status !== 'completed')
    throw refuseTask('badRequest');
  const completedAt = typeof completed === 'string' ? readInstant(completed) : undefined;
  if (typeof completed === 'string' && completedAt === undefined) throw refuseTask('badRequest');
  return {
    ...(title === undefined ? {} : { title: title ?? '' }),
    ...(notes === undefined ? {} : { notes: notes === '' ? null : notes }),
    ...(due === undefined ? {} : { due: due === null || due === '' ? null : readDue(due) }),
    ...(status === undefined ? {} : { isCompleted: status === 'completed' }),
    ...(completedAt === undefined ? {} : { completed: completedAt }),
    ...(typeof deleted === 'boolean' ? { isDeleted: deleted } : {}),
  };
}

function isText(value: unknown, max: number): value is string | null | undefined {
  return value === undefined || value === null || (typeof value === 'string' && value.length <= max);
}

/** The day of a timestamp as it is written, whatever its offset. */
function readDue(value: unknown): number {
  const text = String(value);
  const day = readInstant(text) === undefined ? undefined : readDate(text.slice(0, 10));
  if (day === undefined) throw refuseTask('badRequest');
  return day;
}
