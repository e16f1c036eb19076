/**
 * Adds and removes categories: reads those that stand, writes with the version that was read, and does both once more for what changed in between. A
 * PATCH of categories notifies nobody.
 */

import type { ItemResult, MailConnector, Mark } from '../../model/connector.ts';
import { failure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { sameCategories, withMark } from '../categories.ts';
import { type BatchAnswer, runBatch } from './batch.ts';
import { itemFailure } from './heads.ts';
import type { KnownMessages } from './known-messages.ts';
import { categoriesOf, type Json, versionOf } from './message.ts';
import type { GraphCall, Transport } from './transport.ts';

type Marked = ItemResult<{ readonly itemId: ItemId; readonly version: string }>;

/** Where the items are that are marked. */
export interface MarkTarget {
  pathOf(itemId: ItemId): string;
  /** The query that tells id, version and categories. */
  readonly select: string;
  /** What was known of the item is worth nothing any more. */
  drop?(itemId: ItemId): void;
}

/** Marks on mail. */
export function createMailMarks(transport: Transport, known: KnownMessages): MailConnector['mark'] {
  return createMarks(transport, {
    pathOf: (itemId) => `${transport.root}/messages/${encodeURIComponent(itemId)}`,
    select: '?$select=id,changeKey,categories',
    drop: known.drop,
  });
}

export function createMarks(transport: Transport, target: MarkTarget): MailConnector['mark'] {
  return async (marks) => {
    const done = new Map<ItemId, Marked>();
    for (let round = 0; round < 2; round += 1) {
      const open = marks.filter(({ itemId }) => {
        const result = done.get(itemId);
        return result === undefined || (!result.ok && result.failure.code === 'mailbox.item-conflict');
      });
      if (open.length === 0) break;
      for (const [itemId, result] of await markOnce(transport, target, open)) {
        done.set(itemId, result);
        target.drop?.(itemId);
      }
    }
    return marks.map(({ itemId }) => done.get(itemId) ?? unread(itemId));
  };
}

interface Change {
  readonly itemId: ItemId;
  readonly tag: string;
  readonly categories: readonly string[];
}

async function markOnce(
  transport: Transport,
  target: MarkTarget,
  marks: readonly Mark[],
): Promise<ReadonlyMap<ItemId, Marked>> {
  const results = new Map<ItemId, Marked>();
  const changes: Change[] = [];
  const standing = await readAll(
    transport,
    target,
    marks.map(({ itemId }) => itemId),
  );
  for (const [at, mark] of marks.entries()) {
    const { itemId } = mark;
    const answer = standing[at];
    if (answer?.ok !== true) {
      results.set(itemId, refused(itemId, answer));
      continue;
    }
    const message = (answer.body ?? {}) as Json;
    const before = categoriesOf(message);
    const wanted = withMark(before, mark);
    if (sameCategories(before, wanted))
      results.set(itemId, { ok: true, value: { itemId, version: versionOf(message) } });
    else changes.push({ itemId, tag: tagOf(message, answer.etag), categories: wanted });
  }
  const written = await runBatch(
    transport,
    'mark',
    changes.map((change) => writeCall(target, change)),
  );
  const untold: ItemId[] = [];
  for (const [at, { itemId }] of changes.entries()) {
    const answer = written[at];
    const version = answer?.ok === true ? versionOf((answer.body ?? {}) as Json) : '';
    if (answer?.ok !== true) results.set(itemId, refused(itemId, answer));
    else if (version === '') untold.push(itemId);
    else results.set(itemId, { ok: true, value: { itemId, version } });
  }
  const told = await readAll(transport, target, untold);
  for (const [at, itemId] of untold.entries()) {
    const answer = told[at];
    const version = answer?.ok === true ? versionOf((answer.body ?? {}) as Json) : '';
    results.set(itemId, { ok: true, value: { itemId, version } });
  }
  return results;
}

function readAll(
  transport: Transport,
  target: MarkTarget,
  ids: readonly ItemId[],
): Promise<readonly BatchAnswer[]> {
  const calls = ids.map(
    (itemId): GraphCall => ({ method: 'GET', path: pathOf(target, itemId), scope: 'item' }),
  );
  return runBatch(transport, 'read-categories', calls);
}

function writeCall(target: MarkTarget, { itemId, tag, categories }: Change): GraphCall {
  return {
    method: 'PATCH',
    path: pathOf(target, itemId),
    body: { categories },
    ...(tag === '' ? {} : { headers: { 'If-Match': tag } }),
    scope: 'write',
  };
}

function pathOf(target: MarkTarget, itemId: ItemId): string {
  return target.pathOf(itemId) + target.select;
}

/** The tag to write against: as told, or in the form in which Graph makes it of the change key. */
function tagOf(message: Json, etag: string | null): string {
  const tag = message['@odata.etag'];
  if (typeof tag === 'string') return tag;
  if (etag !== null) return etag;
  return typeof message.changeKey === 'string' ? `W/"${message.changeKey}"` : '';
}

function refused(itemId: ItemId, answer: BatchAnswer | undefined): Marked {
  if (answer === undefined || answer.ok) return unread(itemId);
  return { ok: false, itemId, failure: itemFailure(answer) };
}

function unread(itemId: ItemId): Marked {
  return { ok: false, itemId, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' }) };
}
