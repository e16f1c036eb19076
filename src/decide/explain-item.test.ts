/** The trail of an item is read off its verdict: one rule stops it, those before it passed, those after it were not reached. */
import { describe, expect, test } from 'vitest';
import { DAY } from '../model/clock.ts';
import type { Collection } from '../model/collection.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { ContactItem, EventItem, TaskItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import { defaultSettings } from '../model/settings.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { explainItem, plannedFields } from './explain-item.ts';
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
const { itemId, version, modifiedAt, sensitivity, categories, stamp } = event;
const base = { itemId, version, modifiedAt, sensitivity, categories, stamp, fields: {} };
const person: ContactItem = { ...base, collection: 'contacts', isInSalesforceFolder: false, addresses: [] };
const task: TaskItem = { ...base, collection: 'tasks', completedAt: null };
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

describe('every kind of thing is asked its own rules, in their order', () => {
  const asked = (collection: 'events' | 'contacts' | 'tasks', sight: Partial<Sight>) =>
    explainItem(
      { collection, sight: { ...nothing, ...sight }, action: null, verdict: 'synced.created-record' },
      rules,
    ).steps.map(({ rule }) => rule);

  test('on the way up', () => {
    expect(asked('events', { item: event })).toEqual([
      ...['pair', 'cancelled', 'answer', 'private', 'window', 'blocklist', 'plan'],
    ]);
    expect(asked('contacts', { item: person })).toEqual(['pair', 'marked', 'private', 'twin', 'plan']);
    expect(asked('tasks', { item: task })).toEqual(['pair', 'private', 'window', 'plan']);
  });

  test('on the way down', () => {
    const down = ['pair', 'kind', 'owner', 'born', 'direction', 'window', 'plan'];
    expect(asked('events', { record })).toEqual(down);
    expect(asked('tasks', { record: { ...record, collection: 'tasks' } })).toEqual(down);
    expect(asked('contacts', { record: { ...record, collection: 'contacts' } })).toEqual([
      ...['pair', 'kind', 'born', 'direction', 'plan'],
    ]);
  });
});

describe('each code of leaving out belongs to the rule that stops', () => {
  const stop = (collection: 'events' | 'contacts' | 'tasks', sight: Partial<Sight>, verdict: VerdictCode) => {
    const { steps } = explainItem(
      { collection, sight: { ...nothing, ...sight }, action: null, verdict },
      rules,
    );
    const at = steps.findIndex(({ outcome }) => outcome === 'stopped');
    expect(steps.slice(0, at).every(({ outcome }) => outcome === 'passed')).toBe(true);
    const after = steps.slice(at + 1);
    expect(after.every(({ outcome, detail }) => outcome === 'not-reached' && detail === null)).toBe(true);
    return steps[at]?.rule;
  };

  test.each<[VerdictCode, string]>([
    ['skipped.ended', 'pair'],
    ['held.removal', 'pair'],
    ['skipped.cancelled', 'cancelled'],
    ['skipped.not-accepted', 'answer'],
    ['skipped.private', 'private'],
    ['skipped.before-window', 'window'],
    ['skipped.beyond-window', 'window'],
    ['skipped.blocklisted', 'blocklist'],
  ])('%s of an event: %s', (verdict, rule) => {
    expect(stop('events', { item: event }, verdict)).toBe(rule);
  });

  test('of contacts and tasks alike', () => {
    expect(stop('contacts', { item: person }, 'skipped.not-marked')).toBe('marked');
    expect(stop('contacts', { item: person }, 'skipped.twin')).toBe('twin');
    expect(stop('tasks', { item: task }, 'skipped.completed-long-ago')).toBe('window');
  });
});

