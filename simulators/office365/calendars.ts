/**
 * What can be done with calendars: list, read, make, rename, colour, delete.
 * https://learn.microsoft.com/graph/api/resources/calendar
 */
import { addCalendar, type Calendar, removeCalendar } from './calendar-store.ts';
import { badRequest, GraphError } from './errors.ts';
import { showCalendar } from './event-json.ts';
import { calendarOf } from './find-calendar.ts';
import { answer, type GraphAnswer, type MailboxCall, readJson, textOf } from './graph-call.ts';
import { nextChange } from './item-source.ts';
import { listPage, readSelect } from './odata.ts';
import { readODataFilter } from './odata-filter.ts';

type Json = Record<string, unknown>;

const COLORS = [
  'auto',
  'lightBlue',
  'lightGreen',
  'lightOrange',
  'lightGray',
  'lightYellow',
  'lightTeal',
  'lightPink',
  'lightBrown',
  'lightRed',
  'maxColor',
];

export function listCalendars(call: MailboxCall): Promise<GraphAnswer> {
  const filter = call.query.get('$filter');
  const test = filter === null ? undefined : readODataFilter(filter);
  const calendars = [...call.mailbox.calendars.calendars.values()].filter(
    (calendar) => test === undefined || test.test(showCalendar(call, calendar)),
  );
  return listPage(call, `users('${call.user.id}')/calendars`, calendars, (calendar) =>
    selected(call, calendar),
  );
}

export function getCalendar(call: MailboxCall): GraphAnswer {
  return showOne(call, calendarOf(call), 200);
}

export function createCalendar(call: MailboxCall): GraphAnswer {
  const body = readJson(call);
  const name = textOf(body, 'name');
  checkName(call, name);
  const color = readColor(body.color);
  const calendar = addCalendar(call.mailbox, call.mailbox.calendars, name);
  if (color !== undefined) calendar.color = color;
  return showOne(call, calendar, 201);
}

export function updateCalendar(call: MailboxCall): GraphAnswer {
  const calendar = calendarOf(call);
  const body = readJson(call);
  const { name } = body;
  const color = readColor(body.color);
  if (typeof name === 'string' && name !== calendar.name) {
    checkName(call, name);
    calendar.name = name;
  }
  if (color !== undefined) calendar.color = color;
  calendar.changeKey = call.mailbox.ids.changeKey(nextChange(call.mailbox));
  return showOne(call, calendar, 200);
}

export function deleteCalendar(call: MailboxCall): GraphAnswer {
  const calendar = calendarOf(call);
  if (calendar.isDefault) {
    throw new GraphError('ErrorDeleteDistinguishedFolder', 'Distinguished folders cannot be deleted.', 403);
  }
  removeCalendar(call.mailbox, call.mailbox.calendars, calendar);
  return { status: 204 };
}

function checkName({ mailbox }: MailboxCall, name: string): void {
  const wanted = name.toLowerCase();
  const isTaken = [...mailbox.calendars.calendars.values()].some(
    (each) => each.name.toLowerCase() === wanted,
  );
  if (isTaken) throw new GraphError('ErrorFolderExists');
}

function readColor(given: unknown): string | undefined {
  if (given === undefined || given === null) return undefined;
  const color = COLORS.find((each) => each.toLowerCase() === String(given).toLowerCase());
  if (color === undefined) throw badRequest('The value of color is not a calendarColor.');
  return color;
}

function selected(call: MailboxCall, calendar: Calendar): Json {
  const select = readSelect(call.query);
  const shown = Object.entries(showCalendar(call, calendar));
  return Object.fromEntries(
    shown.filter(([name]) => name === 'id' || select === undefined || select.has(name)),
  );
}

function showOne(call: MailboxCall, calendar: Calendar, status: number): GraphAnswer {
  return answer(call, `users('${call.user.id}')/calendars/$entity`, selected(call, calendar), status);
}
