/** users.threads: what is done to all messages of a thread at once. Lists and reading are in mailbox-methods.ts. */
import { refuse } from './errors.ts';
import { changeLabels, messagesOfThread, removeMessage, type StoredMessage } from './mailbox.ts';
import { checkChange } from './message-methods.ts';
import { checkId, type Method, type MethodCall, textsOf } from './method.ts';
import { scopeOf } from './scopes.ts';

const WHOLE = [scopeOf('mail')];
const MODIFY = [...WHOLE, scopeOf('gmail.modify')];

/** The methods that change threads. */
export const THREAD_METHODS: readonly Method[] = [
  {
    id: 'gmail.users.threads.modify',
    verb: 'POST',
    path: 'threads/{id}/modify',
    scopes: MODIFY,
    answer: (call) => relabel(call, textsOf(call.body, 'addLabelIds'), textsOf(call.body, 'removeLabelIds')),
  },
  {
    id: 'gmail.users.threads.trash',
    verb: 'POST',
    path: 'threads/{id}/trash',
    scopes: MODIFY,
    answer: (call) => relabel(call, ['TRASH'], ['INBOX']),
  },
  {
    id: 'gmail.users.threads.untrash',
    verb: 'POST',
    path: 'threads/{id}/untrash',
    scopes: MODIFY,
    answer: (call) => relabel(call, [], ['TRASH']),
  },
  {
    id: 'gmail.users.threads.delete',
    verb: 'DELETE',
    path: 'threads/{id}',
    scopes: WHOLE,
    answer: (call) => {
      for (const message of messagesOf(call)) removeMessage(call.mailbox, message);
    },
  },
];

/** The messages of the path's thread. Throws 400 for what is no id, 404 for what does not exist. */
function messagesOf({ mailbox, path }: MethodCall): StoredMessage[] {
  const id = path.id ?? '';
  checkId(id);
  const messages = messagesOfThread(mailbox, id);
  if (messages.length === 0) throw refuse('notFound');
  return messages;
}

function relabel(call: MethodCall, add: readonly string[], remove: readonly string[]) {
  const messages = messagesOf(call);
  checkChange(call.mailbox, add, remove);
  for (const message of messages) changeLabels(call.mailbox, message, add, remove);
  return {
    id: call.path.id,
    messages: messages.map(({ id, threadId, labelIds }) => ({ id, threadId, labelIds: [...labelIds] })),
  };
}