describe('what each rule looked at', () => {
  const told = (
    rule: string,
    sight: Partial<Sight>,
    more: Partial<ItemRules> = {},
    of: Collection = 'events',
  ) =>
    explainItem(
      { collection: of, sight: { ...nothing, ...sight }, action: null, verdict: 'synced.created-record' },
      { ...rules, ...more },
    ).steps.find((step) => step.rule === rule)?.detail;

  test('whose meeting it is, or what was answered', () => {
    expect(told('answer', { item: { ...event, isOrganizer: true } })).toBe('you organize it');
    expect(told('answer', { item: { ...event, answer: 'accepted' } })).toBe('accepted');
    expect(told('answer', { item: 'gone' })).toBeNull();
  });

  test('a mark of privacy, where there is one', () => {
    expect(told('private', { item: { ...event, sensitivity: 'confidential' } })).toBe('confidential');
    expect(told('private', { item: { ...event, sensitivity: 'normal' } })).toBeNull();
    expect(told('private', { item: 'gone' })).toBeNull();
    expect(told('blocklist', { item: event })).toBeNull();
  });

  test.each([
    ['plain', null],
    ['copy', 'a copy for somebody invited'],
    ['series', 'the head of a series'],
    ['email', 'an e-mail kept as a task'],
  ] as const)('a record of the kind %s', (kind, detail) => {
    expect(told('kind', { record: { ...record, kind } })).toBe(detail);
  });

  test('a record that is gone, which has no kind', () => {
    expect(told('kind', { record: 'gone' })).toBeNull();
    expect(told('pair', { record: 'gone' })).toBe('its record is gone from Salesforce');
    expect(told('pair', { record: { ...record, isDeleted: true } })).toBe(
      'its record is gone from Salesforce',
    );
  });

  test.each([
    ['making', 'is being made'],
    ['linked', 'in step'],
    ['removing', 'its record is to go'],
    ['ended', 'ended'],
  ] as const)('a pair that is %s', (state, detail) => {
    expect(told('pair', { item: event, record, pair: { ...pair, state } })).toBe(detail);
    expect(told('pair', { item: event, record })).toBeNull();
  });

  test('the time that is looked at: of tasks by completion, of events with an end only where there is one', () => {
    const window = { ...rules.window, tasksFrom: NOW - 3 * DAY };
    expect(told('window', { item: task }, { window }, 'tasks')).toBe('completed ones from 2026-01-02');
    const done = { ...record, collection: 'tasks' } as const;
    expect(told('window', { record: done }, { window }, 'tasks')).toBe('completed ones from 2026-01-02');
    expect(told('window', { record })).toBe('from 2025-12-22 on');
    const ends = { ...rules.window, eventsTo: NOW + 5 * DAY };
    expect(told('window', { item: event }, { window: ends })).toBe('from 2025-12-22 to 2026-01-10');
    expect(told('window', { record }, { window: ends })).toBe('from 2025-12-22 to 2026-01-10');
  });

  test('of an occurrence, the sooner end', () => {
    const occurrence = { ...event, seriesId: 's' as ItemId };
    const until = (days: number) => ({ window: { ...rules.window, eventsTo: NOW + days * DAY } });
    expect(told('window', { item: occurrence }, until(5))).toBe('from 2025-12-22 to 2026-01-10');
    expect(told('window', { item: occurrence }, until(200))).toBe('from 2025-12-22 to 2026-04-06');
  });

  test('nothing, where nothing is left to look at', () => {
    expect(told('window', { item: 'gone' })).toBeNull();
    expect(told('window', {})).toBeNull();
  });
});

describe('what is in step', () => {
  test('is asked nothing but whether it still is, and a pair that is still being made is asked all', () => {
    const outcomes = (state: Pair['state']) =>
      trail({ item: event, record, pair: { ...pair, state } }, 'synced.updated-record').map(
        ([, outcome]) => outcome,
      );
    expect(new Set(outcomes('making'))).toEqual(new Set(['passed']));
    expect(outcomes('linked')).toEqual(['passed', ...Array<string>(5).fill('not-reached'), 'passed']);
  });

  test('is told no plan where nothing is to be written', () => {
    expect(trail({ item: event, record, pair }, 'synced.updated-record').at(-1)).toEqual([
      ...['plan', 'passed', null],
    ]);
  });
});

test('only what both sides give each other is named, and who takes part where that is to be written', () => {
  const nobody = { item: {}, record: {} };
  const waiting = { item: [], record: [] };
  const merge = { toRecord: {}, toItem: {}, conflicts: [], waiting, arrived: nobody } as const;
  const action = (people: 'all' | 'none', more: object = {}): PairAction => ({
    ...{ do: 'merge', item: event, record, isNew: false, role: 'owner', people, refused: null },
    merge: { ...merge, ...more },
  });
  const plan = (one: PairAction) =>
    trail({ item: event, record, pair }, 'synced.updated-both', one).at(-1)?.[2];
  expect(plan(action('none'))).toBeNull();
  expect(plan(action('all'))).toBe('who takes part');
  expect(plan(action('none', { toRecord: { subject: 'a', location: 'b' } }))).toBe(
    'to Salesforce: subject, location',
  );
  expect(plan(action('none', { toItem: { subject: 'a', location: 'b' } }))).toBe(
    'to the mailbox: subject, location',
  );
  expect(plan(action('none', { conflicts: ['subject', 'location'] }))).toBe(
    'changed on both sides: subject, location',
  );
  expect(plannedFields(action('none', { toItem: { subject: 'a' }, conflicts: ['subject'] }))).toEqual({
    ...{ toRecord: [], toItem: ['subject'], conflicts: ['subject'] },
  });
  const none = { toRecord: [], toItem: [], conflicts: [] };
  expect(plannedFields(null)).toEqual(none);
  expect(plannedFields({ do: 'make-record', item: event })).toEqual(none);
});
