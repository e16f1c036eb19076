/**
 * The methods of tasks and task lists. There is no sync token: what changed is asked for by `updatedMin`, together with
 * what is deleted and hidden. https://developers.google.com/workspace/tasks/reference/rest
 */
import {
  type Api,
  type ApiCall,
  type ApiMethod,
  checkMatch,
  fromOpaque,
  nextVersion,
  toOpaque,
  unlessKnown,
} from '../api.ts';
import { readInstant } from '../calendar/zones.ts';
import { scopeOf } from '../scopes.ts';
import {
  readTask,
  refuseTask,
  showTask,
  showTaskList,
  TASK_REFUSALS,
  type TaskInput,
  taskEtagOf,
} from './task-json.ts';
import {
  addTask,
  addTaskList,
  clearTasks,
  completeTask,
  findTaskList,
  placeTask,
  removeTask,
  type StoredTask,
  type StoredTaskList,
  siblingsOf,
  touchTask,
} from './task-store.ts';

const LISTS_MAX = 2000;
const TASKS_MAX = 20_000;
const SUBTASKS_MAX = 2000;
const READ = [scopeOf('tasks'), scopeOf('tasks.readonly')];
const WRITE = [scopeOf('tasks')];

function listOf({ account, path }: ApiCall, id = path.tasklist ?? ''): StoredTaskList {
  const list = findTaskList(account.tasks, id);
  if (list === undefined) throw refuseTask('notFound', 'Task list not found.');
  return list;
}

function taskOf(call: ApiCall, list: StoredTaskList, id = call.path.task ?? ''): StoredTask {
  const task = list.tasks.get(id);
  if (task === undefined) throw refuseTask('notFound');
  return task;
}

/** A page of a list of things, cut by place. Throws 400. */
function cut<Entry>({ query, world }: ApiCall, found: readonly Entry[], fallback: number, max: number) {
  const asked = Number(query.get('maxResults') ?? fallback);
  if (!Number.isInteger(asked) || asked < 0 || asked > max) throw refuseTask('badRequest');
  const count = asked === 0 ? fallback : asked;
  const text = query.get('pageToken');
  const token = text === null || text === '' ? { kind: 'tasks', start: 0 } : fromOpaque(text);
  if (token?.kind !== 'tasks') throw refuseTask('badRequest');
  const start = Math.max(
    0,
    Number(token.start) - (Number(token.start) > 0 ? Math.min(world.pageOverlap, count - 1) : 0),
  );
  const hasMore = found.length > start + count;
  return {
    items: found.slice(start, start + count),
    ...(hasMore ? { nextPageToken: toOpaque({ kind: 'tasks', start: start + count }) } : {}),
  };
}

function listLists(call: ApiCall): unknown {
  const { items, ...next } = cut(call, [...call.account.tasks.lists.values()], 1000, 1000);
  const shown = items.map((list) => showTaskList(call.world, list));
  const etag = taskEtagOf(items.reduce((sum, list) => sum + list.version, 0));
  return { kind: 'tasks#taskLists', etag, ...next, ...(shown.length === 0 ? {} : { items: shown }) };
}

function readTitle(body: Readonly<Record<string, unknown>>): string {
  const { title } = readTask(body);
  if (title === undefined || title.trim() === '') throw refuseTask('badRequest');
  return title;
}

function insertList(call: ApiCall): unknown {
  if (call.account.tasks.lists.size >= LISTS_MAX) throw refuseTask('badRequest');
  return showTaskList(call.world, addTaskList(call.world, call.account.tasks, readTitle(call.body)));
}

function writeList(call: ApiCall, isPatch: boolean): unknown {
  const list = listOf(call);
  checkMatch(call, taskEtagOf(list.version));
  if (!isPatch || call.body.title !== undefined) list.title = readTitle(call.body);
  list.version = nextVersion(call.world);
  list.updated = call.world.now();
  return showTaskList(call.world, list);
}

