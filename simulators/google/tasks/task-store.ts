/**
 * One person's task lists and tasks: order among siblings, what is deleted, what is hidden. It is state and the
 * changes that calls and people's acts share. Times are milliseconds since 1970.
 */
import { nextVersion } from '../api.ts';
import { makeSecret } from '../tokens.ts';
import type { World } from '../world.ts';

export interface StoredTask {
  readonly id: string;
  version: number;
  updated: number;
  title: string;
  notes: string | undefined;
  /** Midnight UTC of the day; tasks know no time of day. */
  due: number | undefined;
  completed: number | undefined;
  isDeleted: boolean;
  /** Completed, and the list was cleared since. */
  isHidden: boolean;
  parent: string | undefined;
  /** Rises along its siblings. */
  position: number;
  /** Given by others, from a document or a chat room. */
  readonly isAssigned: boolean;
}

export interface StoredTaskList {
  readonly id: string;
  title: string;
  version: number;
  updated: number;
  readonly tasks: Map<string, StoredTask>;
}

export interface TaskStore {
  /** The first one is the default list. */
  readonly lists: Map<string, StoredTaskList>;
}

/** What a new task is made from. */
export interface NewTask {
  title?: string;
  notes?: string;
  due?: number;
  completed?: number;
  parent?: string;
  previous?: string;
  isAssigned?: boolean;
}

/** Nothing yet; the default list comes with the account. */
export function createTaskStore(): TaskStore {
  return { lists: new Map() };
}

/** Makes a list. */
export function addTaskList(world: World, store: TaskStore, title: string): StoredTaskList {
  const list: StoredTaskList = {
    id: makeSecret(24),
    title,
    version: nextVersion(world),
    updated: world.now(),
    tasks: new Map(),
  };
  store.lists.set(list.id, list);
  return list;
}

/** The list of an id; `@default` is the first one. */
export function findTaskList(store: TaskStore, id: string): StoredTaskList | undefined {
  return id === '@default' ? store.lists.values().next().value : store.lists.get(id);
}

/** Makes a task, first among its siblings unless it is put behind one. */
export function addTask(world: World, list: StoredTaskList, given: NewTask): StoredTask {
  const task: StoredTask = {
    id: makeSecret(16),
    version: 0,
    updated: 0,
    title: given.title ?? '',
    notes: given.notes,
    due: given.due,
    completed: given.completed,
    isDeleted: false,
    isHidden: false,
    parent: undefined,
    position: 0,
    isAssigned: given.isAssigned ?? false,
  };
  list.tasks.set(task.id, task);
  placeTask(list, task, given.parent, given.previous);
  return touchTask(world, list, task);
}

/** Stores a task as a new version. */
export function touchTask(world: World, list: StoredTaskList, task: StoredTask): StoredTask {
  task.version = nextVersion(world);
  task.updated = world.now();
  list.updated = world.now();
  return task;
}

/** Puts a task under a parent and behind a sibling; first where there is none. */
export function placeTask(
  list: StoredTaskList,
  task: StoredTask,
  parent: string | undefined,
  previous: string | undefined,
): void {
  task.parent = parent;
  const siblings = siblingsOf(list, parent).filter((each) => each !== task);
  const index = previous === undefined ? 0 : siblings.findIndex((each) => each.id === previous) + 1;
  siblings.splice(index, 0, task);
  for (const [position, each] of siblings.entries()) each.position = position;
}

/** The tasks under one parent, in their order. */
export function siblingsOf(list: StoredTaskList, parent: string | undefined): StoredTask[] {
  return [...list.tasks.values()]
    .filter((each) => each.parent === parent)
    .sort((one, other) => one.position - other.position);
}

/** Completes a task, or opens it again. */
export function completeTask(world: World, task: StoredTask, isCompleted: boolean): void {
  if (isCompleted) task.completed = task.completed ?? world.now();
  else {
    task.completed = undefined;
    task.isHidden = false;
  }
}

/** Deletes a task with what is under it. */
export function removeTask(world: World, list: StoredTaskList, task: StoredTask): void {
  for (const each of [task, ...siblingsOf(list, task.id)]) {
    if (each.isDeleted) continue;
    each.isDeleted = true;
    touchTask(world, list, each);
  }
}

/** Hides what is completed. */
export function clearTasks(world: World, list: StoredTaskList): void {
  for (const task of list.tasks.values()) {
    if (task.completed === undefined || task.isHidden || task.isDeleted) continue;
    task.isHidden = true;
    touchTask(world, list, task);
  }
}
