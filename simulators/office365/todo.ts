/**
 * What can be done with task lists and tasks over Graph: list, read, make, change, delete, follow; linked resources and checklist
 * items are in todo-parts.ts.
 * https://learn.microsoft.com/graph/api/resources/todo-overview
 */
import { GraphError } from './errors.ts';
import { listOf, taskOf } from './find-task.ts';
import { answer, checkMatch, type GraphAnswer, type MailboxCall, readJson, textOf } from './graph-call.ts';
import { answerItemDelta } from './item-delta.ts';
import { countItems, listItems } from './item-list.ts';
import { listPage } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';
import { NEW_TASK, readTaskFields, showList, showTask, TASK_LIST, taskEtag } from './todo-json.ts';
import { readParts } from './todo-parts.ts';
import {
  addList,
  addTask,
  changeTask,
  removeList,
  removeTask,
  renameList,
  type TodoList,
  type TodoTask,
} from './todo-store.ts';

export function listLists(call: MailboxCall): Promise<GraphAnswer> {
  const filter = call.query.get('$filter');
  const test = filter === null ? undefined : readODataFilter(filter);
  const lists = [...call.mailbox.todo.lists.values()].filter(
    (list) => test === undefined || test.test(showList(list)),
  );
  const query = new URLSearchParams(call.query);
  if (!query.has('$top')) query.set('$top', '100');
  return listPage({ ...call, query }, `users('${call.user.id}')/todo/lists`, lists, showList);
}

export function getList(call: MailboxCall): GraphAnswer {
  return showOneList(call, listOf(call), 200);
}

export function createList(call: MailboxCall): GraphAnswer {
  const name = textOf(readJson(call), 'displayName');
  return showOneList(call, addList(call.mailbox, call.mailbox.todo, name), 201);
}

export function updateList(call: MailboxCall): GraphAnswer {
  const list = listOf(call);
  const name = textOf(readJson(call), 'displayName');
  checkOwn(list);
  renameList(call.mailbox, call.mailbox.todo, list, name);
  return showOneList(call, list, 200);
}

export function deleteList(call: MailboxCall): GraphAnswer {
  const list = listOf(call);
  checkOwn(list);
  removeList(call.mailbox, call.mailbox.todo, list);
  return { status: 204 };
}

/** The lists that every mailbox has cannot be renamed or deleted; the code of the refusal is not from Microsoft's documents. */
function checkOwn({ wellknownListName }: TodoList): void {
  if (wellknownListName === 'none') return;
  throw new GraphError('invalidRequest', 'A well-known list cannot be changed.', 400);
}

export function listTasks(call: MailboxCall): Promise<GraphAnswer> {
  const list = listOf(call);
  const context = `users('${call.user.id}')/todo/lists('${encodeURIComponent(list.id)}')/tasks`;
  return listItems(call, TASK_LIST, context, [...list.tasks.values()]);
}

export function countTasks(call: MailboxCall): GraphAnswer {
  return countItems(call, TASK_LIST, [...listOf(call).tasks.values()]);
}

export function getTask(call: MailboxCall): GraphAnswer {
  return showOneTask(call, taskOf(call), 200);
}

export function createTask(call: MailboxCall): GraphAnswer {
  const list = listOf(call);
  const body = readJson(call);
  textOf(body, 'title');
  if (list.wellknownListName === 'flaggedEmails') {
    throw new GraphError('invalidRequest', 'Tasks of this list come from flagged mail.', 400);
  }
  const fields = { ...NEW_TASK, ...readTaskFields(body, NEW_TASK, call.world.now()) };
  const parts = readParts(call, body);
  const task = addTask(call.mailbox, list, fields);
  task.parts = parts;
  const given = Object.entries(parts).filter(([name]) => body[name] !== undefined);
  const { status, body: shown } = showOneTask(call, task, 201);
  return { status, body: { ...shown, ...Object.fromEntries(given) } };
}

export function updateTask(call: MailboxCall): GraphAnswer {
  const task = taskOf(call);
  checkMatch(call, taskEtag(task));
  const body = readJson(call);
  changeTask(call.mailbox, task, readTaskFields(body, task.fields, call.world.now()));
  return showOneTask(call, task, 200);
}

export function deleteTask(call: MailboxCall): GraphAnswer {
  const task = taskOf(call);
  checkMatch(call, taskEtag(task));
  removeTask(call.mailbox, task);
  return { status: 204 };
}

export function answerListDelta(call: MailboxCall): GraphAnswer {
  const { lists, listEpoch, listLog, goneLists } = call.mailbox.todo;
  const byKey = new Map([...lists.values()].map((list) => [list.key, list]));
  return answerItemDelta(call, {
    of: 'todoLists',
    epoch: listEpoch,
    log: listLog,
    gone: goneLists,
    type: 'todoTaskList',
    saysType: false,
    show(_scoped, key) {
      const list = byKey.get(key);
      return list && showList(list);
    },
  });
}

export function answerTaskDelta(call: MailboxCall): GraphAnswer {
  const { id, epoch, log, gone, tasks } = listOf(call);
  return answerItemDelta(call, {
    of: `tasks ${id}`,
    epoch,
    log,
    gone,
    type: 'todoTask',
    saysType: false,
    show(scoped, key) {
      const task = tasks.get(key);
      return task && showTask(scoped, task);
    },
  });
}

function showOneList(call: MailboxCall, list: TodoList, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/todo/lists/$entity`, showList(list), status);
}

function showOneTask(call: MailboxCall, task: TodoTask, status: number): GraphAnswer {
  const context = `users('${call.user.id}')/todo/lists('${encodeURIComponent(task.list.id)}')/tasks/$entity`;
  return answer(call, context, showTask(call, task), status);
}
