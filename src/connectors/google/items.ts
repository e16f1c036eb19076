/**
 * Messages in batches: heads, contents and labels, one result per message in the order asked. A bad message never stops another; only trouble
 * of the whole mailbox rejects.
 */
import { z } from 'zod';
import type { ContentLimits, ItemResult, MailConnector, Mark } from '../../model/connector.ts';
import type { EmailContent, EmailHead } from '../../model/email.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { readMime } from '../mime.ts';
import { callAll, type PartResult } from './batch.ts';
import { isThrownAway, type Labels, versionOf } from './labels.ts';
import { emailHead, HEAD_FIELDS, messageSchema } from './mapping.ts';
import { type Call, readAs, type Transport } from './transport.ts';

export type Items = Pick<MailConnector, 'readHeads' | 'readContents' | 'mark'>;

interface Context {
  readonly transport: Transport;
  readonly labels: Labels;
  /** Sizes told by heads, for keeping batches of contents in bounds. */
  readonly sizes: Map<ItemId, number>;
}

export function createItems(transport: Transport, labels: Labels): Items {
  const context: Context = { transport, labels, sizes: new Map() };
  return {
    readHeads: (items) =>
      readHeads(
        context,
        items.map(({ itemId }) => itemId),
      ),
    readContents: (ids, limits) => readContents(context, ids, limits),
    mark: (marks) => markItems(context, marks),
  };
}

const getCall = (itemId: ItemId, query: string, more: Partial<Call> = {}): Call => ({
  method: 'messages.get',
  verb: 'GET',
  path: `messages/${encodeURIComponent(itemId)}?${query}`,
  scope: 'item',
  ...more,
});

function bad(
  itemId: ItemId,
  told: Failure,
): { readonly ok: false; readonly itemId: ItemId; readonly failure: Failure } {
  return { ok: false, itemId, failure: told };
}

const unread: PartResult = {
  ok: false,
  failure: failure('mailbox.item-unreadable', { vendorCode: 'NO_ANSWER' }),
};

// ---------------------------------------------------------------------------------------------------------- heads

const SIZES_MAX = 10_000;
/** Format `metadata` would tell the outermost type alone, and most invitations lie deeper. */
const HEAD_QUERY = `format=full&fields=${encodeURIComponent(HEAD_FIELDS)}`;

async function readHeads(
  { transport, labels, sizes }: Context,
  ids: readonly ItemId[],
): Promise<readonly ItemResult<EmailHead>[]> {
  const results = await callAll(
    transport,
    ids.map((itemId) => getCall(itemId, HEAD_QUERY)),
  );
  const parsed = results.map((result) => (result.ok ? messageSchema.safeParse(result.body) : null));
  await coverLabels(
    labels,
    parsed.flatMap((one) => one?.data?.labelIds ?? []),
  );
  if (sizes.size > SIZES_MAX) sizes.clear();
  const heads = ids.map(async (itemId, index): Promise<ItemResult<EmailHead>> => {
    const result = results[index] ?? unread;
    const message = parsed[index]?.data;
    if (!result.ok) return bad(itemId, result.failure);
    if (message === undefined)
      return bad(itemId, failure('mailbox.item-unreadable', { vendorCode: 'UNREADABLE' }));
    // Spam and what was thrown away are not watched: for us such a mail is gone.
    if (isThrownAway(message.labelIds))
      return bad(itemId, failure('mailbox.item-gone', { vendorCode: 'TRASH' }));
    sizes.set(itemId, message.sizeEstimate);
    return { ok: true, value: { ...(await emailHead(message, labels)), itemId } };
  });
  return Promise.all(heads);
}

async function coverLabels(labels: Labels, ids: readonly string[]): Promise<void> {
  if (ids.length > 0) await labels.cover(new Set(ids));
}

// ------------------------------------------------------------------------------------------------------- contents

/** A message above this travels alone; smaller ones share an answer up to the second. */
const ALONE_BYTES = 4 * 1024 * 1024;
const SHARED_BYTES_MAX = 16 * 1024 * 1024;
/** Gmail takes mails of up to 50 MB; as base64 inside JSON they are a third longer. */
const ANSWER_BYTES_MAX = 96 * 1024 * 1024;
const RAW = 'format=raw';
const rawSchema = z.object({ raw: z.string() });

