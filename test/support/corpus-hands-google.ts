/** Puts the corpus into an account of the simulated Google, which takes rules and dates of recurrence as they stand in iCalendar. */
import type { GoogleSimulator } from '../../simulators/google/simulator.ts';
import { SALESFORCE_CONTACTS } from '../../src/model/mailbox-item.ts';
import type { CorpusContent, CorpusEvent, CorpusTime } from './corpus-calendars.ts';
import type { CorpusCard } from './corpus-cards.ts';
import { type CorpusHands, unfitOf } from './corpus-hands.ts';
import { instantIn } from './zoned-time.ts';

type Json = Record<string, unknown>;

export function googleCorpusHands(simulator: GoogleSimulator, address: string): CorpusHands {
  simulator.createContactGroup(address, SALESFORCE_CONTACTS);
  return {
    putEvent(event) {
      const body = { ...contentOf(event), ...peopleOf(event, address), ...recurrenceOf(event) };
      const { organizer, uid } = event;
      const copy = { ...body, ...(uid === null ? {} : { iCalUID: uid }) };
      const id =
        organizer === null
          ? simulator.addEvent(address, body)
          : simulator.receiveInvitation(address, organizer.address, copy);
      const changed = event.exceptions.map((one) => () => {
        const instance = `${id}_${stampOf(one.stood, event.isAllDay)}`;
        if (one.isCancelled) simulator.removeEvent(address, instance);
        else simulator.changeEvent(address, instance, contentOf(one));
      });
      if (event.isCancelled) simulator.removeEvent(address, id);
      return { unfit: unfitOf(changed) };
    },
    putTodo({ subject, description, due, status }) {
      const id = simulator.addTask(address, {
        title: subject,
        notes: description,
        ...(due === '' ? {} : { due: `${due}T00:00:00.000Z` }),
      });
      if (status === 'completed') simulator.completeTask(address, id);
    },
    putCard: (card) => void simulator.addContact(address, personOf(card), [SALESFORCE_CONTACTS]),
  };
}

/** As instances are named by their first start: a date, or an instant. */
function stampOf({ wall, zone }: CorpusTime, isAllDay: boolean): string {
  const at = new Date(isAllDay ? `${wall}Z` : instantIn(zone, wall.slice(0, 16))).toISOString();
  return isAllDay ? at.slice(0, 10).replace(/-/g, '') : `${at.slice(0, 19).replace(/[-:]/g, '')}Z`;
}

function contentOf(event: CorpusContent): Json {
  const time = ({ wall, zone }: CorpusTime) =>
    event.isAllDay ? { date: wall.slice(0, 10) } : { dateTime: wall, timeZone: zone };
  const at = ({ wall, zone }: CorpusTime) => instantIn(zone, wall.slice(0, 16));
  return {
    summary: event.subject,
    description: event.description,
    location: event.location,
    start: time(event.start),
    end: time(at(event.end) < at(event.start) ? event.start : event.end),
    transparency: event.isFree ? 'transparent' : 'opaque',
    visibility: event.isPrivate ? 'private' : 'default',
  };
}

function peopleOf({ organizer, attendees }: CorpusEvent, owner: string): Json {
  const guests: Json[] = attendees.map(({ address, name, isResource }) => ({
    email: address,
    displayName: name,
    ...(isResource ? { resource: true } : {}),
  }));
  if (organizer !== null) guests.unshift({ email: owner, responseStatus: 'accepted' });
  return guests.length === 0 ? {} : { attendees: guests };
}

function recurrenceOf({ rule, further, left, isAllDay }: CorpusEvent): Json {
  if (rule === null && further.length === 0) return {};
  const list = (name: string, times: readonly CorpusTime[]) => {
    const stamps = times.map((time) => stampOf(time, isAllDay)).join();
    return times.length === 0 ? [] : [`${name}${isAllDay ? ';VALUE=DATE' : ''}:${stamps}`];
  };
  const rules = rule === null ? [] : [`RRULE:${rule.toString()}`];
  return { recurrence: [...rules, ...list('EXDATE', left), ...list('RDATE', further)] };
}

function personOf(card: CorpusCard): Json {
  const { street, city, postalCode, country } = card;
  const phones = [
    { value: card.phone, type: 'work' },
    { value: card.mobile, type: 'mobile' },
  ].filter(({ value }) => value !== '');
  const [year, month, day] = card.birthday.split('-').map(Number);
  const list = (isThere: boolean, value: Json) => (isThere ? [value] : []);
  return {
    names: list(card.firstName + card.lastName !== '', {
      givenName: card.firstName,
      familyName: card.lastName,
    }),
    emailAddresses: card.addresses.map((value) => ({ value })),
    phoneNumbers: phones,
    addresses: list(street + city + postalCode + country !== '', {
      streetAddress: street,
      city,
      postalCode,
      country,
      type: 'work',
    }),
    organizations: list(card.company + card.title !== '', { name: card.company, title: card.title }),
    birthdays: list(card.birthday !== '', { date: { year, month, day } }),
    biographies: list(card.notes !== '', { value: card.notes, contentType: 'TEXT_PLAIN' }),
  };
}
