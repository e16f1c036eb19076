/**
 * Counts what would have been mailed to people. Nothing is ever sent; a suite asserts that nothing was counted.
 */
import { attendeesOf, type EventContent, isMeeting } from './calendar/event.ts';
import type { Item } from './folder.ts';
import type { Call } from './world.ts';

/** Whether a SendMeeting... attribute means that anything is sent at all. */
export function isSending(disposition: string | undefined): boolean {
  return disposition !== undefined && disposition !== 'SendToNone';
}

/**
 * Counts invitations, updates or cancellations to the attendees of a meeting this mailbox organizes. With `before`, those
 * who were uninvited are counted too, and "changed" alone reaches only who came or went, if anybody did.
 */
export function countMeetingMail(
  call: Call,
  item: Item,
  disposition: string | undefined,
  before?: EventContent,
): number {
  const { event } = item;
  if (event === undefined || event.isReceived || !isSending(disposition)) return 0;
  const now = new Set(addressesOf(event));
  const then = new Set(before === undefined ? now : addressesOf(before));
  const all = new Set([...now, ...then]);
  const changed = [...all].filter((address) => !now.has(address) || !then.has(address));
  const isOnlyChanged = disposition?.includes('Changed') === true && changed.length > 0;
  const count = isOnlyChanged ? changed.length : all.size;
  if (count > 0) record(call, item, count);
  return count;
}

/** Counts an answer to the organizer of a meeting that was received. */
export function countReply(call: Call, item: Item): void {
  if (item.event !== undefined && isMeeting(item.event)) record(call, item, 1);
}

/** Counts a message that is sent to `recipientCount` people. */
export function countSend(call: Call, item: Item, recipientCount: number): void {
  record(call, item, recipientCount);
}

function addressesOf(event: EventContent): string[] {
  return attendeesOf(event).map(({ address, name }) => (address || name).toLowerCase());
}

function record(call: Call, item: Item, recipientCount: number): void {
  call.world.notifications.push({
    operation: call.operation,
    mailbox: call.mailbox?.address ?? call.caller.upn,
    itemClass: item.itemClass,
    recipientCount,
    at: call.world.now(),
  });
}
