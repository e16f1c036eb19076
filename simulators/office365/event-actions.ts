/**
 * Actions on meetings: an attendee accepts, tentatively accepts or declines, the organizer cancels, anybody forwards; and what is
 * done with reminders, which is between a person and his calendar.
 * https://learn.microsoft.com/graph/api/event-accept
 */
import { cancelOccurrence, changeEvent, changeOccurrence, removeEvent } from './calendar-store.ts';
import { GraphError } from './errors.ts';
import type { Instance } from './event-instances.ts';
import { deleteEvent } from './event-writes.ts';
import { authorOf, eventOf } from './events.ts';
import { type GraphAnswer, type MailboxCall, readJson } from './graph-call.ts';
import { type Author, mailResponse } from './meeting-mail.ts';
import { instant } from './message-json.ts';

export type Answer = 'accepted' | 'tentativelyAccepted' | 'declined';

const ANSWERS: Readonly<Record<string, Answer>> = {
  accept: 'accepted',
  tentativelyaccept: 'tentativelyAccepted',
  decline: 'declined',
};

/** accept, tentativelyAccept, decline. A response is mailed unless `sendResponse` is false. */
export function respondToEvent(call: MailboxCall): GraphAnswer {
  const instance = eventOf(call);
  const body = lowerCased(readJson(call));
  const isSent = body.sendresponse !== false;
  const word = ANSWERS[call.parts.action?.toLowerCase() ?? ''] ?? 'accepted';
  if (instance.event.isOrganizer) {
    throw invalid("You can't respond to this meeting because you're the meeting organizer.");
  }
  if (isSent && !instance.fields.responseRequested) {
    throw invalid("The meeting organizer hasn't requested a response.");
  }
  const isProposed = body.proposednewtime !== undefined && body.proposednewtime !== null;
  if (isProposed && (!isSent || !instance.fields.allowNewTimeProposals)) {
    throw invalid('A new time cannot be proposed for this meeting.');
  }
  respond(authorOf(call), instance, word, isSent);
  return { status: 202 };
}

/** Sets a person's answer in his calendar; a declined meeting leaves it. */
export function respond(author: Author, { event, day }: Instance, response: Answer, isSent: boolean): void {
  const { mailbox } = author;
  const status = { response, time: instant(author.world.now()) };
  if (isSent) mailResponse(author, event, status, day);
  const showAs = response === 'accepted' ? 'busy' : 'tentative';
  if (response === 'declined') {
    if (day === undefined) removeEvent(mailbox, mailbox.calendars, event);
    else cancelOccurrence(mailbox, event, day);
  } else if (day === undefined) changeEvent(mailbox, event, { responseStatus: status, showAs });
  else changeOccurrence(mailbox, event, day, { responseStatus: status, showAs });
}

/** The organizer's cancel; his attendees get a cancellation and the meeting leaves the calendar. */
export function cancelEvent(call: MailboxCall): GraphAnswer {
  const instance = eventOf(call);
  if (!instance.event.isOrganizer) throw invalid('You need to be an organizer to cancel a meeting.');
  deleteEvent(authorOf(call), instance);
  return { status: 202 };
}

/** One mail to those it is forwarded to. */
export function forwardEvent(call: MailboxCall): GraphAnswer {
  const { fields } = eventOf(call);
  const { torecipients } = lowerCased(readJson(call));
  if (!Array.isArray(torecipients) || torecipients.length === 0) throw invalid('A recipient is needed.');
  if (fields.attendees.length === 0) throw invalid('Only meetings can be forwarded.');
  const to = torecipients.map((each: { emailAddress?: { address?: unknown } } | null) =>
    String(each?.emailAddress?.address ?? ''),
  );
  call.world.notifications.push({ kind: 'forward', from: call.user.mail, to, at: call.world.now() });
  return { status: 202 };
}

/** dismissReminder, snoozeReminder: nothing that a calendar shows changes. */
export function handleReminder(call: MailboxCall): GraphAnswer {
  eventOf(call);
  return { status: 202 };
}

function lowerCased(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));
}

function invalid(reason: string): GraphError {
  return new GraphError('ErrorInvalidRequest', `Your request can't be completed. ${reason}`, 400);
}
