/**
 * What must hold of events, contacts and tasks when a world has come to rest: as many records and items as the rules want, both sides of every pair alike,
 * everybody's last word kept. Counts come from the simulators and the history, and never from the product.
 */

import { agree } from '../../src/decide/merge.ts';
import { readSpan, reduceField } from '../../src/model/canonical.ts';
import type { FieldName, FieldSpec, Fields } from '../../src/model/collection.ts';
import { occurrence, timesOf } from '../support/items-world.ts';
import { rowFrom } from '../support/salesforce-records-world.ts';
import { type Bounds, expectedItems, expectedRecords } from './expected-things.ts';
import { personAt, rowsOf, userIdOf } from './thing-drafts.ts';
import { type MailboxView, type PairView, viewMailboxes } from './thing-views.ts';
import type { Thing } from './things.ts';
import type { World } from './world.ts';

type Broken = readonly string[];

const isWithin = (count: number, { min, max }: Bounds) => count >= min && count <= max;
const named = ({ min, max }: Bounds) => (min === max ? `${min}` : `${min} to ${max}`);

/** As many records as the rules want: nothing eligible is left out, nothing else is there, nothing is doubled or comes back. */
export function recordsAreRight(world: World): Broken {
  return world.history.things.flatMap((thing) => {
    const wanted = expectedRecords(thing, world.script.at);
    const { length } = rowsOf(world, thing);
    return isWithin(length, wanted)
      ? []
      : [`${describe(thing)} is in Salesforce ${length} times, and not ${named(wanted)}`];
  });
}

export function itemsAreRight(world: World): Broken {
  return world.history.things.flatMap((thing) => {
    if (thing.invitation !== null) return copiesAreSingle(world, thing);
    const wanted = expectedItems(thing);
    const hands = personAt(world, thing.owner).hands.itemsOf(thing.owner);
    const count = hands.count(thing.collection, thing.mark);
    const elsewhere = world.people.filter(
      ({ address, hands: others }) =>
        address !== thing.owner && others.itemsOf(address).count(thing.collection, thing.mark) > 0,
    );
    return [
      ...(isWithin(count, wanted)
        ? []
        : [`${describe(thing)} is in the mailbox ${count} times, and not ${named(wanted)}`]),
      ...elsewhere.map(() => `${describe(thing)} came into a colleague's mailbox`),
    ];
  });
}

function copiesAreSingle({ people }: World, thing: Thing): Broken {
  return people.flatMap(({ address, hands }) => {
    const count = hands.itemsOf(address).count('events', thing.mark);
    return count > 1 ? [`${describe(thing)} is in one mailbox ${count} times`] : [];
  });
}

/** What one side alone was written to stands in Salesforce as people wrote it; told by its rows, without the product. */
export async function lastWordsStand(world: World): Promise<Broken> {
  const views = await viewMailboxes(world);
  const broken: string[] = views.flatMap((view) => disagreements(world, view));
  for (const thing of world.history.things) {
    const view = views.find(({ person }) => person.address === thing.owner);
    const [row, ...more] = rowsOf(world, thing);
    if (view === undefined || row === undefined || thing.removal !== null || !isFollowed(world, thing))
      continue;
    if (thing.invitation !== null) broken.push(...peopleFaults(world, thing, row));
    if (thing.series !== null) broken.push(...seriesFaults(thing, [row, ...more]));
    else if (thing.born === 'item') broken.push(...rowFaults(thing, row, view));
  }
  return broken;
}

/** Whether its record is sure to follow what its maker wrote last. */
function isFollowed(world: World, thing: Thing): boolean {
  const { min } = expectedRecords(thing, world.script.at);
  return min > 0 && thing.touched.size === 1;
}

type Row = Readonly<Record<string, unknown>>;

function rowFaults(thing: Thing, row: Row, { itemSpecs, recordSpecs }: MailboxView): Broken {
  const { collection, fields } = thing;
  const known = Object.entries(fields).filter(([name]) => {
    const field = name as FieldName;
    // A customer's own calendar says nothing of how a guest shows his time.
    if (field === 'showAs' && thing.invitation !== null) return false;
    return itemSpecs[collection][field] !== undefined && recordSpecs[collection][field]?.writable === true;
  });
  return columnFaults(thing, row, Object.fromEntries(known));
}

function columnFaults(thing: Thing, row: Row, fields: Fields): Broken {
  return Object.entries(rowFrom(thing.collection, fields)).flatMap(([column, wanted]) =>
    sameValue(column, row[column], wanted)
      ? []
      : [
          `${describe(thing)}: ${column} is ${JSON.stringify(row[column])}, and not ${JSON.stringify(wanted)}`,
        ],
  );
}

function sameValue(column: string, value: unknown, wanted: unknown): boolean {
  if (/DateTime$/.test(column)) return Date.parse(String(value)) === Date.parse(String(wanted));
  return (value ?? null) === (wanted ?? null);
}

const statuses = { accepted: 'Accepted', declined: 'Declined' } as const;

