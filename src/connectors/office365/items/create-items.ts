/**
 * Makes items with their stamps: in the default calendar, the folder *Salesforce Contacts*, the default list of tasks. No attendees are ever written. What
 * may have gone through before is looked for by its stamp.
 */
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { cleanUid } from '../../../model/event-key.ts';
import { failure, RemoteFailure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { CreatedItem, MailItems, NewItem } from '../../../model/mail-items.ts';
import { type BatchAnswer, runBatch } from '../batch.ts';
import { itemFailure } from '../heads.ts';
import { pathOfLink } from '../links.ts';
import { type Json, versionOf } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { kinds, taskExpand } from './kinds.ts';
import type { PlaceKeeper } from './places.ts';
import { expandProperties, STAMP, stampFilter, stampOf, stampOfLinks } from './stamps.ts';

export interface CreateOptions {
  readonly transport: Transport;
  readonly graphOrigin: string;
  readonly keeper: PlaceKeeper;
}

/** Items in a page, and pages that are looked through for stamps at most. */
const PAGE = 100;
const PAGES_MAX = 200;

type Found = ReadonlyMap<string, Json>;

export function createItemMaker(options: CreateOptions): MailItems['createItems'] {
  return async (collection, items, { mayExist }) => {
    if (items.length === 0) return [];
    const parent = await parentOf(collection, options);
    const stamps = items.map(({ stamp }) => stamp);
    const found = new Map(mayExist ? await findStamped(collection, stamps, parent, options) : []);
    const results = new Map<string, ItemResult<CreatedItem>>();
    const open = items.filter(({ stamp }) => !found.has(stamp));
    const refused = await makeAll(collection, open, { parent, options, found, results });
    // Graph knows the transaction: an earlier attempt went through, or what it made was deleted since.
    const again = refused.filter(({ stamp }) => collection === 'events' && isConflict(results.get(stamp)));
    if (again.length > 0) {
      const there = await findStamped(
        collection,
        again.map(({ stamp }) => stamp),
        parent,
        options,
      );
      for (const [stamp, item] of there) found.set(stamp, item);
      const anew = again.filter(({ stamp }) => !there.has(stamp));
      await makeAll(collection, anew, { parent, options, found, results, isAnew: true });
    }
    return items.map(({ stamp }) => {
      const item = found.get(stamp);
      return item === undefined ? (results.get(stamp) ?? notMade(stamp)) : created(collection, stamp, item);
    });
  };
}

/** Where new items of a collection go, below the mailbox. */
async function parentOf(collection: Collection, { keeper }: CreateOptions): Promise<string> {
  if (collection === 'events') return '/events';
  if (collection === 'contacts')
    return `/contactFolders/${encodeURIComponent(await keeper.folderToFill())}/contacts`;
  return `/todo/lists/${encodeURIComponent(await keeper.list())}/tasks`;
}

interface Making {
  readonly parent: string;
  readonly options: CreateOptions;
  readonly found: Map<string, Json>;
  readonly results: Map<string, ItemResult<CreatedItem>>;
  /** Without the transaction that Graph refuses. */
  readonly isAnew?: boolean;
}

/** Gives those that were refused. Rejects where it is not known what became of one: the next attempt looks for it. */
async function makeAll(
  collection: Collection,
  items: readonly NewItem[],
  { parent, options, found, results, isAnew = false }: Making,
): Promise<readonly NewItem[]> {
  const { transport } = options;
  const calls = items.map((item): GraphCall => {
    const path = `${transport.root}${parent}`;
    const body = bodyOf(collection, item, { now: transport.clock.now(), isAnew });
    return { method: 'POST', path, body, prefer: kinds[collection].prefer, scope: 'write' };
  });
  const answers = await runBatch(transport, 'create-items', calls, { isRepeatable: false });
  let lost: RemoteFailure | null = null;
  const refused: NewItem[] = [];
  for (const [at, item] of items.entries()) {
    const answer: BatchAnswer | undefined = answers[at];
    if (answer?.ok === true) found.set(item.stamp, (answer.body ?? {}) as Json);
    else if (answer === undefined || LOST.has(answer.status))
      lost ??= new RemoteFailure(answer?.failure ?? failure('mailbox.transient', { vendorCode: 'LeftOut' }));
    else {
      refused.push(item);
      results.set(item.stamp, {
        ok: false,
        itemId: item.stamp as ItemId,
        failure: itemFailure(answer, 'write'),
      });
    }
  }
  if (lost !== null) throw lost;
  return refused;
}

/** After these nobody knows whether the item was made. */
const LOST: ReadonlySet<number> = new Set([0, 408, 503, 504]);

function bodyOf(
  collection: Collection,
  item: NewItem,
  how: { readonly now: number; readonly isAnew: boolean },
): Json {
  const { write, writeNew } = kinds[collection];
  const fields = write(item.fields, null);
  const { singleValueExtendedProperties: own, ...rest } = fields;
  const { singleValueExtendedProperties: stamp, transactionId, ...beside } = writeNew(item);
  const properties = [...listOf(stamp), ...listOf(own)];
  return {
    ...rest,
    ...beside,
    ...(transactionId === undefined || how.isAnew ? {} : { transactionId }),
    ...(properties.length === 0 ? {} : { singleValueExtendedProperties: properties }),
    ...(collection === 'events' ? reminderOf(fields, how.now) : {}),
  };
}

function listOf(given: unknown): readonly unknown[] {
  return Array.isArray(given) ? given : [];
}

/** What has begun already reminds nobody any more. */
function reminderOf({ start }: Json, now: number): Json {
  const { dateTime } = (start ?? {}) as Json;
  return typeof dateTime === 'string' && Date.parse(`${dateTime}Z`) <= now ? { isReminderOn: false } : {};
}

function isConflict(result: ItemResult<CreatedItem> | undefined): boolean {
  return result?.ok === false && result.failure.code === 'mailbox.item-conflict';
}

function created(collection: Collection, stamp: string, item: Json): ItemResult<CreatedItem> {
  const version = versionOf(item);
  if (typeof item.id !== 'string' || version === '') return notMade(stamp);
  const uid = collection === 'events' && typeof item.iCalUId === 'string' ? cleanUid(item.iCalUId) : null;
  return { ok: true, value: { itemId: item.id as ItemId, version, uid } };
}

function notMade(stamp: string): ItemResult<never> {
  const details = failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' });
  return { ok: false, itemId: stamp as ItemId, failure: details };
}

/** Items that carry these stamps, by stamp; the first where there are several. */
async function findStamped(
  collection: Collection,
  stamps: readonly string[],
  parent: string,
  options: CreateOptions,
): Promise<Found> {
  const path = `${options.transport.root}${parent}`;
  // To Do filters by no link: the list is looked through.
  if (collection === 'tasks')
    return lookThrough(
      `${path}?${taskExpand}`,
      stamps,
      (task) => stampOfLinks(task.linkedResources),
      options,
    );
  // A contact may have been moved out of the folder that it was made in.
  const parents = collection === 'events' ? [parent] : [parent, '/contacts'];
  const asked = stamps.flatMap((stamp) => parents.map((each) => ({ stamp, parent: each })));
  const answers = await runBatch(
    options.transport,
    'find-items',
    asked.map((each) => findCall(options.transport.root, each)),
  );
  const found = new Map<string, Json>();
  for (const [at, { stamp }] of asked.entries()) {
    const answer = answers[at];
    if (answer?.ok !== true) {
      const details = answer?.failure ?? failure('mailbox.transient', { vendorCode: 'LeftOut' });
      if (details.code !== 'mailbox.request-invalid') throw new RemoteFailure(details);
      // A server that cannot filter by the property, which Microsoft documents for messages and events alone.
      return lookThrough(`${path}?${expandProperties(STAMP)}`, stamps, stampOf, options);
    }
    const [item] = listOf((answer.body as Json | null)?.value) as readonly (Json | undefined)[];
    if (item !== undefined && !found.has(stamp)) found.set(stamp, item);
  }
  return found;
}

function findCall(
  root: string,
  { stamp, parent }: { readonly stamp: string; readonly parent: string },
): GraphCall {
  const path = `${root}${parent}?${stampFilter(stamp)}&$top=1`;
  return { method: 'GET', path, scope: 'mailbox' };
}

/** All items of a list, until those with these stamps are found. */
async function lookThrough(
  start: string,
  stamps: readonly string[],
  stampIn: (item: Json) => string | null,
  { transport, graphOrigin }: CreateOptions,
): Promise<Found> {
  const wanted = new Set(stamps);
  const found = new Map<string, Json>();
  let path: string | null = `${start}&$top=${PAGE}`;
  for (let pages = 0; path !== null && found.size < wanted.size; pages += 1) {
    if (pages >= PAGES_MAX)
      throw new RemoteFailure(failure('mailbox.transient', { vendorCode: 'TooManyItems' }));
    const body = (await transport.json({
      method: 'GET',
      path,
      scope: 'mailbox',
      operation: 'find-items',
    })) as Json | null;
    for (const item of listOf(body?.value) as readonly (Json | null)[]) {
      const stamp = item === null ? null : stampIn(item);
      if (item !== null && stamp !== null && wanted.has(stamp) && !found.has(stamp)) found.set(stamp, item);
    }
    path = pathOfLink(body?.['@odata.nextLink'], graphOrigin);
  }
  return found;
}
