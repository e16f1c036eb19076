/**
 * What people do with events, contacts and tasks in a simulated world: on either side they make, write, answer, mark and throw away. Acts are drawn from
 * the script and from what people wished before alone, so that every world of a seed has the same; what is not there by then is left alone.
 */
import { readSpan, timedSpan } from '../../src/model/canonical.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import { type Collection, collections, type FieldName, type Fields } from '../../src/model/collection.ts';
import { occurrence } from '../support/items-world.ts';
import { rowFrom } from '../support/salesforce-records-world.ts';
import { isEligible } from './expected-things.ts';
import { answerMeeting, cancelMeeting, copiesOf, makeMeeting } from './meeting-acts.ts';
import {
  draft,
  enterThing,
  isInMailbox,
  newMark,
  objects,
  personAt,
  pickThing,
  rowsOf,
  textFor,
  userIdOf,
} from './thing-drafts.ts';
import { editedFields, type FieldEdit, type Side, type Thing } from './things.ts';
import type { Person, World } from './world.ts';

/** One act, drawn by weight. */
export function actOnThings(world: World): void {
  const { chance } = world.script;
  world.history.tick += 1;
  const draw = chance.next();
  if (draw < 0.3) makeThing(world);
  else if (draw < 0.36) makeSeries(world);
  else if (draw < 0.43) makeMeeting(world);
  else if (draw < 0.65) editThing(world);
  else if (draw < 0.75) changeOccurrence(world);
  else if (draw < 0.84) removeThing(world);
  else if (draw < 0.93) answerMeeting(world);
  else markThing(world);
}

// ---------------------------------------------------------------------------------------------------------------- making

function makeThing(world: World): void {
  const { script, people } = world;
  const { chance } = script;
  const owner = chance.pick(people);
  const collection = chance.pick(collections);
  const born = chance.pick(['item', 'record'] as const);
  const mark = newMark(world);
  const fields = draft(world, collection, mark);
  const isPrivate = chance.flip(0.1) && collection === 'events' && born === 'item';
  const isFiled = chance.flip(0.8);
  const isOld = chance.flip(0.08) && collection === 'events' && born === 'item';
  if (born === 'record') {
    putRecord(world, { collection, mark, owner, fields });
    return;
  }
  const made = isOld ? { ...fields, time: monthsAgo(fields.time) } : fields;
  putItem(world, { collection, mark, owner, fields: made, isPrivate, isFiled });
}

/** What somebody makes, with the mark that its title begins with. */
export interface Making {
  readonly collection: Collection;
  readonly mark: string;
  readonly owner: Person;
  readonly fields: Fields;
}

/** Somebody makes a record of his own in Salesforce. */
export function putRecord(world: World, { collection, mark, owner, fields }: Making): Thing {
  const OwnerId = userIdOf(world, owner);
  world.salesforce.create(objects[collection], { ...rowFrom(collection, fields), OwnerId });
  return enterThing(world, { collection, mark, born: 'record', owner: owner.address, fields });
}

/** Somebody makes an item in his mailbox; a contact in *Salesforce Contacts* where `isFiled`. */
export function putItem(
  world: World,
  { collection, mark, owner, fields, isPrivate, isFiled }: Making & { isPrivate: boolean; isFiled: boolean },
): Thing {
  const hands = owner.hands.itemsOf(owner.address);
  if (collection === 'events')
    void hands.makeEvent({ fields, ...(isPrivate ? { sensitivity: 'private' as const } : {}) });
  else if (collection === 'contacts') void hands.makeContact({ fields, isInSalesforceFolder: isFiled });
  else void hands.makeTask({ fields });
  const more = { isPrivate, isFiled: isFiled && collection === 'contacts' };
  return enterThing(world, { collection, mark, born: 'item', owner: owner.address, fields, ...more });
}

function monthsAgo(time: string | undefined): string {
  const span = readSpan(time);
  const startAt = (span?.startAt ?? 0) - 100 * DAY;
  return timedSpan(startAt, startAt + HOUR);
}

/** A series, as somebody plans one in his calendar. */
export function makeSeries(world: World): void {
  const { script, people } = world;
  const { chance } = script;
  const owner = chance.pick(people);
  const mark = newMark(world);
  const fields = draft(world, 'events', mark);
  const day = new Date(script.at + chance.between(2, 9) * DAY).toISOString().slice(0, 10);
  const isAllDay = chance.flip(0.25);
  const plan = {
    start: isAllDay ? day : `${day}T${chance.pick(['09:00', '14:30'])}`,
    length: isAllDay ? 1 : 45,
    zone: chance.pick(['Europe/Berlin', 'America/New_York', 'UTC']),
    everyDays: chance.pick([1, 7, 14]),
    count: chance.between(2, 5),
  };
  void owner.hands.itemsOf(owner.address).makeSeries({ fields, plan });
  const series = { plan, changed: new Map(), removed: new Set<number>() };
  enterThing(world, { collection: 'events', mark, born: 'item', owner: owner.address, fields, series });
}

