/**
 * The lasting pair of a mailbox item and a CRM record. It holds ids, version tags and a keyed fingerprint of the mail's key; never
 * content. A link outlives the item (deleted in the mailbox) and the record (deleted in the CRM): that is what keeps them from coming back.
 */
import type { EmailKey, ItemId, RecordId } from './ids.ts';

/** HMAC of an `EmailKey` under the organization's key, base64url: safe to store. */
export type KeyPrint = string & { readonly keyPrint: unique symbol };

export interface Link {
  readonly keyPrint: KeyPrint;
  /** Null once the item is gone from the mailbox. */
  readonly itemId: ItemId | null;
  /** The item's version after the last thing we did to it; an equal one in the feed is an echo. */
  readonly itemVersion: string;
  readonly recordId: RecordId;
  /** False when the record existed before and was only found: *Undo* and *Erase* leave it alone. */
  readonly created: boolean;
  /** Its record was taken back with *Undo*: a tombstone, so that the mail comes back only when a person saves it by hand. */
  readonly isRemoved?: boolean;
  /** A person chose the mail himself: later mail of its thread is saved by itself. Left out where nothing new is known of that. */
  readonly isChosen?: boolean;
}

/** Turns a key into its print; one function per organization. */
export type PrintKey = (key: EmailKey) => KeyPrint;
