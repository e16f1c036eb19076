/** What people do to their tasks in Google's own clients, as functions. Tasks are found by id in all lists. */
import type { Account, World } from '../world.ts';
import { readTask, showTask } from './task-json.ts';
import {
  addTask,
  addTaskList,
  clearTasks,
  completeTask,
  findTaskList,
  removeTask,
  type StoredTask,
  type StoredTaskList,
  touchTask,
} from './task-store.ts';

/** A task in the words of the API, e.g. `{title, notes, due}`. */
export type TaskJson = Readonly<Record<string, unknown>>;

export interface TaskActs {
  /** Makes a list and gives its id. */
  createTaskList(address: string, title: string): string;
  /** Makes a task in the default list, or in the one named, and gives its id. */
  addTask(address: string, task: TaskJson, listId?: string): string;
  /** Somebody assigns a task from a chat room; gives its id. */
  assignTask(address: string, task: TaskJson): string;
  changeTask(address: string, taskId: string, task: TaskJson): void;
  /** Completes a task, or opens it again; what Google's own clients complete is hidden at once. */
  completeTask(address: string, taskId: string, isCompleted?: boolean): void;
  removeTask(address: string, taskId: string): void;
  /** Hides what is completed in a list. */
  clearTasks(address: string, listId?: string): void;
  /** Tasks as the API shows them, deleted ones too. */
  taskSnapshot(address: string, listId?: string): Record<string, unknown>[];
}

/** The acts over a world. */
export function createTaskActs(world: World, accountOf: (address: string) => Account): TaskActs {
  const listOf = (address: string, id = '@default'): StoredTaskList => {
    const list = findTaskList(accountOf(address).tasks, id);
    if (list === undefined) throw new Error('no task list has this id');
    return list;
  };
  const find = (address: string, id: string): { list: StoredTaskList; task: StoredTask } => {
    for (const list of accountOf(address).tasks.lists.values()) {
      const task = list.tasks.get(id);
      if (task !== undefined) return { list, task };
    }
    throw new Error('no task has this id');
  };
  const add = (list: StoredTaskList, given: TaskJson, isAssigned: boolean): string => {
    const { title, notes, due } = readTask(given);
    return addTask(world, list, {
      isAssigned,
      ...(title === undefined ? {} : { title }),
      ...(notes === undefined || notes === null ? {} : { notes }),
      ...(due === undefined || due === null ? {} : { due }),
    }).id;
  };
  return {
    createTaskList: (address, title) => addTaskList(world, accountOf(address).tasks, title).id,
    addTask: (address, task, listId) => add(listOf(address, listId), task, false),
    assignTask: (address, task) => add(listOf(address), task, true),
    changeTask(address, taskId, given) {
      const { list, task } = find(address, taskId);
      const { title, notes, due } = readTask(given);
      if (title !== undefined) task.title = title;
      if (notes !== undefined) task.notes = notes ?? undefined;
      if (due !== undefined) task.due = due ?? undefined;
      touchTask(world, list, task);
    },
    completeTask(address, taskId, isCompleted = true) {
      const { list, task } = find(address, taskId);
      completeTask(world, task, isCompleted);
      task.isHidden = isCompleted;
      touchTask(world, list, task);
    },
    removeTask(address, taskId) {
      const { list, task } = find(address, taskId);
      removeTask(world, list, task);
    },
    clearTasks: (address, listId) => clearTasks(world, listOf(address, listId)),
    taskSnapshot(address, listId) {
      const list = listOf(address, listId);
      return [...list.tasks.values()].map((task) => showTask(world, list, task));
    },
  };
}
