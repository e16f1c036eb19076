/**
 * What becomes of one item, one record, or a pair of both: made on the other side, joined, merged by field, removed, ended, or left alone, each with its
 * reason. It does no I/O, reads no clock and has never heard of a service; a dry run stops here.
 */
import { type FieldName, type FieldSpecs, fieldsOf } from '../model/collection.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { Failure } from '../model/failure.ts';
import { failure } from '../model/failure.ts';
import type { RecordId } from '../model/ids.ts';
import type { ItemCapabilities } from '../model/mail-items.ts';
import type { EventItem, MailboxItem } from '../model/mailbox-item.ts';
import type { Pair, PairRole, PrintField, Prints } from '../model/pair.ts';
import { printFields } from '../model/pair.ts';
import type { SkipCode } from '../model/verdict.ts';
import { type ItemRules, isBeforeWindow, isDownOpen, screenItem, screenRecord } from './item-rules.ts';
import { type Merge, merge, type Side } from './merge.ts';
import { printPeople } from './relate.ts';

/** What is known of one thing: at least an item or a record. */
export interface Sight {
  /** `gone`: proved to be deleted in the mailbox. */
  readonly item: MailboxItem | 'gone' | null;
  /** `gone`: deleted in the CRM, or hidden from the user. */
  readonly record: CrmRecord | 'gone' | null;
  readonly pair: Pair | null;
  /** Colleagues' mailboxes are paired with the record. */
  readonly isShared: boolean;
}

export interface PairContext {
  readonly rules: ItemRules;
  readonly items: Pick<ItemCapabilities, 'fields' | 'meetingWrites'>;
  readonly recordSpecs: FieldSpecs;
  readonly printField: PrintField;
}

/** How much of an event's people is written: all of them, this mailbox's own answer, or nothing. */
export type PeopleWrite = 'all' | 'answer' | 'none';

export type PairAction =
  | { readonly do: 'skip'; readonly code: SkipCode }
  | { readonly do: 'make-record'; readonly item: MailboxItem }
  | { readonly do: 'make-item'; readonly record: CrmRecord }
  /** Both are there: a new pair, or one that goes on. */
  | {
      readonly do: 'merge';
      readonly item: MailboxItem;
      readonly record: CrmRecord;
      readonly isNew: boolean;
      readonly role: PairRole;
      readonly merge: Merge;
      readonly people: PeopleWrite;
      /** A change of the record that the mailbox cannot take without telling somebody. */
      readonly refused: Failure | null;
    }
  /** The item is gone: its record follows, unless the breaker holds it. */
  | { readonly do: 'remove-record'; readonly pair: Pair }
  /** A colleague's mailbox writes the record from now on. */
  | { readonly do: 'pass-lead'; readonly pair: Pair }
  /** Nothing is kept in step any more; a mailbox item that stays loses its category. */
  | { readonly do: 'end'; readonly pair: Pair; readonly item: MailboxItem | null };

/** One action. Total: whatever is seen, something is decided. */
export function planPair(sight: Sight, context: PairContext): PairAction {
  const { pair } = sight;
  if (pair === null) return planUnpaired(sight, context);
  if (pair.state === 'making') {
    const plan = planUnpaired(sight, context);
    // Deleted, or no longer to come down, before the item was made: there is nothing to wait for.
    return plan.do === 'skip' ? { do: 'end', pair, item: null } : plan;
  }
  if (pair.state === 'ended') return { do: 'skip', code: 'skipped.ended' };
  return planPaired(sight, pair, context);
}

function planUnpaired({ item, record, isShared, pair }: Sight, context: PairContext): PairAction {
  const isThere = record !== null && record !== 'gone' && !record.isDeleted;
  if (item === null || item === 'gone') {
    if (!isThere) return { do: 'skip', code: 'skipped.ended' };
    const code = screenRecord(record, context.rules);
    if (code !== null) return { do: 'skip', code };
    return isShared ? { do: 'skip', code: 'skipped.born-in-mailbox' } : { do: 'make-item', record };
  }
  const code = screenItem(item, context.rules);
  if (code !== null) return { do: 'skip', code };
  if (record === 'gone') return { do: 'skip', code: 'skipped.ended' };
  if (!isThere) return { do: 'make-record', item };
  return mergeOf(item, record, { pair, role: roleOf(item, isShared) }, context);
}

/** The part that a mailbox has in a record that it was not paired with. */
export function roleOf(item: MailboxItem, isShared: boolean): PairRole {
  if (item.collection !== 'events' || item.isOrganizer) return 'owner';
  return isShared ? 'member' : 'deputy';
}

function planPaired({ item, record, isShared }: Sight, pair: Pair, context: PairContext): PairAction {
  if (record === 'gone' || record?.isDeleted === true)
    return { do: 'end', pair, item: item === 'gone' ? null : item };
  if (item === 'gone') return planGone(pair, record, isShared, context.rules);
  if (item === null || record === null) return { do: 'skip', code: 'skipped.ended' };
  if (isTakenBack(item) && pair.role !== 'member') return planGone(pair, record, isShared, context.rules);
  if (item.collection === 'events' && item.isCancelled) return { do: 'end', pair, item };
  if (item.collection === 'contacts' && screenItem(item, context.rules) === 'skipped.not-marked')
    return { do: 'end', pair, item: null };
  const role = item.collection === 'events' && item.isOrganizer ? 'owner' : pair.role;
  return mergeOf(item, record, { pair, role }, context);
}

