/** DeleteItem: to Deleted Items, or for good; single occurrences of series and tasks; counts the cancellations that would be sent. */
import { type FoundItem, findItemByNode } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { deleteOccurrence } from '../calendar/occurrences.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { findByRole, moveItem, removeItem } from '../mailbox.ts';
import { countMeetingMail, countReply, isSending } from '../notifications.ts';
import { skipTaskOccurrence } from '../personal-items.ts';
import type { Call, Operation } from '../world.ts';
import { elementOf } from '../write-item.ts';
import { child } from '../xml-tree.ts';
import { dayOf, toLocal } from '../zones/zone.ts';

export const deleteItem: Operation = async (call) => {
  const { DeleteType, SendMeetingCancellations, AffectedTaskOccurrences } = call.request.attributes;
  if (DeleteType === undefined || !['HardDelete', 'SoftDelete', 'MoveToDeletedItems'].includes(DeleteType))
    throw schemaViolation("The required attribute 'DeleteType' is missing or invalid.");
  const sends = ['SendToNone', 'SendOnlyToAll', 'SendToAllAndSaveCopy'];
  if (SendMeetingCancellations !== undefined && !sends.includes(SendMeetingCancellations))
    throw schemaViolation("The 'SendMeetingCancellations' attribute is invalid.");
  const affected = ['AllOccurrences', 'SpecifiedOccurrenceOnly'];
  if (AffectedTaskOccurrences !== undefined && !affected.includes(AffectedTaskOccurrences))
    throw schemaViolation("The 'AffectedTaskOccurrences' attribute is invalid.");
  return answerBatch(call, child(call.request, 'ItemIds')?.children ?? [], (id) => {
    const found = findItemByNode(call, id);
    const { mailbox, item } = found;
    const tag = elementOf(item.itemClass);
    if (tag === 'CalendarItem') countCancellation(call, found, SendMeetingCancellations);
    if (tag === 'Task' && skipsTask(call, found, AffectedTaskOccurrences)) return '';
    if (found.originalStart !== undefined) {
      deleteOccurrence(mailbox, item, found.originalStart);
      return '';
    }
    const trash = DeleteType === 'MoveToDeletedItems' ? findByRole(mailbox, 'deleteditems') : undefined;
    if (trash === undefined) removeItem(mailbox, item);
    else moveItem(mailbox, item, trash);
    return '';
  });
};

/** A meeting of one's own is cancelled, one that was received is declined. */
function countCancellation(call: Call, { item }: FoundItem, disposition: string | undefined): void {
  if (disposition === undefined) throw new ServiceError('ErrorSendMeetingCancellationsRequired');
  countMeetingMail(call, item, disposition);
  if (item.event?.isReceived === true && isSending(disposition)) countReply(call, item);
}

/** Whether only the current occurrence of a recurring task was to go, which is done then. */
function skipsTask(call: Call, { mailbox, item }: FoundItem, affected: string | undefined): boolean {
  if (affected === undefined) throw new ServiceError('ErrorAffectedTaskOccurrencesRequired');
  if (affected === 'AllOccurrences' || item.task === undefined) return false;
  const today = dayOf(toLocal(call.zone, call.world.now()));
  if (!skipTaskOccurrence(mailbox, item, today)) throw new ServiceError('ErrorCannotDeleteTaskOccurrence');
  return true;
}
