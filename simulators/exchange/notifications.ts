/**
 * Counts what would have been mailed to people. Nothing is ever sent; a suite asserts that nothing was counted.
 */
import type { Item } from './folder.ts';
import type { Call } from './world.ts';
import { elementOf } from './write-item.ts';

/** Counts invitations, updates or cancellations of a calendar item that `disposition` would send to attendees. */
export function countNotification(call: Call, item: Item, disposition: string | undefined): void {
  if (elementOf(item.itemClass) !== 'CalendarItem' || item.attendeeCount === 0) return;
  if (disposition === undefined || disposition === 'SendToNone') return;
  count(call, item, item.attendeeCount);
}

/** Counts a message that is sent to `recipientCount` people. */
export function countSend(call: Call, item: Item, recipientCount: number): void {
  count(call, item, recipientCount);
}

function count(call: Call, item: Item, recipientCount: number): void {
  call.world.notifications.push({
    operation: call.operation,
    mailbox: call.mailbox?.address ?? call.caller.upn,
    itemClass: item.itemClass,
    recipientCount,
    at: call.world.now(),
  });
}
