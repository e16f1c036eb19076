/** The laws of the merge (S2), on worlds drawn from fixed seeds: idempotent, convergent, untouched fields untouched, either order of changes. */
import { describe, expect, test } from 'vitest';
import { reduceField, reduceFields } from '../model/canonical.ts';
import { type FieldName, type FieldSpecs, type Fields, fieldsOf } from '../model/collection.ts';
import type { Prints } from '../model/pair.ts';
import { agree, baseAfter, type Merge, type MergeInput, merge, type Side } from './merge.ts';

const names = fieldsOf.events;

function random(seed: number) {
  let state = seed;
  const next = () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
  const pick = <T>(from: readonly T[]): T => from[Math.floor(next() * from.length)] as T;
  return { next, pick };
}

/** A print is the text itself here: equal prints are equal texts. */
const printsOf = (fields: Fields): Prints => ({ ...fields });

interface Pair {
  item: Fields;
  record: Fields;
  itemBase: Prints;
  recordBase: Prints;
}

interface Scene {
  readonly itemSpecs: FieldSpecs;
  readonly recordSpecs: FieldSpecs;
  readonly at: { item: number; record: number };
}

function inputOf(pair: Pair, scene: Scene, more: Partial<MergeInput> = {}): MergeInput {
  const side = (fields: Fields, specs: FieldSpecs, base: Prints, modifiedAt: number): Side => ({
    fields,
    specs,
    modifiedAt,
    prints: printsOf(fields),
    base,
    isOpen: true,
  });
  return {
    names,
    item: side(pair.item, scene.itemSpecs, pair.itemBase, scene.at.item),
    record: side(pair.record, scene.recordSpecs, pair.recordBase, scene.at.record),
    tie: 'item',
    unknownBase: 'newer',
    ...more,
  };
}

/** Both sides after the merge was written to them. */
function applied(pair: Pair, input: MergeInput, result: Merge): Pair {
  return {
    item: { ...pair.item, ...result.toItem },
    record: { ...pair.record, ...result.toRecord },
    itemBase: baseAfter(input.item, result.waiting.item, printsOf(result.toItem)),
    recordBase: baseAfter(input.record, result.waiting.record, printsOf(result.toRecord)),
  };
}

const texts = ['', 'a', 'Lunch with Bob', 'tentative', 'busy', 'x'.repeat(30)];

function drawScene(seed: number): {
  scene: Scene;
  pair: Pair;
  changed: Record<'item' | 'record', FieldName[]>;
} {
  const { next, pick } = random(seed);
  const spec = () => ({
    lengthMax: pick([null, 5, 20]),
    writable: true,
    words: pick([undefined, { tentative: 'busy' }]),
  });
  const specs = () =>
    Object.fromEntries(
      names.map((name) => {
        const { words, ...rest } = spec();
        return [name, words === undefined ? rest : { ...rest, words }];
      }),
    ) as FieldSpecs;
  const scene: Scene = {
    itemSpecs: specs(),
    recordSpecs: specs(),
    at: { item: 1 + Math.floor(next() * 3), record: 1 + Math.floor(next() * 3) },
  };
  const common = Object.fromEntries(names.map((name) => [name, pick(texts)]));
  const item = reduceFields(common, scene.itemSpecs);
  const record = reduceFields(item, scene.recordSpecs);
  const changed = { item: [] as FieldName[], record: [] as FieldName[] };
  const edit = (fields: Fields, specsOf: FieldSpecs, side: 'item' | 'record'): Fields => {
    const some = names.filter(() => next() < 0.4);
    const edits = some.map((name) => [
      name,
      reduceField(pick(texts), specsOf[name] ?? { lengthMax: null, writable: true }),
    ]);
    const after: Fields = { ...fields, ...Object.fromEntries(edits) };
    changed[side].push(...names.filter((name) => after[name] !== fields[name]));
    return after;
  };
  const pair = {
    item: edit(item, scene.itemSpecs, 'item'),
    record: edit(record, scene.recordSpecs, 'record'),
    itemBase: printsOf(item),
    recordBase: printsOf(record),
  };
  return { scene, pair, changed };
}

const SEEDS = Array.from({ length: 2_000 }, (_, at) => at + 1);

test('after a merge both sides agree in every field that changed, and a second merge writes nothing', () => {
  const offences: string[] = [];
  for (const seed of SEEDS) {
    const { scene, pair, changed } = drawScene(seed);
    const input = inputOf(pair, scene);
    const after = applied(pair, input, merge(input));
    for (const name of [...changed.item, ...changed.record]) {
      const [itemSpec, recordSpec] = [scene.itemSpecs[name], scene.recordSpecs[name]];
      if (itemSpec === undefined || recordSpec === undefined) throw new Error('no spec');
      if (!agree(after.item[name] ?? '', itemSpec, after.record[name] ?? '', recordSpec))
        offences.push(`seed ${seed}: ${name} differs`);
    }
    const { toItem, toRecord, conflicts } = merge(inputOf(after, scene));
    const again = [...Object.keys(toItem), ...Object.keys(toRecord), ...conflicts];
    if (again.length > 0) offences.push(`seed ${seed}: ${again.join()} once more`);
  }
  expect(offences).toEqual([]);
});

