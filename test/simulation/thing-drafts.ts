/**
 * What acts on events, contacts and tasks share: finding a thing on either side, entering a new one, and the texts that people write.
 */
import { allDaySpan, timedSpan } from '../../src/model/canonical.ts';
import { DAY, HOUR } from '../../src/model/clock.ts';
import type { Collection, FieldName, Fields } from '../../src/model/collection.ts';
import { isEligible } from './expected-things.ts';
import { CONTENT_WORD, CUSTOMER_DOMAIN } from './letters.ts';
import { editedFields, type Thing } from './things.ts';
import type { Person, World } from './world.ts';

export const objects = { events: 'Event', contacts: 'Contact', tasks: 'Task' } as const;

export function personAt({ people }: World, address: string): Person {
  const person = people.find((one) => one.address === address);
  if (person === undefined) throw new Error('nobody has this address');
  return person;
}

export function userIdOf({ salesforce }: World, { salesforceUsername }: Person): string {
  return String(salesforce.records('User').find((row) => row.Username === salesforceUsername)?.Id);
}

/** Rows of Salesforce that stand for a thing, an invited colleague's own copy apart; the oldest first. */
export function rowsOf({ salesforce }: World, thing: Pick<Thing, 'collection' | 'mark'>) {
  const name = thing.collection === 'contacts' ? 'LastName' : 'Subject';
  return salesforce
    .records(objects[thing.collection])
    .filter((row) => String(row[name] ?? '').includes(thing.mark) && row.IsChild !== true);
}

/** One that people still care for; null where there is none of these. */
export function pickThing({ history, script }: World, is: (thing: Thing) => boolean): Thing | null {
  const some = history.things.filter((thing) => !thing.isUnwanted && is(thing));
  return some.length === 0 ? null : script.chance.pick(some);
}

export function isInMailbox(world: World, thing: Thing, address = thing.owner): boolean {
  return personAt(world, address).hands.itemsOf(address).count(thing.collection, thing.mark) > 0;
}

export function newMark({ history }: World): string {
  return `${CONTENT_WORD}-t${history.things.length}-`;
}

export function enterThing(
  world: World,
  given: Pick<Thing, 'collection' | 'mark' | 'born' | 'owner' | 'fields'> & Partial<Thing>,
): Thing {
  const thing: Thing = {
    edits: [],
    touched: new Set([given.born]),
    isPrivate: false,
    isMarked: false,
    isFiled: false,
    wasEligible: false,
    series: null,
    invitation: null,
    isUnwanted: false,
    removal: null,
    ...given,
  };
  thing.wasEligible = isEligible(thing, world.script.at);
  world.history.things.push(thing);
  return thing;
}

/** All fields of a new thing. */
export function draft(world: World, collection: Collection, mark: string): Fields {
  const texts = editedFields[collection].map((field) => [field, textFor(world, field, mark)] as const);
  const email = `${mark.slice(CONTENT_WORD.length + 1, -1)}@${CUSTOMER_DOMAIN}`;
  return {
    ...Object.fromEntries(texts),
    ...(collection === 'contacts' ? { email } : {}),
    ...(collection === 'tasks' ? { status: 'open' } : {}),
  };
}

const WORDS = ['plan', 'Ü ber 🎉', 'Zug um Zug', 'some more words'];

export function textFor({ script }: World, field: FieldName, mark: string): string {
  const { chance, at } = script;
  const text = `${chance.pick(WORDS)} ${chance.between(1, 999)}`;
  const date = (days: number) => new Date(at + days * DAY).toISOString().slice(0, 10);
  const day = chance.between(2, 30);
  switch (field) {
    case 'subject':
    case 'lastName':
      return `${mark} ${text}`;
    case 'time': {
      if (chance.flip(0.2)) return allDaySpan(date(day), date(day + 1));
      const startAt = Math.floor(at / HOUR) * HOUR + day * DAY;
      return timedSpan(startAt, startAt + chance.between(1, 5) * HOUR);
    }
    case 'showAs':
      return chance.pick(['busy', 'free']);
    case 'due':
      return date(day);
    case 'priority':
      return chance.pick(['high', 'normal', 'low']);
    case 'status':
      return chance.pick(['open', 'completed']);
    default:
      return `${CONTENT_WORD} ${text}`;
  }
}
