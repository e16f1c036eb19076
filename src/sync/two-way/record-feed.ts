/**
 * The CRM's side as a feed: what is asked for, and the mark that is stored. A mark belongs to a scope: contacts of another scope are read from the beginning.
 */
import type { ItemRules } from '../../decide/item-rules.ts';
import type { Collection } from '../../model/collection.ts';
import type { ContactScope, RecordAsk } from '../../model/crm-records.ts';
import type { FeedId } from '../../model/ids.ts';
import type { SyncSettings } from '../../model/settings.ts';

export interface RecordMark {
  /** Null: from the beginning. */
  readonly cursor: string | null;
  readonly scope: string;
  /** An earlier mark was lost: what was deleted meanwhile is not told by the new reading, so the pairs are compared after it. */
  readonly compares: boolean;
}

/** Under what the mark is stored, beside the mailbox's own feeds. */
function feedOf(collection: Collection): FeedId {
  return `crm:${collection}` as FeedId;
}

/** Whether a stored mark is the CRM's. */
export function isRecordFeed(feed: FeedId): boolean {
  return feed.startsWith('crm:');
}

function scopeOf(collection: Collection, settings: SyncSettings): ContactScope {
  if (collection !== 'contacts' || settings.contactScope === 'mine') return { kind: 'mine' };
  if (settings.contactScope === 'all') return { kind: 'all' };
  return { kind: 'list-view', id: settings.contactListView };
}

/** The stored mark, as far as it belongs to the scope of now. */
export function recordMark(
  collection: Collection,
  rules: ItemRules,
  stored: ReadonlyMap<FeedId, string>,
): RecordMark {
  const scope = JSON.stringify(scopeOf(collection, rules.settings));
  const text = stored.get(feedOf(collection));
  if (text === undefined) return { cursor: null, scope, compares: false };
  const [known, cursor, compares = false] = JSON.parse(text) as readonly [string, string | null, boolean?];
  return { cursor: known === scope ? cursor : null, scope, compares };
}

/** The mark as it is stored. */
export function recordFeed(collection: Collection, mark: RecordMark): readonly [FeedId, string] {
  return [feedOf(collection), JSON.stringify([mark.scope, mark.cursor, mark.compares])];
}

export function recordAsk(
  collection: Collection,
  { settings, window }: ItemRules,
  mark: RecordMark,
): RecordAsk {
  const from = collection === 'tasks' ? window.tasksFrom : window.eventsFrom;
  return { collection, cursor: mark.cursor, from, scope: scopeOf(collection, settings) };
}
