/**
 * What change pages told of messages, kept in memory until their heads are asked for: usually they never cost a request of their own. Bounded; what
 * is dropped is merely read again.
 */
import type { EmailHead } from '../../model/email.ts';
import type { ItemId } from '../../model/ids.ts';
import { emailHead, hasProperties, isWhole, type Json } from './message.ts';

/** A message that was told whole; its headers are not kept. */
export interface KnownMessage {
  /** `place` says nothing yet. */
  readonly head: EmailHead;
  readonly parentFolderId: unknown;
  readonly hasProperties: boolean;
}

export interface KnownMessages {
  /** A message as a page just told it; one that was told in part is not kept. */
  add(itemId: ItemId, message: Json): void;
  get(itemId: ItemId): KnownMessage | undefined;
  /** It changed or went: what was known is worth nothing. */
  drop(itemId: ItemId): void;
  /** Bytes of a message as far as any head told. */
  sizeOf(itemId: ItemId): number;
  noteSize(itemId: ItemId, sizeBytes: number): void;
}

/** Twenty pages: more than a run keeps between reading a page and its heads. */
const MESSAGES_MAX = 10_000;

export function createKnownMessages(): KnownMessages {
  const messages = new Map<ItemId, KnownMessage>();
  const sizes = new Map<ItemId, number>();
  const bound = (map: Map<ItemId, unknown>): void => {
    for (const oldest of map.keys()) {
      if (map.size <= MESSAGES_MAX) break;
      map.delete(oldest);
    }
  };
  return {
    add(itemId, message) {
      messages.delete(itemId);
      const head = isWhole(message) ? emailHead(message, 'other') : null;
      if (head !== null)
        messages.set(itemId, {
          head,
          parentFolderId: message.parentFolderId,
          hasProperties: hasProperties(message),
        });
      bound(messages);
    },
    get: (itemId) => messages.get(itemId),
    drop: (itemId) => {
      messages.delete(itemId);
    },
    sizeOf: (itemId) => sizes.get(itemId) ?? 0,
    noteSize(itemId, sizeBytes) {
      if (sizeBytes > 0) sizes.set(itemId, sizeBytes);
      bound(sizes);
    },
  };
}