async function readContents(
  context: Context,
  ids: readonly ItemId[],
  limits: ContentLimits,
): Promise<readonly ItemResult<EmailContent>[]> {
  const contents = new Map<ItemId, ItemResult<EmailContent>>();
  for (const group of groupsOf(ids, context.sizes)) {
    const results = await readRaw(context.transport, group);
    for (const [index, itemId] of group.entries())
      contents.set(itemId, await contentOf(itemId, results[index] ?? unread, limits));
  }
  return ids.map((itemId) => contents.get(itemId) ?? bad(itemId, failure('mailbox.item-unreadable')));
}

function* groupsOf(ids: readonly ItemId[], sizes: ReadonlyMap<ItemId, number>): Generator<ItemId[]> {
  let group: ItemId[] = [];
  let bytes = 0;
  for (const itemId of ids) {
    const size = sizes.get(itemId) ?? 0;
    if (size > ALONE_BYTES) {
      yield [itemId];
      continue;
    }
    if (group.length > 0 && bytes + size > SHARED_BYTES_MAX) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(itemId);
    bytes += size;
  }
  if (group.length > 0) yield group;
}

async function readRaw(transport: Transport, ids: readonly ItemId[]): Promise<readonly PartResult[]> {
  const calls = ids.map((itemId) => getCall(itemId, RAW, { bodyBytesMax: ANSWER_BYTES_MAX }));
  const [alone] = calls;
  if (calls.length !== 1 || alone === undefined) return callAll(transport, calls);
  try {
    return [{ ok: true, body: await transport.call(alone) }];
  } catch (error) {
    if (!(error instanceof RemoteFailure) || error.failure.kind !== 'bad-item') throw error;
    return [{ ok: false, failure: error.failure }];
  }
}

async function contentOf(
  itemId: ItemId,
  result: PartResult,
  limits: ContentLimits,
): Promise<ItemResult<EmailContent>> {
  if (!result.ok) return bad(itemId, result.failure);
  const parsed = rawSchema.safeParse(result.body);
  if (!parsed.success) return bad(itemId, failure('mailbox.item-unreadable', { vendorCode: 'NO_RAW' }));
  return {
    ok: true,
    value: { itemId, ...(await readMime(Buffer.from(parsed.data.raw, 'base64url'), limits)) },
  };
}

// ---------------------------------------------------------------------------------------------------------- marks

interface Version {
  readonly itemId: ItemId;
  readonly version: string;
}

const labelledSchema = z.object({ labelIds: z.array(z.string()).default([]) });

/** Adds and removes labels. A label that vanished meanwhile is made anew, once. */
async function markItems(context: Context, marks: readonly Mark[]): Promise<readonly ItemResult<Version>[]> {
  const first = await markOnce(context, marks);
  const again = marks.filter((_, index) => isInvalidLabel(first[index]));
  if (again.length === 0) return first;
  await context.labels.refresh();
  const second = await markOnce(context, again);
  const repeated = new Map(again.map(({ itemId }, index) => [itemId, second[index]]));
  return first.map((result, index) => (marks[index] && repeated.get(marks[index].itemId)) ?? result);
}

function isInvalidLabel(result: ItemResult<Version> | undefined): boolean {
  return result?.ok === false && result.failure.code === 'mailbox.item-unreadable';
}

async function markOnce(
  { transport, labels }: Context,
  marks: readonly Mark[],
): Promise<readonly ItemResult<Version>[]> {
  const wanted: { readonly mark: Mark; readonly call: Call | null }[] = [];
  for (const mark of marks) wanted.push({ mark, call: await modifyCall(labels, mark) });
  const calls = wanted.flatMap(({ call }) => call ?? []);
  const results = [...(await callAll(transport, calls))];
  return wanted.map(({ mark: { itemId, version }, call }): ItemResult<Version> => {
    if (call === null) return { ok: true, value: { itemId, version } };
    const result = results.shift() ?? unread;
    if (!result.ok) return bad(itemId, result.failure);
    return { ok: true, value: { itemId, version: versionOf(readAs(labelledSchema, result.body).labelIds) } };
  });
}

/** Null where there is nothing to add, and nothing known to remove: Gmail refuses a call without labels. */
async function modifyCall(labels: Labels, { itemId, add, remove }: Mark): Promise<Call | null> {
  await labels.cover([]);
  const addLabelIds: string[] = [];
  for (const name of add) addLabelIds.push(await labels.ensure(name));
  const removeLabelIds = remove
    .flatMap((name) => labels.idOf(name) ?? [])
    .filter((id) => !addLabelIds.includes(id));
  if (addLabelIds.length + removeLabelIds.length === 0) return null;
  return {
    method: 'messages.modify',
    verb: 'POST',
    path: `messages/${encodeURIComponent(itemId)}/modify`,
    body: { addLabelIds, removeLabelIds },
    scope: 'item',
  };
}
