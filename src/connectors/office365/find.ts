/**
 * Finds single mails: by the id that a mail client knows, by Message-ID, or the latest ones. The lists of Graph go over the whole mailbox; what lies in
 * a folder that is not watched is left out here. It reads no mail.
 */
import { type FoundMail, LATEST_MAX, type MailConnector } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { messageIdSpellings } from '../message-ids.ts';
import type { Feeds } from './feeds.ts';
import { pathOfLink } from './links.ts';
import type { Json } from './message.ts';
import type { Transport } from './transport.ts';

export interface FindOptions {
  readonly transport: Transport;
  readonly graphOrigin: string;
  readonly feeds: Feeds;
}

/** Junk, drafts and waste may stand in front of the latest mails: so many pages are looked through. */
const PAGES_MAX = 4;
/** Copies of one mail that are told at most. */
const COPIES_MAX = 10;
const FIELDS = '$select=id,parentFolderId';

export function createFind(options: FindOptions): MailConnector['find'] {
  const { transport, feeds } = options;
  return async (wish) => {
    await feeds.readTree();
    if ('itemId' in wish) return placed(feeds, await getById(transport, wish.itemId));
    if ('latest' in wish) return latest(options, Math.min(Math.max(wish.latest, 1), LATEST_MAX));
    for (const spelling of messageIdSpellings(wish.messageId)) {
      const filter = encodeURIComponent(`internetMessageId eq '${spelling.replaceAll("'", "''")}'`);
      const page = await readList(
        transport,
        `${transport.root}/messages?$filter=${filter}&$top=${COPIES_MAX}&${FIELDS}`,
      );
      const found = placed(feeds, page.messages);
      if (found.length > 0) return found;
    }
    return [];
  };
}

/** Outlook writes ids for the web services of old; Graph's are the same with two other letters: docs/remote-services/office365.md#find */
async function getById(transport: Transport, itemId: string): Promise<readonly Json[]> {
  const id = itemId.replaceAll('/', '-').replaceAll('+', '_');
  try {
    const message = await transport.json({
      method: 'GET',
      path: `${transport.root}/messages/${encodeURIComponent(id)}?${FIELDS}`,
      scope: 'item',
      operation: 'find',
    });
    return [message as Json];
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'bad-item') return [];
    throw error;
  }
}

async function latest(
  { transport, graphOrigin, feeds }: FindOptions,
  count: number,
): Promise<readonly FoundMail[]> {
  const found: FoundMail[] = [];
  let path: string | null =
    `${transport.root}/messages?$orderby=receivedDateTime%20desc&$top=${LATEST_MAX}&${FIELDS}`;
  for (let pages = 0; path !== null && pages < PAGES_MAX && found.length < count; pages += 1) {
    const page: Page = await readList(transport, path);
    found.push(...placed(feeds, page.messages));
    path = page.next === undefined ? null : pathOfLink(page.next, graphOrigin);
  }
  return found.slice(0, count);
}

interface Page {
  readonly messages: readonly Json[];
  readonly next: unknown;
}

async function readList(transport: Transport, path: string): Promise<Page> {
  const body = (await transport.json({
    method: 'GET',
    path,
    scope: 'mailbox',
    operation: 'find',
  })) as Json | null;
  const messages = Array.isArray(body?.value) ? (body.value as readonly Json[]) : [];
  return { messages, next: body?.['@odata.nextLink'] };
}

/** The ones in watched folders. */
function placed(feeds: Feeds, messages: readonly Json[]): readonly FoundMail[] {
  return messages.flatMap((message) => {
    if (typeof message?.id !== 'string' || typeof message.parentFolderId !== 'string') return [];
    const place = feeds.placeOf(message.parentFolderId);
    return place === null || place === undefined ? [] : [{ itemId: message.id as ItemId, place }];
  });
}
