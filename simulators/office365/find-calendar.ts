/** From a path to a calendar of the mailbox, the default one where the path names none. */
import { type Calendar, defaultCalendar } from './calendar-store.ts';
import { GraphError } from './errors.ts';
import type { MailboxCall } from './graph-call.ts';
import { isWellFormedId } from './ids.ts';

/** Fails with ErrorInvalidIdMalformed or ErrorItemNotFound. */
export function calendarOf({ mailbox, parts }: MailboxCall): Calendar {
  const { calendar: id } = parts;
  if (id === undefined) return defaultCalendar(mailbox.calendars);
  if (!isWellFormedId(id)) throw new GraphError('ErrorInvalidIdMalformed');
  const calendar = mailbox.calendars.calendars.get(id);
  if (calendar === undefined) throw new GraphError('ErrorItemNotFound');
  return calendar;
}