function removeList(call: ApiCall): undefined {
  const list = listOf(call);
  if (list === findTaskList(call.account.tasks, '@default')) throw refuseTask('badRequest');
  call.account.tasks.lists.delete(list.id);
}

function listTasks(call: ApiCall): unknown {
  const { query, world } = call;
  const list = listOf(call);
  const is = (name: string, fallback: boolean) => (query.get(name) ?? String(fallback)) === 'true';
  const bound = (name: string, fallback: number) => {
    const text = query.get(name);
    if (text === null) return fallback;
    const at = readInstant(text);
    if (at === undefined) throw refuseTask('badRequest');
    return at;
  };
  const [updatedMin, dueMin, dueMax] = [bound('updatedMin', 0), bound('dueMin', -1), bound('dueMax', -1)];
  const [completedMin, completedMax] = [bound('completedMin', -1), bound('completedMax', -1)];
  const isWithin = (at: number | undefined, min: number, max: number) =>
    (min < 0 && max < 0) || (at !== undefined && at >= min && (max < 0 || at < max));
  const found = [...list.tasks.values()]
    .filter((task) => task.updated >= updatedMin)
    .filter((task) => !task.isDeleted || is('showDeleted', false))
    .filter((task) => !task.isHidden || is('showHidden', false))
    .filter((task) => task.completed === undefined || is('showCompleted', true))
    .filter((task) => !task.isAssigned || is('showAssigned', false))
    .filter(
      (task) => isWithin(task.due, dueMin, dueMax) && isWithin(task.completed, completedMin, completedMax),
    );
  const { items, ...next } = cut(call, found, 20, 100);
  const shown = items.map((task) => showTask(world, list, task));
  return {
    kind: 'tasks#tasks',
    etag: taskEtagOf(list.updated),
    ...next,
    ...(shown.length === 0 ? {} : { items: shown }),
  };
}

/** The parent and the sibling before, as the query names them. Throws 400 and 404. */
function readPlace(call: ApiCall, list: StoredTaskList, task?: StoredTask) {
  const parent = call.query.get('parent') ?? undefined;
  const previous = call.query.get('previous') ?? undefined;
  const above = parent === undefined ? undefined : taskOf(call, list, parent);
  const isUnfit = above?.isHidden === true || above?.isDeleted === true || above?.isAssigned === true;
  const isDeep =
    above?.parent !== undefined ||
    (above !== undefined && task !== undefined && siblingsOf(list, task.id).length > 0);
  if (isUnfit || isDeep || (above === task && task !== undefined)) throw refuseTask('badRequest');
  if (above !== undefined && siblingsOf(list, parent).length >= SUBTASKS_MAX) throw refuseTask('badRequest');
  if (previous !== undefined && taskOf(call, list, previous).parent !== parent)
    throw refuseTask('badRequest');
  return { ...(parent === undefined ? {} : { parent }), ...(previous === undefined ? {} : { previous }) };
}

function insert(call: ApiCall): unknown {
  const { world, body } = call;
  const list = listOf(call);
  if ([...list.tasks.values()].filter((each) => !each.isHidden).length >= TASKS_MAX)
    throw refuseTask('badRequest');
  const input = readTask(body);
  const task = addTask(world, list, readPlace(call, list));
  apply(call, task, input);
  return showTask(world, list, task);
}

function apply({ world }: ApiCall, task: StoredTask, input: TaskInput): void {
  if (input.title !== undefined) task.title = input.title;
  if (input.notes !== undefined) task.notes = input.notes ?? undefined;
  if (input.due !== undefined) task.due = input.due ?? undefined;
  if (input.isCompleted !== undefined) completeTask(world, task, input.isCompleted);
  else if (input.completed !== undefined) completeTask(world, task, true);
  if (input.completed !== undefined && task.completed !== undefined) task.completed = input.completed;
}

