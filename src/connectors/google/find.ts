/**
 * Finds single mails: by id, by Message-ID with Gmail's own search word, or the latest ones. Lists tell ids alone, so the place of each is told by its
 * head. It reads no mail. Vendor page: docs/remote-services/google.md#find.
 */
import { z } from 'zod';
import { type FoundMail, LATEST_MAX, type MailConnector } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { bareMessageId } from '../message-ids.ts';
import { isUnwatched, type Labels } from './labels.ts';
import { readAs, type Transport } from './transport.ts';

/** Copies of one mail that are told at most. */
const COPIES_MAX = 10;
const listSchema = z.object({ messages: z.array(z.object({ id: z.string() })).default([]) });
const messageSchema = z.object({ id: z.string(), labelIds: z.array(z.string()).default([]) });

export function createFind(transport: Transport, labels: Labels): MailConnector['find'] {
  return async (wish) => {
    if ('itemId' in wish) return findById(transport, labels, wish.itemId);
    if ('latest' in wish)
      return list(transport, '-in:drafts', Math.min(Math.max(wish.latest, 1), LATEST_MAX));
    const bare = bareMessageId(wish.messageId);
    // Blanks, quotes and brackets would be read as more words of a search.
    if (bare === null || /[\s"(){}]/.test(bare)) return [];
    return list(transport, `rfc822msgid:${bare} -in:drafts`, COPIES_MAX);
  };
}

async function findById(transport: Transport, labels: Labels, id: string): Promise<readonly FoundMail[]> {
  // Gmail's ids are hexadecimal numbers; anything else is another service's and would be refused as a broken request.
  if (!/^[0-9a-f]{1,32}$/i.test(id)) return [];
  try {
    const answer = await transport.call({
      method: 'messages.get',
      verb: 'GET',
      path: `messages/${id}?format=minimal`,
      scope: 'item',
    });
    const message = readAs(messageSchema, answer);
    if (isUnwatched(message.labelIds)) return [];
    await labels.cover(message.labelIds);
    return [{ itemId: message.id as ItemId, place: labels.placeOf(message.labelIds) }];
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'bad-item') return [];
    throw error;
  }
}

async function list(transport: Transport, q: string, count: number): Promise<readonly FoundMail[]> {
  const query = new URLSearchParams({ maxResults: String(count), q });
  const answer = await transport.call({
    method: 'messages.list',
    verb: 'GET',
    path: `messages?${query}`,
    scope: 'mailbox',
  });
  return readAs(listSchema, answer).messages.map(({ id }) => ({ itemId: id as ItemId, place: 'inbox' }));
}
