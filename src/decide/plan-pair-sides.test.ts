/** What becomes of a pair by whose part it is, which side is seen, and which way is open (V1, V3, V5, S2). */
import { describe, expect, test } from 'vitest';
import { event, pair, pairContext, person, record, task } from '../../test/support/pair-builders.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { Attendee, MailboxItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import type { SyncSettings } from '../model/settings.ts';
import { type PairAction, planPair, type Sight } from './plan-pair.ts';

const ann: Attendee = { address: 'kim@acme.example', name: '', answer: 'none', isResource: false };

function planOf(
  sight: Partial<Sight>,
  settings: Partial<SyncSettings> = {},
  unableToChange = false,
): PairAction {
  const { item, record: there, pair: known } = sight;
  const seen = [item, there, known].find((one) => one != null && one !== 'gone');
  const collection = typeof seen === 'object' && seen !== null ? seen.collection : 'events';
  const meetingWrites = { able: false, reason: 'It would tell them.' } as const;
  return planPair(
    { item: null, record: null, pair: null, isShared: false, ...sight },
    pairContext(collection, settings, unableToChange ? { meetingWrites } : {}),
  );
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

describe('a pair of which one side is not seen', () => {
  const item = event();
  const known = pair(item);

  test('is left alone for now, where the other one is there', () => {
    expect(codeOf(planOf({ item, pair: known }))).toBe('skipped.ended');
    expect(codeOf(planOf({ record: record(item), pair: known }))).toBe('skipped.ended');
  });

  test('ends where the other one is gone; an item that stays is told, so that it loses its category', () => {
    expect(planOf({ item: 'gone', pair: known })).toEqual({ do: 'end', pair: known, item: null });
    expect(planOf({ item: 'gone', record: 'gone', pair: known })).toEqual({
      do: 'end',
      pair: known,
      item: null,
    });
    const deleted = record(item, { isDeleted: true });
    expect(planOf({ item, record: deleted, pair: known })).toEqual({ do: 'end', pair: known, item });
  });

  test('and that was still being made ends where the record is gone before its item was there', () => {
    const making = pair(item, { state: 'making', itemId: null });
    for (const there of ['gone', record(item, { isDeleted: true })] as const)
      expect(planOf({ record: there, pair: making })).toEqual({ do: 'end', pair: making, item: null });
  });
});

test('an item whose record was deleted before they were a pair has a new one made', () => {
  const item = event();
  expect(planOf({ item, record: record(item, { isDeleted: true }) })).toEqual({ do: 'make-record', item });
});

describe('whose part it is', () => {
  const invited = { isOrganizer: false, attendees: [ann], answer: 'accepted' } as const;

  test('contacts and tasks are owned, though colleagues have them, too', () => {
    for (const item of [person(), task()])
      expect(planOf({ item, record: record(item), isShared: true })).toMatchObject({
        role: 'owner',
        people: 'none',
      });
  });

  test('a pair keeps its role, and whoever organizes the meeting by now is its owner', () => {
    const theirs = event({ ...invited });
    expect(planOf(both(theirs, {}, { role: 'member' }))).toMatchObject({ role: 'member', isNew: false });
    expect(planOf(both(theirs, {}, { role: 'deputy' }))).toMatchObject({ role: 'deputy' });
    expect(planOf(both(event({ attendees: [ann] }), {}, { role: 'deputy' }))).toMatchObject({
      role: 'owner',
    });
  });

  test('a copy that takes the lead counts whole, whatever the record says and since when', () => {
    const mine = event({ attendees: [ann] });
    const guess = {
      fields: { ...mine.fields, subject: 'FW: Lunch' },
      modifiedAt: (mine.modifiedAt ?? 0) + 1,
    };
    const known = pair(mine, { role: 'member' });
    expect(planOf({ item: mine, record: record(mine, guess), pair: known, isShared: true })).toMatchObject({
      role: 'owner',
      people: 'all',
      merge: { toRecord: { subject: 'Lunch' }, toItem: {}, conflicts: [] },
    });
  });

  test('a member whose meeting is called off leaves the record to its leader', () => {
    const off = event({ ...invited, isCancelled: true });
    expect(planOf({ ...both(off, {}, { role: 'member' }), isShared: true })).toMatchObject({
      do: 'end',
      item: off,
    });
  });

  test('a deputy who declines passes the lead to a colleague who is there, and else takes the record back', () => {
    const sight = both(event({ ...invited, answer: 'declined' }), {}, { role: 'deputy' });
    expect(planOf({ ...sight, isShared: true }).do).toBe('pass-lead');
    expect(planOf(sight).do).toBe('remove-record');
  });
});

describe('two changes at the same moment', () => {
  const tied = (item: MailboxItem): PairAction => {
    const fields = { ...item.fields, subject: 'Of the mailbox', notes: 'Of the mailbox' };
    const theirs = { ...item.fields, subject: 'Of the CRM', notes: 'Of the CRM' };
    const before = { ...item, fields: { ...item.fields, subject: 'Before', notes: 'Before' } } as MailboxItem;
    return planOf({
      item: { ...item, fields } as MailboxItem,
      record: record(item, { fields: theirs }),
      pair: pair(before),
    });
  };

  test('of an event go to the mailbox, those of contacts and tasks to the CRM', () => {
    expect(tied(event())).toMatchObject({ merge: { toRecord: { subject: 'Of the mailbox' }, toItem: {} } });
    expect(tied(task())).toMatchObject({ merge: { toItem: { subject: 'Of the CRM' }, toRecord: {} } });
    expect(tied(person())).toMatchObject({ merge: { toItem: { notes: 'Of the CRM' }, toRecord: {} } });
  });
});

describe('a new pair', () => {
  test('of events follows the newer side; of an appointment without guests the record may be that', () => {
    const item = event();
    const there = record(item, {
      fields: { ...item.fields, subject: 'Dinner' },
      modifiedAt: (item.modifiedAt ?? 0) + 1,
    });
    expect(planOf({ item, record: there })).toMatchObject({
      isNew: true,
      merge: { toItem: { subject: 'Dinner' } },
    });
  });

  test('of tasks fills what is empty and leaves what differs', () => {
    const item = task({ fields: { ...task().fields, description: '' } });
    const there = record(item, { fields: { ...item.fields, subject: 'Ring', description: 'Soon' } });
    expect(planOf({ item, record: there })).toMatchObject({
      merge: { toItem: { description: 'Soon' }, toRecord: {} },
    });
  });

  test('refuses nothing: that the mailbox cannot take a record as it is was never promised', () => {
    const item = event({ attendees: [ann], modifiedAt: null });
    const there = record(item, { fields: { ...item.fields, subject: 'Dinner' } });
    expect(planOf({ item, record: there }, {}, true)).toMatchObject({ refused: null });
  });

  test('whose item was being made is new, and what differs from what was to be written was changed since', () => {
    const made = event({ stamp: '00R1' });
    const item = { ...made, fields: { ...made.fields, subject: 'Dinner' } };
    const making = pair(made, { state: 'making' });
    expect(
      planOf({ item, record: record(made, { modifiedAt: (made.modifiedAt ?? 0) + 1 }), pair: making }),
    ).toMatchObject({
      isNew: true,
      merge: { toRecord: { subject: 'Dinner' }, toItem: {}, conflicts: [] },
    });
  });
});

describe('the way to the mailbox', () => {
  const changed = { fields: { ...event().fields, subject: 'Dinner' } };
  const waits = { merge: { toItem: {}, waiting: { record: ['subject'] } }, refused: null };

  test('is closed where its switch is off, to a member, and to whoever is merely invited', () => {
    expect(planOf(both(event(), changed), { eventsDown: false })).toMatchObject(waits);
    const theirs = event({ isOrganizer: false, attendees: [ann] });
    expect(planOf(both(theirs, changed, { role: 'member' }))).toMatchObject(waits);
    expect(planOf(both(theirs, changed, { role: 'deputy' }), {}, true)).toMatchObject(waits);
  });

  test('is open for an appointment without guests and for tasks, whether or not meetings can be changed', () => {
    expect(planOf(both(event(), changed), {}, true)).toMatchObject({
      merge: { toItem: { subject: 'Dinner' } },
    });
    const call = { fields: { ...task().fields, subject: 'Dinner' } };
    expect(planOf(both(task(), call), {}, true)).toMatchObject({ merge: { toItem: { subject: 'Dinner' } } });
  });

  test('that would tell somebody refuses nothing as long as nothing is to be written', () => {
    expect(planOf(both(event({ attendees: [ann] })), {}, true)).toMatchObject({ refused: null });
  });

  test('to the record is closed to a member, whose change waits', () => {
    const item = event({ isOrganizer: false, attendees: [ann] });
    const renamed = { ...item, fields: { ...item.fields, subject: 'Dinner' } };
    expect(
      planOf({ item: renamed, record: record(item), pair: pair(item, { role: 'member' }) }),
    ).toMatchObject({
      merge: { toRecord: {}, waiting: { item: ['subject'] } },
    });
  });
});

describe('who takes part is written', () => {
  test('whole where the leader’s copy says something new, and not at all where it does not', () => {
    const before = event({ attendees: [ann] });
    const now = event({ attendees: [{ ...ann, answer: 'accepted' }] });
    expect(planOf({ item: now, record: record(now), pair: pair(before) })).toMatchObject({ people: 'all' });
    expect(planOf(both(now))).toMatchObject({ people: 'none' });
  });

  test('as the own answer where a colleague’s mailbox leads', () => {
    const before = event({ isOrganizer: false, attendees: [ann], answer: 'tentative' });
    const now = { ...before, answer: 'accepted' as const };
    const known = { role: 'member' } as const;
    expect(planOf({ item: now, record: record(now), pair: pair(before, known) })).toMatchObject({
      people: 'answer',
    });
    expect(planOf(both(now, {}, known))).toMatchObject({ people: 'none' });
  });
});

test('what a run was about to write when it ended is no change of the record', () => {
  const before = task();
  const [dinner, supper] = ['Dinner', 'Supper'].map((subject) => ({ ...before.fields, subject }));
  if (dinner === undefined || supper === undefined) throw new Error('there are two');
  const prints = pair({ ...before, fields: dinner }).itemPrints;
  const writing = { toRecord: { item: prints, record: prints }, toItem: { item: {}, record: {} } };
  const sight = { item: { ...before, fields: supper }, record: record(before, { fields: dinner }) };
  expect(planOf({ ...sight, pair: pair(before, { writing }) })).toMatchObject({
    merge: { toRecord: { subject: 'Supper' }, toItem: {}, conflicts: [] },
  });
  expect(planOf({ ...sight, pair: pair(before) })).toMatchObject({ merge: { conflicts: ['subject'] } });
});
