/**
 * What CreateItem does with response objects: a meeting that was received is accepted, tentatively accepted, declined or
 * taken off the calendar, one's own is cancelled. Each but RemoveItem is mail to somebody and counted, unless only saved.
 * https://learn.microsoft.com/exchange/client-developer/web-service-reference/acceptitem
 */
import { type FoundItem, findItemByNode } from '../access.ts';
import type { FreeBusy, ResponseType } from '../calendar/event.ts';
import { deleteOccurrence } from '../calendar/occurrences.ts';
import { ServiceError, schemaViolation } from '../errors.ts';
import { findByRole, moveItem } from '../mailbox.ts';
import { countMeetingMail, countReply } from '../notifications.ts';
import { changePersonal } from '../personal-items.ts';
import { itemIdElement } from '../properties.ts';
import type { Call } from '../world.ts';
import { child, type XmlNode } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

interface Answer {
  response: ResponseType | undefined;
  freeBusy: FreeBusy | undefined;
  /** The code for the wrong side: the organizer's, or for a cancellation the attendee's. */
  refusal: string;
}

const ANSWERS: Readonly<Record<string, Answer>> = {
  AcceptItem: { response: 'Accept', freeBusy: 'Busy', refusal: 'ErrorCalendarIsOrganizerForAccept' },
  TentativelyAcceptItem: {
    response: 'Tentative',
    freeBusy: 'Tentative',
    refusal: 'ErrorCalendarIsOrganizerForTentative',
  },
  DeclineItem: { response: 'Decline', freeBusy: undefined, refusal: 'ErrorCalendarIsOrganizerForDecline' },
  RemoveItem: { response: undefined, freeBusy: undefined, refusal: 'ErrorCalendarIsOrganizerForRemove' },
  CancelCalendarItem: { response: undefined, freeBusy: undefined, refusal: 'ErrorCalendarIsNotOrganizer' },
};

export function isMeetingAnswer(node: XmlNode): boolean {
  return Object.hasOwn(ANSWERS, node.name);
}

/** Carries one out. */
export function answerMeeting(call: Call, node: XmlNode): string {
  const answer = ANSWERS[node.name];
  const reference = child(node, 'ReferenceItemId');
  if (answer === undefined || reference === undefined)
    throw schemaViolation(`The element '${node.name}' has incomplete content.`);
  const { MessageDisposition } = call.request.attributes;
  if (MessageDisposition === undefined) throw new ServiceError('ErrorMessageDispositionRequired');
  const found = findItemByNode(call, { ...reference, name: 'ItemId' });
  const { event } = found.item;
  if (event === undefined) throw new ServiceError(`ErrorInvalidItemForOperation${refusalName(node.name)}`);
  const isOwn = !event.isReceived;
  if (isOwn !== (node.name === 'CancelCalendarItem')) throw new ServiceError(answer.refusal);
  const isSending = MessageDisposition !== 'SaveOnly';
  if (node.name === 'CancelCalendarItem') {
    if (isSending) countMeetingMail(call, found.item, 'SendToAllAndSaveCopy');
    takeAway(found);
    return '<m:Items/>';
  }
  if (isSending && answer.response !== undefined) countReply(call, found.item);
  if (answer.freeBusy === undefined) {
    takeAway(found);
    return '<m:Items/>';
  }
  const { response, freeBusy } = answer;
  const changed = changePersonal(found, call.zone, (draft) => {
    if (draft.event === undefined || response === undefined) return;
    draft.event = { ...draft.event, myResponse: response, freeBusy, respondedAt: call.world.now() };
  });
  return element('m:Items', {}, element('t:CalendarItem', {}, itemIdElement(changed)));
}

function refusalName(name: string): string {
  if (name === 'CancelCalendarItem') return 'CancelItem';
  return name === 'TentativelyAcceptItem' ? 'Tentative' : name;
}

function takeAway({ mailbox, item, originalStart }: FoundItem): void {
  if (originalStart !== undefined) {
    deleteOccurrence(mailbox, item, originalStart);
    return;
  }
  const trash = findByRole(mailbox, 'deleteditems');
  if (trash !== undefined) moveItem(mailbox, item, trash);
}
