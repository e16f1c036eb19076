/**
 * Branded ids: plain strings at run time, distinct types to the compiler, so that a mailbox id can never be passed
 * where a run id is wanted. Lockstep's own ids are UUIDs; `ItemId` and `RecordId` belong to the services and are opaque.
 */

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

export type OrganizationId = Branded<'OrganizationId'>;
export type UserId = Branded<'UserId'>;
export type MailboxId = Branded<'MailboxId'>;
export type ConnectionId = Branded<'ConnectionId'>;
export type RunId = Branded<'RunId'>;
export type IssueId = Branded<'IssueId'>;
export type LicenseId = Branded<'LicenseId'>;
export type AuditId = Branded<'AuditId'>;
export type ProfileId = Branded<'ProfileId'>;
export type PresetId = Branded<'PresetId'>;
export type AccessId = Branded<'AccessId'>;
export type RolloutId = Branded<'RolloutId'>;
export type HoldId = Branded<'HoldId'>;
export type ServiceTokenId = Branded<'ServiceTokenId'>;
/** Names a session to its owner and to administrators; it opens nothing. */
export type SessionId = Branded<'SessionId'>;

/** A mailbox item's id as its service writes it; case-sensitive, up to 512 bytes (EWS). */
export type ItemId = Branded<'ItemId'>;
/** A CRM record's id as its service writes it (Salesforce: 18 characters). */
export type RecordId = Branded<'RecordId'>;
/** One stream of changes inside a mailbox, usually a folder; named by the connector, opaque to everybody else. */
export type FeedId = Branded<'FeedId'>;
/** Identity of a mail across mailboxes and services: see `model/email-key.ts`. Content-derived: never stored unkeyed. */
export type EmailKey = Branded<'EmailKey'>;
