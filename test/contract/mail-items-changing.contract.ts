/** The part of the contract of events, contacts and tasks that is about changing and marking them. Declared by `mail-items-two-way.contract.ts`. */
import { expect } from 'vitest';
import { reduceField, reduceFields } from '../../src/model/canonical.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { collections } from '../../src/model/collection.ts';
import {
  sampleFields,
  secondField,
  spanAt,
  titleField,
  words,
  writableOf,
} from '../support/field-samples.ts';
import { ordinary, specsOf, update } from '../support/item-writing.ts';
import { createReader } from '../support/items-reader.ts';
import {
  type Check,
  can,
  cannot,
  capabilityOf,
  create,
  fault,
  good,
  type ItemsWorld,
  makeByHand,
  newItem,
  readNow,
} from '../support/items-world.ts';

/** A service that compares versions first sees that another one is there; reading proves that it is gone. */
const GONE = /^mailbox\.item-(gone|conflict)$/;

export function describeChanging(check: Check): void {
  for (const collection of collections) {
    check(`of ${collection} the named fields change, and no other`, async (world) => {
      const specs = specsOf(world, collection);
      const { itemId } = await create(
        world,
        collection,
        newItem('stamp', ordinary(world, collection, 'Changes'), []),
      );
      const others = sampleFields(collection, specs, world.now(), 1);
      for (const name of writableOf(collection, specs)) {
        const before = await readNow(world, collection, itemId);
        const value = others[name] ?? '';
        const version = await update(world, collection, itemId, { [name]: value });
        const after = await readNow(world, collection, itemId);
        const spec = specs[name] ?? { lengthMax: null, writable: true };
        expect(after.fields).toEqual({ ...before.fields, [name]: reduceField(value, spec) });
        expect(after.version).toBe(version);
        expect(after).toMatchObject({ stamp: before.stamp, categories: before.categories });
      }
    });

    check(`a field of ${collection} that is written empty is empty`, async (world) => {
      const names = writableOf(collection, specsOf(world, collection)).filter(
        (name) => name !== 'lastName' && name !== 'time' && words[name] === undefined,
      );
      const fields = ordinary(world, collection, 'Full');
      const { itemId } = await create(world, collection, newItem('stamp', fields));
      await update(world, collection, itemId, Object.fromEntries(names.map((name) => [name, ''])));
      const cleared = await readNow(world, collection, itemId);
      expect(names.map((name) => `${name}: ${cleared.fields[name]}`)).toEqual(
        names.map((name) => `${name}: `),
      );
      const other = await create(world, collection, newItem('other', { ...fields, [names[0] ?? '']: '' }));
      for (const name of names) await update(world, collection, other.itemId, { [name]: '' });
      expect((await readNow(world, collection, other.itemId)).fields).toMatchObject(
        Object.fromEntries(names.map((name) => [name, ''])),
      );
    });

    check(`a change of ${collection} is told with the version that is known`, async (world) => {
      const reader = createReader(world);
      const item = newItem('stamp', ordinary(world, collection, 'Before'));
      const { itemId, version: first } = await create(world, collection, item);
      await reader.visit();
      world.advance(MINUTE);
      const version = await update(world, collection, itemId, { [titleField[collection]]: 'After' });
      expect(version).not.toBe(first);
      await reader.visit();
      expect(reader.titled(collection, 'Before')).toEqual([]);
      expect(reader.one(collection, 'After')).toMatchObject({ itemId, version });
    });

    check(`changes of ${collection} are answered in the order asked, one by one`, async (world) => {
      const items = ['One', 'Two', 'Three'].map((title) =>
        newItem(`stamp of ${title}`, ordinary(world, collection, title)),
      );
      const made = good(await world.mail.items.createItems(collection, items, { mayExist: false }));
      await world.hands.remove(collection, 'Two');
      const updates = made.toReversed().map(({ itemId, version }, at) => ({
        ...{ itemId, version },
        fields: { [titleField[collection]]: `Changed ${at}` },
      }));
      const results = await world.mail.items.updateItems(collection, updates);
      expect(results).toMatchObject([
        { ok: true, value: { itemId: made[2]?.itemId } },
        { ok: false, itemId: made[1]?.itemId, failure: { code: expect.stringMatching(GONE) } },
        { ok: true, value: { itemId: made[0]?.itemId } },
      ]);
      for (const at of [0, 2]) {
        const result = results[at];
        if (result?.ok !== true) throw new Error('not written');
        const item = await readNow(world, collection, result.value.itemId);
        expect(item).toMatchObject({ version: result.value.version });
        expect(item.fields[titleField[collection]]).toBe(`Changed ${at}`);
      }
    });

    check(
      `one change of ${collection} that is refused stops no other`,
      async (world) => {
        const items = ['One', 'Two', 'Three'].map((title) =>
          newItem(`stamp of ${title}`, ordinary(world, collection, title)),
        );
        const made = good(await world.mail.items.createItems(collection, items, { mayExist: false }));
        await world.faults.refuse?.(collection, 'Refused', 'change');
        const titles = ['Uno', 'Refused', 'Tre'];
        const results = await world.mail.items.updateItems(
          collection,
          made.map(({ itemId, version }, at) => ({
            ...{ itemId, version },
            fields: { [titleField[collection]]: titles[at] ?? '' },
          })),
        );
        expect(results).toMatchObject([
          { ok: true },
          { ok: false, itemId: made[1]?.itemId, failure: { code: 'mailbox.item-refused' } },
          { ok: true },
        ]);
        const now = await Promise.all(made.map(({ itemId }) => readNow(world, collection, itemId)));
        expect(now.map(({ fields }) => fields[titleField[collection]])).toEqual(['Uno', 'Two', 'Tre']);
      },
      [fault('refuse')],
    );

    check(`a change of ${collection} that somebody overtook is refused whole, or written`, async (world) => {
      const item = newItem('stamp', ordinary(world, collection, 'Contested'));
      const { itemId, version } = await create(world, collection, item);
      world.advance(MINUTE);
      const name = secondField[collection];
      await world.hands.edit(collection, 'Contested', { [name]: 'Theirs' });
      const [result] = await world.mail.items.updateItems(collection, [
        { itemId, version, fields: { [name]: 'Ours' } },
      ]);
      const now = (await readNow(world, collection, itemId)).fields[name];
      if (result?.ok === true) expect(now).toBe('Ours');
      else {
        expect(result?.failure.code).toBe('mailbox.item-conflict');
        expect(now).toBe('Theirs');
      }
    });
  }

  for (const [collection, name] of [
    ['events', 'showAs'],
    ['tasks', 'status'],
    ['tasks', 'priority'],
  ] as const)
    check(`every word of ${name} comes back as the service says`, async (world) => {
      const spec = specsOf(world, collection)[name];
      const { itemId } = await create(
        world,
        collection,
        newItem('stamp', ordinary(world, collection, 'Words')),
      );
      for (const word of spec?.writable === true ? (words[name] ?? []) : []) {
        await update(world, collection, itemId, { [name]: word });
        const item = await readNow(world, collection, itemId);
        expect(item.fields[name]).toBe(spec === undefined ? word : reduceField(word, spec));
      }
    });

  check('a further address of a contact stays when the first one changes', async (world) => {
    const fields = { lastName: 'Marlow', email: 'robin@acme.example' };
    await world.hands.makeContact({ fields, furtherAddresses: ['r.marlow@home.example'] });
    const reader = createReader(world);
    await reader.visit();
    const { itemId } = reader.one('contacts', 'Marlow');
    await update(world, 'contacts', itemId, { city: 'Thun', email: 'robin.marlow@acme.example' });
    expect(await readNow(world, 'contacts', itemId)).toMatchObject({
      fields: { city: 'Thun', email: 'robin.marlow@acme.example' },
      addresses: ['robin.marlow@acme.example', 'r.marlow@home.example'],
    });
  });

  const guests = ['cleo', 'dan'].map((name) => ({
    ...{ address: `${name}@outside.test`, name, isResource: false },
    answer: name === 'dan' ? ('accepted' as const) : ('none' as const),
  }));
  const meeting = async (world: ItemsWorld) => {
    const time = spanAt(world.now(), 3, 9);
    await world.hands.makeEvent({
      fields: { subject: 'Meeting', location: 'Room 4', time },
      attendees: guests,
    });
    const reader = createReader(world);
    await reader.visit();
    return reader.event('Meeting');
  };

  check(
    'a meeting is changed, and its guests stay as they are and hear nothing',
    async (world) => {
      const before = await meeting(world);
      const time = spanAt(world.now(), 3, 14);
      await update(world, 'events', before.itemId, { time, location: 'Room 9' });
      const after = await readNow(world, 'events', before.itemId);
      expect(after).toMatchObject({ fields: { ...before.fields, time, location: 'Room 9' } });
      if (after.collection !== 'events') throw new Error('no event');
      const addresses = (one: typeof before) => one.attendees.map(({ address }) => address).toSorted();
      expect(addresses(after)).toEqual(addresses(before));
    },
    [can('events', 'meetingWrites')],
  );

  check(
    'a meeting is not changed where its guests would hear of it',
    async (world) => {
      const { itemId, version, fields } = await meeting(world);
      const change = { itemId, version, fields: { location: 'Room 9' } };
      const results = await world.mail.items.updateItems('events', [change]);
      expect(results).toMatchObject([
        { ok: false, itemId, failure: { code: 'mailbox.meeting-not-changed' } },
      ]);
      expect((await readNow(world, 'events', itemId)).fields).toEqual(fields);
    },
    [cannot('events', 'meetingWrites')],
  );
}

