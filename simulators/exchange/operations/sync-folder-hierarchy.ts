/** SyncFolderHierarchy: which folders came, changed or went since a state; below the whole mailbox only. */
import { findTargetFolder, ownMailbox } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import type { Mailbox } from '../mailbox.ts';
import { readShape } from '../shape.ts';
import { readSyncState, writeSyncState } from '../sync-states.ts';
import type { Operation } from '../world.ts';
import { writeFolder } from '../write-folder.ts';
import { child, childText } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

export const syncFolderHierarchy: Operation = async (call) => {
  const shape = readShape(child(call.request, 'FolderShape'));
  return answerBatch(call, [call.request], () => {
    const target = child(call.request, 'SyncFolderId');
    const mailbox = target === undefined ? ownMailbox(call) : findTargetFolder(call, target).mailbox;
    const scope = {
      kind: 'hierarchy' as const,
      mailbox: mailbox.guid.toString('hex'),
      folder: 'msgfolderroot',
      epoch: mailbox.hierarchyEpoch,
    };
    const text = childText(call.request, 'SyncState') ?? '';
    const from = text === '' ? undefined : readSyncState(text, scope);
    if (text !== '' && from === undefined) throw new ServiceError('ErrorInvalidSyncStateData');
    const changes = [...readHierarchy(mailbox, from?.base ?? 0)].map(({ kind, id }) => {
      const folder = mailbox.folders.get(id);
      if (kind === 'Delete' || folder === undefined)
        return element('t:Delete', {}, element('t:FolderId', { Id: id }));
      return element(`t:${kind}`, {}, writeFolder(mailbox, folder, shape, call.world.hasCommitMarks));
    });
    const at = { base: mailbox.changeNumber, position: mailbox.changeNumber };
    return [
      textElement('m:SyncState', writeSyncState(scope, at, mailbox.folders.size * 8)),
      textElement('m:IncludesLastFolderInRange', true),
      element('m:Changes', {}, ...changes),
    ].join('');
  });
};

function* readHierarchy(
  mailbox: Mailbox,
  base: number,
): Iterable<{ kind: 'Create' | 'Update' | 'Delete'; id: string }> {
  for (const entry of mailbox.hierarchyLog.since(base)) {
    const isNew = entry.createdAtChange > base;
    if (entry.deleted) {
      if (!isNew) yield { kind: 'Delete', id: entry.key };
    } else yield { kind: isNew ? 'Create' : 'Update', id: entry.key };
  }
}
