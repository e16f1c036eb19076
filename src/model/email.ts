/**
 * A mail in our words. `EmailHead` is what the rules look at and is read for every new item; `EmailContent` is read only for
 * mail that will be saved. Both live in memory for the length of a run and are never stored.
 */
import type { Instant } from './clock.ts';
import type { ItemId } from './ids.ts';

/**
 * Where an item lies, by the role of its folder. Folders below the Inbox count as `inbox`; `salesforce-folder` is the folder or
 * label *Salesforce Emails*; every other folder that holds mail is `other` and is saved from by category only.
 */
export type Place = 'inbox' | 'sent' | 'salesforce-folder' | 'other';

/**
 * What sort of message it is. `meeting`: invitations and answers; `report`: bounces and receipts; `encrypted`: a body that only
 * the recipient can open (S/MIME or PGP encrypted; merely signed mail is `mail`); `other`: anything that is not a mail at all.
 */
export type EmailKind = 'mail' | 'draft' | 'meeting' | 'report' | 'encrypted' | 'other';

export type Sensitivity = 'normal' | 'personal' | 'private' | 'confidential';

/** An address as compared: `address` lower-case, without display name, `''` when a header names nobody. */
export interface Address {
  readonly address: string;
  readonly name: string;
}

export interface EmailHead {
  readonly itemId: ItemId;
  /** The service's version tag (EWS: ChangeKey); changes at every write. */
  readonly version: string;
  readonly place: Place;
  readonly kind: EmailKind;
  readonly sensitivity: Sensitivity;
  /** The Message-ID header as it stands, or null. */
  readonly messageId: string | null;
  readonly inReplyTo: string | null;
  /** Message-IDs of the References header, oldest first. */
  readonly references: readonly string[];
  readonly subject: string;
  readonly from: Address | null;
  readonly to: readonly Address[];
  readonly cc: readonly Address[];
  readonly bcc: readonly Address[];
  /** The Date header; null when missing or unreadable. */
  readonly sentAt: Instant | null;
  readonly receivedAt: Instant;
  readonly sizeBytes: number;
  readonly categories: readonly string[];
  readonly hasAttachments: boolean;
  readonly isRead: boolean;
}

export interface Attachment {
  /** File name with extension; `attachment` or `message.eml` where the mail names none. */
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** An attachment that is not saved, and why: E5. */
export interface OmittedAttachment {
  readonly reason: 'inline' | 'cloud-link' | 'too-large';
  readonly sizeBytes: number;
}

export interface EmailContent {
  readonly itemId: ItemId;
  readonly text: string | null;
  readonly html: string | null;
  /** The raw header block, decoded leniently as UTF-8. */
  readonly headers: string | null;
  readonly attachments: readonly Attachment[];
  readonly omitted: readonly OmittedAttachment[];
}
