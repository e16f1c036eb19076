/**
 * All collections of one run, after its mail: the first page of records of all of them is one request, asked for before anything else. A collection that
 * cannot go on by itself (no permission, a view that is gone) waits alone; the others go on.
 */
import { type ItemRules, itemRules } from '../../decide/item-rules.ts';
import { catalogue } from '../../model/catalogue.ts';
import type { AnyCollection, Collection } from '../../model/collection.ts';
import type { FeedListing } from '../../model/connector.ts';
import type { RecordPageResult } from '../../model/crm-records.ts';
import { type Failure, type FailureKind, failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import type { ItemsWish } from '../../model/mail-items.ts';
import type { WaitingWork } from '../../store/waiting-work.ts';
import type { RunContext } from '../run-context.ts';
import type { Tally } from '../tally.ts';
import { commitPairs } from './commit-pairs.ts';
import { PairLedger } from './pair-ledger.ts';
import { type RecordMark, recordAsk, recordMark } from './record-feed.ts';
import { runCollection } from './run-collection.ts';
import { nothingSeen, type TwoWay } from './two-way.ts';

/** What a run knows of its collections before it reads them. */
export interface Prepared {
  readonly wish: ItemsWish;
  readonly rules: ItemRules;
  readonly marks: ReadonlyMap<Collection, RecordMark>;
  readonly firstPages: ReadonlyMap<Collection, RecordPageResult>;
}

/** Asks the CRM for what changed in every collection, in one request; null where nothing but mail is wished. */
export async function askRecords(
  run: RunContext,
  stored: ReadonlyMap<FeedId, string>,
): Promise<Prepared | null> {
  const { settings } = run.rules;
  if (settings.collections.length === 0) return null;
  const rules = itemRules(run.rules, run.clock.now());
  const marks = new Map<Collection, RecordMark>();
  for (const collection of settings.collections) marks.set(collection, recordMark(collection, rules, stored));
  const asks = [...marks].map(([collection, mark]) => recordAsk(collection, rules, mark));
  const pages = await run.crm.records.readChanges(asks);
  const unanswered: RecordPageResult = { ok: false, failure: failure('crm.request-invalid') };
  return {
    wish: { collections: settings.collections, window: rules.window },
    rules,
    marks,
    firstPages: new Map(asks.map(({ collection }, at) => [collection, pages[at] ?? unanswered])),
  };
}

/** True when everything was read, false when the budget ran out before. */
export async function runCollections(
  run: RunContext,
  tally: Tally,
  given: {
    readonly prepared: Prepared;
    readonly listing: Pick<FeedListing, 'itemFeeds' | 'itemTroubles'>;
    readonly stored: ReadonlyMap<FeedId, string>;
    readonly waiting: ReadonlyMap<AnyCollection, WaitingWork>;
    readonly isSpent: () => boolean;
  },
): Promise<boolean> {
  const { prepared, listing, stored, waiting, isSpent } = given;
  const specs = await run.crm.records.capabilities();
  let isDone = true;
  for (const collection of prepared.wish.collections) {
    const firstPage = prepared.firstPages.get(collection);
    const mark = prepared.marks.get(collection);
    if (firstPage === undefined || mark === undefined) continue;
    const two: TwoWay = {
      run,
      collection,
      rules: prepared.rules,
      items: run.mail.items.capabilities[collection],
      recordSpecs: specs[collection].fields,
      recordsMax: specs[collection].batchMax,
      hasOwnKeys: specs[collection].externalKey,
      tally,
      written: new Set(),
    };
    const feeds = listing.itemFeeds.filter((feed) => feed.collection === collection);
    const trouble = listing.itemTroubles.find((one) => one.collection === collection);
    const waits = waiting.get(collection) ?? {
      issues: false,
      removals: false,
      untold: false,
      trouble: false,
    };
    try {
      // Whatever it is: it is this collection's, and the sign-in itself works.
      if (trouble !== undefined) {
        await noteTrouble(two, inWordsOfCollection(trouble.failure));
        continue;
      }
      const work = { feeds, stored, firstPage, mark, waits, isSpent };
      isDone = (await runCollection(two, work)) && isDone;
      if (waits.trouble) await noteTrouble(two, null);
    } catch (error) {
      if (!(error instanceof RemoteFailure) || !staysInCollection(error.failure)) throw error;
      await noteTrouble(two, error.failure);
    }
  }
  return isDone;
}

/**
 * Trouble of one collection that says nothing about the others. The mail was read in this very run: a mailbox that is said not to be there, or to have a
 * problem of the moment, has so in this collection alone.
 */
function staysInCollection({ code, kind }: Failure): boolean {
  if (alwaysStays.has(kind)) return true;
  return catalogue[code].side === 'mailbox' && (kind === 'mailbox-unavailable' || kind === 'transient');
}

const alwaysStays: ReadonlySet<FailureKind> = new Set([
  'permission-missing',
  'bad-item',
  'cursor-expired',
  'request-invalid',
]);

/** A permission that is missing for one collection has words of its own: the others of its kind speak of the mailbox. */
function inWordsOfCollection(why: Failure): Failure {
  if (why.kind !== 'permission-missing' && why.kind !== 'authorization-revoked') return why;
  const { code: _, kind: __, ...details } = why;
  return failure('mailbox.collection-not-permitted', details);
}

/** The key of the issue that a whole collection has. */
export function collectionKey(collection: Collection): ItemId {
  return `collection:${collection}` as ItemId;
}

/** An issue about the whole collection, until it goes again. */
async function noteTrouble(two: TwoWay, why: Failure | null): Promise<void> {
  if (two.run.dryRun) return;
  const ledger = new PairLedger(two);
  const key = collectionKey(two.collection);
  const seen = nothingSeen(key);
  if (why === null) ledger.resolve(seen);
  else ledger.note(seen, why);
  await commitPairs(two, ledger);
}
