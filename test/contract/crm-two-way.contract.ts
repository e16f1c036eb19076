/**
 * What every CRM connector must do with events, contacts and tasks, whatever the service: one suite, run on the in-memory reference first and on each real
 * connector with its simulator. A behaviour that a service cannot show is skipped by name, with the reason printed.
 */
import { afterEach, describe, expect, test } from 'vitest';
import { catalogue } from '../../src/model/catalogue.ts';
import { DAY, MINUTE } from '../../src/model/clock.ts';
import { collections, fieldsOf } from '../../src/model/collection.ts';
import type { ContactScope, RecordAsk } from '../../src/model/crm-records.ts';
import { dayAt, spanAt, titleField } from '../support/field-samples.ts';
import {
  type Check,
  createRecordReader,
  fault,
  hand,
  makeByHand,
  pagesOf,
  type RecordsWorld,
  readNow,
} from '../support/records-world.ts';
import { describeAbout } from './crm-two-way-about.contract.ts';
import { describeFinding } from './crm-two-way-finding.contract.ts';
import { describeDeleting, describeRelations } from './crm-two-way-relations.contract.ts';
import { describeWriting } from './crm-two-way-writing.contract.ts';

export interface RecordsContract {
  readonly name: string;
  readonly open: () => RecordsWorld | Promise<RecordsWorld>;
  /** Tests, by title, that this service cannot show. */
  readonly skip?: readonly { readonly reason: string; readonly tests: readonly string[] }[];
}

/** Declares the suite for one connector. */
export function runRecordsContract(contract: RecordsContract): void {
  const skipped = new Map(
    (contract.skip ?? []).flatMap(({ reason, tests }) => tests.map((title) => [title, reason])),
  );
  let world: RecordsWorld | null = null;
  const check: Check = (title, body, needs = []) => {
    test(title, async (context) => {
      const reason = skipped.get(title);
      if (reason !== undefined) context.skip(reason);
      world = await contract.open();
      for (const need of needs) {
        const why = await need(world);
        if (why !== null) context.skip(why);
      }
      await body(world);
    });
  };
  describe(`${contract.name} keeps the contract of events, contacts and tasks in a CRM`, () => {
    afterEach(async () => {
      await world?.crm.close();
      await world?.close();
      world = null;
    });
    describeReading(check);
    describeScopes(check);
    describeKinds(check);
    describeTrouble(check);
    describeFinding(check);
    describeAbout(check);
    describeWriting(check);
    describeRelations(check);
    describeDeleting(check);
  });
}

const asksFor = (world: RecordsWorld, scope: ContactScope = { kind: 'mine' }): readonly RecordAsk[] =>
  collections.map((collection) => ({ collection, cursor: null, from: world.now() - 14 * DAY, scope }));

/** Longer than any overlap of two readings. */
const SETTLED_MS = 30 * MINUTE;
const READINGS_MAX = 5;
const MANY = 60;

