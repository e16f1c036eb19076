/** DeleteItem: to Deleted Items, or for good; counts the cancellations that would be sent. */
import { findItemByNode } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { findByRole, moveItem, removeItem } from '../mailbox.ts';
import { countNotification } from '../notifications.ts';
import type { Operation } from '../world.ts';
import { elementOf } from '../write-item.ts';
import { child } from '../xml-tree.ts';

export const deleteItem: Operation = async (call) => {
  const { DeleteType, SendMeetingCancellations } = call.request.attributes;
  if (DeleteType === undefined || !['HardDelete', 'SoftDelete', 'MoveToDeletedItems'].includes(DeleteType)) {
    throw schemaViolation("The required attribute 'DeleteType' is missing or invalid.");
  }
  return answerBatch(call, child(call.request, 'ItemIds')?.children ?? [], (id) => {
    const { mailbox, item } = findItemByNode(call, id);
    if (elementOf(item.itemClass) === 'CalendarItem' && SendMeetingCancellations === undefined) {
      throw new ServiceError('ErrorSendMeetingCancellationsRequired');
    }
    countNotification(call, item, SendMeetingCancellations);
    const trash = DeleteType === 'MoveToDeletedItems' ? findByRole(mailbox, 'deleteditems') : undefined;
    if (trash === undefined) removeItem(mailbox, item);
    else moveItem(mailbox, item, trash);
    return '';
  });
};
