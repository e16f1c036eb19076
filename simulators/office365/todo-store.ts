/**
 * The task lists of Microsoft To Do in a mailbox, with the order of changes that delta queries read. It changes state and knows
 * nothing of HTTP or permissions. Tasks have one id, whatever form of ids is preferred.
 */
import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import { type ItemChange, type ItemIds, type ItemSource, nextChange, nextKey } from './item-source.ts';
import type { Recurrence } from './recurrence.ts';
import type { ZonedTime } from './time-zones.ts';

type Json = Record<string, unknown>;

export interface TaskFields {
  title: string;
  body: { contentType: 'html' | 'text'; content: string };
  status: string;
  importance: string;
  isReminderOn: boolean;
  categories: string[];
  dueDateTime: ZonedTime | undefined;
  startDateTime: ZonedTime | undefined;
  completedDateTime: ZonedTime | undefined;
  reminderDateTime: ZonedTime | undefined;
  recurrence: Recurrence | undefined;
}

export interface TodoTask {
  readonly key: string;
  readonly id: string;
  readonly list: TodoList;
  readonly createdAt: number;
  modifiedAt: number;
  bodyModifiedAt: number;
  changeKey: string;
  fields: TaskFields;
  /** `linkedResources` and `checklistItems`, as Graph's JSON. */
  parts: Record<TaskPart, Json[]>;
}

export type TaskPart = 'linkedResources' | 'checklistItems';

export interface TodoList {
  readonly key: string;
  readonly id: string;
  displayName: string;
  readonly wellknownListName: 'none' | 'defaultList' | 'flaggedEmails';
  changeKey: string;
  tasks: Map<string, TodoTask>;
  log: ChangeLog;
  gone: Map<string, ItemIds>;
  /** Delta tokens of an older epoch are refused. */
  epoch: number;
}

export interface TodoStore {
  lists: Map<string, TodoList>;
  listLog: ChangeLog;
  listEpoch: number;
  goneLists: Map<string, ItemIds>;
}

export function createTodoStore(source: ItemSource): TodoStore {
  const store: TodoStore = {
    lists: new Map(),
    listLog: createChangeLog(),
    listEpoch: 0,
    goneLists: new Map(),
  };
  addList(source, store, 'Tasks', 'defaultList');
  addList(source, store, 'Flagged Emails', 'flaggedEmails');
  return store;
}

export function addList(
  source: ItemSource,
  store: TodoStore,
  displayName: string,
  wellknownListName: TodoList['wellknownListName'] = 'none',
): TodoList {
  const change = nextChange(source);
  const list: TodoList = {
    key: nextKey(source),
    id: source.ids.nextRestId(),
    displayName,
    wellknownListName,
    changeKey: source.ids.changeKey(change),
    tasks: new Map(),
    log: createChangeLog(),
    gone: new Map(),
    epoch: 0,
  };
  store.lists.set(list.id, list);
  store.listLog.created(list.key, change);
  return list;
}

export function renameList(source: ItemSource, store: TodoStore, list: TodoList, displayName: string): void {
  const change = nextChange(source);
  list.displayName = displayName;
  list.changeKey = source.ids.changeKey(change);
  store.listLog.changed(list.key, change);
}

export function removeList(source: ItemSource, store: TodoStore, list: TodoList): void {
  for (const task of [...list.tasks.values()]) removeTask(source, task);
  store.lists.delete(list.id);
  store.goneLists.set(list.key, { restId: list.id, immutableId: list.id });
  store.listLog.deleted(list.key, nextChange(source));
}

export function addTask(source: ItemSource, list: TodoList, fields: TaskFields): TodoTask {
  const change = nextChange(source);
  const at = source.now();
  const task: TodoTask = {
    key: nextKey(source),
    id: source.ids.nextRestId(),
    list,
    createdAt: at,
    modifiedAt: at,
    bodyModifiedAt: at,
    changeKey: source.ids.changeKey(change),
    fields,
    parts: { linkedResources: [], checklistItems: [] },
  };
  list.tasks.set(task.id, task);
  list.log.created(task.id, change);
  source.onItem(changeOf(task, 'created'));
  return task;
}

/** Changes a task; with no fields it is only marked as changed, as when a part of it was. */
export function changeTask(source: ItemSource, task: TodoTask, fields: Partial<TaskFields> = {}): void {
  const change = nextChange(source);
  task.fields = { ...task.fields, ...fields };
  task.changeKey = source.ids.changeKey(change);
  task.modifiedAt = source.now();
  if (fields.body !== undefined) task.bodyModifiedAt = source.now();
  task.list.log.changed(task.id, change);
  source.onItem(changeOf(task, 'updated'));
}

export function removeTask(source: ItemSource, task: TodoTask): void {
  const { list, id } = task;
  list.tasks.delete(id);
  list.gone.set(id, { restId: id, immutableId: id });
  list.log.deleted(id, nextChange(source));
  source.onItem(changeOf(task, 'deleted'));
}

function changeOf({ id, changeKey, list }: TodoTask, changeType: ItemChange['changeType']): ItemChange {
  return { kind: 'task', changeType, ids: { restId: id, immutableId: id }, changeKey, container: list.id };
}
