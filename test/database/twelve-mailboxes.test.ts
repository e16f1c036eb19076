/**
 * Goal: one meeting in twelve colleagues' mailboxes on three services is one event of Salesforce with everybody on it, whoever's mailbox comes first.
 * Method: real connectors on the simulated services, a real database; two orders of runs, then answers that arrive.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mailServiceNames } from '../../sandbox/cast.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openRealScene, type RealPerson, type RealScene } from '../support/real-scene.ts';

const UID = '8f1c2d7e-board-review@contoso.test';
const SUBJECT = 'Board review';
const GUEST = 'kim.larsen@acme-bikes.test';
const startAt = MONDAY + 48 * HOUR;

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

type Answer = 'accepted' | 'declined';

/** The meeting as it lies in one mailbox: at the organizer's with everybody's answers, elsewhere with the owner's own. */
function putMeeting({ services, people }: RealScene, { who }: RealPerson, organizer: RealPerson): string {
  const others = people.filter((one) => one !== organizer).map((one) => one.who.address);
  const guests = [...others, GUEST];
  const isOrganizer = who === organizer.who;
  const { address: from } = organizer.who;
  if (who.service === 'exchange')
    return services.exchange.createEvent(who.address, {
      subject: SUBJECT,
      uid: UID,
      start: startAt,
      end: startAt + HOUR,
      required: guests.map((address) => ({ address, name: '' })),
      ...(isOrganizer ? {} : { organizer: { address: from, name: '' }, myResponse: 'Accept' as const }),
    });
  const at = (ms: number) => ({ dateTime: new Date(ms).toISOString().slice(0, 19), timeZone: 'UTC' });
  const time = { start: at(startAt), end: at(startAt + HOUR) };
  if (who.service === 'office365') {
    const attendees = guests.map((address) => ({ type: 'required', emailAddress: { address, name: '' } }));
    const origin = isOrganizer
      ? { uid: UID }
      : { uid: UID, organizer: { address: from, name: '' }, response: 'accepted' as const };
    return services.office365.addEvent(who.address, { subject: SUBJECT, ...time, attendees }, origin);
  }
  const attendees = guests.map((email) => ({
    email,
    responseStatus: email === who.address ? 'accepted' : 'needsAction',
  }));
  const event = { summary: SUBJECT, ...time, attendees, iCalUID: UID };
  return services.google.receiveInvitation(who.address, from, event);
}

/** The one event, and everybody who is related to it with his answer. */
function relationsOf({ services: { salesforce } }: RealScene) {
  const events = salesforce.records('Event').filter((row) => row.Subject === SUBJECT && row.IsChild !== true);
  const [event, more] = events;
  if (event === undefined || more !== undefined) throw new Error(`${events.length} events`);
  const rows = salesforce.records('EventRelation').filter((row) => row.EventId === event.Id);
  const relations = new Map(rows.map((row) => [String(row.RelationId), String(row.Status)]));
  // The outside contact stands in the event itself, which has no place for an answer.
  if (typeof event.WhoId === 'string') relations.set(event.WhoId, relations.get(event.WhoId) ?? 'New');
  return { event, relations };
}

async function openMeeting(name: string, organizerAt: number) {
  const services = mailServiceNames.flatMap((service) => [service, service, service, service]);
  const scene = await openRealScene(database.db, name, services);
  const organizer = scene.people[organizerAt];
  if (organizer === undefined) throw new Error('nobody');
  const ids = new Map(scene.people.map((one) => [one, putMeeting(scene, one, organizer)]));
  const contact = scene.services.salesforce.records('Contact').find(({ Email }) => Email === GUEST);
  const runAll = async (order: readonly RealPerson[]) => {
    for (const one of order) {
      const report = await scene.run(one, { contactsDown: false });
      expect(report.outcome, String((report.fault as Error | null)?.stack ?? '')).toEqual({ kind: 'done' });
    }
  };
  return { scene, organizer, ids, contactId: String(contact?.Id), runAll };
}

/** Everybody's answer as the organizer's copy has it. */
function arrive({ services }: RealScene, organizer: RealPerson, id: string, who: string, answer: Answer) {
  const { address, service } = organizer.who;
  const isYes = answer === 'accepted';
  if (service === 'exchange') services.exchange.respond(address, id, who, isYes ? 'Accept' : 'Decline');
  else if (service === 'office365')
    services.office365.setAttendeeResponse(address, id, who, isYes ? 'accepted' : 'declined');
  else {
    const event = services.google.calendarSnapshot(address).find((one) => one.id === id);
    const attendees = (event?.attendees ?? []) as Record<string, unknown>[];
    const answered = attendees.map((one) => (one.email === who ? { ...one, responseStatus: answer } : one));
    services.google.changeEvent(address, id, { attendees: answered });
  }
}

test.each([
  { organizerAt: 0, order: 'the organizer first', turn: (all: readonly RealPerson[]) => all },
  {
    organizerAt: 4,
    order: 'the organizer last',
    turn: (all: readonly RealPerson[]) => [...all.slice(5), ...all.slice(0, 5)],
  },
  {
    organizerAt: 11,
    order: 'the organizer on the third service, last',
    turn: (all: readonly RealPerson[]) => all,
  },
])('a meeting of twelve is one event with twelve relations: $order', { timeout: 120_000 }, async (given) => {
  const { organizerAt, turn } = given;
  const { scene, organizer, ids, contactId, runAll } = await openMeeting(
    `twelve-${organizerAt}`,
    organizerAt,
  );
  const order = turn(scene.people);
  await runAll(order);
  const first = relationsOf(scene);
  const colleagues = scene.people.filter((one) => one !== organizer);
  expect(first.event.OwnerId).toBe(organizer.userId);
  expect([...first.relations.keys()].toSorted()).toEqual(
    [...colleagues.map(({ userId }) => String(userId)), contactId].toSorted(),
  );

  scene.clock.advance(10 * MINUTE);
  const [one, two] = colleagues;
  if (one === undefined || two === undefined) throw new Error('nobody');
  const id = ids.get(organizer) ?? '';
  arrive(scene, organizer, id, one.who.address, 'accepted');
  arrive(scene, organizer, id, two.who.address, 'declined');
  await runAll(order.toReversed());
  const { relations } = relationsOf(scene);
  expect(relations.size).toBe(12);
  expect(relations.get(one.userId)).toBe('Accepted');
  expect(relations.get(two.userId)).toBe('Declined');

  const rows = () =>
    JSON.stringify([
      scene.services.salesforce.records('Event'),
      scene.services.salesforce.records('EventRelation'),
    ]);
  const before = rows();
  await runAll(order);
  expect(rows()).toBe(before);
  expect(scene.notifications()).toBe(0);
});
