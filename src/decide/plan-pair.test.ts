/** What becomes of an item, a record or a pair (V1, V3, V5, C1, T1, S1, S2), rule by rule. */
import { describe, expect, test } from 'vitest';
import {
  daysAway,
  event,
  pair,
  pairContext,
  person,
  record,
  rulesAt,
  task,
} from '../../test/support/pair-builders.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { ItemId } from '../model/ids.ts';
import type { Attendee, EventItem, MailboxItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import type { SyncSettings } from '../model/settings.ts';
import { screenItem } from './item-rules.ts';
import { type PairAction, planPair, type Sight } from './plan-pair.ts';

const nothing: Sight = { item: null, record: null, pair: null, isShared: false };
const ann: Attendee = { address: 'kim@acme.example', name: '', answer: 'none', isResource: false };

function planOf(
  sight: Partial<Sight>,
  settings: Partial<SyncSettings> = {},
  unableToChange = false,
): PairAction {
  const collection = collectionOf(sight);
  const meetingWrites = { able: false, reason: 'It would tell them.' } as const;
  return planPair(
    { ...nothing, ...sight },
    pairContext(collection, settings, unableToChange ? { meetingWrites } : {}),
  );
}

function collectionOf({ item, record: there, pair: known }: Partial<Sight>): 'events' | 'contacts' | 'tasks' {
  if (item != null && item !== 'gone') return item.collection;
  if (there != null && there !== 'gone') return there.collection;
  return known?.collection ?? 'events';
}

const codeOf = (action: PairAction) => (action.do === 'skip' ? action.code : action.do);
const both = (
  item: MailboxItem,
  change: Partial<CrmRecord> = {},
  known: Partial<Pair> = {},
): Partial<Sight> => ({
  item,
  record: record(item, change),
  pair: pair(item, known),
});

describe('an event without a pair', () => {
  const invited = {
    isOrganizer: false,
    organizer: { address: 'kim@acme.example', name: '' },
    attendees: [ann],
  };
  test.each<[string, Partial<EventItem>]>([
    ['make-record', {}],
    ['make-record', { ...invited, answer: 'accepted' }],
    ['make-record', { ...invited, answer: 'tentative' }],
    ['skipped.not-accepted', { ...invited, answer: 'none' }],
    ['skipped.not-accepted', { ...invited, answer: 'declined' }],
    ['skipped.cancelled', { isCancelled: true }],
    ['skipped.private', { sensitivity: 'private' }],
    ['skipped.private', { sensitivity: 'confidential' }],
    ['make-record', { sensitivity: 'private', categories: ['salesforce'] }],
    ['skipped.before-window', { fields: { time: daysAway(-16) } }],
    ['make-record', { fields: { time: daysAway(-13) } }],
    ['make-record', { fields: { time: daysAway(2_000) } }],
    ['skipped.beyond-window', { seriesId: 's' as ItemId, fields: { time: daysAway(100) } }],
    ['make-record', { seriesId: 's' as ItemId, fields: { time: daysAway(80) } }],
  ])('%s %#', (code, change) => {
    expect(codeOf(planOf({ item: event(change) }))).toBe(code);
  });

  test('is left out when its organizer, or everybody from outside, is on a blocklist', () => {
    const item = event({ attendees: [ann, { ...ann, address: 'lee@else.example' }] });
    expect(screenItem(item, rulesAt({ blocklist: ['acme.example'] }))).toBeNull();
    expect(screenItem(item, rulesAt({ blocklist: ['acme.example', 'else.example'] }))).toBe(
      'skipped.blocklisted',
    );
    const theirs = event({ ...invited });
    expect(screenItem(theirs, rulesAt({ blocklist: ['kim@acme.example'] }))).toBe('skipped.blocklisted');
  });

  test('joins the record that is there, as owner, deputy or member', () => {
    const mine = event({ attendees: [ann] });
    const theirs = event({ ...invited });
    expect(planOf({ item: mine, record: record(mine), isShared: true })).toMatchObject({
      do: 'merge',
      role: 'owner',
    });
    expect(planOf({ item: theirs, record: record(theirs) })).toMatchObject({
      do: 'merge',
      role: 'deputy',
      people: 'all',
    });
    expect(planOf({ item: theirs, record: record(theirs), isShared: true })).toMatchObject({
      do: 'merge',
      role: 'member',
      people: 'answer',
      merge: { toRecord: {}, toItem: {} },
    });
  });

  test('of the organizer counts whole, whatever a colleague wrote and when', () => {
    const mine = event({ attendees: [ann] });
    const theirs = record(mine, {
      fields: { ...mine.fields, subject: 'FW: Lunch' },
      modifiedAt: mine.modifiedAt ?? 0,
    });
    const action = planOf({
      item: mine,
      record: { ...theirs, modifiedAt: theirs.modifiedAt + 1 },
      isShared: true,
    });
    expect(action).toMatchObject({ merge: { toRecord: { subject: 'Lunch' }, toItem: {}, conflicts: [] } });
  });
});

describe('contacts and tasks without a pair', () => {
  test('a personal contact is never touched', () => {
    const item = person({ isInSalesforceFolder: false });
    expect(codeOf(planOf({ item }))).toBe('skipped.not-marked');
    expect(codeOf(planOf({ item: { ...item, categories: ['Salesforce'] } }))).toBe('make-record');
  });

  test('a task goes up open, or completed not long ago', () => {
    const done = task({ fields: { ...task().fields, status: 'completed' }, completedAt: 0, modifiedAt: 0 });
    expect(codeOf(planOf({ item: task() }))).toBe('make-record');
    expect(codeOf(planOf({ item: done }))).toBe('skipped.completed-long-ago');
    expect(codeOf(planOf({ item: { ...done, fields: { ...done.fields, due: '2026-01-02' } } }))).toBe(
      'make-record',
    );
  });

  test('a found contact is filled where it is empty, and what differs stays as it is', () => {
    const item = person({ fields: { lastName: 'Stone', phone: '', title: 'CEO' } });
    const there = record(item, { fields: { lastName: 'Stone', phone: '1', title: 'CTO' } });
    expect(planOf({ item, record: there })).toMatchObject({
      merge: { toItem: { phone: '1' }, toRecord: {} },
    });
  });
});

describe('a record without a pair', () => {
  test.each<[string, Partial<CrmRecord>, Partial<SyncSettings>]>([
    ['make-item', {}, {}],
    ['skipped.direction-off', {}, { eventsDown: false }],
    ['skipped.not-yours', { isOwn: false }, {}],
    ['skipped.not-plain', { kind: 'copy' }, {}],
    ['skipped.not-plain', { kind: 'series' }, {}],
    ['skipped.born-in-mailbox', { key: 'lockstep-1' }, {}],
    ['skipped.ended', { isDeleted: true }, {}],
    ['skipped.before-window', { fields: { time: daysAway(-20) } }, {}],
    ['skipped.beyond-window', { fields: { time: daysAway(20) } }, { eventDaysAhead: 10 }],
  ])('%s', (code, change, settings) => {
    expect(codeOf(planOf({ record: record(event(), change) }, settings))).toBe(code);
  });

  test("of a colleague's meeting does not come down a second time", () => {
    expect(codeOf(planOf({ record: record(event()), isShared: true }))).toBe('skipped.born-in-mailbox');
  });

  test('that is gone is not made again from the item that was made from it', () => {
    expect(codeOf(planOf({ item: event({ stamp: '00R1' }), record: 'gone' }))).toBe('skipped.ended');
  });
});

describe('a pair', () => {
  test('whose sides are as they were writes nothing', () => {
    expect(planOf(both(event()))).toMatchObject({
      merge: { toItem: {}, toRecord: {} },
      people: 'none',
      refused: null,
    });
  });

  test('takes a change of the record to the mailbox only where nobody is told', () => {
    const item = event({ attendees: [ann] });
    const changed = { fields: { ...item.fields, subject: 'Dinner' } };
    expect(planOf(both(item, changed))).toMatchObject({
      merge: { toItem: { subject: 'Dinner' } },
      refused: null,
    });
    expect(planOf(both(item, changed), {}, true)).toMatchObject({
      merge: { toItem: {}, waiting: { record: ['subject'] } },
      refused: { code: 'mailbox.meeting-not-changed', fields: ['subject'] },
    });
    const invited = event({ attendees: [ann], isOrganizer: false });
    expect(planOf(both(invited, changed, { role: 'deputy' }))).toMatchObject({
      merge: { toItem: {} },
      refused: null,
    });
  });

  test('whose record is gone ends, and the item stays', () => {
    const item = event();
    expect(planOf({ item, record: 'gone', pair: pair(item) })).toMatchObject({ do: 'end', item });
  });

  test.each<[string, MailboxItem, Partial<CrmRecord>, Partial<Pair>, boolean]>([
    ['remove-record', event(), {}, {}, false],
    ['remove-record', event(), {}, {}, true],
    ['end', event(), {}, { role: 'member' }, true],
    ['pass-lead', event(), {}, { role: 'deputy' }, true],
    ['remove-record', event(), {}, { role: 'deputy' }, false],
    ['end', event(), { fields: { time: daysAway(-20) } }, {}, false],
    ['remove-record', task(), {}, {}, false],
    ['end', task(), { fields: { status: 'completed' } }, {}, false],
    ['end', person(), {}, {}, false],
  ])('whose item is gone: %s %#', (what, item, change, known, isShared) => {
    const sight = { item: 'gone' as const, record: record(item, change), pair: pair(item, known), isShared };
    expect(planOf(sight).do).toBe(what);
  });

  test('of a meeting that was declined or called off after all is taken back', () => {
    for (const change of [{ isCancelled: true }, { answer: 'declined' as const }])
      expect(planOf(both(event(change)), {}).do).toBe('remove-record');
    const invited = event({ isOrganizer: false, answer: 'declined', attendees: [ann] });
    const known = pair(event({ isOrganizer: false, attendees: [ann] }), { role: 'member' });
    const sight = { item: invited, record: record(invited), pair: known, isShared: true };
    expect(planOf(sight)).toMatchObject({ do: 'merge', people: 'answer' });
  });

  test('of a contact that was taken out of the folder ends', () => {
    expect(planOf(both(person({ isInSalesforceFolder: false }))).do).toBe('end');
  });

  test('that ended stays ended', () => {
    expect(codeOf(planOf(both(event(), {}, { state: 'ended' })))).toBe('skipped.ended');
  });

  test('whose item was being made is made, and ends where it is no longer to come down', () => {
    const making = pair(event(), { state: 'making', itemId: null });
    expect(planOf({ record: record(event()), pair: making }).do).toBe('make-item');
    expect(planOf({ record: record(event()), pair: making }, { eventsDown: false }).do).toBe('end');
  });
});

test('whatever is seen, something is decided', () => {
  const items = [null, 'gone' as const, event(), event({ isCancelled: true }), event({ fields: {} })];
  const records = [null, 'gone' as const, record(event()), record(event(), { fields: {} })];
  const pairs = [
    null,
    ...(['making', 'linked', 'removing', 'ended'] as const).map((state) => pair(event(), { state })),
  ];
  for (const item of items)
    for (const there of records)
      for (const known of pairs)
        for (const isShared of [true, false])
          expect(planOf({ item, record: there, pair: known, isShared }).do).toBeTypeOf('string');
});
