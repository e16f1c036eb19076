/** From a path to a task list, by its id or well-known name, and to one of its tasks. */
import { GraphError } from './errors.ts';
import type { MailboxCall } from './graph-call.ts';
import type { TodoList, TodoTask } from './todo-store.ts';

/** The list that the path names. Fails with ErrorItemNotFound. */
export function listOf({ mailbox, parts }: MailboxCall): TodoList {
  const { list: id = '' } = parts;
  const byName = [...mailbox.todo.lists.values()].find(
    ({ wellknownListName }) => wellknownListName === id && wellknownListName !== 'none',
  );
  const list = byName ?? mailbox.todo.lists.get(id);
  if (list === undefined) throw new GraphError('ErrorItemNotFound');
  return list;
}

/** The task that the path names. Fails with ErrorItemNotFound. */
export function taskOf(call: MailboxCall): TodoTask {
  const task = listOf(call).tasks.get(call.parts.task ?? '');
  if (task === undefined) throw new GraphError('ErrorItemNotFound');
  return task;
}