function describeReading(check: Check): void {
  check('says which fields it has, by their names, and how much it takes at once', async ({ crm }) => {
    const capabilities = await crm.records.capabilities();
    for (const collection of collections) {
      const { fields, batchMax } = capabilities[collection];
      const known: readonly string[] = fieldsOf[collection];
      expect(Object.keys(fields).filter((name) => !known.includes(name))).toEqual([]);
      expect(fields[titleField[collection]]?.writable).toBe(true);
      expect(batchMax).toBeGreaterThan(0);
    }
  });

  check('a first reading of nothing tells nothing', async (world) => {
    expect(await createRecordReader(world).visit()).toEqual([]);
  });

  check(
    'first pages of all collections, and the answer that nothing changed, are one request',
    async (world) => {
      for (const collection of collections) await makeByHand(world, collection, 'One');
      await world.crm.records.capabilities();
      await createRecordReader(world).visit();
      const before = world.crm.traffic().requests;
      const first = pagesOf(await world.crm.records.readChanges(asksFor(world)));
      expect(world.crm.traffic().requests - before).toBe(1);
      expect(first.map(({ done }) => done)).toEqual([true, true, true]);
      await world.advance(SETTLED_MS);
      const asks = asksFor(world).map((ask, at) => ({ ...ask, cursor: first[at]?.cursor ?? null }));
      await world.crm.records.readChanges(asks);
      expect(world.crm.traffic().requests - before).toBe(2);
    },
  );

  check('asks are answered in their order', async (world) => {
    for (const collection of collections) await makeByHand(world, collection, 'One');
    for (const asks of [asksFor(world), asksFor(world).toReversed()]) {
      const pages = pagesOf(await world.crm.records.readChanges(asks));
      expect(pages.map(({ records }) => records.map((record) => record.collection))).toEqual(
        asks.map(({ collection }) => [collection]),
      );
    }
  });

  check('a first reading tells the own records in the window', async (world) => {
    const event = (days: number) => ({ fields: { time: spanAt(world.now(), days, 9) } });
    const ids = [
      await makeByHand(world, 'events', 'Just over', event(-13)),
      await makeByHand(world, 'events', 'Far ahead', event(700)),
      await makeByHand(world, 'tasks', 'Open for long', { fields: { due: dayAt(world.now(), -300) } }),
      await makeByHand(world, 'tasks', 'Done', {
        fields: { due: dayAt(world.now(), -2), status: 'completed' },
      }),
      await makeByHand(world, 'contacts', 'Marlow'),
    ];
    const reader = createRecordReader(world);
    await reader.visit();
    for (const recordId of ids)
      expect(reader.known(recordId)).toMatchObject({
        isOwn: true,
        isDeleted: false,
        kind: 'plain',
        key: null,
      });
  });

  for (const collection of collections)
    check(`${collection} have every field that the CRM says, and no other`, async (world) => {
      const recordId = await makeByHand(world, collection, 'One');
      const names = Object.keys((await world.crm.records.capabilities())[collection].fields);
      const { fields } = await readNow(world, collection, recordId);
      expect(Object.keys(fields).toSorted()).toEqual(names.toSorted());
    });

  check('what people type is told in canonical form', async (world) => {
    const loose = ' Offer  for\tspring ';
    const description = 'First  \r\n\r\n\r\n\r\nSecond\u00a0line\r\n';
    for (const collection of ['events', 'tasks'] as const) {
      const recordId = await makeByHand(world, collection, loose, { fields: { description } });
      const { fields } = await readNow(world, collection, recordId);
      expect(fields.subject).toBe('Offer for spring');
      if (fields.description !== undefined) expect(fields.description).toBe('First\n\nSecond line');
    }
    const recordId = await makeByHand(world, 'contacts', 'Marlow', { fields: { firstName: ' Mary  Ann ' } });
    expect((await readNow(world, 'contacts', recordId)).fields.firstName).toBe('Mary Ann');
  });

  check('a long first reading is told to its end, and goes on in another process', async (world) => {
    const ids = [];
    for (const collection of collections)
      for (let at = 0; at < MANY; at += 1) ids.push(await makeByHand(world, collection, `Number ${at}`));
    const reader = createRecordReader(world, { connectors: [world.crm, await world.reopen()] });
    await reader.visit();
    expect(ids.filter((recordId) => reader.known(recordId) === undefined)).toEqual([]);
  });

  for (const collection of collections) {
    check(`tells which ${collection} were made, changed and thrown away since`, async (world) => {
      const [stays, changes, goes] = await Promise.all(
        ['Stays', 'Changes', 'Goes'].map((title) => makeByHand(world, collection, title)),
      );
      if (stays === undefined || changes === undefined || goes === undefined) throw new Error('not made');
      await world.advance(MINUTE);
      const reader = createRecordReader(world);
      await reader.visit();
      const before = reader.known(changes);
      await world.advance(MINUTE);
      const comes = await makeByHand(world, collection, 'Comes');
      await world.hands.change(collection, changes, { [titleField[collection]]: 'Changed' });
      await world.hands.remove(collection, goes);
      await world.advance(MINUTE);
      await reader.visit();
      expect(reader.known(comes)).toMatchObject({ isDeleted: false });
      expect(reader.known(changes)?.fields[titleField[collection]]).toBe('Changed');
      expect(reader.known(changes)?.version).not.toBe(before?.version);
      expect(reader.known(goes)).toMatchObject({ isDeleted: true, recordId: goes });
      expect(reader.known(stays)).toMatchObject({ isDeleted: false });
    });

    check(`what was told of ${collection} is not told for ever`, async (world) => {
      const reader = createRecordReader(world);
      await reader.visit();
      const recordId = await makeByHand(world, collection, 'One');
      let told = [...(await reader.visit())];
      const { version } = await readNow(world, collection, recordId);
      expect(reader.known(recordId)?.version).toBe(version);
      for (let reading = 0; reading < READINGS_MAX && told.length > 0; reading += 1) {
        for (const record of told) expect(record).toMatchObject({ recordId, version });
        await world.advance(SETTLED_MS);
        told = [...(await reader.visit())];
      }
      expect(told).toEqual([]);
    });

    check(
      `${collection} are read in the order asked, deleted ones as such, and unknown ones are gone`,
      async (world) => {
        const one = await makeByHand(world, collection, 'One');
        const two = await makeByHand(world, collection, 'Two');
        await world.hands.remove(collection, two);
        const asked = [two, world.unknownId(collection), one];
        expect(await world.crm.records.readRecords(collection, asked)).toMatchObject([
          { ok: true, value: { recordId: two, isDeleted: true } },
          { ok: false, failure: { code: 'crm.record-gone' } },
          { ok: true, value: { recordId: one, isDeleted: false, isOwn: true } },
        ]);
        expect(await world.crm.records.readRecords(collection, [])).toEqual([]);
      },
    );
  }
}