function write(call: ApiCall, isPatch: boolean): unknown {
  const { world, body } = call;
  const list = listOf(call);
  const task = taskOf(call, list);
  checkMatch(call, taskEtagOf(task.version));
  const input = readTask(body);
  if (!isPatch && body.id !== undefined && body.id !== task.id) throw refuseTask('badRequest');
  const missing: TaskInput = isPatch ? {} : { title: '', notes: null, due: null, isCompleted: false };
  apply(call, task, { ...missing, ...input });
  if (input.isDeleted === true) removeTask(world, list, task);
  else if (input.isDeleted === false) task.isDeleted = false;
  touchTask(world, list, task);
  return showTask(world, list, task);
}

function remove(call: ApiCall): undefined {
  const list = listOf(call);
  const task = taskOf(call, list);
  checkMatch(call, taskEtagOf(task.version));
  removeTask(call.world, list, task);
}

function move(call: ApiCall): unknown {
  const { world, query } = call;
  const list = listOf(call);
  const task = taskOf(call, list);
  const id = query.get('destinationTasklist');
  const target = id === null ? list : listOf(call, id);
  const { parent, previous } = readPlace(call, target, task) as { parent?: string; previous?: string };
  if (target !== list) {
    for (const each of [task, ...siblingsOf(list, task.id)]) {
      list.tasks.delete(each.id);
      target.tasks.set(each.id, each);
    }
  }
  placeTask(target, task, parent, previous);
  return showTask(world, target, touchTask(world, target, task));
}

const method = (
  id: string,
  [verb, path]: [string, string],
  scopes: readonly string[],
  answer: (call: ApiCall) => unknown,
): ApiMethod => {
  const [resource = '', name = ''] = id.split('.');
  const noun = resource === 'tasklists' ? 'TaskList' : 'Task';
  const rpc = `google.tasks.v1.TasksService.${name.charAt(0).toUpperCase()}${name.slice(1)}${noun}${name === 'list' ? 's' : ''}`;
  return { id: `tasks.${id}`, rpc, verb, path: `tasks/v1/${path}`, scopes, answer };
};

const LISTS = 'users/@me/lists';
const LIST = `${LISTS}/{tasklist}`;
const TASKS = 'lists/{tasklist}/tasks';
const TASK = `${TASKS}/{task}`;

export const TASKS_API: Api = {
  name: 'tasks',
  title: 'Google Tasks API',
  service: 'tasks.googleapis.com',
  refusals: TASK_REFUSALS,
  serviceOff: 'forbidden',
  methods: [
    method('tasklists.list', ['GET', LISTS], READ, listLists),
    method('tasklists.insert', ['POST', LISTS], WRITE, insertList),
    method('tasklists.get', ['GET', LIST], READ, (call) => {
      const list = listOf(call);
      return unlessKnown(call, taskEtagOf(list.version), showTaskList(call.world, list));
    }),
    method('tasklists.update', ['PUT', LIST], WRITE, (call) => writeList(call, false)),
    method('tasklists.patch', ['PATCH', LIST], WRITE, (call) => writeList(call, true)),
    method('tasklists.delete', ['DELETE', LIST], WRITE, removeList),
    method('tasks.list', ['GET', TASKS], READ, listTasks),
    method('tasks.insert', ['POST', TASKS], WRITE, insert),
    method('tasks.clear', ['POST', 'lists/{tasklist}/clear'], WRITE, (call) =>
      clearTasks(call.world, listOf(call)),
    ),
    method('tasks.get', ['GET', TASK], READ, (call) => {
      const list = listOf(call);
      const task = taskOf(call, list);
      return unlessKnown(call, taskEtagOf(task.version), showTask(call.world, list, task));
    }),
    method('tasks.update', ['PUT', TASK], WRITE, (call) => write(call, false)),
    method('tasks.patch', ['PATCH', TASK], WRITE, (call) => write(call, true)),
    method('tasks.delete', ['DELETE', TASK], WRITE, remove),
    method('tasks.move', ['POST', `${TASK}/move`], WRITE, move),
  ],
};
