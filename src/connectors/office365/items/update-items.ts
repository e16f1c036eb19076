/**
 * Writes changed fields against the version that was merged. Each item is read first: lists are written over what stands, and a meeting that its owner
 * organizes is refused, because Graph would mail everybody invited.
 */
import type { Collection } from '../../../model/collection.ts';
import type { ItemResult } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { ItemUpdate, ItemVersion, MailItems } from '../../../model/mail-items.ts';
import { runBatch } from '../batch.ts';
import { itemFailure } from '../heads.ts';
import { type Json, versionOf } from '../message.ts';
import type { GraphCall, Transport } from '../transport.ts';
import { isOrganizedMeeting } from './event.ts';
import { itemPath, kinds } from './kinds.ts';
import { type ItemReader, unread } from './read-items.ts';

type Written = ItemResult<ItemVersion>;

interface Write {
  readonly itemId: ItemId;
  readonly tag: string;
  readonly body: Json;
}

export function createItemUpdater(transport: Transport, reader: ItemReader): MailItems['updateItems'] {
  return async (collection, updates) => {
    const results = new Map<ItemUpdate, Written>();
    for (const update of updates)
      if (collection === 'events' && reader.isMeeting(update.itemId, update.version) === true)
        results.set(update, meeting(update.itemId));
    const open = updates.filter((update) => !results.has(update));
    const standing = await reader.readJson(
      collection,
      open.map(({ itemId }) => itemId),
    );
    const writes = new Map<ItemUpdate, Write>();
    for (const update of open) {
      const { itemId } = update;
      const current = standing.get(itemId);
      if (current?.ok !== true) results.set(update, current ?? unread(itemId));
      else {
        const judged = judge(collection, update, current.value);
        if ('ok' in judged) results.set(update, judged);
        else writes.set(update, judged);
      }
    }
    for (const [update, result] of await writeAll(transport, reader, collection, writes))
      results.set(update, result);
    return updates.map((update) => results.get(update) ?? unread(update.itemId));
  };
}

/** What is to be written, or why nothing is. */
function judge(
  collection: Collection,
  { itemId, version, fields }: ItemUpdate,
  current: Json,
): Written | Write {
  const now = versionOf(current);
  if (version !== '' && now !== version)
    return {
      ok: false,
      itemId,
      failure: failure('mailbox.item-conflict', { vendorCode: 'OutdatedVersion' }),
    };
  if (collection === 'events' && isOrganizedMeeting(current)) return meeting(itemId);
  const body = kinds[collection].write(fields, current);
  if (Object.keys(body).length === 0) return { ok: true, value: { itemId, version: now } };
  return { itemId, tag: tagOf(current, now), body };
}

function meeting(itemId: ItemId): Written {
  const details = failure('mailbox.meeting-not-changed', { vendorCode: 'OrganizedMeeting' });
  return { ok: false, itemId, failure: details };
}

/** As told, or in the form in which Graph makes it of the change key. */
function tagOf(current: Json, version: string): string {
  const tag = current['@odata.etag'];
  return typeof tag === 'string' ? tag : `W/"${version}"`;
}

async function writeAll(
  transport: Transport,
  reader: ItemReader,
  collection: Collection,
  writes: ReadonlyMap<ItemUpdate, Write>,
): Promise<ReadonlyMap<ItemUpdate, Written>> {
  const results = new Map<ItemUpdate, Written>();
  if (writes.size === 0) return results;
  const places = await reader.places(collection);
  const kind = kinds[collection];
  const calls = [...writes.values()].map(
    ({ itemId, tag, body }): GraphCall => ({
      method: 'PATCH',
      path: itemPath(kind, transport.root, places, itemId),
      headers: { 'If-Match': tag },
      body,
      prefer: kind.prefer,
      scope: 'write',
    }),
  );
  const answers = await runBatch(transport, 'update-items', calls);
  const untold: ItemUpdate[] = [];
  for (const [at, update] of [...writes.keys()].entries()) {
    const { itemId } = update;
    const answer = answers[at];
    if (answer === undefined) results.set(update, unread(itemId));
    else if (!answer.ok) results.set(update, { ok: false, itemId, failure: itemFailure(answer, 'write') });
    else {
      const version = versionOf((answer.body ?? {}) as Json);
      if (version === '') untold.push(update);
      else results.set(update, { ok: true, value: { itemId, version } });
    }
  }
  const told = await reader.readJson(
    collection,
    untold.map(({ itemId }) => itemId),
  );
  for (const update of untold) {
    const { itemId } = update;
    const now = told.get(itemId);
    const version = now?.ok === true ? versionOf(now.value) : '';
    results.set(update, { ok: true, value: { itemId, version } });
  }
  return results;
}
