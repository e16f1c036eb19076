/**
 * Contents of messages: small ones as MIME by batches, large ones by themselves, and what Graph cannot write as MIME another way. One result per item
 * in the order asked. Vendor page: docs/remote-services/office365.md#contents.
 */
import type { ContentLimits, ItemResult, MailConnector } from '../../model/connector.ts';
import type { EmailContent } from '../../model/email.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { readMime } from '../mime.ts';
import { type BatchAnswer, runBatch } from './batch.ts';
import { readBody } from './body.ts';
import { itemFailure } from './heads.ts';
import type { KnownMessages } from './known-messages.ts';
import type { GraphCall, Transport } from './transport.ts';

/** From this size on a message is read by itself; of the rest, so much goes into one batch. */
const SMALL_BYTES_MAX = 2 * 1024 * 1024;
const BATCH_BYTES_MAX = 16 * 1024 * 1024;
/** Exchange Online takes no message above 150 MB; base64 makes a third more of it. */
const MIME_BYTES_MAX = 220 * 1024 * 1024;

export function createContents(transport: Transport, known: KnownMessages): MailConnector['readContents'] {
  return async (ids, limits) => {
    const answers = new Map<ItemId, BatchAnswer>();
    const unique = [...new Set(ids)];
    const small = unique.filter((itemId) => known.sizeOf(itemId) <= SMALL_BYTES_MAX);
    for (const group of groupBySize(small, known)) await readGroup(transport, group, answers);
    const results = new Map<ItemId, ItemResult<EmailContent>>();
    for (const itemId of unique)
      results.set(itemId, await readOne(transport, itemId, answers.get(itemId), limits));
    return ids.map((itemId) => results.get(itemId) ?? { ok: false, itemId, failure: NO_ANSWER });
  };
}

const NO_ANSWER: Failure = failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' });

/** As many to a batch as their sizes allow; an unknown size counts for next to nothing. */
function groupBySize(ids: readonly ItemId[], known: KnownMessages): readonly (readonly ItemId[])[] {
  const groups: ItemId[][] = [];
  let bytes = Number.POSITIVE_INFINITY;
  for (const itemId of ids) {
    const size = known.sizeOf(itemId);
    if (bytes + size > BATCH_BYTES_MAX) {
      groups.push([]);
      bytes = 0;
    }
    groups.at(-1)?.push(itemId);
    bytes += size;
  }
  return groups;
}

/** An answer that is too long as a whole is no item's fault: its items are then read one by one. */
async function readGroup(
  transport: Transport,
  ids: readonly ItemId[],
  answers: Map<ItemId, BatchAnswer>,
): Promise<void> {
  try {
    const given = await runBatch(
      transport,
      'read-contents',
      ids.map((itemId) => mimeCall(transport, itemId)),
    );
    for (const [at, itemId] of ids.entries()) {
      const answer = given[at];
      if (answer !== undefined) answers.set(itemId, answer);
    }
  } catch (error) {
    if (!isTooLong(error)) throw error;
  }
}

function mimeCall({ root }: Transport, itemId: ItemId): GraphCall {
  return { method: 'GET', path: `${root}/messages/${encodeURIComponent(itemId)}/$value`, scope: 'item' };
}

/** What a batch brought, or the item by itself; MIME that cannot be given is replaced by body and attachments. */
async function readOne(
  transport: Transport,
  itemId: ItemId,
  answer: BatchAnswer | undefined,
  limits: ContentLimits,
): Promise<ItemResult<EmailContent>> {
  try {
    const bytes = answer?.ok === true ? bytesOf(answer.body) : null;
    if (answer !== undefined && !answer.ok && !isWorthAnotherWay(answer))
      return { ok: false, itemId, failure: itemFailure(answer) };
    const mime = bytes ?? (isConversion(answer) ? null : await readAlone(transport, itemId));
    if (mime !== null && mime.length > 0)
      return { ok: true, value: { itemId, ...(await readMime(mime, limits)) } };
    return { ok: true, value: { itemId, ...(await readBody(transport, itemId, limits)) } };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    if (isTooLong(error))
      return {
        ok: false,
        itemId,
        failure: failure('mailbox.item-too-large', { vendorCode: 'BODY_BYTES_MAX' }),
      };
    if (error.failure.kind !== 'bad-item') throw error;
    return { ok: false, itemId, failure: error.failure };
  }
}

/** MIME by itself; null where Graph cannot write it. */
async function readAlone(transport: Transport, itemId: ItemId): Promise<Uint8Array | null> {
  try {
    return await transport.bytes({
      ...mimeCall(transport, itemId),
      operation: 'read-contents',
      bodyBytesMax: MIME_BYTES_MAX,
      headers: { accept: '*/*' },
    });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const { code, vendorCode } = error.failure;
    if (code === 'mailbox.item-unreadable' || /^(ErrorInternalServerError|HTTP 500)$/.test(vendorCode ?? ''))
      return null;
    throw error;
  }
}

/** Non-JSON bodies come as base64 inside a batch; a server that sends the text itself is understood too. */
function bytesOf(body: unknown): Uint8Array | null {
  if (typeof body !== 'string') return null;
  const isBase64 = /^[A-Za-z0-9+/_=\r\n-]*$/.test(body);
  return Buffer.from(body, isBase64 ? 'base64' : 'utf8');
}

type Refused = Extract<BatchAnswer, { ok: false }>;

/** Refused inside a batch for its length or its form: by itself, or as body and attachments, it may come. */
function isWorthAnotherWay(answer: Refused): boolean {
  const { status, failure: details } = answer;
  return (
    status === 413 ||
    status === 500 ||
    (status >= 300 && status < 400) ||
    isConversion(answer) ||
    details.code === 'mailbox.item-too-large'
  );
}

function isConversion(answer: BatchAnswer | undefined): boolean {
  return answer?.ok === false && answer.failure.code === 'mailbox.item-unreadable';
}

function isTooLong(error: unknown): boolean {
  return error instanceof RemoteFailure && error.failure.vendorCode === 'BODY_BYTES_MAX';
}