test('a field that nobody touched is not written, and one that a single side changed goes to the other', () => {
  const offences: string[] = [];
  for (const seed of SEEDS) {
    const { scene, pair, changed } = drawScene(seed);
    const { toItem, toRecord, conflicts } = merge(inputOf(pair, scene));
    for (const name of names) {
      const [byItem, byRecord] = [changed.item.includes(name), changed.record.includes(name)];
      const [isDown, isUp] = [toItem[name] !== undefined, toRecord[name] !== undefined];
      const isWrong =
        (isDown && !byRecord) || (isUp && !byItem) || (conflicts.includes(name) && !(byItem && byRecord));
      if (isWrong) offences.push(`seed ${seed}: ${name}`);
    }
  }
  expect(offences).toEqual([]);
});

test('the order in which runs see the changes of the two sides makes no difference where different fields changed', () => {
  const offences: string[] = [];
  for (const seed of SEEDS) {
    const { scene, pair, changed } = drawScene(seed);
    if (changed.item.some((name) => changed.record.includes(name))) continue;
    const input = inputOf(pair, scene);
    const together = applied(pair, input, merge(input));
    const itemFirst = { ...pair, record: fieldsOfBase(pair.record, pair.recordBase) };
    const first = inputOf(itemFirst, scene);
    const between = applied(itemFirst, first, merge(first));
    const late = { ...between, record: { ...between.record, ...only(pair.record, changed.record) } };
    const second = inputOf(late, scene);
    const apart = applied(late, second, merge(second));
    if (JSON.stringify([apart.item, apart.record]) !== JSON.stringify([together.item, together.record]))
      offences.push(`seed ${seed}`);
  }
  expect(offences).toEqual([]);
});

function fieldsOfBase(fields: Fields, base: Prints): Fields {
  return Object.fromEntries(Object.keys(fields).map((name) => [name, base[name as FieldName] ?? '']));
}

function only(fields: Fields, some: readonly FieldName[]): Fields {
  return Object.fromEntries(some.map((name) => [name, fields[name] ?? '']));
}

const wide: FieldSpecs = Object.fromEntries(names.map((name) => [name, { lengthMax: null, writable: true }]));
const same = { subject: 'Lunch' };

function sides(item: Fields, record: Fields, at: Scene['at'], more: Partial<MergeInput> = {}): Merge {
  const pair = { item, record, itemBase: same, recordBase: same };
  return merge(inputOf(pair, { itemSpecs: wide, recordSpecs: wide, at }, more));
}

test('where both changed the newer wins, the loser is named, and a tie has its own rule', () => {
  const both = [{ subject: 'From the mailbox' }, { subject: 'From the CRM' }] as const;
  expect(sides(...both, { item: 2, record: 1 })).toMatchObject({
    toRecord: both[0],
    toItem: {},
    conflicts: ['subject'],
  });
  expect(sides(...both, { item: 1, record: 2 })).toMatchObject({
    toItem: both[1],
    toRecord: {},
    conflicts: ['subject'],
  });
  expect(sides(...both, { item: 1, record: 1 })).toMatchObject({ toRecord: both[0], toItem: {} });
  expect(sides(...both, { item: 1, record: 1 }, { tie: 'record' })).toMatchObject({
    toItem: both[1],
    toRecord: {},
  });
});

test('the same change on both sides is no conflict and no write', () => {
  const item = { subject: 'Dinner' };
  expect(sides(item, item, { item: 2, record: 1 })).toMatchObject({
    toItem: {},
    toRecord: {},
    conflicts: [],
  });
});

test('where the way is closed a change waits, and goes when it opens', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 1, record: 2 } };
  const pair = { item: same, record: { subject: 'Dinner' }, itemBase: same, recordBase: same };
  const open = inputOf(pair, scene);
  const shut = { ...open, item: { ...open.item, isOpen: false } };
  const result = merge(shut);
  expect(result).toMatchObject({ toItem: {}, toRecord: {}, waiting: { record: ['subject'] } });
  const later = applied(pair, shut, result);
  expect(merge(inputOf(later, scene))).toMatchObject({ toItem: { subject: 'Dinner' } });
});

