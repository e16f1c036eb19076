/**
 * What a meeting's organizer and its attendees mail each other. For programs each mail is counted in the notifications log, since
 * Graph has no way to hold it back; what people do is not. Attendees with a mailbox here get the meeting into their calendar.
 * https://learn.microsoft.com/graph/api/event-update (which attendees an update goes to)
 */
import {
  type Attendee,
  addEvent,
  type CalendarEvent,
  changeEvent,
  changeOccurrence,
  defaultCalendar,
  type EventFields,
  type ResponseStatus,
} from './calendar-store.ts';
import { findUser, type UserAccount } from './directory.ts';
import type { Mailbox } from './mailbox.ts';
import { instant } from './message-json.ts';
import type { SentNotification, World } from './world.ts';

/** Who writes: the owner of the mailbox by a program (which is counted) or by hand. */
export interface Author {
  readonly world: World;
  readonly user: UserAccount;
  readonly mailbox: Mailbox;
  readonly isProgram: boolean;
}

/** Mails the organizer's meeting to `attendees`; `day` names one occurrence. Nothing goes out where there is nobody. */
export function mailMeeting(
  author: Author,
  kind: 'invitation' | 'update' | 'cancellation',
  event: CalendarEvent,
  attendees: readonly Attendee[],
  day?: number,
): void {
  const own = author.user.mail.toLowerCase();
  const others = attendees
    .map(({ emailAddress }) => emailAddress.address)
    .filter((address) => address.toLowerCase() !== own);
  if (others.length === 0) return;
  count(author, kind, others);
  for (const address of others) {
    const mailbox = findUser(author.world.tenants, address)?.mailbox;
    if (mailbox === undefined || mailbox === author.mailbox) continue;
    if (kind === 'cancellation') cancelCopy(mailbox, event, day);
    else updateCopy(mailbox, event);
  }
}

/** Mails an attendee's answer to the organizer, whose copy then shows it. */
export function mailResponse(
  author: Author,
  event: CalendarEvent,
  status: ResponseStatus,
  day?: number,
): void {
  const { address } = event.fields.organizer;
  count(author, 'response', [address]);
  const organizer = findUser(author.world.tenants, address);
  const { mailbox } = organizer ?? {};
  const original = mailbox === undefined ? undefined : findByUid(mailbox, event.uid);
  if (organizer === undefined || mailbox === undefined || original?.isOrganizer !== true) return;
  const { user } = author;
  const names = [user.mail, user.upn, ...user.aliases];
  setAttendeeStatus({ ...author, user: organizer, mailbox }, original, names, status, day);
}

/** Sets the status of the attendee who goes by one of `names`, in the organizer's copy; `day` names one occurrence. */
export function setAttendeeStatus(
  { mailbox }: Author,
  event: CalendarEvent,
  names: readonly string[],
  status: ResponseStatus,
  day?: number,
): void {
  const wanted = names.map((each) => each.toLowerCase());
  const known = day === undefined ? undefined : event.exceptions.get(day)?.fields.attendees;
  const attendees = (known ?? event.fields.attendees).map((each) =>
    wanted.includes(each.emailAddress.address.toLowerCase()) ? { ...each, status } : each,
  );
  if (day === undefined) changeEvent(mailbox, event, { attendees });
  else changeOccurrence(mailbox, event, day, { attendees });
}

function count({ world, user, isProgram }: Author, kind: SentNotification['kind'], to: string[]): void {
  if (isProgram) world.notifications.push({ kind, from: user.mail, to, at: world.now() });
}

function findByUid({ calendars }: Mailbox, uid: string): CalendarEvent | undefined {
  return [...defaultCalendar(calendars).events.values()].find((event) => event.uid === uid);
}

/** What belongs to each person's own copy. */
type Shared = Omit<
  EventFields,
  'categories' | 'isReminderOn' | 'reminderMinutesBeforeStart' | 'showAs' | 'responseStatus'
>;

function sharedFields({ fields }: CalendarEvent): Shared {
  const { categories: _c, isReminderOn: _r, reminderMinutesBeforeStart: _m, showAs: _s, ...rest } = fields;
  const { responseStatus: _own, ...shared } = rest;
  return shared;
}

function updateCopy(mailbox: Mailbox, event: CalendarEvent): void {
  const copy = findByUid(mailbox, event.uid);
  const { recurrence, uid } = event;
  const waiting = {
    responseStatus: { response: 'notResponded' as const, time: instant(mailbox.now()) },
    showAs: 'tentative',
  };
  const shared = sharedFields(event);
  if (copy === undefined) {
    const fields: EventFields = {
      ...shared,
      ...waiting,
      categories: [],
      isReminderOn: true,
      reminderMinutesBeforeStart: 15,
    };
    const made = addEvent(mailbox, mailbox.calendars, defaultCalendar(mailbox.calendars), {
      fields,
      recurrence,
      uid,
      isOrganizer: false,
      cancelled: new Map([...event.cancelled.keys()].map((day) => [day, mailbox.changeNumber])),
    });
    copyExceptions(mailbox, event, made);
    return;
  }
  const isMoved =
    JSON.stringify([copy.fields.start, copy.fields.end]) !== JSON.stringify([shared.start, shared.end]);
  changeEvent(mailbox, copy, { ...shared, ...(isMoved ? waiting : {}) }, { recurrence });
  copyExceptions(mailbox, event, copy);
}

function copyExceptions(mailbox: Mailbox, event: CalendarEvent, copy: CalendarEvent): void {
  for (const [day, { fields }] of event.exceptions) {
    if (JSON.stringify(copy.exceptions.get(day)?.fields) === JSON.stringify(fields)) continue;
    changeOccurrence(mailbox, copy, day, fields);
  }
}

/** Outlook keeps a cancelled meeting in the attendee's calendar until he takes it out. */
function cancelCopy(mailbox: Mailbox, event: CalendarEvent, day: number | undefined): void {
  const copy = findByUid(mailbox, event.uid);
  if (copy === undefined) return;
  const cancelled = { isCancelled: true, showAs: 'free', subject: `Canceled: ${copy.fields.subject}` };
  if (day === undefined) changeEvent(mailbox, copy, cancelled);
  else changeOccurrence(mailbox, copy, day, cancelled);
}
