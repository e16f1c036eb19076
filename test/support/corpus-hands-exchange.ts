/** Puts the corpus into a mailbox of the simulated Exchange. */
import { findWindows } from 'windows-iana';
import { occurrenceId } from '../../simulators/exchange/calendar/occurrences.ts';
import type { GivenContact, GivenEvent } from '../../simulators/exchange/personal-acts.ts';
import type { ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import type { CorpusContent, CorpusEvent, CorpusTime } from './corpus-calendars.ts';
import type { CorpusCard } from './corpus-cards.ts';
import { type CorpusHands, Unsaid, unfitOf } from './corpus-hands.ts';
import { patternOf } from './corpus-patterns.ts';
import { instantIn } from './zoned-time.ts';

const FOLDER = `contacts/${SALESFORCE_CONTACTS}`;
const statuses = { open: 'NotStarted', 'in-progress': 'InProgress', completed: 'Completed' } as const;
const importances = { high: 'High', normal: 'Normal', low: 'Low' } as const;

export function exchangeCorpusHands(simulator: ExchangeSimulator, address: string): CorpusHands {
  simulator.createFolder(address, FOLDER, 'IPF.Contact');
  return {
    putEvent(event) {
      const masterId = simulator.createEvent(address, {
        ...contentOf(event),
        timeZone: zoneOf(event.start),
        ...(event.uid === null ? {} : { uid: event.uid }),
        ...peopleOf(event, address),
        ...recurrenceOf(event),
      });
      if (event.rule === null) return { unfit: [] };
      const idOf = (time: CorpusTime) => occurrenceId(masterId, instantOf(time));
      const left = event.left.map((time) => () => simulator.removeOccurrence(address, idOf(time)));
      const changed = event.exceptions.map(
        (one) => () =>
          one.isCancelled
            ? simulator.removeOccurrence(address, idOf(one.stood))
            : simulator.editEvent(address, idOf(one.stood), contentOf(one)),
      );
      return { unfit: unfitOf([...left, ...changed]) };
    },
    putTodo: ({ subject, description, due, status, priority }) =>
      void simulator.createTask(address, {
        subject,
        body: description,
        ...(due === '' ? {} : { dueDate: due }),
        status: statuses[status],
        importance: importances[priority],
      }),
    putCard: (card) => void simulator.createContact(address, contactOf(card), FOLDER),
  };
}

const instantOf = ({ wall, zone }: CorpusTime): number => instantIn(zone, wall.slice(0, 16));

function zoneOf({ zone }: CorpusTime): string {
  const [name] = zone === 'UTC' ? ['UTC'] : findWindows(zone);
  if (name === undefined) throw new Unsaid('a zone without a Windows name');
  return name;
}

function contentOf(event: CorpusContent): GivenEvent {
  return {
    subject: event.subject,
    body: event.description,
    location: event.location,
    isAllDay: event.isAllDay,
    start: event.isAllDay ? event.start.wall : instantOf(event.start),
    end: event.isAllDay ? event.end.wall : Math.max(instantOf(event.start), instantOf(event.end)),
    freeBusy: event.isFree ? 'Free' : 'Busy',
    sensitivity: event.isPrivate ? 'Private' : 'Normal',
    isCancelled: event.isCancelled,
  };
}

function peopleOf({ organizer, attendees }: CorpusEvent, owner: string): GivenEvent {
  const person = ({ address, name }: { address: string; name: string }) => ({ address, name });
  const people = attendees.filter(({ isResource }) => !isResource).map(person);
  const resources = attendees.filter(({ isResource }) => isResource).map(person);
  if (organizer === null) return { required: people, resources };
  const required = [{ address: owner, name: '' }, ...people];
  return { required, resources, organizer: person(organizer), myResponse: 'Accept' };
}

function recurrenceOf({ rule, start }: CorpusEvent): GivenEvent {
  if (rule === null) return {};
  const pattern = patternOf(rule, start.wall);
  if (pattern === null) throw new Unsaid('a rule without a pattern');
  const { count, until } = rule;
  const end =
    count !== null && count !== undefined
      ? { count }
      : until === null || until === undefined
        ? {}
        : { endDate: until.toString().slice(0, 10) };
  return { recurrence: { pattern, startDate: start.wall.slice(0, 10), ...end } };
}

function contactOf(card: CorpusCard): GivenContact {
  const present = (texts: Record<string, string>) =>
    Object.fromEntries(Object.entries(texts).filter(([, text]) => text !== ''));
  return {
    body: card.notes,
    texts: present({
      GivenName: card.firstName,
      Surname: card.lastName,
      CompanyName: card.company,
      JobTitle: card.title,
      Birthday: card.birthday === '' ? '' : `${card.birthday}T11:59:00Z`,
    }),
    emails: Object.fromEntries(card.addresses.map((text, at) => [`EmailAddress${at + 1}`, text])),
    phones: present({ BusinessPhone: card.phone, MobilePhone: card.mobile }),
    addresses: {
      Business: present({
        Street: card.street,
        City: card.city,
        PostalCode: card.postalCode,
        CountryOrRegion: card.country,
      }),
    },
  };
}