/** A meeting that no longer takes place here: called off, or declined after all. */
function isTakenBack(item: MailboxItem): item is EventItem {
  return item.collection === 'events' && (item.isCancelled || item.answer === 'declined');
}

/** V5: deleted in the mailbox, deleted in the CRM. Contacts stay, and so does what was done: only open tasks and events in the window follow. */
function planGone(
  pair: Pair,
  record: CrmRecord | null,
  isShared: boolean,
  { window }: ItemRules,
): PairAction {
  const end: PairAction = { do: 'end', pair, item: null };
  if (record === null || pair.collection === 'contacts' || pair.role === 'member') return end;
  if (pair.collection === 'tasks')
    return record.fields.status === 'completed' ? end : { do: 'remove-record', pair };
  if (isBeforeWindow(record.fields.time, window)) return end;
  return isShared && pair.role === 'deputy' ? { do: 'pass-lead', pair } : { do: 'remove-record', pair };
}

/** A meeting with others that the mailbox's owner organizes: his copy is the one that counts (V3). */
function isOrganizedHere(item: MailboxItem): boolean {
  return item.collection === 'events' && item.isOrganizer && item.attendees.length > 0;
}

function mergeOf(
  item: MailboxItem,
  record: CrmRecord,
  { pair, role }: { readonly pair: Pair | null; readonly role: PairRole },
  context: PairContext,
): PairAction {
  const leads = role !== 'member';
  const names = fieldsOf[item.collection];
  const blocked = downBlock(item, leads, context);
  // A copy that takes the lead counts whole: what the record has was a colleague's guess.
  const isTaking = leads && pair?.role === 'member';
  // Of an item that was being made, what was about to be written is the base: whatever differs was changed since.
  const base = pair === null || isTaking ? null : pair;
  const sides = {
    item: sideOf(item, context.items.fields, blocked === null, context, {
      base: base?.itemPrints ?? null,
      recordId: record.recordId,
    }),
    record: sideOf(record, context.recordSpecs, leads, context, {
      base: base?.recordPrints ?? null,
      recordId: record.recordId,
    }),
  };
  const isEvent = item.collection === 'events';
  const takesAll = isOrganizedHere(item) && base === null;
  const merged = merge({
    names,
    item: takesAll ? { ...sides.item, modifiedAt: Number.POSITIVE_INFINITY } : sides.item,
    record: sides.record,
    writing: base?.writing ?? null,
    tie: isEvent ? 'item' : 'record',
    unknownBase: isEvent ? 'newer' : 'fill',
  });
  const isRefused = blocked === 'meeting' && hasNews(merged.waiting.record, sides.record);
  return {
    do: 'merge',
    item,
    record,
    isNew: pair === null || pair.state === 'making',
    role,
    merge: merged,
    people: peopleWrite(item, record, { pair, leads }, context),
    refused: isRefused
      ? failure('mailbox.meeting-not-changed', { fields: [...merged.waiting.record] })
      : null,
  };
}

/** Whether something waits that was not waiting before. */
function hasNews(waiting: readonly FieldName[], { base }: Side): boolean {
  return base !== null && waiting.length > 0;
}

/** Why the mailbox is not written: the way down is off or not this mailbox's, or others would be told. */
function downBlock(
  item: MailboxItem,
  leads: boolean,
  { rules, items }: PairContext,
): 'closed' | 'meeting' | null {
  if (!isDownOpen(item.collection, rules.settings) || !leads) return 'closed';
  if (item.collection !== 'events') return null;
  if (!item.isOrganizer) return 'closed';
  return item.attendees.length > 0 && !items.meetingWrites.able ? 'meeting' : null;
}

function sideOf(
  of: MailboxItem | CrmRecord,
  specs: FieldSpecs,
  isOpen: boolean,
  { printField }: PairContext,
  { base, recordId }: { readonly base: Prints | null; readonly recordId: RecordId },
): Side {
  return {
    fields: of.fields,
    specs,
    modifiedAt: of.modifiedAt,
    prints: printFields(printField, recordId, of.fields),
    base,
    isOpen,
  };
}

function peopleWrite(
  item: MailboxItem,
  { recordId }: CrmRecord,
  { pair, leads }: { readonly pair: Pair | null; readonly leads: boolean },
  { printField, rules }: PairContext,
): PeopleWrite {
  if (item.collection !== 'events') return 'none';
  const print = printPeople(item, {
    leads,
    isOwn: rules.isOwn,
    print: (text) => printField(recordId, 'people', text),
  });
  if (pair !== null && pair.itemPrints.people === print) return 'none';
  return leads ? 'all' : 'answer';
}
