/** The part of the contract of events, contacts and tasks that is about making them, once. Declared by `mail-items-two-way.contract.ts`. */
import { expect } from 'vitest';
import { reduceFields } from '../../src/model/canonical.ts';
import { collections, type FieldName, type Fields } from '../../src/model/collection.ts';
import type { NewItem } from '../../src/model/mail-items.ts';
import {
  daysAt,
  isFreeText,
  longText,
  oddText,
  spanAt,
  titleField,
  writableOf,
} from '../support/field-samples.ts';
import { ordinary, specsOf, update, written } from '../support/item-writing.ts';
import { createReader } from '../support/items-reader.ts';
import {
  type Check,
  can,
  capabilityOf,
  create,
  fault,
  good,
  makeByHand,
  newItem,
  readNow,
} from '../support/items-world.ts';

const AT_ONCE_MAX = 50;

export function describeMaking(check: Check): void {
  for (const collection of collections) {
    check(`${collection} are made with every field, and read as they were written`, async (world) => {
      const specs = specsOf(world, collection);
      for (const which of [0, 1] as const) {
        const fields = ordinary(world, collection, `Made ${which}`, which);
        const made = await create(world, collection, newItem(`stamp-${which}`, fields));
        const item = await readNow(world, collection, made.itemId);
        expect(item.fields).toMatchObject(reduceFields(fields, specs));
        expect(item).toMatchObject({ itemId: made.itemId, version: made.version });
        if (item.collection === 'events') {
          expect(item).toMatchObject({ isOrganizer: true, attendees: [], uid: made.uid, seriesId: null });
          expect(made.uid ?? '').not.toBe('');
        } else expect(made.uid).toBeNull();
      }
    });

    check(`${collection} that were made are told with the version that is known`, async (world) => {
      const reader = createReader(world);
      await reader.visit();
      const made = await create(world, collection, newItem('stamp', ordinary(world, collection, 'Made')));
      await reader.visit();
      expect(reader.one(collection, 'Made')).toMatchObject({ itemId: made.itemId, version: made.version });
    });

    check(`odd texts of ${collection} come back as they are`, async (world) => {
      const specs = specsOf(world, collection);
      const names = writableOf(collection, specs).filter(isFreeText);
      const odd = Object.fromEntries(names.map((name) => [name, oddText(name)]));
      expect(await written(world, collection, 'Odd', odd)).toMatchObject(reduceFields(odd, specs));
    });

    check(`long texts of ${collection} come back as long as the service says`, async (world) => {
      const specs = specsOf(world, collection);
      const long: [FieldName, string][] = [];
      for (const name of writableOf(collection, specs)) {
        const spec = specs[name];
        if (spec !== undefined && isFreeText(name)) long.push([name, longText(name, spec)]);
      }
      const fields = Object.fromEntries(long);
      expect(await written(world, collection, 'Long', fields)).toMatchObject(reduceFields(fields, specs));
    });

    check(`${collection} are made with little, and everything else is empty`, async (world) => {
      const time = spanAt(world.now(), 5, 9);
      const fields: Fields = {
        [titleField[collection]]: 'Little',
        ...(collection === 'events' ? { time } : {}),
      };
      const { itemId } = await create(world, collection, newItem('stamp', fields));
      const item = await readNow(world, collection, itemId);
      expect(item.fields).toMatchObject(fields);
      const free = writableOf(collection, specsOf(world, collection)).filter(
        (name) => (isFreeText(name) || name === 'due' || name === 'birthday') && fields[name] === undefined,
      );
      expect(free.map((name) => item.fields[name])).toEqual(free.map(() => ''));
    });

    check(`a full batch of ${collection} is made, in the order asked`, async (world) => {
      const { batchMax } = capabilityOf(world, collection);
      const titles = Array.from({ length: Math.min(batchMax, AT_ONCE_MAX) }, (_, at) => `Number ${at}`);
      const items = titles.map((title) => newItem(`stamp of ${title}`, ordinary(world, collection, title)));
      const made = good(await world.mail.items.createItems(collection, items, { mayExist: false }));
      const ids = made.map(({ itemId }) => itemId);
      expect(new Set(ids).size).toBe(titles.length);
      const read = good(await world.mail.items.readItems(collection, ids));
      expect(read.map(({ fields }) => fields[titleField[collection]])).toEqual(titles);
    });

    check(
      `the stamp stays on ${collection} that were made, and on nothing else`,
      async (world) => {
        await create(world, collection, newItem('00U000000000001AAA', ordinary(world, collection, 'Made')));
        await makeByHand(world, collection, 'By hand');
        const reader = createReader(world);
        await reader.visit();
        expect(reader.one(collection, 'Made').stamp).toBe('00U000000000001AAA');
        expect(reader.one(collection, 'By hand').stamp).toBeNull();
        await world.hands.edit(collection, 'Made', { [titleField[collection]]: 'Edited' });
        await reader.visit();
        expect(reader.one(collection, 'Edited').stamp).toBe('00U000000000001AAA');
      },
      [can(collection, 'stamps')],
    );

    check(`${collection} that may exist are found, or made where they do not`, async (world) => {
      const item = (title: string): NewItem =>
        newItem(`stamp of ${title}`, ordinary(world, collection, title));
      const first = await create(world, collection, item('Known'));
      await create(world, collection, item('Another'));
      const connector = await world.reopen();
      const [again, fresh] = good(
        await connector.items.createItems(collection, [item('Known'), item('New')], { mayExist: true }),
      );
      expect(again).toMatchObject({ itemId: first.itemId, uid: first.uid });
      expect(again?.version).toBe((await readNow(world, collection, first.itemId)).version);
      expect(fresh?.itemId).not.toBe(first.itemId);
      const reader = createReader(world);
      await reader.visit();
      for (const title of ['Known', 'Another', 'New']) reader.one(collection, title);
    });

    check(
      `${collection} whose answer was lost are found, not doubled`,
      async (world) => {
        const items = ['One', 'Two'].map((title) =>
          newItem(`stamp of ${title}`, ordinary(world, collection, title)),
        );
        await world.faults.loseAnswer?.(collection);
        // Of several requests one alone is lost: what the others made is told.
        const first = world.mail.items.createItems(collection, items, { mayExist: false });
        await first.catch(() => undefined);
        const connector = await world.reopen();
        const made = good(await connector.items.createItems(collection, items, { mayExist: true }));
        expect(new Set(made.map(({ itemId }) => itemId)).size).toBe(2);
        const reader = createReader(world);
        await reader.visit();
        for (const [index, title] of ['One', 'Two'].entries())
          expect(reader.one(collection, title).itemId).toBe(made[index]?.itemId);
      },
      [fault('loseAnswer')],
    );

    check(
      `one of the ${collection} that is refused stops no other`,
      async (world) => {
        await world.faults.refuse?.(collection, 'Refused', 'make');
        const items = ['One', 'Refused', 'Two'].map((title) =>
          newItem(`stamp of ${title}`, ordinary(world, collection, title)),
        );
        const results = await world.mail.items.createItems(collection, items, { mayExist: false });
        expect(results).toMatchObject([
          { ok: true },
          { ok: false, itemId: 'stamp of Refused', failure: { code: 'mailbox.item-refused' } },
          { ok: true },
        ]);
        expect(JSON.stringify(results[1])).not.toContain('Mill Lane');
        const reader = createReader(world);
        await reader.visit();
        for (const title of ['One', 'Two']) reader.one(collection, title);
        expect(reader.titled(collection, 'Refused')).toEqual([]);
      },
      [fault('refuse')],
    );
  }

  check(
    'contacts are made in the folder for Salesforce, which is made where it is missing',
    async (world) => {
      for (const title of ['One', 'Two']) {
        const item = newItem(`stamp of ${title}`, ordinary(world, 'contacts', title));
        const { itemId } = await create(world, 'contacts', item);
        expect(await readNow(world, 'contacts', itemId)).toMatchObject({ isInSalesforceFolder: true });
      }
      const reader = createReader(world);
      await reader.visit();
      for (const title of ['One', 'Two'])
        expect(reader.one('contacts', title)).toMatchObject({ isInSalesforceFolder: true });
    },
  );

  for (const [name, span] of [
    ['a timed event', (now: number) => spanAt(now, 4, 22, 240)],
    ['an event over a change of clocks', () => '2026-03-29T00:30:00Z/2026-03-29T01:30:00Z'],
    ['a whole day', (now: number) => daysAt(now, 6)],
    ['three whole days', () => '2026-03-28/2026-03-31'],
  ] as const)
    check(`${name} is made at its time, and moved from and to any other`, async (world) => {
      const time = span(world.now());
      expect((await written(world, 'events', 'Made there', { time })).time).toBe(time);
      const { itemId } = await create(world, 'events', newItem('stamp', ordinary(world, 'events', 'Moved')));
      for (const next of [time, daysAt(world.now(), 20), time, spanAt(world.now(), 21, 8)]) {
        await update(world, 'events', itemId, { time: next });
        expect((await readNow(world, 'events', itemId)).fields.time).toBe(next);
      }
    });
}
