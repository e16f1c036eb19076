/** MoveItem and CopyItem: into a folder of the same mailbox; the item gets a new id there. */
import { findItemByNode, findTargetFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import { draftOf, kindOf } from '../field-writes.ts';
import { deliver, moveItem as move, putItem } from '../mailbox.ts';
import { itemIdElement } from '../properties.ts';
import type { Operation } from '../world.ts';
import { elementOf } from '../write-item.ts';
import { child, childText } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const moveItem: Operation = async (call) =>
  answerBatch(
    call,
    child(call.request, 'ItemIds')?.children ?? [],
    (id) => {
      const { mailbox, item, originalStart } = findItemByNode(call, id);
      if (originalStart !== undefined) throw new ServiceError('ErrorCalendarCannotMoveOrCopyOccurrence');
      const target = findTargetFolder(call, child(call.request, 'ToFolderId'));
      if (target.mailbox !== mailbox) throw new ServiceError('ErrorCrossMailboxMoveCopy');
      let result = item;
      if (call.operation === 'MoveItem') move(mailbox, item, target.folder);
      else if (kindOf(item) !== undefined) result = putItem(mailbox, target.folder, draftOf(item));
      else {
        const { receivedAt, categories, sensitivity, itemClass, isRead } = item;
        const options = { receivedAt, categories, sensitivity, itemClass, isRead };
        result = deliver(mailbox, target.folder, item.raw, options);
      }
      if (childText(call.request, 'ReturnNewItemIds') === 'false') return '<m:Items/>';
      return element('m:Items', {}, element(`t:${elementOf(result.itemClass)}`, {}, itemIdElement(result)));
    },
    '<m:Items/>',
  );