test('a field that a side only tells is never written there', () => {
  const recordSpecs = { ...wide, subject: { lengthMax: null, writable: false } };
  const scene = { itemSpecs: wide, recordSpecs, at: { item: 2, record: 1 } };
  const pair = { item: { subject: 'Dinner' }, record: same, itemBase: same, recordBase: same };
  expect(merge(inputOf(pair, scene))).toMatchObject({ toItem: {}, toRecord: {} });
});

test('of a new pair what is empty is filled, and what differs is left alone or follows the newer', () => {
  const item = { subject: 'Lunch', location: '' };
  const record = { subject: 'Dinner', location: 'Here' };
  const base = { itemSpecs: wide, recordSpecs: wide, at: { item: 1, record: 2 } };
  const input = inputOf({ item, record, itemBase: {}, recordBase: {} }, base);
  const fresh = { ...input, item: { ...input.item, base: null }, record: { ...input.record, base: null } };
  expect(merge({ ...fresh, unknownBase: 'fill' })).toMatchObject({
    toItem: { location: 'Here' },
    toRecord: {},
  });
  expect(merge({ ...fresh, unknownBase: 'newer' })).toMatchObject({
    toItem: { subject: 'Dinner', location: 'Here' },
  });
});

describe('which of two changes is the newer', () => {
  const both = [{ subject: 'From the mailbox' }, { subject: 'From the CRM' }] as const;
  const judged = (item: number | null, record: number | null, tie: MergeInput['tie']) => {
    const [mine, theirs] = both;
    const input = inputOf(
      { item: mine, record: theirs, itemBase: same, recordBase: same },
      { itemSpecs: wide, recordSpecs: wide, at: { item: 0, record: 0 } },
      { tie },
    );
    return merge({
      ...input,
      item: { ...input.item, modifiedAt: item },
      record: { ...input.record, modifiedAt: record },
    });
  };
  test.each([
    [null, 5],
    [5, null],
    [null, null],
    [5, 5],
  ])('is said by the rule of ties, where the moments are %s and %s', (item, record) => {
    expect(judged(item, record, 'item')).toMatchObject({ toRecord: both[0], toItem: {} });
    expect(judged(item, record, 'record')).toMatchObject({ toRecord: {}, toItem: both[1] });
  });
});

describe('what a run was about to write when it ended', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 2, record: 1 } };
  const passage = { item: { subject: 'Dinner' }, record: { subject: 'Dinner' } };
  const none = { item: {}, record: {} };
  const merged = (item: string, record: string, writing: MergeInput['writing'], at = scene.at) =>
    merge(
      inputOf(
        { item: { subject: item }, record: { subject: record }, itemBase: same, recordBase: same },
        { ...scene, at },
        { writing: writing ?? null },
      ),
    );

  test('is what both sides agreed on where it arrived in the record: only the item changed since', () => {
    const writing = { toRecord: passage, toItem: none };
    expect(merged('Supper', 'Dinner', writing)).toMatchObject({
      toRecord: { subject: 'Supper' },
      toItem: {},
      conflicts: [],
      arrived: passage,
    });
  });

  test('is what both sides agreed on where it arrived in the item: only the record changed since', () => {
    const writing = { toItem: passage, toRecord: none };
    expect(merged('Dinner', 'Supper', writing)).toMatchObject({
      toItem: { subject: 'Supper' },
      toRecord: {},
      conflicts: [],
    });
  });

  test('counts for nothing where it did not arrive, and without it both have changed', () => {
    const writing = { toRecord: passage, toItem: passage };
    expect(merged('Supper', 'Lunch', writing)).toMatchObject({
      toRecord: { subject: 'Supper' },
      conflicts: [],
      arrived: none,
    });
    expect(merged('Lunch', 'Supper', writing)).toMatchObject({
      toItem: { subject: 'Supper' },
      conflicts: [],
    });
    expect(merged('Supper', 'Dinner', { toRecord: none, toItem: none }).conflicts).toEqual(['subject']);
    expect(merged('Supper', 'Dinner', null).conflicts).toEqual(['subject']);
  });
});

describe('a field that one side does not have', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 2, record: 1 } };
  const changed = { item: { subject: 'Dinner' }, record: same, itemBase: same, recordBase: same };
  const waiting = { item: [], record: [] };
  const nothing = { toItem: {}, toRecord: {}, conflicts: [], waiting, arrived: { item: {}, record: {} } };

  test('is neither written nor waits, whichever side lacks it', () => {
    expect(merge(inputOf({ ...changed, record: {} }, scene))).toEqual(nothing);
    expect(merge(inputOf({ ...changed, item: {}, record: { subject: 'Dinner' } }, scene))).toEqual(nothing);
    expect(merge(inputOf(changed, { ...scene, itemSpecs: {} }))).toEqual(nothing);
    expect(merge(inputOf(changed, { ...scene, recordSpecs: {} }))).toEqual(nothing);
  });

  test('and has since the last run was never agreed on: it counts as unchanged there', () => {
    expect(merge(inputOf({ ...changed, itemBase: {} }, scene))).toEqual(nothing);
    expect(merge(inputOf({ ...changed, record: { subject: 'Supper' }, itemBase: {} }, scene))).toEqual({
      ...nothing,
      toItem: { subject: 'Supper' },
    });
    expect(merge(inputOf({ ...changed, record: { subject: 'Supper' }, recordBase: {} }, scene))).toEqual({
      ...nothing,
      toRecord: { subject: 'Dinner' },
    });
  });
});

