/** users.labels: the system labels and the user's own. */
import { refuse } from './errors.ts';
import { addLabel, findLabel, type Label, type Mailbox, removeLabel } from './mailbox.ts';
import { READ_METADATA } from './message-methods.ts';
import type { Method, MethodCall } from './method.ts';
import { scopeOf } from './scopes.ts';

const WRITE = [scopeOf('mail'), scopeOf('gmail.modify'), scopeOf('gmail.labels')];
const READ = [...READ_METADATA, scopeOf('gmail.labels')];
const NAME_LENGTH_MAX = 225;

/** The methods of users.labels. */
export const LABEL_METHODS: readonly Method[] = [
  {
    id: 'gmail.users.labels.list',
    verb: 'GET',
    path: 'labels',
    scopes: READ,
    answer: ({ mailbox }) => ({ labels: [...mailbox.labels.values()] }),
  },
  {
    id: 'gmail.users.labels.get',
    verb: 'GET',
    path: 'labels/{id}',
    scopes: READ,
    answer: (call) => ({ ...labelOf(call), ...countMessages(call.mailbox, call.path.id ?? '') }),
  },
  { id: 'gmail.users.labels.create', verb: 'POST', path: 'labels', scopes: WRITE, answer: create },
  { id: 'gmail.users.labels.patch', verb: 'PATCH', path: 'labels/{id}', scopes: WRITE, answer: change },
  { id: 'gmail.users.labels.update', verb: 'PUT', path: 'labels/{id}', scopes: WRITE, answer: change },
  {
    id: 'gmail.users.labels.delete',
    verb: 'DELETE',
    path: 'labels/{id}',
    scopes: WRITE,
    answer: (call) => removeLabel(call.mailbox, ownLabelOf(call, 'Invalid delete request').id),
  },
];

function labelOf({ mailbox, path }: MethodCall): Label {
  const label = mailbox.labels.get(path.id ?? '');
  if (label === undefined) throw refuse('notFound');
  return label;
}

function ownLabelOf(call: MethodCall, problem: string): Label {
  const label = labelOf(call);
  if (label.type === 'system') throw refuse('invalidArgument', problem);
  return label;
}

function countMessages(mailbox: Mailbox, id: string) {
  const messages = [...mailbox.messages.values()].filter((message) => message.labelIds.has(id));
  const unread = messages.filter((message) => message.labelIds.has('UNREAD'));
  return {
    messagesTotal: messages.length,
    messagesUnread: unread.length,
    threadsTotal: new Set(messages.map((message) => message.threadId)).size,
    threadsUnread: new Set(unread.map((message) => message.threadId)).size,
  };
}

function create({ mailbox, body }: MethodCall) {
  const looks = { messageListVisibility: 'show', labelListVisibility: 'labelShow', ...readLooks(body) };
  return addLabel(mailbox, readName(mailbox, body.name), looks);
}

function change(call: MethodCall) {
  const label = ownLabelOf(call, 'Invalid update request');
  const { name } = call.body;
  if (name !== undefined && name !== label.name) label.name = readName(call.mailbox, name, label);
  Object.assign(label, readLooks(call.body));
  return label;
}

function readName(mailbox: Mailbox, value: unknown, self?: Label): string {
  const name = typeof value === 'string' ? value.trim() : '';
  if (name === '' || name.length > NAME_LENGTH_MAX || name.startsWith('/') || name.endsWith('/')) {
    throw refuse('invalidArgument', 'Invalid label name');
  }
  const same = findLabel(mailbox, name);
  if (same !== undefined && same !== self) throw refuse('aborted', 'Label name exists or conflicts');
  return name;
}

function readLooks(body: MethodCall['body']): Partial<Label> {
  const { labelListVisibility, messageListVisibility, color } = body;
  const isFine =
    ['labelShow', 'labelShowIfUnread', 'labelHide', undefined].includes(labelListVisibility as string) &&
    ['show', 'hide', undefined].includes(messageListVisibility as string);
  if (!isFine) throw refuse('invalidArgument', 'Invalid value of a visibility');
  return {
    ...(typeof labelListVisibility === 'string' ? { labelListVisibility } : {}),
    ...(typeof messageListVisibility === 'string' ? { messageListVisibility } : {}),
    ...(typeof color === 'object' && color !== null
      ? { color: color as { textColor: string; backgroundColor: string } }
      : {}),
  };
}
