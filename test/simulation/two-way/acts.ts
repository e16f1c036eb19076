/** What people do in a world of two ways: one draw, one act, on one side. */
import { allDaySpan, timedSpan } from '../../../src/model/canonical.ts';
import { DAY, HOUR, SECOND } from '../../../src/model/clock.ts';
import { type Collection, collections, type FieldName, type Fields } from '../../../src/model/collection.ts';
import type { ItemId } from '../../../src/model/ids.ts';
import { occurrencesOf } from '../../support/memory-item-views.ts';
import {
  answerEvent,
  editItem,
  type MemoryItem,
  makeItem,
  markItem,
  removeItem,
} from '../../support/memory-items.ts';
import { binRecord, changeRecord, type MemoryRecord, makeRecord } from '../../support/memory-records.ts';
import type { Colleague } from '../../support/two-way-scene.ts';
import type { Chance } from '../chance.ts';
import { editedFields, newToken, remember, tokenField, tokenOf, type World } from './world.ts';

/** Somebody does something. */
export function act(world: World): void {
  const { chance, scene } = world;
  const who = chance.pick(scene.people);
  scene.clock.now += SECOND;
  chance.pick([
    makeOne,
    makeOne,
    editOne,
    editOne,
    editOne,
    deleteOne,
    makeMeeting,
    makeSeries,
    changeOccurrence,
    markOne,
  ])(world, who);
}

function word(chance: Chance): string {
  return chance.pick([
    'Ü ber',
    'plan',
    'A longer text than twenty characters 🎉',
    'x',
    'Zug um Zug',
    'two\nlines',
  ]);
}

function textFor(world: World, field: FieldName): string {
  const { chance, scene } = world;
  const now = scene.clock.now;
  if (field === 'time') {
    const startAt = now + chance.between(-3, 40) * DAY + chance.between(0, 20) * HOUR;
    const date = (at: number) => new Date(at).toISOString().slice(0, 10);
    if (chance.flip(0.2)) return allDaySpan(date(startAt), date(startAt + chance.between(1, 3) * DAY));
    return timedSpan(startAt, startAt + chance.between(1, 5) * HOUR);
  }
  if (field === 'showAs') return chance.pick(['busy', 'free', 'tentative', 'out-of-office']);
  if (field === 'priority') return chance.pick(['high', 'normal', 'low']);
  if (field === 'due')
    return chance.flip(0.2) ? '' : new Date(now + chance.between(0, 30) * DAY).toISOString().slice(0, 10);
  const text = chance.flip(0.1) ? '' : `${word(chance).replace('\n', ' ')} ${chance.between(1, 999)}`;
  return field === 'subject' && text === '' ? 'untitled' : text;
}

function draft(world: World, collection: Collection): Fields {
  const token = newToken(world);
  const some = editedFields[collection].map((name) => [name, textFor(world, name)] as const);
  return {
    ...Object.fromEntries(some),
    ...(collection === 'contacts'
      ? { lastName: `Name ${token}`, email: `p${token.slice(1)}@outside.test` }
      : {}),
    [tokenField[collection]]: token,
  };
}

function makeOne(world: World, who: Colleague): void {
  const collection = world.chance.pick(collections);
  const fields = draft(world, collection);
  const isUp = world.chance.flip(0.5);
  if (isUp)
    makeItem(who.mailbox.personal, collection, {
      fields,
      isInSalesforceFolder: collection === 'contacts' && world.chance.flip(0.8),
    });
  else makeRecord(world.scene.org.records, collection, { fields, ownerId: who.userId });
  world.log.push(
    `${who.address} makes ${isUp ? 'item' : 'record'} ${collection} ${fields[tokenField[collection]]}`,
  );
}

const single = (item: MemoryItem) => item.series === null;

function editOne(world: World, who: Colleague): void {
  const { chance, scene } = world;
  const items = [...who.mailbox.personal.stored.values()].filter(single);
  const records = [...scene.org.records.stored.values()].filter((one) => !one.isDeleted);
  const isItem = chance.flip(0.5);
  const all: readonly (MemoryItem | MemoryRecord)[] = isItem ? items : records;
  if (all.length === 0) return;
  const thing = chance.pick(all);
  const specs = isItem
    ? who.mailbox.personal.abilities[thing.collection].fields
    : scene.org.records.abilities[thing.collection].fields;
  const field = chance.pick(editedFields[thing.collection].filter((name) => specs[name] !== undefined));
  const text = textFor(world, field);
  if (isItem) editItem(who.mailbox.personal, (thing as MemoryItem).itemId, { [field]: text });
  else changeRecord(scene.org.records, (thing as MemoryRecord).recordId, { fields: { [field]: text } });
  const now = isItem
    ? who.mailbox.personal.stored.get((thing as MemoryItem).itemId)
    : scene.org.records.stored.get((thing as MemoryRecord).recordId);
  remember(world, thing, field, { side: isItem ? 'item' : 'record', text: now?.fields[field] ?? text });
  world.log.push(`${who.address} edits ${isItem ? 'item' : 'record'} ${tokenOf(thing)} ${field} = ${text}`);
}

