/**
 * Heads of messages: from what change pages told where that is whole, else by batches. One result per item in the order asked; a bad item never stops
 * another.
 */
import type { ItemResult, MailConnector } from '../../model/connector.ts';
import type { EmailHead, Place } from '../../model/email.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { BATCH_MAX, type BatchAnswer, runBatch } from './batch.ts';
import { badItemCode } from './failures.ts';
import type { Feeds } from './feeds.ts';
import type { KnownMessage, KnownMessages } from './known-messages.ts';
import { emailHead, hasProperties, headExpand, headSelect, type Json } from './message.ts';
import type { GraphCall, Transport } from './transport.ts';

export interface HeadsOptions {
  readonly transport: Transport;
  readonly known: KnownMessages;
  readonly placeOf: Feeds['placeOf'];
}

type Asked = Parameters<MailConnector['readHeads']>[0][number];

export function createHeads({ transport, known, placeOf }: HeadsOptions): MailConnector['readHeads'] {
  /** Whether messages asked for one by one have what change pages lacked; null until one was asked for. */
  let singlesTellMore: boolean | null = null;

  const isEnough = (message: KnownMessage | undefined): boolean =>
    message !== undefined && (message.hasProperties || singlesTellMore === false);

  const readMissing = async (items: readonly ItemId[], answers: Map<ItemId, BatchAnswer>): Promise<void> => {
    const given = await runBatch(
      transport,
      'read-heads',
      items.map((itemId) => headCall(transport, itemId)),
    );
    for (const [at, itemId] of items.entries()) {
      const answer = given[at];
      if (answer === undefined) continue;
      answers.set(itemId, answer);
      if (answer.ok) singlesTellMore ??= hasProperties(answer.body as Json);
    }
  };

  return async (items) => {
    const answers = new Map<ItemId, BatchAnswer>();
    const missing = () => {
      const ids = items.filter(({ itemId }) => !answers.has(itemId) && !isEnough(known.get(itemId)));
      return [...new Set(ids.map(({ itemId }) => itemId))];
    };
    // The first few tell whether the others need to be asked for at all.
    if (singlesTellMore === null) await readMissing(missing().slice(0, BATCH_MAX), answers);
    await readMissing(missing(), answers);
    return items.map((asked) => {
      const answer = answers.get(asked.itemId);
      const told = known.get(asked.itemId);
      if (answer !== undefined) return readAnswer(asked, answer, { placeOf, known });
      return toResult(asked, told?.head ?? null, told?.parentFolderId, { placeOf, known });
    });
  };
}

function headCall({ root }: Transport, itemId: ItemId): GraphCall {
  return {
    method: 'GET',
    path: `${root}/messages/${encodeURIComponent(itemId)}?${headSelect}&${headExpand}`,
    scope: 'item',
  };
}

type Surroundings = Pick<HeadsOptions, 'placeOf' | 'known'>;

function readAnswer(asked: Asked, answer: BatchAnswer, around: Surroundings): ItemResult<EmailHead> {
  if (answer.ok) {
    const message = (answer.body ?? {}) as Json;
    return toResult(asked, emailHead(message, asked.place), message.parentFolderId, around);
  }
  return { ok: false, itemId: asked.itemId, failure: itemFailure(answer) };
}

/** What is an item's alone, of one that is read unless told; everything else is thrown. */
export function itemFailure(
  answer: Extract<BatchAnswer, { ok: false }>,
  scope: 'item' | 'write' = 'item',
): RemoteFailure['failure'] {
  const { failure: details, status } = answer;
  if (details.kind === 'bad-item') return details;
  // Said of one item by a service that answers otherwise: this item is what it chokes on.
  if (status === 500) return failure(badItemCode(scope), { vendorCode: details.vendorCode ?? 'HTTP 500' });
  throw new RemoteFailure(details);
}

function toResult(
  { itemId, place }: Asked,
  head: EmailHead | null,
  parentFolderId: unknown,
  { placeOf, known }: Surroundings,
): ItemResult<EmailHead> {
  if (head === null)
    return { ok: false, itemId, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoItem' }) };
  const where = whereIs(parentFolderId, place, placeOf);
  if (where === null)
    return { ok: false, itemId, failure: failure('mailbox.item-gone', { vendorCode: 'NotWatched' }) };
  known.noteSize(itemId, head.sizeBytes);
  return { ok: true, value: { ...head, itemId, place: where } };
}

/** The place that the message's folder stands for; null where it lies among what was thrown away. */
function whereIs(parentFolderId: unknown, given: Place, placeOf: Feeds['placeOf']): Place | null {
  if (typeof parentFolderId !== 'string') return given;
  const place = placeOf(parentFolderId);
  return place === undefined ? given : place;
}
