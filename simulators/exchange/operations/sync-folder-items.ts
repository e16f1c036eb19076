/** SyncFolderItems: a page of what changed in one folder since a state. */
import { findTargetFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { itemIdElement } from '../properties.ts';
import { readShape, type Shape } from '../shape.ts';
import { readSyncPage, type SyncChange } from '../sync-pass.ts';
import { readSyncState, writeSyncState } from '../sync-states.ts';
import type { Call, Operation } from '../world.ts';
import { checkShape, writeItem } from '../write-item.ts';
import { child, childText } from '../xml-tree.ts';
import { element, textElement } from '../xml-writer.ts';

const CHANGES_MAX = 512;

export const syncFolderItems: Operation = async (call) => {
  const shape = readShape(child(call.request, 'ItemShape'));
  const max = Number(childText(call.request, 'MaxChangesReturned'));
  if (!Number.isInteger(max) || max < 1 || max > CHANGES_MAX) {
    throw schemaViolation(
      `The 'MaxChangesReturned' element is invalid - it must lie between 1 and ${CHANGES_MAX}.`,
    );
  }
  return answerBatch(call, [call.request], async () => {
    checkShape(shape, 'sync');
    const { mailbox, folder } = findTargetFolder(call, child(call.request, 'SyncFolderId'));
    const scope = {
      kind: 'items' as const,
      mailbox: mailbox.guid.toString('hex'),
      folder: folder.id,
      epoch: folder.syncEpoch,
    };
    const text = childText(call.request, 'SyncState') ?? '';
    const from = text === '' ? undefined : readSyncState(text, scope);
    if (text !== '' && from === undefined) throw new ServiceError('ErrorInvalidSyncStateData');
    const ignored = (child(call.request, 'Ignore')?.children ?? []).map((node) => node.attributes.Id ?? '');
    const page = readSyncPage(folder, from, max, new Set(ignored), mailbox.changeNumber);
    const changes: string[] = [];
    for (const change of page.changes) changes.push(await writeChange(call, change, shape));
    return [
      textElement('m:SyncState', writeSyncState(scope, page.next, folder.items.size >> 2)),
      textElement('m:IncludesLastItemInRange', page.includesLast),
      element('m:Changes', {}, ...changes),
    ].join('');
  });
};

async function writeChange(call: Call, change: SyncChange, shape: Shape): Promise<string> {
  switch (change.kind) {
    case 'Delete':
      return element('t:Delete', {}, element('t:ItemId', { Id: change.id }));
    case 'ReadFlagChange':
      return element(
        't:ReadFlagChange',
        {},
        itemIdElement(change.item),
        textElement('t:IsRead', change.item.isRead),
      );
    default:
      return element(
        `t:${change.kind}`,
        {},
        await writeItem(change.item, shape, 'sync', call.world.viewMessage),
      );
  }
}
