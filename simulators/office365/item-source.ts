/**
 * What events, contacts and tasks need of their mailbox: ids, the clock, one rising change number for everything in it, and
 * somebody to tell of each change. It knows none of them.
 */
import type { IdSource } from './ids.ts';

/** An item as change notifications name it. */
export interface ItemChange {
  kind: 'event' | 'contact' | 'task';
  changeType: 'created' | 'updated' | 'deleted';
  ids: ItemIds;
  changeKey: string;
  /** Id of the calendar, contact folder or task list. */
  container: string;
}

/** Both ids of one item; `immutableId` is what `Prefer: IdType="ImmutableId"` asks for. */
export interface ItemIds {
  restId: string;
  immutableId: string;
}

/** The part of a mailbox that its calendars, contact folders and task lists share. */
export interface ItemSource {
  readonly address: string;
  readonly ids: IdSource;
  readonly now: () => number;
  changeNumber: number;
  lastKey: number;
  /** How an expired delta token is answered. */
  expiredAs: 'resyncRequired' | 'syncStateNotFound' | 'SyncStateInvalid';
  onItem: (change: ItemChange) => void;
}

export function nextChange(source: ItemSource): number {
  source.changeNumber += 1;
  return source.changeNumber;
}

export function nextKey(source: ItemSource): string {
  source.lastKey += 1;
  return String(source.lastKey);
}
