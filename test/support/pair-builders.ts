/** Items, records and pairs for tests of the rules of two ways; every value may be replaced. */

import { type ItemRules, itemRules } from '../../src/decide/item-rules.ts';
import type { PairContext } from '../../src/decide/plan-pair.ts';
import { printPeople } from '../../src/decide/relate.ts';
import { DAY } from '../../src/model/clock.ts';
import { type Collection, type FieldName, type FieldSpecs, fieldsOf } from '../../src/model/collection.ts';
import { able } from '../../src/model/connector.ts';
import type { CrmRecord } from '../../src/model/crm-records.ts';
import type { ItemId, RecordId } from '../../src/model/ids.ts';
import type { ContactItem, EventItem, MailboxItem, TaskItem } from '../../src/model/mailbox-item.ts';
import { type Pair, printFields } from '../../src/model/pair.ts';
import type { SyncSettings } from '../../src/model/settings.ts';
import { rules } from './builders.ts';
import { MONDAY } from './fake-clock.ts';

export const TIME = '2026-01-06T10:00:00Z/2026-01-06T11:00:00Z';
/** A print that tells the text itself. */
export const printField = (recordId: RecordId, field: string, text: string) => `${recordId} ${field} ${text}`;

export const specsOf = (collection: Collection): FieldSpecs =>
  Object.fromEntries(
    fieldsOf[collection].map((name: FieldName) => [name, { lengthMax: null, writable: true }]),
  );

const base = {
  version: '1',
  modifiedAt: MONDAY,
  sensitivity: 'normal',
  categories: [],
  stamp: null,
} as const;

export function event(change: Partial<EventItem> = {}): EventItem {
  return {
    ...base,
    collection: 'events',
    itemId: 'e1' as ItemId,
    fields: { subject: 'Lunch', location: '', description: '', time: TIME, showAs: 'busy', isPrivate: '' },
    uid: 'uid-1',
    originalStart: null,
    seriesId: null,
    isOrganizer: true,
    organizer: null,
    attendees: [],
    answer: 'accepted',
    isCancelled: false,
    ...change,
  };
}

export function task(change: Partial<TaskItem> = {}): TaskItem {
  return {
    ...base,
    collection: 'tasks',
    itemId: 't1' as ItemId,
    fields: { subject: 'Call', description: '', due: '', status: 'open', priority: 'normal' },
    completedAt: null,
    ...change,
  };
}

export function person(change: Partial<ContactItem> = {}): ContactItem {
  return {
    ...base,
    collection: 'contacts',
    itemId: 'c1' as ItemId,
    fields: { firstName: 'Bob', lastName: 'Stone', email: 'bob@outside.example' },
    isInSalesforceFolder: true,
    addresses: ['bob@outside.example'],
    ...change,
  };
}

export function record(of: MailboxItem, change: Partial<CrmRecord> = {}): CrmRecord {
  return {
    collection: of.collection,
    recordId: '00R1' as RecordId,
    version: '1',
    modifiedAt: MONDAY,
    isDeleted: false,
    isOwn: true,
    kind: 'plain',
    key: null,
    fields: of.fields,
    ...change,
  };
}

/** The pair of an item and its record as they are. */
export function pair(of: MailboxItem, change: Partial<Pair> = {}): Pair {
  const recordId = change.recordId ?? ('00R1' as RecordId);
  const prints = printFields(printField, recordId, of.fields);
  const leads = change.role !== 'member';
  const people =
    of.collection === 'events'
      ? printPeople(of, {
          leads,
          isOwn: rules().isOwn,
          print: (text) => printField(recordId, 'people', text),
        })
      : undefined;
  return {
    collection: of.collection,
    recordId,
    keyPrint: null,
    itemId: of.itemId,
    itemVersion: '1',
    feedId: null,
    seriesId: null,
    recordVersion: '1',
    itemPrints: people === undefined ? prints : { ...prints, people },
    recordPrints: prints,
    state: 'linked',
    made: null,
    role: 'owner',
    ...change,
  };
}

export function pairContext(
  collection: Collection,
  settings: Partial<SyncSettings> = {},
  items: Partial<PairContext['items']> = {},
): PairContext {
  return {
    rules: rulesAt(settings),
    items: { fields: specsOf(collection), meetingWrites: able, ...items },
    recordSpecs: specsOf(collection),
    printField,
  };
}

/** The rules on the Monday of the tests. */
export function rulesAt(settings: Partial<SyncSettings> = {}): ItemRules {
  return itemRules(rules(settings), MONDAY);
}

/** `time` of an hour, so many days from now. */
export function daysAway(days: number): string {
  const at = (hours: number) =>
    `${new Date(MONDAY + days * DAY + hours * 3_600_000).toISOString().slice(0, 19)}Z`;
  return `${at(1)}/${at(2)}`;
}
