/**
 * From ids in a path to folders and messages of one mailbox. Ids that could never be ids are refused in another way than
 * ids of things that are gone.
 */
import { GraphError } from './errors.ts';
import type { MailboxCall } from './graph-call.ts';
import { isWellFormedId } from './ids.ts';
import type { Folder, Message } from './mailbox.ts';

const WELL_KNOWN = new Set([
  'archive',
  'clutter',
  'conflicts',
  'conversationhistory',
  'deleteditems',
  'drafts',
  'inbox',
  'junkemail',
  'localfailures',
  'msgfolderroot',
  'outbox',
  'recoverableitemsdeletions',
  'scheduled',
  'searchfolders',
  'sentitems',
  'serverfailures',
  'syncissues',
]);

/** The folder of an id or well-known name. Fails with ErrorItemNotFound, ErrorFolderNotFound, ErrorInvalidIdMalformed. */
export function findFolder(call: MailboxCall, id: string): Folder {
  const role = id.toLowerCase();
  if (WELL_KNOWN.has(role)) {
    const found = [...call.mailbox.folders.values()].find((folder) => folder.role === role);
    if (found === undefined) throw new GraphError('ErrorFolderNotFound');
    return found;
  }
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const folder = call.mailbox.folders.get(id);
  if (folder === undefined) throw new GraphError('ErrorItemNotFound');
  return folder;
}

/** The message of an id in either form (letter case counts), in `folderId` when that is given. */
export function findMessage(call: MailboxCall, id: string, folderId?: string): Message {
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const message = call.mailbox.messages.get(id);
  const folder = folderId === undefined ? undefined : findFolder(call, folderId);
  if (message === undefined || (folder !== undefined && message.folder !== folder)) {
    throw new GraphError('ErrorItemNotFound');
  }
  return message;
}

/** The message that the path names. */
export function ofCall(call: MailboxCall): Message {
  return findMessage(call, call.parts.message ?? '', call.parts.folder);
}
