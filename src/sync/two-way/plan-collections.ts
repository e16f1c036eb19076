/**
 * What a run would do with events, contacts and tasks, counted per collection, with nothing written anywhere: for dry runs and the preview before the first
 * run. Each collection is read as a run reads it.
 */
import type { Collection } from '../../model/collection.ts';
import type { CrmConnector } from '../../model/connector.ts';
import type { CrmRecords, RecordPage, RecordPageResult } from '../../model/crm-records.ts';
import type { FeedId, RecordId } from '../../model/ids.ts';
import type { RunCounts } from '../../model/run.ts';
import type { RunContext } from '../run-context.ts';
import { Tally } from '../tally.ts';
import { decodeItemFeedCursor } from './item-feed-cursor.ts';
import { isRecordFeed } from './record-feed.ts';
import { askRecords, runCollections } from './run-collections.ts';

export interface PlannedCollection {
  readonly collection: Collection;
  readonly byVerdict: RunCounts['byVerdict'];
  readonly examined: number;
  /** False: the budget was spent, so every count is a least. */
  readonly isComplete: boolean;
}

/** `stored`: the marks of the mailbox, none before its first run. Rejects with `RemoteFailure`. */
export async function planCollections(
  given: RunContext,
  stored: ReadonlyMap<FeedId, string>,
): Promise<readonly PlannedCollection[]> {
  const found = new Set<RecordId>();
  const context: RunContext = { ...given, dryRun: true, crm: withoutFound(given.crm, found) };
  const prepared = await askRecords(context, stored);
  if (prepared === null) return [];
  const feeds = new Map(
    [...stored].flatMap(([feed, text]) => {
      const cursor =
        isRecordFeed(feed) || /^read(ing)?:/.test(text) ? null : decodeItemFeedCursor(text).cursor;
      return cursor === null ? [] : [[feed, cursor] as const];
    }),
  );
  const listing = await context.mail.listFeeds({ cursor: null, feeds, items: prepared.wish });
  const planned: PlannedCollection[] = [];
  for (const collection of prepared.wish.collections) {
    const tally = new Tally();
    const isSpent = () =>
      tally.examined >= context.budget.itemsMax || context.clock.now() >= context.budget.endsAt;
    const isComplete = await runCollections(context, tally, {
      prepared: { ...prepared, wish: { ...prepared.wish, collections: [collection] } },
      ...{ listing, stored, isSpent },
      waiting: new Map(),
    });
    const { byVerdict, examined } = tally.counts({ mailbox: 0, crm: 0 });
    planned.push({ collection, byVerdict, examined, isComplete });
  }
  return planned;
}

/**
 * A run pairs a record that it finds, and then meets it again among the CRM's own changes as one that is in step. A dry run pairs nothing: such a record is
 * left out of the changes, or it would be counted twice.
 */
function withoutFound(crm: CrmConnector, found: Set<RecordId>): CrmConnector {
  const { records } = crm;
  const watched: CrmRecords = {
    ...records,
    async findRecords(collection, wishes) {
      const answers = await records.findRecords(collection, wishes);
      for (const record of answers) if (record !== null) found.add(record.recordId);
      return answers;
    },
    async readChanges(asks) {
      return (await records.readChanges(asks)).map((result) => leaveOut(result, found));
    },
  };
  return { ...crm, records: watched };
}

/** What is left out is known when the page is looked at, which is after the mailbox's own feeds. */
function leaveOut(result: RecordPageResult, found: ReadonlySet<RecordId>): RecordPageResult {
  if (!result.ok) return result;
  const { page } = result;
  const left: RecordPage = {
    cursor: page.cursor,
    done: page.done,
    get records() {
      return page.records.filter(({ recordId }) => !found.has(recordId));
    },
  };
  return { ok: true, page: left };
}