function deleteOne(world: World, who: Colleague): void {
  const { chance, scene } = world;
  if (chance.flip(0.5)) {
    const items = [...who.mailbox.personal.stored.values()];
    if (items.length === 0) return;
    const item = chance.pick(items);
    removeItem(who.mailbox.personal, item.itemId);
    world.deleted.add(tokenOf(item));
    world.log.push(`${who.address} deletes item ${tokenOf(item)}`);
    return;
  }
  const records = [...scene.org.records.stored.values()].filter((one) => !one.isDeleted);
  if (records.length === 0) return;
  const record = chance.pick(records);
  binRecord(scene.org.records, record.recordId);
  world.deleted.add(tokenOf(record));
  world.log.push(`somebody deletes record ${tokenOf(record)}`);
}

/** A meeting of everybody, organized by one of them or by a stranger. */
function makeMeeting(world: World, who: Colleague): void {
  const { chance, scene } = world;
  const fields = draft(world, 'events');
  const organizer = chance.flip(0.7) ? who.address : 'bob@outside.test';
  const attendees = [...scene.people.map(({ address }) => address), 'bob@outside.test']
    .filter((address) => address !== organizer)
    .map((address) => ({ address, name: '', answer: 'none' as const, isResource: false }));
  for (const one of scene.people)
    makeItem(one.mailbox.personal, 'events', {
      uid: `meeting-${fields.description}`,
      fields,
      organizer: { address: organizer, name: '' },
      isOrganizer: one.address === organizer,
      attendees,
      answer:
        one.address === organizer ? 'accepted' : chance.pick(['accepted', 'tentative', 'declined', 'none']),
    });
  world.log.push(`meeting ${fields.description} of ${organizer}`);
}

function makeSeries(world: World, who: Colleague): void {
  const { chance, scene } = world;
  if (!chance.flip(0.4)) return;
  const fields = draft(world, 'events');
  const start = new Date(scene.clock.now).toISOString().slice(0, 10);
  makeItem(who.mailbox.personal, 'events', {
    fields,
    plan: {
      start: chance.flip(0.3) ? start : `${start}T09:00`,
      length: chance.flip(0.3) ? 1 : 30,
      zone: chance.pick(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe']),
      everyDays: chance.pick([7, 14]),
      count: chance.pick([null, 3, 5]),
    },
  });
  world.series.add(fields.description ?? '');
  world.log.push(`${who.address} makes series ${fields.description}`);
}

function changeOccurrence(world: World, who: Colleague): void {
  const { chance } = world;
  const series = [...who.mailbox.personal.stored.values()].filter((item) => item.series !== null);
  if (series.length === 0) return;
  const { itemId, series: plan } = chance.pick(series);
  if (plan === null) return;
  const item = who.mailbox.personal.stored.get(itemId);
  const { now } = world.scene.clock;
  const shown = item === undefined ? [] : occurrencesOf(item, now - 3 * DAY, now + 60 * DAY);
  if (shown.length === 0) return;
  const occurrence: ItemId = chance.pick(shown).itemId;
  if (chance.flip(0.4)) removeItem(who.mailbox.personal, occurrence);
  else editItem(who.mailbox.personal, occurrence, { subject: textFor(world, 'subject') });
  world.log.push(`${who.address} changes occurrence ${occurrence}`);
}

function markOne(world: World, who: Colleague): void {
  const { chance } = world;
  const items = [...who.mailbox.personal.stored.values()].filter(single);
  if (items.length === 0) return;
  const item = chance.pick(items);
  if (item.collection === 'events' && item.attendees.length > 0 && !item.isOrganizer && chance.flip(0.5))
    answerEvent(who.mailbox.personal, item.itemId, chance.pick(['accepted', 'tentative', 'declined']));
  else
    markItem(
      who.mailbox.personal,
      item.itemId,
      chance.pick([[], ['Salesforce'], ['Blue', 'Salesforce'], ['Blue']]),
    );
  world.log.push(`${who.address} marks or answers ${tokenOf(item)}`);
}
