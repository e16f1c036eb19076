/** Puts the corpus into a mailbox of the simulated Office 365. */
import type { Pattern } from '../../simulators/exchange/calendar/recurrence.ts';
import type { Office365Simulator } from '../../simulators/office365/simulator.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import type { CorpusContent, CorpusEvent, CorpusTime } from './corpus-calendars.ts';
import type { CorpusCard } from './corpus-cards.ts';
import { type CorpusHands, Unsaid, unfitOf } from './corpus-hands.ts';
import { patternOf } from './corpus-patterns.ts';
import { instantIn, wallIn } from './zoned-time.ts';

type Json = Record<string, unknown>;

const statuses = { open: 'notStarted', 'in-progress': 'inProgress', completed: 'completed' } as const;

export function office365CorpusHands(simulator: Office365Simulator, address: string): CorpusHands {
  simulator.addContactFolder(address, SALESFORCE_CONTACTS);
  return {
    putEvent(event) {
      const { organizer, isCancelled, uid } = event;
      const body = { ...contentOf(event), ...peopleOf(event, address), ...recurrenceOf(event) };
      const id = simulator.addEvent(address, body, {
        isCancelled,
        ...(uid === null ? {} : { uid }),
        ...(organizer === null ? {} : { organizer, response: 'accepted' as const }),
      });
      if (event.rule === null) return { unfit: [] };
      const dateOf = (time: CorpusTime) =>
        wallIn(event.start.zone, instantIn(time.zone, time.wall.slice(0, 16))).slice(0, 10);
      const left = event.left.map((time) => () => simulator.cancelOccurrence(address, id, dateOf(time)));
      const changed = event.exceptions.map(
        (one) => () =>
          one.isCancelled
            ? simulator.cancelOccurrence(address, id, dateOf(one.stood))
            : simulator.changeOccurrence(address, id, dateOf(one.stood), contentOf(one)),
      );
      return { unfit: unfitOf([...left, ...changed]) };
    },
    putTodo: ({ subject, description, due, status, priority }) =>
      void simulator.addTask(address, {
        title: subject,
        body: { contentType: 'text', content: description },
        ...(due === '' ? {} : { dueDateTime: { dateTime: `${due}T00:00:00`, timeZone: 'UTC' } }),
        status: statuses[status],
        importance: priority,
      }),
    putCard: (card) => void simulator.addContact(address, contactOf(card), SALESFORCE_CONTACTS),
  };
}

function contentOf(event: CorpusContent): Json {
  const time = ({ wall, zone }: CorpusTime) => ({ dateTime: wall, timeZone: zone });
  const at = ({ wall, zone }: CorpusTime) => instantIn(zone, wall.slice(0, 16));
  return {
    subject: event.subject,
    body: { contentType: 'text', content: event.description },
    location: { displayName: event.location },
    isAllDay: event.isAllDay,
    start: time(event.start),
    end: time(at(event.end) < at(event.start) ? event.start : event.end),
    showAs: event.isFree ? 'free' : 'busy',
    sensitivity: event.isPrivate ? 'private' : 'normal',
  };
}

function peopleOf({ organizer, attendees }: CorpusEvent, owner: string): Json {
  const guests = attendees.map(({ address, name, isResource }) => ({
    type: isResource ? 'resource' : 'required',
    emailAddress: { address, name },
  }));
  const own = { type: 'required', emailAddress: { address: owner, name: '' } };
  return { attendees: organizer === null ? guests : [own, ...guests] };
}

function recurrenceOf({ rule, start }: CorpusEvent): Json {
  if (rule === null) return {};
  const pattern = patternOf(rule, start.wall);
  if (pattern === null) throw new Unsaid('a rule without a pattern');
  const { count, until } = rule;
  const startDate = start.wall.slice(0, 10);
  const range =
    count !== null && count !== undefined
      ? { type: 'numbered', startDate, numberOfOccurrences: count }
      : until === null || until === undefined
        ? { type: 'noEnd', startDate }
        : { type: 'endDate', startDate, endDate: until.toString().slice(0, 10) };
  return { recurrence: { pattern: graphPattern(pattern), range } };
}

function graphPattern(pattern: Pattern): Json {
  switch (pattern.kind) {
    case 'daily':
      return { type: 'daily', interval: pattern.interval };
    case 'weekly':
      return {
        type: 'weekly',
        interval: pattern.interval,
        daysOfWeek: pattern.days.map((day) => day.toLowerCase()),
        firstDayOfWeek: (pattern.firstDay ?? 'Sunday').toLowerCase(),
      };
    case 'absoluteMonthly':
      return { type: 'absoluteMonthly', interval: pattern.interval, dayOfMonth: pattern.day };
    case 'relativeMonthly':
      return { type: 'relativeMonthly', interval: pattern.interval, ...relative(pattern) };
    case 'absoluteYearly':
      return { type: 'absoluteYearly', interval: 1, dayOfMonth: pattern.day, month: pattern.month };
    case 'relativeYearly':
      return { type: 'relativeYearly', interval: 1, month: pattern.month, ...relative(pattern) };
    case 'regeneration':
      throw new Unsaid('a rule without a pattern');
  }
}

const kinds: Readonly<Record<string, readonly string[]>> = {
  Day: ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'],
  Weekday: ['monday', 'tuesday', 'wednesday', 'thursday', 'friday'],
  WeekendDay: ['sunday', 'saturday'],
};

const relative = ({ days, index }: { readonly days: string; readonly index: string }) => ({
  daysOfWeek: kinds[days] ?? [days.toLowerCase()],
  index: index.toLowerCase(),
});

function contactOf(card: CorpusCard): Json {
  const { street, city, postalCode, country } = card;
  const phones = card.phone === '' ? [] : [card.phone];
  return {
    givenName: card.firstName,
    surname: card.lastName,
    displayName: [card.firstName, card.lastName].join(' ').trim(),
    companyName: card.company,
    jobTitle: card.title,
    personalNotes: card.notes,
    mobilePhone: card.mobile,
    businessPhones: phones,
    businessAddress: { street, city, postalCode, countryOrRegion: country },
    emailAddresses: card.addresses.map((address) => ({ address, name: address })),
    ...(card.birthday === '' ? {} : { birthday: `${card.birthday}T11:59:00Z` }),
  };
}