test('only what is merged is looked at', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 2, record: 1 } };
  const pair = { item: { subject: 'Dinner' }, record: same, itemBase: same, recordBase: same };
  expect(merge(inputOf(pair, scene, { names: ['location'] })).toRecord).toEqual({});
});

test('a change of the item waits, too, where the record may not be written, and is no conflict yet', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 2, record: 1 } };
  const pair = {
    item: { subject: 'Dinner' },
    record: { subject: 'Supper' },
    itemBase: same,
    recordBase: same,
  };
  const input = inputOf(pair, scene);
  expect(merge({ ...input, record: { ...input.record, isOpen: false } })).toEqual({
    toItem: {},
    toRecord: {},
    conflicts: [],
    waiting: { item: ['subject'], record: [] },
    arrived: { item: {}, record: {} },
  });
});

test('what is written is already as short as the other side will have it', () => {
  const short = { ...wide, subject: { lengthMax: 6, writable: true } };
  const long = { subject: 'Dinner with Kim' };
  const up = { item: long, record: same, itemBase: same, recordBase: same };
  const down = { item: same, record: long, itemBase: same, recordBase: same };
  const at = { item: 1, record: 1 };
  expect(merge(inputOf(up, { itemSpecs: wide, recordSpecs: short, at })).toRecord).toEqual({
    subject: 'Dinner',
  });
  expect(merge(inputOf(down, { itemSpecs: short, recordSpecs: wide, at })).toItem).toEqual({
    subject: 'Dinner',
  });
});

describe('of a new pair', () => {
  const scene = { itemSpecs: wide, recordSpecs: wide, at: { item: 2, record: 1 } };
  const merged = (
    item: Fields,
    record: Fields,
    more: Partial<MergeInput>,
    known: 'none' | 'item' | 'record',
  ) => {
    const input = inputOf({ item, record, itemBase: item, recordBase: record }, scene, more);
    return merge({
      ...input,
      item: { ...input.item, base: known === 'item' ? input.item.base : null },
      record: { ...input.record, base: known === 'record' ? input.record.base : null },
    });
  };

  test('nothing is a conflict: nobody agreed on anything before', () => {
    expect(
      merged({ subject: 'Lunch' }, { subject: 'Dinner' }, { unknownBase: 'newer' }, 'none'),
    ).toMatchObject({
      toRecord: { subject: 'Lunch' },
      conflicts: [],
    });
  });

  test('both sides are filled from each other, and neither text goes over another one', () => {
    const item = { subject: 'Lunch', location: '', description: 'Mine' };
    const record = { subject: '', location: 'Here', description: 'Theirs' };
    for (const known of ['none', 'item', 'record'] as const)
      expect(merged(item, record, { unknownBase: 'fill' }, known)).toEqual({
        toItem: { location: 'Here' },
        toRecord: { subject: 'Lunch' },
        conflicts: [],
        waiting: { item: [], record: [] },
        arrived: { item: {}, record: {} },
      });
  });
});

test('two texts agree where one is what became of the other, in either direction', () => {
  const [wideSpec, short] = [
    { lengthMax: null, writable: true },
    { lengthMax: 6, writable: true },
  ];
  expect(agree('Dinner with Kim', wideSpec, 'Dinner', short)).toBe(true);
  expect(agree('Dinner', short, 'Dinner with Kim', wideSpec)).toBe(true);
  expect(agree('Dinner with Kim', wideSpec, 'Dinner', wideSpec)).toBe(false);
  expect(agree('Dinner', short, 'Lunch', wideSpec)).toBe(false);
});

test('the next base has what was written and what is there; what waits keeps the print that it had, if it had one', () => {
  const prints = { subject: 'Dinner', location: 'There', description: 'x' };
  const base = { subject: 'Lunch', description: 'y' };
  expect(baseAfter({ prints, base }, ['subject', 'location'], { description: 'z' })).toEqual({
    subject: 'Lunch',
    location: 'There',
    description: 'z',
  });
  expect(baseAfter({ prints, base: null }, ['subject'], {})).toEqual(prints);
});
