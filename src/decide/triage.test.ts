import { describe, expect, test } from 'vitest';
import { DAY } from '../model/clock.ts';
import type { Change } from '../model/connector.ts';
import { failure } from '../model/failure.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { KeyPrint, Link } from '../model/link.ts';
import { deservesMark, MENDABLE_TRIES_MAX, retryAt } from './retry.ts';
import { type TriageInput, triage } from './triage.ts';

const id = (text: string) => text as ItemId;
const upsert = (itemId: string, version: string, receivedAt = 2_000): Change => ({
  kind: 'upsert',
  itemId: id(itemId),
  version,
  receivedAt,
});
const link = (itemId: string, itemVersion: string): [ItemId, Link] => [
  id(itemId),
  {
    keyPrint: `p-${itemId}` as KeyPrint,
    itemId: id(itemId),
    itemVersion,
    recordId: '02s' as RecordId,
    created: true,
  },
];

const look = (changes: readonly Change[], more: Partial<TriageInput> = {}) =>
  triage({
    changes,
    place: 'inbox',
    firstReading: false,
    historyFrom: 1_000,
    links: new Map(),
    parked: new Map(),
    ...more,
  });

test('our own write coming back is an echo and causes nothing', () => {
  expect(look([upsert('a', 'v2')], { links: new Map([link('a', 'v2')]) })).toMatchObject({
    echoes: 1,
    fresh: [],
    touched: [],
  });
});

test('our own mark on a parked item is an echo too', () => {
  expect(look([upsert('a', 'v2')], { parked: new Map([[id('a'), 'v2']]) })).toMatchObject({
    echoes: 1,
    fresh: [],
  });
});

test('a saved mail that somebody touched is not read again', () => {
  expect(look([upsert('a', 'v3')], { links: new Map([link('a', 'v2')]) }).touched).toEqual([
    { itemId: 'a', version: 'v3' },
  ]);
});

test('a move is gone here and fresh there, and the last word about an item counts', () => {
  const sorted = look([upsert('old', 'v1'), { kind: 'deleted', itemId: id('old') }, upsert('new', 'v1')]);
  expect(sorted).toMatchObject({ gone: ['old'], fresh: ['new'] });
});

test('old mail is left unread on a first reading only, and never in the folder that a person chose', () => {
  const old = [upsert('a', 'v1', 999)];
  expect(look(old, { firstReading: true }).beforeWindow).toEqual(['a']);
  expect(look(old).fresh).toEqual(['a']);
  expect(look(old, { firstReading: true, place: 'salesforce-folder' }).fresh).toEqual(['a']);
});

test('the window begins with its first moment, and mail of no known time is read', () => {
  const sorted = look([upsert('at', 'v1', 1_000), upsert('after', 'v1', 1_001)], { firstReading: true });
  expect(sorted).toMatchObject({ fresh: ['at', 'after'], beforeWindow: [] });
  const undated: Change = { kind: 'upsert', itemId: id('u'), version: 'v1', receivedAt: null };
  expect(look([undated], { firstReading: true, isInGap: () => true })).toMatchObject({
    ...{ fresh: ['u'], beforeWindow: [], inGap: [] },
  });
});

describe('while a run goes over a gap', () => {
  const gap = { isInGap: (at: number) => at < 1_500 };

  test('what came in the gap is left unread, and what came after it is read', () => {
    expect(look([upsert('in', 'v1', 1_499), upsert('after', 'v1', 1_500)], gap)).toEqual({
      ...{ fresh: ['after'], inGap: ['in'], touched: [], gone: [], beforeWindow: [], echoes: 0 },
    });
  });

  test('what a person chose by the folder, and what an issue holds, is read all the same', () => {
    expect(look([upsert('in', 'v1', 1_499)], { ...gap, place: 'salesforce-folder' })).toMatchObject({
      ...{ fresh: ['in'], inGap: [] },
    });
    expect(look([upsert('in', 'v2', 1_499)], { ...gap, parked: new Map([[id('in'), 'v1']]) })).toMatchObject({
      ...{ fresh: ['in'], inGap: [] },
    });
  });

  test('what is older than the window is left out for that, and without a gap nothing is', () => {
    const old = [upsert('old', 'v1', 999)];
    expect(look(old, { ...gap, firstReading: true })).toMatchObject({ beforeWindow: ['old'], inGap: [] });
    expect(look([upsert('in', 'v1', 1_499)]).inGap).toEqual([]);
  });
});

test('what heals by itself is tried with the next run, what somebody must mend daily and then no more', () => {
  expect(retryAt(failure('crm.record-locked'), 1, 5)).toBe(5);
  expect(retryAt(failure('crm.validation-rule'), 1, 5)).toBe(5 + DAY);
  expect(retryAt(failure('crm.validation-rule'), MENDABLE_TRIES_MAX, 5)).toBeNull();
  expect([deservesMark(failure('crm.validation-rule')), deservesMark(failure('mailbox.item-gone'))]).toEqual([
    true,
    false,
  ]);
});