/** A colleague's meeting is his in Salesforce, too, and those whom he invited take part in it with their last answers. */
function peopleFaults(world: World, thing: Thing, row: Row): Broken {
  const { invitation } = thing;
  if (invitation === null || invitation.organizer !== thing.owner) return [];
  const { salesforce } = world;
  const relations = salesforce.records('EventRelation').filter(({ EventId }) => EventId === row.Id);
  const answers = [...invitation.answers].flatMap(([address, answer]) => {
    const mine = relations.filter(
      ({ RelationId }) => RelationId === userIdOf(world, personAt(world, address)),
    );
    const said = mine.map(({ Status }) => Status);
    const wanted = answer === 'accepted' || answer === 'declined' ? statuses[answer] : 'New';
    return said.length === 1 && said[0] === wanted
      ? []
      : [`${describe(thing)}: an answer is ${answer}, and in Salesforce ${said.join(' and ') || 'nothing'}`];
  });
  const isOwners = row.OwnerId === userIdOf(world, personAt(world, thing.owner));
  return isOwners ? answers : [...answers, `${describe(thing)} belongs to somebody else in Salesforce`];
}

/** Occurrences by their times, with their places. */
function seriesFaults(thing: Thing, rows: readonly Row[]): Broken {
  const { series, fields } = thing;
  if (series === null) return [];
  const times = timesOf({ fields, plan: series.plan }, series.plan.count);
  const wanted = times.flatMap((time, at) => {
    const { originalStart } = occurrence({ fields, plan: series.plan }, at + 1);
    if (series.removed.has(at + 1) || originalStart === '') return [];
    const own = series.changed.get(at + 1) ?? {};
    return [lineOf(own.time ?? time, own.location)];
  });
  const places = new Set([...series.changed.values()].flatMap(({ location }) => location ?? []));
  const there = rows.map((row) => {
    const start = new Date(Date.parse(String(row.StartDateTime ?? row.ActivityDate))).toISOString();
    return `${start} ${places.has(String(row.Location)) ? row.Location : ''}`;
  });
  return wanted.sort().join('\n') === there.sort().join('\n')
    ? []
    : [`${describe(thing)}: ${there.join(' | ')}, and not ${wanted.join(' | ')}`];
}

function lineOf(time: string, place = ''): string {
  return `${new Date(readSpan(time)?.startAt ?? 0).toISOString()} ${place}`;
}

// ------------------------------------------------------------------------------------------------------------------ pairs

/** Both sides of what this mailbox leads are alike, as far as each can hold it. */
function disagreements(world: World, view: MailboxView): Broken {
  const waiting = view.pairs
    .filter(({ state }) => state === 'making' || state === 'removing')
    .map(({ state, collection }) => `a pair of ${collection} is still ${state}`);
  return [...waiting, ...view.linked.flatMap((one) => pairFaults(world, view, one))];
}

function pairFaults(world: World, view: MailboxView, { pair, item, record }: PairView): Broken {
  const { collection, role } = pair;
  if (item === null || record === null || record.isDeleted)
    return [`a pair of ${collection} outlived one side`];
  if (role === 'member') return [];
  const isForeign = item.collection === 'events' && !item.isOrganizer;
  const isShut =
    item.collection === 'events' && item.attendees.length > 0 && item.isOrganizer && !view.changesMeetings;
  const title = item.fields.subject ?? item.fields.lastName ?? '';
  const thing = world.history.things.find(({ mark }) => title.includes(mark));
  return Object.entries(item.fields).flatMap(([name, text = '']) => {
    const field = name as FieldName;
    const itemSpec = view.itemSpecs[collection][field];
    const recordSpec = view.recordSpecs[collection][field];
    const other = record.fields[field];
    if (itemSpec === undefined || recordSpec === undefined || other === undefined) return [];
    const isAgreed = agree(text, itemSpec, other, recordSpec);
    if (!isAgreed && recordSpec.writable && !isForeign && !isShut && !isHeldApart(thing, field))
      return [`${thing === undefined ? collection : describe(thing)}: ${field} is "${text}" and "${other}"`];
    const kept = thing === undefined || wasKept(thing, field, [text, other], [itemSpec, recordSpec]);
    return kept || thing === undefined
      ? []
      : [`${describe(thing)}: ${field} "${text}" is nobody's last word`];
  });
}

/** A contact that was filed anew meets its old record: what differs stays until somebody changes it. */
function isHeldApart(thing: Thing | undefined, field: FieldName): boolean {
  return thing?.collection === 'contacts' && thing.touched.size > 1 && field !== 'email';
}

/** What is there is the last text of one of the sides; meetings and series are told by their rows. */
function wasKept(
  thing: Thing,
  field: FieldName,
  now: readonly string[],
  specs: readonly FieldSpec[],
): boolean {
  if (thing.series !== null || thing.invitation !== null) return true;
  const edits = thing.edits.filter((edit) => edit.field === field);
  if (edits.length === 0) return true;
  const last = [...new Map(edits.map(({ side, text }) => [side, text])).values()];
  return last.some((text) =>
    now.some((one) => one === text || specs.some((spec) => one === reduceField(text, spec))),
  );
}

/** A mark, and what its people did: enough to look into a seed. */
export function describe({ mark, collection, born, series, invitation, removal, touched }: Thing): string {
  const kind = series !== null ? 'series' : invitation !== null ? 'meeting' : collection;
  const gone = removal === null ? '' : `, removed as ${removal.side}`;
  return `${mark} (${kind}, made as ${born}, touched as ${[...touched].join(' and ')}${gone})`;
}