function describeScopes(check: Check): void {
  for (const collection of ['events', 'tasks'] as const)
    check(`${collection} of others are not told`, async (world) => {
      const own = await makeByHand(world, collection, 'Own');
      const other = await makeByHand(world, collection, 'Other', { owner: 'colleague' });
      const reader = createRecordReader(world, { scope: { kind: 'all' } });
      await reader.visit();
      expect(reader.known(own)).toMatchObject({ isOwn: true });
      expect(reader.known(other)).toBeUndefined();
    });

  check('contacts are told by their scope: own ones, or all', async (world) => {
    const own = await makeByHand(world, 'contacts', 'Own');
    const other = await makeByHand(world, 'contacts', 'Other', { owner: 'colleague' });
    const mine = createRecordReader(world);
    await mine.visit();
    expect([mine.known(own)?.isOwn, mine.known(other)]).toEqual([true, undefined]);
    const all = createRecordReader(world, { scope: { kind: 'all' } });
    await all.visit();
    expect([all.known(own)?.isOwn, all.known(other)?.isOwn]).toEqual([true, false]);
  });

  check(
    'contacts of a list view are told, and the view is listed',
    async (world) => {
      const inside = await makeByHand(world, 'contacts', 'Marlow', { owner: 'colleague' });
      const outside = await makeByHand(world, 'contacts', 'Lindqvist');
      const id = (await world.hands.makeListView?.('My customers', 'Mar')) ?? '';
      const views = await world.crm.records.listContactViews();
      expect(views).toContainEqual({ id, label: 'My customers' });
      expect(views.length).toBeLessThanOrEqual(200);
      const reader = createRecordReader(world, { scope: { kind: 'list-view', id } });
      await reader.visit();
      expect(reader.known(inside)).toMatchObject({ isOwn: false });
      expect(reader.known(outside)).toBeUndefined();
      await world.advance(MINUTE);
      const later = await makeByHand(world, 'contacts', 'Marsh');
      await world.advance(MINUTE);
      await reader.visit();
      expect(reader.known(later)).toMatchObject({ isOwn: true });
    },
    [hand('makeListView')],
  );

  check(
    'a list view that is gone is the trouble of contacts alone',
    async (world) => {
      const event = await makeByHand(world, 'events', 'One');
      const id = '00B000000000999EAA';
      const results = await world.crm.records.readChanges(asksFor(world, { kind: 'list-view', id }));
      expect(results.map(({ ok }) => ok)).toEqual([true, false, true]);
      const [first] = results;
      expect(first?.ok === true && first.page.records.map(({ recordId }) => recordId)).toEqual([event]);
    },
    [hand('makeListView')],
  );
}

function describeKinds(check: Check): void {
  for (const [name, collection, kind, told] of [
    ['makeCopy', 'events', 'copy', 'what the CRM made for somebody invited is a copy'],
    ['makeSeriesHead', 'events', 'series', 'the head of a series is told as such'],
    ['makeEmailTask', 'tasks', 'email', 'a mail that is kept as a task is told as such'],
  ] as const)
    check(
      told,
      async (world) => {
        const recordId = await world.hands[name]?.();
        if (recordId === undefined) throw new Error('not made');
        expect(await readNow(world, collection, recordId)).toMatchObject({ kind });
        const reader = createRecordReader(world);
        await reader.visit();
        expect(reader.known(recordId)?.kind ?? kind).toBe(kind);
      },
      [hand(name)],
    );
}

function describeTrouble(check: Check): void {
  for (const collection of collections)
    check(
      `${collection} without permission are a trouble of their own`,
      async (world) => {
        const crm = await world.faults.forbid?.(collection);
        if (crm === undefined) throw new Error('no connector');
        const results = await crm.records.readChanges(asksFor(world));
        expect(results.map(({ ok }) => ok)).toEqual(collections.map((one) => one !== collection));
        for (const result of results)
          if (!result.ok) {
            expect(catalogue[result.failure.code].side).toBe('crm');
            expect(result.failure.kind).toBe('permission-missing');
          }
      },
      [fault('forbid')],
    );

  check(
    'a cursor that is no longer known expires, and a reading anew tells everything',
    async (world) => {
      const recordId = await makeByHand(world, 'tasks', 'One');
      const reader = createRecordReader(world);
      await reader.visit();
      await world.faults.expireCursors?.();
      const asks = asksFor(world).map((ask) => ({
        ...ask,
        cursor: ask.collection === 'tasks' ? (reader.cursors.get('tasks') ?? null) : null,
      }));
      const results = await world.crm.records.readChanges(asks);
      expect(results.map(({ ok }) => ok)).toEqual([true, true, false]);
      expect(results[2]).toMatchObject({ failure: { kind: 'cursor-expired' } });
      const anew = createRecordReader(world);
      await anew.visit();
      expect(anew.known(recordId)).toMatchObject({ isOwn: true });
    },
    [fault('expireCursors')],
  );
}