export function describeMarking(check: Check): void {
  for (const collection of collections) {
    check(
      `categories of ${collection} are put on and taken off, and others stay`,
      async (world) => {
        const fields = ordinary(world, collection, 'Marked');
        const item = newItem('stamp', fields, ['Salesforce']);
        const { itemId, version } = await create(world, collection, item);
        expect((await readNow(world, collection, itemId)).categories).toEqual(['Salesforce']);
        const mark = async (at: string, add: readonly string[], remove: readonly string[]) => {
          const asked = [{ itemId, version: at, add, remove }];
          const [marked] = good(await world.mail.items.markItems(collection, asked));
          const read = await readNow(world, collection, itemId);
          expect(read.version).toBe(marked?.version);
          expect(read.fields).toMatchObject(reduceFields(fields, specsOf(world, collection)));
          return read;
        };
        const more = await mark(version, ['Sync Error', 'Ärger & Co'], []);
        expect(more.categories.toSorted()).toEqual(['Salesforce', 'Sync Error', 'Ärger & Co'].toSorted());
        const less = await mark(more.version, ['Salesforce'], ['Sync Error', 'Never there']);
        expect(less.categories.toSorted()).toEqual(['Salesforce', 'Ärger & Co'].toSorted());
        const none = await mark(less.version, [], ['Salesforce', 'Ärger & Co']);
        expect(none.categories).toEqual([]);
        expect(none.stamp).toBe(capabilityOf(world, collection).stamps.able ? 'stamp' : null);
      },
      [can(collection, 'categories')],
    );

    check(
      `marks on ${collection} are answered in the order asked, and told with the version that is known`,
      async (world) => {
        for (const title of ['One', 'Two', 'Three']) await makeByHand(world, collection, title);
        const reader = createReader(world);
        await reader.visit();
        const marks = ['Three', 'Two', 'One'].map((title) => {
          const { itemId, version } = reader.one(collection, title);
          return { itemId, version, add: ['Salesforce'], remove: [] };
        });
        await world.hands.remove(collection, 'Two');
        const results = await world.mail.items.markItems(collection, marks);
        expect(results).toMatchObject([
          { ok: true, value: { itemId: marks[0]?.itemId } },
          { ok: false, itemId: marks[1]?.itemId, failure: { code: expect.stringMatching(GONE) } },
          { ok: true, value: { itemId: marks[2]?.itemId } },
        ]);
        await reader.visit();
        for (const [at, title] of [
          [0, 'Three'],
          [2, 'One'],
        ] as const) {
          const result = results[at];
          if (result?.ok !== true) throw new Error('not marked');
          expect(reader.one(collection, title)).toMatchObject({
            categories: ['Salesforce'],
            version: result.value.version,
          });
        }
      },
      [can(collection, 'categories')],
    );
  }

  check(
    'a mark on a meeting changes nothing else',
    async (world) => {
      const time = spanAt(world.now(), 3, 9);
      const ben = { address: 'ben@outside.test', name: 'Ben Ode' };
      await world.hands.makeEvent({
        fields: { subject: 'Invited', time },
        organizer: ben,
        answer: 'accepted',
      });
      const reader = createReader(world);
      await reader.visit();
      const before = reader.event('Invited');
      const mark = { itemId: before.itemId, version: before.version, add: ['Salesforce'], remove: [] };
      good(await world.mail.items.markItems('events', [mark]));
      const after = await readNow(world, 'events', before.itemId);
      const { version: _version, modifiedAt: _modifiedAt, ...rest } = before;
      expect(after).toMatchObject({ ...rest, categories: ['Salesforce'] });
    },
    [can('events', 'categories')],
  );
}
