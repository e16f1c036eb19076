/** The paths of Microsoft To Do below a user, and what permission each takes. */
import { TASKS_READ, TASKS_WRITE } from './permissions.ts';
import type { Route } from './route.ts';
import * as todo from './todo.ts';
import * as parts from './todo-parts.ts';

const LIST = '/todo/lists/(?<list>[^/]+)';
const TASK = `${LIST}/tasks/(?<task>[^/]+)`;
const PARTS = `${TASK}/(?<kind>linkedResources|checklistItems)`;
const at = (path: string) => new RegExp(`^${path}$`);

export const todoRoutes: readonly Route[] = [
  ['GET', at('/todo/lists/delta'), 'todoLists.delta', TASKS_READ, todo.answerListDelta],
  ['GET', at('/todo/lists'), 'todoLists.list', TASKS_READ, todo.listLists],
  ['POST', at('/todo/lists'), 'todoList.create', TASKS_WRITE, todo.createList],
  ['GET', at(LIST), 'todoList.get', TASKS_READ, todo.getList],
  ['PATCH', at(LIST), 'todoList.update', TASKS_WRITE, todo.updateList],
  ['DELETE', at(LIST), 'todoList.delete', TASKS_WRITE, todo.deleteList],
  ['GET', at(`${LIST}/tasks/delta`), 'tasks.delta', TASKS_READ, todo.answerTaskDelta],
  ['GET', at(String.raw`${LIST}/tasks/\$count`), 'tasks.count', TASKS_READ, todo.countTasks],
  ['GET', at(`${LIST}/tasks`), 'tasks.list', TASKS_READ, todo.listTasks],
  ['POST', at(`${LIST}/tasks`), 'task.create', TASKS_WRITE, todo.createTask],
  ['GET', at(TASK), 'task.get', TASKS_READ, todo.getTask],
  ['PATCH', at(TASK), 'task.update', TASKS_WRITE, todo.updateTask],
  ['DELETE', at(TASK), 'task.delete', TASKS_WRITE, todo.deleteTask],
  ['GET', at(PARTS), 'taskParts.list', TASKS_READ, parts.listParts],
  ['POST', at(PARTS), 'taskPart.create', TASKS_WRITE, parts.createPart],
  ['GET', at(`${PARTS}/(?<part>[^/]+)`), 'taskPart.get', TASKS_READ, parts.getPart],
  ['PATCH', at(`${PARTS}/(?<part>[^/]+)`), 'taskPart.update', TASKS_WRITE, parts.updatePart],
  ['DELETE', at(`${PARTS}/(?<part>[^/]+)`), 'taskPart.delete', TASKS_WRITE, parts.deletePart],
];
