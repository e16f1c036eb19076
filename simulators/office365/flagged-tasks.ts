/** The list *Flagged Emails* of To Do follows the flags of mail: a flagged mail is a task there, with a link back to the mail. */
import { findHeader } from '../shared/headers.ts';
import type { Mailbox, Message } from './mailbox.ts';
import { NEW_TASK } from './todo-json.ts';
import { addTask, changeTask, removeTask, type TodoTask } from './todo-store.ts';

const TASKS = new WeakMap<Message, TodoTask>();

/** Called after the flag of a message was set. */
export function followFlag(mailbox: Mailbox, message: Message): void {
  const list = [...mailbox.todo.lists.values()].find((each) => each.wellknownListName === 'flaggedEmails');
  const { flagStatus } = message.flag;
  const known = TASKS.get(message);
  const task = known !== undefined && list?.tasks.has(known.id) === true ? known : undefined;
  if (list === undefined) return;
  if (flagStatus === 'notFlagged') {
    if (task !== undefined) removeTask(mailbox, task);
    return;
  }
  const status = flagStatus === 'complete' ? 'completed' : 'notStarted';
  if (task !== undefined) {
    changeTask(mailbox, task, { status });
    return;
  }
  const title = message.subject ?? findHeader(message.headers, 'subject') ?? '';
  const made = addTask(mailbox, list, { ...NEW_TASK, title, status });
  made.parts.linkedResources = [
    { id: `flag-${made.key}`, applicationName: 'Outlook', displayName: title, externalId: message.restId },
  ];
  TASKS.set(message, made);
}
