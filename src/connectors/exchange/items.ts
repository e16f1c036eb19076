/**
 * Items in batches: heads, contents and categories, one result per item in the order asked. A bad item never stops another; only
 * trouble of the whole mailbox rejects.
 */
import type { ContentLimits, ItemResult, MailConnector, Mark } from '../../model/connector.ts';
import type { EmailContent, EmailHead } from '../../model/email.ts';
import { type Failure, failure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { sameCategories, withMark } from '../categories.ts';
import { readMime } from '../mime.ts';
import { readBody } from './body.ts';
import { CONVERSION_CODES } from './failures.ts';
import type { Feeds } from './feeds.ts';
import { askItems } from './item-batch.ts';
import { categoriesOf, emailHead, type ItemVersion, itemOf, itemVersion, parentFolderOf } from './mapping.ts';
import {
  type CategoryChange,
  getItemCategories,
  getItemHeads,
  getItemMime,
  type ItemElement,
  updateItemCategories,
} from './operations.ts';
import { textOf } from './soap.ts';
import type { Transport } from './transport.ts';

export type Items = Pick<MailConnector, 'readHeads' | 'readContents' | 'mark'>;

/** `placeOf` tells what a folder stands for, as far as the folders were listed. */
export function createItems(transport: Transport, placeOf: Feeds['placeOf']): Items {
  return {
    async readHeads(items): Promise<readonly ItemResult<EmailHead>[]> {
      const given = new Map(items.map(({ itemId, place }) => [itemId, place]));
      return askItems(transport, {
        operation: 'GetItem',
        ids: items.map(({ itemId }) => itemId),
        write: getItemHeads,
        read: (message, asked) => {
          const item = itemOf(message);
          const place = placeOf(parentFolderOf(item) ?? '') ?? given.get(asked) ?? 'other';
          const head = item === undefined ? null : emailHead(item, place);
          return head === null ? null : { ...head, itemId: asked };
        },
      });
    },
    readContents: (items, limits) => readContents(transport, items, limits),
    mark: (marks) => markItems(transport, marks),
  };
}

async function readContents(
  transport: Transport,
  ids: readonly ItemId[],
  limits: ContentLimits,
): Promise<readonly ItemResult<EmailContent>[]> {
  const raw = await askItems(transport, {
    operation: 'GetItem',
    ids,
    write: getItemMime,
    read: (message) => {
      const mime = textOf(itemOf(message) ?? message, 'MimeContent');
      return mime === null ? NO_MIME : Buffer.from(mime, 'base64');
    },
  });
  const contents: ItemResult<EmailContent>[] = [];
  for (const [index, result] of raw.entries()) {
    const itemId = ids[index];
    if (itemId === undefined) continue;
    if (result.ok && result.value.length > 0)
      contents.push({ ok: true, value: { itemId, ...(await readMime(result.value, limits)) } });
    else if (result.ok || CONVERSION_CODES.has(result.failure.vendorCode ?? ''))
      contents.push(await readBody(transport, itemId, limits));
    else contents.push(result);
  }
  return contents;
}

const NO_MIME = Buffer.alloc(0);

interface Standing extends ItemVersion {
  readonly categories: readonly string[];
}

/** Reads the categories, adds and removes, writes; what changed in between is read and written once more. */
export async function markItems(
  transport: Transport,
  marks: readonly Mark[],
  element: ItemElement = 'Message',
): Promise<readonly ItemResult<ItemVersion>[]> {
  const done = new Map<ItemId, ItemResult<ItemVersion>>();
  for (let round = 0; round < 2; round += 1) {
    const open = marks.filter(({ itemId }) => {
      const result = done.get(itemId);
      return result === undefined || (!result.ok && result.failure.code === 'mailbox.item-conflict');
    });
    if (open.length === 0) break;
    for (const [itemId, result] of await markOnce(transport, open, element)) done.set(itemId, result);
  }
  return marks.map(({ itemId }) => done.get(itemId) ?? unread(itemId));
}

async function markOnce(
  transport: Transport,
  marks: readonly Mark[],
  element: ItemElement,
): Promise<ReadonlyMap<ItemId, ItemResult<ItemVersion>>> {
  const results = new Map<ItemId, ItemResult<ItemVersion>>();
  const changes = new Map<ItemId, CategoryChange>();
  const standing = await askItems<Standing>(transport, {
    operation: 'GetItem',
    ids: marks.map(({ itemId }) => itemId),
    write: getItemCategories,
    read: (message, itemId) => {
      const item = itemOf(message);
      const ids = itemVersion(item);
      return ids === null ? null : { itemId, version: ids.version, categories: categoriesOf(item) };
    },
  });
  for (const [index, mark] of marks.entries()) {
    const now = standing[index];
    if (now === undefined || !now.ok) {
      results.set(mark.itemId, now ?? unread(mark.itemId));
      continue;
    }
    const { itemId, version, categories } = now.value;
    const wanted = withMark(categories, mark);
    if (sameCategories(categories, wanted)) results.set(itemId, { ok: true, value: { itemId, version } });
    else changes.set(itemId, { itemId, version, categories: wanted });
  }
  const ids = [...changes.keys()];
  const written = await askItems<ItemVersion>(transport, {
    operation: 'UpdateItem',
    ids,
    write: (batch, version) =>
      updateItemCategories(
        batch.flatMap((id) => changes.get(id) ?? []),
        version,
        element,
      ),
    read: (message, itemId) => ({ itemId, version: itemVersion(itemOf(message))?.version ?? '' }),
  });
  for (const [index, itemId] of ids.entries()) results.set(itemId, written[index] ?? unread(itemId));
  return results;
}

function unread(itemId: ItemId): { readonly ok: false; readonly itemId: ItemId; readonly failure: Failure } {
  return { ok: false, itemId, failure: failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' }) };
}
