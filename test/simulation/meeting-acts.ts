/**
 * Meetings among colleagues, whatever service each of them uses: an invitation reaches everybody's calendar with one UID, answers reach the organizer, and
 * what he changes or calls off reaches everybody. Services carry this among their own people; between services it goes by mail, which is played here.
 */
import type { Answer, Attendee } from '../../src/model/mailbox-item.ts';
import { draft, enterThing, isInMailbox, newMark, personAt, pickThing } from './thing-drafts.ts';
import type { Thing } from './things.ts';
import { CUSTOMERS, type Person, type World } from './world.ts';

const ANSWERS = ['accepted', 'accepted', 'tentative', 'declined'] as const;

const guest = (address: string): Attendee => ({ address, name: '', answer: 'none', isResource: false });

/** One of the colleagues invites the others and a customer, or a customer invites them. */
export function makeMeeting(world: World): void {
  const { chance } = world.script;
  const { people } = world;
  const mark = newMark(world);
  const fields = draft(world, 'events', mark);
  const host = chance.pick(people);
  const customer = chance.pick(CUSTOMERS.slice(0, 3));
  const isInside = chance.flip(0.6);
  const organizer = isInside ? host.address : customer;
  const everybody = [...people.map(({ address }) => address), customer];
  if (isInside) {
    const attendees = everybody.filter((address) => address !== organizer).map(guest);
    void host.hands.itemsOf(host.address).makeEvent({ fields, attendees });
  }
  const uid = isInside ? host.hands.itemsOf(host.address).uidOf(mark) : `${mark}${world.seed}@customers`;
  const invited = people.filter(({ address }) => address !== organizer);
  for (const person of invited) {
    const hands = person.hands.itemsOf(person.address);
    if (hands.count('events', mark) > 0) continue;
    const attendees = everybody
      .filter((address) => address !== organizer && address !== person.address)
      .map(guest);
    void hands.makeEvent({
      fields,
      organizer: { address: organizer, name: '' },
      attendees,
      uid,
      answer: 'none',
    });
  }
  const answers = new Map<string, Answer>(invited.map(({ address }) => [address, 'none']));
  const invitation = { organizer, answers, accepted: new Set<string>(), isCancelled: false };
  enterThing(world, { collection: 'events', mark, born: 'item', owner: host.address, fields, invitation });
}

/** Everybody who has a copy that does not follow the organizer's by itself, the owner first. */
export function copiesOf(world: World, thing: Thing): readonly Person[] {
  const owner = personAt(world, thing.owner);
  if (thing.invitation === null) return [owner];
  const { organizer } = thing.invitation;
  const follows = ({ hands, address }: Person) =>
    address !== organizer && organizer === owner.address && hands === owner.hands && hands.spreadsMeetings;
  return world.people.filter((person) => !follows(person) && isInMailbox(world, thing, person.address));
}

/** A colleague answers, or changes his mind. */
export function answerMeeting(world: World): void {
  const { chance } = world.script;
  const thing = pickThing(world, ({ invitation }) => invitation !== null && invitation.answers.size > 0);
  const answer = chance.pick(ANSWERS);
  if (thing?.invitation == null) return;
  const { invitation, mark } = thing;
  const who = chance.pick([...invitation.answers.keys()]);
  if (invitation.isCancelled) return;
  const hands = personAt(world, who).hands.itemsOf(who);
  void hands.answer(mark, answer);
  if (invitation.organizer === thing.owner)
    personAt(world, thing.owner).hands.itemsOf(thing.owner).hear(mark, who, answer);
  invitation.answers.set(who, answer);
  if (answer !== 'declined') {
    invitation.accepted.add(who);
    thing.wasEligible = true;
  }
}

/** Its organizer calls it off. */
export function cancelMeeting(world: World, thing: Thing): void {
  const { invitation, mark, owner } = thing;
  if (invitation === null) return;
  invitation.isCancelled = true;
  const copies = copiesOf(world, thing);
  if (invitation.organizer === owner) void personAt(world, owner).hands.itemsOf(owner).remove('events', mark);
  for (const { address, hands } of copies)
    if (address !== invitation.organizer) void hands.itemsOf(address).cancel(mark);
}
