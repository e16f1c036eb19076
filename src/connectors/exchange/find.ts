/**
 * Finds single mails: by the id that a mail client knows, by Message-ID, or the latest ones. It looks into the watched folders alone and reads no mail.
 */

import type { Instant } from '../../model/clock.ts';
import { type FoundMail, LATEST_MAX, type MailConnector } from '../../model/connector.ts';
import type { Place } from '../../model/email.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import { messageIdSpellings } from '../message-ids.ts';
import { responseFailure } from './failures.ts';
import type { Feeds } from './feeds.ts';
import { watchedFolders } from './folders.ts';
import { askItems } from './item-batch.ts';
import { instantOf, itemOf, itemVersion, parentFolderOf } from './mapping.ts';
import { findItems, getItemFolder } from './operations.ts';
import { descend } from './soap.ts';
import type { Transport } from './transport.ts';

/** Folders searched in one request, and requests at most. */
const FOLDERS_PER_CALL = 100;
const CALLS_MAX = 10;
/** Copies of one mail that are told at most. */
const COPIES_MAX = 10;

interface Hit extends FoundMail {
  readonly receivedAt: Instant;
}

export function createFind(transport: Transport, feeds: Feeds): MailConnector['find'] {
  return async (wish) => {
    const { folders, roles } = await feeds.readTree();
    const places = watchedFolders(folders, roles);
    if ('itemId' in wish) return findById(transport, wish.itemId as ItemId, places);
    const messageIds = 'messageId' in wish ? messageIdSpellings(wish.messageId) : null;
    if (messageIds?.length === 0) return [];
    const itemsMax = 'latest' in wish ? Math.min(Math.max(wish.latest, 1), LATEST_MAX) : COPIES_MAX;
    const hits = await search(transport, places, { messageIds, itemsMax });
    return hits
      .toSorted((one, other) => other.receivedAt - one.receivedAt)
      .slice(0, itemsMax)
      .map(({ itemId, place }) => ({ itemId, place }));
  };
}

async function findById(
  transport: Transport,
  itemId: ItemId,
  places: ReadonlyMap<FeedId, Place>,
): Promise<readonly FoundMail[]> {
  const [result] = await askItems(transport, {
    operation: 'GetItem',
    ids: [itemId],
    write: ([id = '']) => getItemFolder(id),
    read: (message) => parentFolderOf(itemOf(message)),
  });
  const place = result?.ok === true ? places.get(result.value as FeedId) : undefined;
  return place === undefined ? [] : [{ itemId, place }];
}

async function search(
  transport: Transport,
  places: ReadonlyMap<FeedId, Place>,
  wish: { readonly messageIds: readonly string[] | null; readonly itemsMax: number },
): Promise<readonly Hit[]> {
  const ids = [...places.keys()].slice(0, FOLDERS_PER_CALL * CALLS_MAX);
  const hits: Hit[] = [];
  for (let from = 0; from < ids.length; from += FOLDERS_PER_CALL) {
    const batch = ids.slice(from, from + FOLDERS_PER_CALL);
    let at = 0;
    await transport.call(
      { operation: 'FindItem', body: () => findItems(batch, wish) },
      ({ ok, code, node }) => {
        const place = places.get(batch[at] as FeedId) ?? 'other';
        at += 1;
        if (!ok) {
          if (GONE.has(code)) return;
          throw new RemoteFailure(responseFailure(code, 'mailbox'));
        }
        for (const item of descend(node, 'RootFolder', 'Items')?.children ?? []) {
          const found = itemVersion(item);
          if (found !== null)
            hits.push({ itemId: found.itemId, place, receivedAt: instantOf(item, 'DateTimeReceived') ?? 0 });
        }
      },
    );
  }
  return hits;
}

/** A folder that went away, or was closed to us, since the tree was read. */
const GONE: ReadonlySet<string> = new Set(['ErrorFolderNotFound', 'ErrorItemNotFound', 'ErrorAccessDenied']);
