/** The part of the CRM's contract of events, contacts and tasks that is about writing: fields, keys, owners, rules. Declared by `crm-two-way.contract.ts`. */
import { expect } from 'vitest';
import { reduceField, reduceFields } from '../../src/model/canonical.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { collections, type FieldName } from '../../src/model/collection.ts';
import {
  daysAt,
  isFreeText,
  longText,
  oddText,
  sampleFields,
  spanAt,
  titleField,
  words,
  writableOf,
} from '../support/field-samples.ts';
import { good } from '../support/items-world.ts';
import {
  type Check,
  change,
  createRecordReader,
  fault,
  has,
  makeByHand,
  newRecord,
  ordinary,
  ownKeys,
  readKnown,
  readNow,
  specsOf,
  write,
} from '../support/records-world.ts';

export function describeWriting(check: Check): void {
  for (const collection of collections) {
    check(`${collection} are made with every field, and read as they were written`, async (world) => {
      const specs = await specsOf(world, collection);
      for (const which of [0, 1] as const) {
        const fields = await ordinary(world, collection, `Made ${which}`, which);
        const written = await write(world, collection, newRecord(fields));
        expect(written).toMatchObject({ created: true, reduced: [] });
        const record = await readKnown(world, collection, written);
        expect(record.fields).toMatchObject(reduceFields(fields, specs));
        expect(record).toMatchObject({ isOwn: true, isDeleted: false, kind: 'plain', key: null });
      }
      expect(await world.hands.count(collection)).toBe(2);
    });

    check(`odd texts of ${collection} come back as they are`, async (world) => {
      const specs = await specsOf(world, collection);
      const names = writableOf(collection, specs).filter(isFreeText);
      const odd = Object.fromEntries(names.map((name) => [name, oddText(name)]));
      const fields = { ...(await ordinary(world, collection, 'Odd')), ...odd };
      const { recordId } = await write(world, collection, newRecord(fields));
      expect((await readNow(world, collection, recordId)).fields).toMatchObject(reduceFields(odd, specs));
    });

    check(`long texts of ${collection} are cut as the CRM says, and named`, async (world) => {
      const specs = await specsOf(world, collection);
      const long: [FieldName, string][] = [];
      for (const name of writableOf(collection, specs)) {
        const spec = specs[name];
        if (spec !== undefined && isFreeText(name)) long.push([name, longText(name, spec)]);
      }
      const fields = { ...(await ordinary(world, collection, 'Long')), ...Object.fromEntries(long) };
      const { recordId, reduced } = await write(world, collection, newRecord(fields));
      const expected = reduceFields(fields, specs);
      expect((await readNow(world, collection, recordId)).fields).toMatchObject(expected);
      const cut = long.flatMap(([name, text]) => (expected[name] === text ? [] : [name]));
      expect(reduced.toSorted()).toEqual(cut.toSorted());
    });

    check(`of ${collection} the named fields change, and no other`, async (world) => {
      const specs = await specsOf(world, collection);
      const made = await write(world, collection, newRecord(await ordinary(world, collection, 'Changes')));
      const { recordId } = made;
      const others = sampleFields(collection, specs, world.now(), 1);
      for (const name of writableOf(collection, specs)) {
        const before = await readNow(world, collection, recordId);
        const value = others[name] ?? '';
        await world.advance(MINUTE);
        const written = await write(world, collection, change(recordId, { [name]: value }));
        expect(written).toMatchObject({ recordId, created: false });
        const after = await readKnown(world, collection, written);
        const spec = specs[name] ?? { lengthMax: null, writable: true };
        expect(after.fields).toEqual({ ...before.fields, [name]: reduceField(value, spec) });
        expect(after.version).not.toBe(before.version);
      }
      expect(await world.hands.count(collection)).toBe(1);
    });

    check(`a field of ${collection} that is written empty is empty`, async (world) => {
      const names = writableOf(collection, await specsOf(world, collection)).filter(
        (name) => name !== 'lastName' && name !== 'time' && words[name] === undefined,
      );
      const made = await write(world, collection, newRecord(await ordinary(world, collection, 'Full')));
      const empty = Object.fromEntries(names.map((name) => [name, '']));
      await write(world, collection, change(made.recordId, empty));
      expect((await readNow(world, collection, made.recordId)).fields).toMatchObject(empty);
    });

    check(`a write of ${collection} is told with the version that is known`, async (world) => {
      const reader = createRecordReader(world);
      await reader.visit();
      const made = await write(world, collection, newRecord(await ordinary(world, collection, 'Made')));
      await world.advance(MINUTE);
      await reader.visit();
      expect(reader.known(made.recordId)?.version).toBe(
        made.version === '' ? reader.known(made.recordId)?.version : made.version,
      );
      expect(reader.known(made.recordId)).toBeDefined();
      const title = { [titleField[collection]]: 'Changed' };
      const changed = await write(world, collection, change(made.recordId, title));
      await world.advance(MINUTE);
      await reader.visit();
      const told = reader.known(made.recordId);
      expect(told?.fields).toMatchObject(title);
      if (changed.version !== '') expect(told?.version).toBe(changed.version);
    });

    check(
      `a second one of the ${collection} with the same key is the first`,
      async (world) => {
        const fields = await ordinary(world, collection, 'Keyed');
        const first = await write(world, collection, newRecord(fields, { key: 'Key.With+signs=@x' }));
        expect((await readNow(world, collection, first.recordId)).key).toBe('Key.With+signs=@x');
        const colleague = await world.reopen();
        const [second, other] = good(
          await colleague.records.writeRecords(collection, [
            newRecord(fields, { key: 'Key.With+signs=@x' }),
            newRecord({ ...fields, email: 'other@acme.example' }, { key: 'Another' }),
          ]),
        );
        expect(second).toMatchObject({ recordId: first.recordId, created: false });
        expect(other).toMatchObject({ created: true });
        expect(await world.hands.count(collection)).toBe(2);
      },
      [ownKeys(collection)],
    );

    check(
      `a write of ${collection} whose answer was lost is repeated without a double`,
      async (world) => {
        const write = newRecord(await ordinary(world, collection, 'Lost'), { key: 'key' });
        await world.faults.loseAnswer?.();
        await world.crm.records.writeRecords(collection, [write]).catch(() => undefined);
        const [again] = good(await (await world.reopen()).records.writeRecords(collection, [write]));
        const [found] = await world.crm.records.findRecords(collection, [
          { key: 'key', fields: {}, addresses: [] },
        ]);
        expect(found?.recordId).toBe(again?.recordId);
        expect(await world.hands.count(collection)).toBe(1);
      },
      [ownKeys(collection), fault('loseAnswer')],
    );

    check(`a full batch of ${collection} is written, in the order asked`, async (world) => {
      const { batchMax } = (await world.crm.records.capabilities())[collection];
      const basic = await ordinary(world, collection, '');
      const titles = Array.from({ length: batchMax }, (_, at) => `Number ${at}`);
      const writes = titles.map((title, at) => {
        const { email: _shared, ...fields } = { ...basic, [titleField[collection]]: title };
        return newRecord(basic.email === undefined ? fields : { ...fields, email: `${at}@acme.example` });
      });
      const written = good(await world.crm.records.writeRecords(collection, writes));
      const ids = written.map(({ recordId }) => recordId);
      expect(new Set(ids).size).toBe(batchMax);
      const read = good(await world.crm.records.readRecords(collection, ids));
      expect(read.map(({ fields }) => fields[titleField[collection]])).toEqual(titles);
    });

    check(`one of the ${collection} that is gone stops no other`, async (world) => {
      const one = await makeByHand(world, collection, 'One');
      const two = await makeByHand(world, collection, 'Two');
      const three = await makeByHand(world, collection, 'Three');
      await world.hands.remove(collection, two);
      const writes = [three, two, one].map((recordId, at) =>
        change(recordId, { [titleField[collection]]: `Changed ${at}` }),
      );
      expect(await world.crm.records.writeRecords(collection, writes)).toMatchObject([
        { ok: true, value: { recordId: three, created: false } },
        { ok: false, failure: { code: 'crm.record-gone' } },
        { ok: true, value: { recordId: one, created: false } },
      ]);
    });

    check(
      `one of the ${collection} that a rule refuses stops no other, and the rule's words are told`,
      async (world) => {
        await world.faults.refuse?.(collection, 'Refused', 'Not on Sundays.');
        const writes = [];
        for (const title of ['One', 'Refused', 'Two'])
          writes.push(
            newRecord({
              ...(await ordinary(world, collection, title)),
              email: `${title.toLowerCase()}@acme.example`,
            }),
          );
        const results = await world.crm.records.writeRecords(collection, writes);
        expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
        const refused = results[1];
        if (refused === undefined || refused.ok) throw new Error('not refused');
        expect(refused.failure).toMatchObject({ kind: 'bad-item', code: 'crm.validation-rule' });
        expect(refused.said).toContain('Not on Sundays.');
        expect(JSON.stringify(refused.failure)).not.toContain('Sundays');
        expect(await world.hands.count(collection)).toBe(2);
      },
      [fault('refuse')],
    );

    check(`nothing to write or delete among ${collection} is nothing answered`, async ({ crm }) => {
      expect(await crm.records.writeRecords(collection, [])).toEqual([]);
      expect(await crm.records.deleteRecords(collection, [])).toEqual([]);
    });

    check(`${collection} are the user's, or a colleague's where told`, async (world) => {
      const colleague = await world.hands.colleague();
      const own = await write(world, collection, newRecord(await ordinary(world, collection, 'Own')));
      const fields = { ...(await ordinary(world, collection, 'Theirs')), email: 'theirs@acme.example' };
      const theirs = await write(world, collection, newRecord(fields, { ownerId: colleague }));
      expect(await readNow(world, collection, own.recordId)).toMatchObject({ isOwn: true });
      expect(await readNow(world, collection, theirs.recordId)).toMatchObject({ isOwn: false });
      expect(await world.hands.ownerOf(collection, theirs.recordId)).toBe(colleague);
      await write(world, collection, change(theirs.recordId, { [titleField[collection]]: 'Renamed' }));
      expect(await world.hands.ownerOf(collection, theirs.recordId)).toBe(colleague);
    });

    check(`${collection} are related to an account when they are made`, async (world) => {
      const account = await world.hands.makeAccount('Acme');
      const fields = await ordinary(world, collection, 'Related');
      const { recordId } = await write(world, collection, newRecord(fields, { relatedTo: account }));
      expect(await world.hands.relatedToOf(collection, recordId)).toBe(account);
      await write(world, collection, change(recordId, { [titleField[collection]]: 'Still related' }));
      expect(await world.hands.relatedToOf(collection, recordId)).toBe(account);
    });
  }

  check(
    'the company of a contact is the name of its account',
    async (world) => {
      const account = await world.hands.makeAccount('Acme & Sons');
      const fields = await ordinary(world, 'contacts', 'Marlow');
      const { recordId } = await write(world, 'contacts', newRecord(fields, { relatedTo: account }));
      expect((await readNow(world, 'contacts', recordId)).fields.company).toBe('Acme & Sons');
    },
    [has('contacts', 'company')],
  );

  for (const [name, span] of [
    ['a timed event', (now: number) => spanAt(now, 4, 22, 240)],
    ['a whole day', (now: number) => daysAt(now, 6)],
    ['three whole days', (now: number) => daysAt(now, 7, 3)],
  ] as const)
    check(`${name} is made at its time, and moved from and to any other`, async (world) => {
      const time = span(world.now());
      const fields = { ...(await ordinary(world, 'events', 'Moved')), time };
      const { recordId } = await write(world, 'events', newRecord(fields));
      for (const next of [daysAt(world.now(), 20), time, spanAt(world.now(), 21, 8), time]) {
        await write(world, 'events', change(recordId, { time: next }));
        expect((await readNow(world, 'events', recordId)).fields.time).toBe(next);
      }
    });

  for (const [collection, name] of [
    ['events', 'showAs'],
    ['events', 'isPrivate'],
    ['tasks', 'status'],
    ['tasks', 'priority'],
  ] as const)
    check(`every word of ${name} comes back as the CRM says`, async (world) => {
      const spec = (await specsOf(world, collection))[name];
      const made = await write(world, collection, newRecord(await ordinary(world, collection, 'Words')));
      for (const word of spec?.writable === true ? (words[name] ?? []) : []) {
        await write(world, collection, change(made.recordId, { [name]: word }));
        const { fields } = await readNow(world, collection, made.recordId);
        expect(fields[name]).toBe(spec === undefined ? word : reduceField(word, spec));
      }
    });

  check(
    'a duplicate rule refuses a contact, until a person says that it is meant so',
    async (world) => {
      await world.faults.refuseDuplicate?.('Marlow');
      const fields = await ordinary(world, 'contacts', 'Marlow');
      const [refused] = await world.crm.records.writeRecords('contacts', [newRecord(fields)]);
      expect(refused).toMatchObject({ ok: false, failure: { code: 'crm.duplicate-rule' } });
      const written = await write(world, 'contacts', newRecord(fields, { allowDuplicate: true }));
      expect(written).toMatchObject({ created: true });
    },
    [fault('refuseDuplicate')],
  );

  check(
    'what the CRM could not lock is written all the same',
    async (world) => {
      const account = await world.hands.makeAccount('Acme');
      await world.faults.lock?.(account);
      const writes = [];
      for (const title of ['One', 'Two', 'Three'])
        writes.push(newRecord(await ordinary(world, 'tasks', title), { relatedTo: account }));
      const written = good(await world.crm.records.writeRecords('tasks', writes));
      expect(written.map(({ created }) => created)).toEqual([true, true, true]);
      expect(await world.hands.count('tasks')).toBe(3);
    },
    [fault('lock')],
  );
}
