/** The trail of an item is read off its verdict: one rule stops it, those before it passed, those after it were not reached. */
import { describe, expect, test } from 'vitest';
import { DAY } from '../model/clock.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { EventItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import { defaultSettings } from '../model/settings.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { explainItem } from './explain-item.ts';
import type { ItemRules } from './item-rules.ts';
import type { PairAction, Sight } from './plan-pair.ts';

const NOW = Date.UTC(2026, 0, 5);
const rules: ItemRules = {
  settings: defaultSettings,
  window: { eventsFrom: NOW - 14 * DAY, eventsTo: null, seriesTo: NOW + 91 * DAY, tasksFrom: NOW - 14 * DAY },
  isOwn: () => false,
  isInternal: () => false,
  isBlocked: () => false,
  accountDomain: () => null,
};
const event: EventItem = {
  collection: 'events',
  itemId: 'e' as ItemId,
  version: '1',
  modifiedAt: NOW,
  fields: { subject: 'Lunch', time: '2026-01-06/2026-01-07' },
  sensitivity: 'private',
  categories: [],
  stamp: null,
  uid: 'u',
  originalStart: null,
  seriesId: null,
  isOrganizer: false,
  organizer: null,
  attendees: [],
  answer: 'tentative',
  isCancelled: false,
};
const record: CrmRecord = {
  collection: 'events',
  recordId: 'r' as RecordId,
  version: '1',
  modifiedAt: NOW,
  isDeleted: false,
  isOwn: true,
  kind: 'copy',
  key: null,
  fields: {},
};
const pair: Pair = {
  collection: 'events',
  recordId: record.recordId,
  keyPrint: null,
  itemId: event.itemId,
  itemVersion: '1',
  feedId: null,
  seriesId: null,
  recordVersion: '1',
  itemPrints: {},
  recordPrints: {},
  state: 'linked',
  made: 'record',
  role: 'owner',
};
const nothing: Sight = { item: null, record: null, pair: null, isShared: false };
const trail = (sight: Partial<Sight>, verdict: VerdictCode, action: PairAction | null = null) =>
  explainItem({ collection: 'events', sight: { ...nothing, ...sight }, action, verdict }, rules).steps.map(
    ({ rule, outcome, detail }) => [rule, outcome, detail],
  );

describe('an item of the mailbox', () => {
  test('that is left out stops at its rule, and no plan is told', () => {
    expect(trail({ item: event }, 'skipped.private')).toEqual([
      ['pair', 'passed', null],
      ['cancelled', 'passed', null],
      ['answer', 'passed', 'tentative'],
      ['private', 'stopped', 'private'],
      ['window', 'not-reached', null],
      ['blocklist', 'not-reached', null],
    ]);
  });

  test('that is new passes all, with the time that is looked at', () => {
    const steps = trail({ item: event }, 'synced.created-record', { do: 'make-record', item: event });
    expect(steps.every(([, outcome]) => outcome === 'passed')).toBe(true);
    expect(steps).toContainEqual(['window', 'passed', 'from 2025-12-22 on']);
    const occurrence = { ...event, seriesId: 's' as ItemId };
    expect(trail({ item: occurrence }, 'synced.created-record')).toContainEqual([
      ...['window', 'passed', 'from 2025-12-22 to 2026-04-06'],
    ]);
  });

  test('that is in step is not asked the rules of beginning, and names the fields to be written', () => {
    const merge = {
      toRecord: { subject: 'Lunch' },
      toItem: { location: 'Here' },
      conflicts: ['showAs'],
      waiting: { item: [], record: [] },
      arrived: { item: {}, record: {} },
    } as const;
    const action: PairAction = {
      ...{ do: 'merge', item: event, record, isNew: false, role: 'owner', people: 'all', refused: null },
      merge,
    };
    const steps = trail({ item: event, record, pair }, 'synced.updated-both', action);
    expect(steps[0]).toEqual(['pair', 'passed', 'in step']);
    expect(steps.slice(1, -1).every(([, outcome]) => outcome === 'not-reached')).toBe(true);
    expect(steps.at(-1)?.[2]).toBe(
      'to Salesforce: subject; to the mailbox: location; changed on both sides: showAs; who takes part',
    );
  });

  test('that is gone, or whose pair has ended, stops at once', () => {
    expect(trail({ item: 'gone', pair: { ...pair, state: 'removing' } }, 'held.removal')[0]).toEqual([
      ...['pair', 'stopped', 'it is gone from the mailbox'],
    ]);
    expect(trail({ item: event, pair: { ...pair, state: 'ended' } }, 'skipped.ended')[0]).toEqual([
      ...['pair', 'stopped', 'ended'],
    ]);
    expect(trail({ item: event, record: 'gone', pair }, 'synced.ended')[0]?.[2]).toBe(
      'its record is gone from Salesforce',
    );
  });
});

describe('a record without an item', () => {
  test('is asked the rules of the way down', () => {
    expect(trail({ record }, 'skipped.not-plain').slice(0, 3)).toEqual([
      ['pair', 'passed', null],
      ['kind', 'stopped', 'a copy for somebody invited'],
      ['owner', 'not-reached', null],
    ]);
    const rule = (code: VerdictCode) =>
      trail({ record }, code).find(([, outcome]) => outcome === 'stopped')?.[0];
    expect(rule('skipped.not-yours')).toBe('owner');
    expect(rule('skipped.born-in-mailbox')).toBe('born');
    expect(rule('skipped.direction-off')).toBe('direction');
    expect(rule('skipped.beyond-window')).toBe('window');
  });
});
