/**
 * The merge of two sides by field (S2). What each side had when a run last left it is known by its fingerprints alone: a field whose text has another
 * print was changed there. The changed side wins over the unchanged one; where both changed, the newer wins and the loser is named. Pure.
 */
import { reduceField } from '../model/canonical.ts';
import type { Instant } from '../model/clock.ts';
import type { FieldName, FieldSpec, FieldSpecs, Fields } from '../model/collection.ts';
import type { Passage, Prints, Writing } from '../model/pair.ts';

export interface Side {
  readonly fields: Fields;
  readonly specs: FieldSpecs;
  /** Null: the side does not say. */
  readonly modifiedAt: Instant | null;
  /** Prints of now, and those of the last run; null: the pair is new and has none. */
  readonly prints: Prints;
  readonly base: Prints | null;
  /** Whether this side may be written at all. */
  readonly isOpen: boolean;
}

export interface MergeInput {
  readonly names: readonly FieldName[];
  readonly item: Side;
  readonly record: Side;
  /** What an earlier run was about to write when it ended: where it arrived, it is what both sides last agreed on. */
  readonly writing?: Writing | null;
  /** Who wins when both changed at the same moment, or one does not say when. */
  readonly tie: 'item' | 'record';
  /**
   * Of a new pair: `newer`: as if both had changed everything; `fill`: a text goes where nothing is, and what differs stays as it is.
   */
  readonly unknownBase: 'newer' | 'fill';
}

export interface Merge {
  /** What is to be written to each side, already reduced to what it can hold. */
  readonly toItem: Fields;
  readonly toRecord: Fields;
  /** Fields that both sides had changed, and whose older text was written over. */
  readonly conflicts: readonly FieldName[];
  /** Fields whose change waits, because the way to the other side is closed: their base stays as it was. */
  readonly waiting: { readonly item: readonly FieldName[]; readonly record: readonly FieldName[] };
  /** Fields of an earlier writing that arrived: they belong to the base before another writing is noted in its place. */
  readonly arrived: Passage;
}

/** Merges every field that both sides have. Total; the same whichever side changed first. */
export function merge(input: MergeInput): Merge {
  const toItem: [FieldName, string][] = [];
  const toRecord: [FieldName, string][] = [];
  const conflicts: FieldName[] = [];
  const waiting = { item: [] as FieldName[], record: [] as FieldName[] };
  for (const name of input.names) {
    const { item, record } = input;
    const mine = item.fields[name];
    const theirs = record.fields[name];
    const itemSpec = item.specs[name];
    const recordSpec = record.specs[name];
    if (mine === undefined || theirs === undefined || itemSpec === undefined || recordSpec === undefined)
      continue;
    if (agree(mine, itemSpec, theirs, recordSpec)) continue;
    const winner = winnerOf(name, mine, theirs, input);
    if (winner === null) continue;
    const [source, target, targetSpec] =
      winner.side === 'item' ? ([item, record, recordSpec] as const) : ([record, item, itemSpec] as const);
    if (!target.isOpen) {
      waiting[winner.side].push(name);
      continue;
    }
    if (!targetSpec.writable) continue;
    const text = reduceField(source.fields[name] ?? '', targetSpec);
    if (winner.side === 'item') toRecord.push([name, text]);
    else toItem.push([name, text]);
    if (winner.lost) conflicts.push(name);
  }
  return {
    toItem: Object.fromEntries(toItem),
    toRecord: Object.fromEntries(toRecord),
    conflicts,
    waiting,
    arrived: allArrived(input),
  };
}

function allArrived(input: MergeInput): Passage {
  const item: [FieldName, string][] = [];
  const record: [FieldName, string][] = [];
  for (const name of input.names) {
    const passage = arrivedOf(name, input);
    if (passage?.item[name] !== undefined) item.push([name, passage.item[name]]);
    if (passage?.record[name] !== undefined) record.push([name, passage.record[name]]);
  }
  return { item: Object.fromEntries(item), record: Object.fromEntries(record) };
}

/** Whether one text is what became of the other: each side may hold less than the other one does. */
export function agree(mine: string, itemSpec: FieldSpec, theirs: string, recordSpec: FieldSpec): boolean {
  return (
    mine === theirs || reduceField(mine, recordSpec) === theirs || reduceField(theirs, itemSpec) === mine
  );
}

interface Winner {
  readonly side: 'item' | 'record';
  /** The other side had changed it, too. */
  readonly lost: boolean;
}

function winnerOf(name: FieldName, mine: string, theirs: string, input: MergeInput): Winner | null {
  const { item, record } = input;
  if (item.base === null || record.base === null) {
    if (input.unknownBase === 'newer') return { side: newer(input), lost: false };
    if (mine !== '' && theirs !== '') return null;
    return { side: mine === '' ? 'record' : 'item', lost: false };
  }
  const was = agreedOn(name, input);
  // A field that a side did not have before counts as unchanged there: it was never agreed on.
  const itemChanged = was.item[name] !== undefined && was.item[name] !== item.prints[name];
  const recordChanged = was.record[name] !== undefined && was.record[name] !== record.prints[name];
  if (itemChanged && recordChanged) return { side: newer(input), lost: true };
  if (itemChanged) return { side: 'item', lost: false };
  return recordChanged ? { side: 'record', lost: false } : null;
}

/** What the two sides had when they last agreed on the field. */
function agreedOn(name: FieldName, input: MergeInput): Passage {
  return arrivedOf(name, input) ?? { item: input.item.base ?? {}, record: input.record.base ?? {} };
}

/** The way that the field had been on, where it arrived before the run ended that sent it. */
function arrivedOf(name: FieldName, { item, record, writing }: MergeInput): Passage | null {
  const { toItem, toRecord } = writing ?? {};
  if (toItem?.item[name] !== undefined && toItem.item[name] === item.prints[name]) return toItem;
  if (toRecord?.record[name] !== undefined && toRecord.record[name] === record.prints[name]) return toRecord;
  return null;
}

function newer({ item, record, tie }: MergeInput): 'item' | 'record' {
  if (item.modifiedAt === null || record.modifiedAt === null || item.modifiedAt === record.modifiedAt)
    return tie;
  return item.modifiedAt > record.modifiedAt ? 'item' : 'record';
}

/**
 * Fields as they are after the merge was written, for the next base; what waits keeps the print that it had, so that it counts as changed until its way
 * opens.
 */
export function baseAfter(
  side: Pick<Side, 'prints' | 'base'>,
  waiting: readonly FieldName[],
  written: Prints,
): Prints {
  const kept = waiting
    .map((name) => [name, side.base?.[name]] as const)
    .filter(([, print]) => print !== undefined);
  return { ...side.prints, ...written, ...Object.fromEntries(kept) };
}
