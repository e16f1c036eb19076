/** The part of the CRM's contract of events, contacts and tasks that is about who takes part, and about deletion. Declared by `crm-two-way.contract.ts`. */
import { expect } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import { collections } from '../../src/model/collection.ts';
import type { Person } from '../../src/model/connector.ts';
import type { Relation, Relations } from '../../src/model/crm-records.ts';
import { good } from '../support/items-world.ts';
import {
  type Check,
  change,
  createRecordReader,
  makeByHand,
  newRecord,
  ordinary,
  type RecordsWorld,
  readKnown,
  readNow,
  write,
} from '../support/records-world.ts';

const takesPart = (person: Person, answer: Relation['answer'] = 'none'): Relation => ({ person, answer });

export function describeRelations(check: Check): void {
  const scene = async (world: RecordsWorld) => {
    const people: Person[] = [];
    for (const name of ['Cleo', 'Dan', 'Eva', 'Fay']) people.push(await world.hands.makePerson(name));
    const [cleo, dan, eva, fay] = people as [Person, Person, Person, Person];
    const fields = await ordinary(world, 'events', 'Meeting');
    const first = [takesPart(cleo), takesPart(dan, 'accepted')];
    const made = newRecord(fields, { relations: { people: first, these: 'all' } });
    const { recordId } = await write(world, 'events', made);
    const relate = (people: readonly Relation[], these: Relations['these']) =>
      write(world, 'events', { ...change(recordId, {}), relations: { people, these } });
    const related = async () =>
      new Map((await world.hands.relationsOf(recordId)).map((one) => [one.recordId, one.answer]));
    return { cleo, dan, eva, fay, recordId, relate, related };
  };

  check('an event is made with everybody who takes part', async (world) => {
    const { cleo, dan, recordId, related } = await scene(world);
    expect(new Set((await related()).keys())).toEqual(new Set([cleo.recordId, dan.recordId]));
    expect((await related()).get(dan.recordId)).toBe('accepted');
    expect((await readNow(world, 'events', recordId)).isOwn).toBe(true);
  });

  check('exactly those are invited who are told, where it is all', async (world) => {
    const { dan, eva, recordId, relate, related } = await scene(world);
    await relate([takesPart(dan, 'declined'), takesPart(eva)], 'all');
    expect((await related()).get(dan.recordId)).toBe('declined');
    expect((await related()).get(eva.recordId)).toBe('none');
    for (const people of [[takesPart(eva)], []]) {
      await relate(people, 'all');
      expect((await related()).has(eva.recordId)).toBe(people.length > 0);
      const seen = await world.hands.relationsOf(recordId);
      const others = seen.filter((one) => one.recordId !== eva.recordId);
      expect(others.filter(({ isInvitee }) => isInvitee)).toEqual([]);
    }
  });

  check('others stay as they are, where it is some', async (world) => {
    const { cleo, dan, eva, relate, related } = await scene(world);
    await relate([takesPart(eva, 'accepted')], 'some');
    const first = [cleo.recordId, 'none'] as const;
    expect(await related()).toEqual(new Map([first, [dan.recordId, 'accepted'], [eva.recordId, 'accepted']]));
    await relate([takesPart(dan, 'declined')], 'some');
    expect(await related()).toEqual(new Map([first, [dan.recordId, 'declined'], [eva.recordId, 'accepted']]));
  });

  check('an answer that is not known stays as it is, and one that was taken back is gone', async (world) => {
    const { cleo, dan, eva, relate, related } = await scene(world);
    for (const these of ['some', 'all'] as const) {
      await relate([takesPart(cleo, 'unknown'), takesPart(dan, 'unknown'), takesPart(eva, 'unknown')], these);
      expect((await related()).get(dan.recordId)).toBe('accepted');
      expect((await related()).get(eva.recordId)).toBe('none');
    }
    await relate([takesPart(dan, 'none')], 'some');
    expect((await related()).get(dan.recordId)).toBe('none');
  });

  check('whom somebody related by hand, nobody takes away', async (world) => {
    const fay = await world.hands.makePerson('Fay');
    const eva = await world.hands.makePerson('Eva');
    const { recordId } = await write(world, 'events', newRecord(await ordinary(world, 'events', 'Meeting')));
    await world.hands.relate(recordId, fay);
    for (const people of [[takesPart(eva)], []]) {
      await write(world, 'events', { ...change(recordId, {}), relations: { people, these: 'all' } });
      const related = (await world.hands.relationsOf(recordId)).map((one) => one.recordId);
      expect(related).toContain(fay.recordId);
      expect(related.includes(eva.recordId)).toBe(people.length > 0);
    }
  });

  check('who takes part stays, where a write does not speak of it', async (world) => {
    const { cleo, dan, recordId, related } = await scene(world);
    await write(world, 'events', change(recordId, { subject: 'Renamed' }));
    expect(new Set((await related()).keys())).toEqual(new Set([cleo.recordId, dan.recordId]));
  });

  check('a write of those who take part is told with the version that is known', async (world) => {
    const { eva, relate } = await scene(world);
    await world.advance(MINUTE);
    const written = await relate([takesPart(eva)], 'some');
    await readKnown(world, 'events', written);
  });
}

export function describeDeleting(check: Check): void {
  for (const collection of collections)
    check(`${collection} are deleted into the recycle bin, and again, in the order asked`, async (world) => {
      const one = await makeByHand(world, collection, 'One');
      const two = await makeByHand(world, collection, 'Two');
      const stays = await makeByHand(world, collection, 'Stays');
      await world.hands.remove(collection, two);
      const asked = [two, world.unknownId(collection), one];
      const deleted = good(await world.crm.records.deleteRecords(collection, asked));
      expect(deleted).toEqual(asked);
      expect(good(await world.crm.records.deleteRecords(collection, [one]))).toEqual([one]);
      expect(await world.hands.isInBin(collection, one)).toBe(true);
      expect(await world.hands.isInBin(collection, stays)).toBe(false);
      expect(await readNow(world, collection, one)).toMatchObject({ isDeleted: true });
      expect(await world.hands.count(collection)).toBe(1);
    });

  check('what was deleted here is told as deleted', async (world) => {
    const recordId = await makeByHand(world, 'events', 'One');
    const reader = createRecordReader(world);
    await reader.visit();
    await world.advance(MINUTE);
    good(await world.crm.records.deleteRecords('events', [recordId]));
    await world.advance(MINUTE);
    await reader.visit();
    expect(reader.known(recordId)).toMatchObject({ isDeleted: true });
  });
}