// -------------------------------------------------------------------------------------------------------------- changing

/** Mostly where it was made. */
function pickSide({ script }: World, { born, series, invitation }: Thing): Side {
  const isOther = script.chance.flip(0.3);
  if (!isOther || series !== null || invitation !== null) return born;
  return born === 'item' ? 'record' : 'item';
}

function editThing(world: World): void {
  const thing = pickThing(world, ({ invitation }) => invitation === null || !invitation.isCancelled);
  if (thing === null) return;
  const side = pickSide(world, thing);
  const field = world.script.chance.pick(editableFields(thing));
  write(world, thing, { side, field, text: textFor(world, field, thing.mark) });
}

/** Somebody writes one field, on one side; nothing happens where the thing is not there. */
export function write(world: World, thing: Thing, { side, field, text }: FieldEdit): void {
  thing.touched.add(side);
  if (side === 'record') {
    const [row] = rowsOf(world, thing);
    if (row === undefined) return;
    const changes = rowFrom(thing.collection, { [field]: text });
    world.salesforce.change(String(row.Id), objects[thing.collection], changes);
  } else {
    if (!isInMailbox(world, thing)) return;
    for (const person of copiesOf(world, thing))
      void person.hands.itemsOf(person.address).edit(thing.collection, thing.mark, { [field]: text });
  }
  thing.edits.push({ side, field, text });
  if (side !== thing.born) return;
  thing.fields = { ...thing.fields, [field]: text };
  thing.wasEligible ||= isEligible(thing, world.script.at);
}

/** A series is planned once; who is invited keeps his own mark of being free. */
function editableFields({ collection, series, invitation }: Thing): readonly FieldName[] {
  const left = series !== null ? ['time', 'showAs'] : invitation !== null ? ['showAs'] : [];
  return editedFields[collection].filter((field) => !left.includes(field));
}

/** One occurrence is moved or written to, or taken out. */
function changeOccurrence(world: World): void {
  const { chance } = world.script;
  const thing = pickThing(world, ({ series }) => series !== null);
  const number = chance.between(1, 5);
  const takesOut = chance.flip(0.4);
  const hours = chance.between(1, 3);
  const isMoved = chance.flip(0.5);
  const location = textFor(world, 'location', '');
  if (thing?.series == null || !isInMailbox(world, thing)) return;
  const { plan, changed, removed } = thing.series;
  if (number > plan.count || removed.has(number) || removed.size >= plan.count - 1) return;
  const name = { ...occurrence({ fields: thing.fields, plan }, number), title: thing.mark };
  const hands = personAt(world, thing.owner).hands.itemsOf(thing.owner);
  if (takesOut) {
    void hands.removeOccurrence(name);
    removed.add(number);
    return;
  }
  const start = Date.parse(name.originalStart) + hours * HOUR;
  const fields = isMoved && plan.start.length > 10 ? { time: timedSpan(start, start + HOUR) } : { location };
  void hands.changeOccurrence(name, fields);
  changed.set(number, { ...changed.get(number), ...fields });
}

function removeThing(world: World): void {
  const thing = pickThing(world, () => true);
  if (thing === null) return;
  remove(world, thing, pickSide(world, thing));
}

/** Somebody throws it away, on one side. */
export function remove(world: World, thing: Thing, side: Side): void {
  thing.isUnwanted = true;
  thing.touched.add(side);
  if (side === 'record') {
    const recordIds = rowsOf(world, thing).map(({ Id }) => String(Id));
    for (const recordId of recordIds) world.salesforce.remove(recordId, objects[thing.collection]);
    if (recordIds.length > 0) thing.removal = { side, recordIds, linked: thing.born === 'record' };
    return;
  }
  if (thing.invitation !== null) cancelMeeting(world, thing);
  else if (isInMailbox(world, thing)) {
    void personAt(world, thing.owner).hands.itemsOf(thing.owner).remove(thing.collection, thing.mark);
    thing.removal = { side, recordIds: [], linked: false };
  }
}

/** The category, or for a contact the folder, that says: keep this in step. */
function markThing(world: World): void {
  const { chance } = world.script;
  const thing = pickThing(
    world,
    ({ born, collection, invitation, series }) =>
      born === 'item' && invitation === null && series === null && collection !== 'tasks',
  );
  const isWished = chance.flip(0.6);
  if (thing === null || !isInMailbox(world, thing)) return;
  const hands = personAt(world, thing.owner).hands.itemsOf(thing.owner);
  if (thing.collection === 'contacts') {
    if (isWished === thing.isFiled) return;
    void hands.fileContact(thing.mark, isWished);
    thing.isFiled = isWished;
  } else {
    if (personAt(world, thing.owner).hands.service === 'google') return;
    hands.mark('events', thing.mark, isWished ? ['Salesforce'] : ['Blue']);
    thing.isMarked = isWished;
  }
  thing.wasEligible ||= isEligible(thing, world.script.at);
}
