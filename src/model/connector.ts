/**
 * THE contract. Everything that Lockstep asks of a mail service or of a CRM is here; `decide`, `sync` and `commands` know nothing
 * else of them. What a service cannot do is a declared capability, never a question about its name.
 *
 * Errors: every method rejects with `RemoteFailure` and with nothing else. A connector translates; it does not retry, it does not
 * decide, it does not store. Per-item trouble is returned in the results, in the order asked, so that one bad item never
 * stops another. A cancelled signal rejects with the signal's reason.
 *
 * Terms: a **feed** is one stream of changes (a folder); a **cursor** is the service's own mark of how far a feed was read.
 */
import type { AbortSignalLike, Instant } from './clock.ts';
import type { AnyCollection } from './collection.ts';
import type { CrmAbout } from './crm-about.ts';
import type { RecordFacts, RemovalResult } from './crm-record-facts.ts';
import type { CrmRecords } from './crm-records.ts';
import type { CrmUser, CrmUsersPage, CrmUsersQuery, CrmUsersWish } from './crm-users.ts';
import type { EmailContent, EmailHead, Place } from './email.ts';
import type { Failure } from './failure.ts';
import type { HintAbility } from './hints.ts';
import type { EmailKey, FeedId, ItemId, RecordId } from './ids.ts';
import type { ItemFeed, ItemsWish, ListingTrouble, MailItems } from './mail-items.ts';
import type { MailMassAccess } from './mass-access.ts';

/** What a service can do. */
export const able: Ability = { able: true };

/** The service's mark in a feed: opaque, up to 1 MiB, sealed when stored. */
export type Cursor = string;

/** One capability that was really tried, for the check at the end of every activation (A11). */
export interface CheckResult {
  readonly capability: string;
  readonly ok: boolean;
  /** Present when not ok. */
  readonly failure?: Failure;
}

/** Requests and bytes since the connector was opened, for sessions lists and benches. */
export interface Traffic {
  readonly requests: number;
  readonly bytesSent: number;
  readonly bytesReceived: number;
  /** Requests by operation name. */
  readonly byOperation: Readonly<Record<string, number>>;
}

/** One result per item asked for, in the order asked. */
export type ItemResult<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly itemId: ItemId; readonly failure: Failure };

// ---------------------------------------------------------------------------------------------------- mail side

/** Something that not every service can do; where it cannot, `reason` says so to people: docs, checks and the contract suite print it. */
export type Ability = { readonly able: true } | { readonly able: false; readonly reason: string };

export interface MailCapabilities {
  /** Ids survive a move between folders. Where unable, a move is a deletion and a creation, related by the mail's key. */
  readonly stableIds: Ability;
  /** Each folder is a feed. Where unable, one feed has the whole mailbox, and `EmailHead.place` alone says where a mail lies. */
  readonly folderFeeds: Ability;
  /** Categories (or labels) can be read and written. */
  readonly categories: Ability;
  /** How many heads, contents and marks one call takes at most. */
  readonly headsMax: number;
  readonly contentsMax: number;
  readonly marksMax: number;
}

export interface MailboxIdentity {
  /** Primary SMTP address, lower case. */
  readonly address: string;
  /** All addresses that are this mailbox, the primary one included, lower case. */
  readonly addresses: readonly string[];
}

/** A feed and whether anything moved in it since the cursor that the caller holds. */
export interface Feed {
  readonly id: FeedId;
  /** Where the feed's mail lies, until its head says otherwise. */
  readonly place: Place;
  readonly moved: boolean;
}

export interface FeedListing {
  readonly feeds: readonly Feed[];
  /** To be stored with the run's last checkpoint and handed back the next time; carries the folder hierarchy's own mark. */
  readonly cursor: Cursor;
  /** Feeds of the collections that were asked for; none where `items` was left out. */
  readonly itemFeeds: readonly ItemFeed[];
  /** Collections that could not be listed. */
  readonly itemTroubles: readonly ListingTrouble[];
}

export type Change =
  | {
      readonly kind: 'upsert';
      readonly itemId: ItemId;
      readonly version: string;
      readonly receivedAt: Instant | null;
    }
  /** Gone from this feed. With stable ids it may lie in another one: the caller asks before it believes. */
  | { readonly kind: 'deleted'; readonly itemId: ItemId };

/** One page of a feed (after RFC 8620, 5.2). `cursor` may be stored only together with what the page paid for. */
export interface ChangePage {
  readonly changes: readonly Change[];
  readonly cursor: Cursor;
  readonly done: boolean;
}

export interface Mark {
  readonly itemId: ItemId;
  readonly version: string;
  readonly add: readonly string[];
  readonly remove: readonly string[];
}

/** Which mails are meant: one by its service's id or by the Message-ID of its header (with or without brackets), or simply the latest ones. */
export type MailWish =
  | { readonly itemId: string }
  | { readonly messageId: string }
  /** How many, 1 to `LATEST_MAX`. */
  | { readonly latest: number };

/** Latest mails that one `find` gives at most. */
export const LATEST_MAX = 50;

export interface FoundMail {
  readonly itemId: ItemId;
  /** As far as the service told it in passing; the head tells it for sure. */
  readonly place: Place;
}

export interface ContentLimits {
  /** Attachments larger than this are reported in `omitted` as `too-large`. */
  readonly attachmentBytesMax: number;
}

export interface MailConnector {
  readonly capabilities: MailCapabilities;
  /** Events, contacts and tasks. */
  readonly items: MailItems;
  /** The mailbox's own addresses; proves that the credential works. */
  identify(): Promise<MailboxIdentity>;
  /** Tries each capability that the product needs, harmlessly; never rejects for a missing one. */
  check(): Promise<readonly CheckResult[]>;
  /**
   * The folders that hold mail and which of them moved; at most two requests when nothing did. `known` is the cursor of the last
   * listing (null at first) and the feeds' own cursors; a feed without one is `moved`. With `items` also the calendars, folders of contacts and
   * lists of tasks that are watched: the default ones, and those where Lockstep keeps what it makes.
   */
  listFeeds(known: {
    readonly cursor: Cursor | null;
    readonly feeds: ReadonlyMap<FeedId, Cursor>;
    readonly items?: ItemsWish;
  }): Promise<FeedListing>;
  /**
   * The next page of a feed, newest first on a first read. On a first read, mail received before `since` may be left out, except what lies in
   * the folder *Salesforce Emails*. Rejects with `cursor-expired` when the service no longer knows the cursor.
   */
  readChanges(feed: FeedId, cursor: Cursor | null, since?: Instant): Promise<ChangePage>;
  /**
   * Finds mails in the folders that are watched (not among drafts, junk and what was thrown away): the latest ones newest first, or the copies of one
   * mail. Nothing is found for a name that the service does not know or would never give. Reads no content.
   */
  find(wish: MailWish): Promise<readonly FoundMail[]>;
  /**
   * Heads of at most `headsMax` items, each with the place where it lies now as far as the service tells, else with the place given. A vanished
   * item is `mailbox.item-gone`.
   */
  readHeads(
    items: readonly { readonly itemId: ItemId; readonly place: Place }[],
  ): Promise<readonly ItemResult<EmailHead>[]>;
  /** Contents of at most `contentsMax` items; the caller keeps the sum of their sizes in bounds. */
  readContents(items: readonly ItemId[], limits: ContentLimits): Promise<readonly ItemResult<EmailContent>[]>;
  /** Adds and removes categories without notifying anybody; returns the new version of each item. */
  mark(
    marks: readonly Mark[],
  ): Promise<readonly ItemResult<{ readonly itemId: ItemId; readonly version: string }>[]>;
  traffic(): Traffic;
  /** Ends sockets; never rejects. */
  close(): Promise<void>;
}

/** What a form or a consent becomes once the service was found: secret and non-secret parts apart. */
export interface PreparedConnection {
  readonly account: string;
  /** Any JSON; sealed when stored. */
  readonly credential: unknown;
  readonly settings: Readonly<Record<string, unknown>>;
}

/** A credential as it is kept, with the number that grows at every write of it. */
export interface KeptCredential {
  readonly credential: unknown;
  readonly version: number;
}

/** Where an opened connection finds its credential and leaves a renewed one: the store, or memory while an activation is under way. */
export interface CredentialKeeper {
  load(): Promise<KeptCredential>;
  /**
   * Runs `work` while nobody else, on any machine, can change this credential, hands it the credential read anew inside the lock, and keeps what
   * `save` was given only when `work` succeeds.
   */
  exclusive(
    work: (
      current: KeptCredential,
      save: (credential: unknown) => Promise<KeptCredential>,
    ) => Promise<KeptCredential>,
  ): Promise<KeptCredential>;
}

export interface Opening {
  readonly signal: AbortSignalLike;
  readonly keeper: CredentialKeeper;
  /** The address comes from a form; no credential leaves before the server there has asked for one, and somebody waits: little is repeated. */
  readonly unproven?: boolean;
}

/** A consent that was begun: where to send the browser, and what is kept, sealed, until it comes back. */
export interface ConsentStart {
  readonly url: string;
  /** OAuth's `state`, for binding the way back to the browser that began. */
  readonly state: string;
  readonly details: unknown;
}

/** Access by the service's own sign-in and consent pages (OAuth 2.0 with PKCE); no password is ever seen. */
export interface MailConsent {
  /** `loginHint`: the address that is meant, so that the right account is offered. */
  begin(wish: { readonly loginHint: string | null }): Promise<ConsentStart>;
  /**
   * From what was kept and the whole URL that the browser came back to, to what is stored. Rejects with `RemoteFailure`: declined, approval
   * needed, a permission left out (its name in `fields`), or the service's trouble.
   */
  complete(details: unknown, callbackUrl: string, signal: AbortSignalLike): Promise<PreparedConnection>;
  /** The page where an administrator approves for everybody; null where the service has none. */
  readonly approvalUrl: string | null;
  /** Withdraws the grant at the service; one that is dead already counts as withdrawn. `not-possible`: the service knows no such thing. */
  revoke(credential: unknown, signal: AbortSignalLike): Promise<'done' | 'not-possible'>;
}

export interface MailService {
  readonly service: string;
  readonly displayName: string;
  /** How an administrator's one credential opens many mailboxes; null where it cannot. */
  readonly massAccess: MailMassAccess | null;
  /** Null where people activate by a form, or where the operator has not set the service up. */
  readonly consent: MailConsent | null;
  /** With a consent: people may fill in a form all the same. */
  readonly takesForm?: boolean;
  /** Whether and how it tells between two runs that something moved. */
  readonly hints: HintAbility;
  /**
   * From a form to what is needed to connect (finds the server where nobody named it): a person's login and password, or the address of a
   * mailbox that the operator's own app may open. `before`: settings of the connection that is renewed, so that nobody need name the server
   * again. Rejects with `RemoteFailure`.
   */
  prepare(
    form: unknown,
    signal: AbortSignalLike,
    before?: PreparedConnection['settings'] | null,
  ): Promise<PreparedConnection>;
  open(connection: PreparedConnection, opening: Opening): MailConnector;
  /** Where the mail or item opens in the person's own client on the web; null where there is no such page. Asks nobody. */
  webLink(
    connection: Pick<PreparedConnection, 'account' | 'settings'>,
    itemId: ItemId,
    collection: AnyCollection,
  ): string | null;
}

// ---------------------------------------------------------------------------------------------------- CRM side

export interface CrmCapabilities {
  /** What a saved mail becomes: an e-mail record with relations, or a completed task (E3). */
  readonly emailRecord: 'message' | 'task';
  /** Records carry Lockstep's own unique key, so that an insert can be repeated harmlessly by the service itself. */
  readonly externalKey: boolean;
  /** Mails per `saveEmails` call at most. */
  readonly emailsMax: number;
  /** Addresses and keys per `lookUp` call at most. */
  readonly lookUpMax: number;
  /** Records per `removeRecords` call at most. */
  readonly removalsMax: number;
}

export interface CrmIdentity {
  /** The CRM organization's id (Salesforce: 18 characters, `00D`). */
  readonly organizationId: string;
  readonly userId: string;
  readonly username: string;
  readonly email: string;
  /** IANA zone of the user, for dates without time. */
  readonly timeZone: string;
}

/** Somebody that an address belongs to. `internal`: a user of the CRM itself, never a reason to save. */
export interface Person {
  readonly kind: 'contact' | 'lead' | 'internal';
  readonly recordId: RecordId;
  /** The address looked up, lower case. */
  readonly address: string;
  readonly accountId: RecordId | null;
}

export interface LookUpQuery {
  /** Outside addresses, lower case. */
  readonly addresses: readonly string[];
  /** Web domains for matching accounts; free-mail domains already left out. */
  readonly domains: readonly string[];
  /** Keys of mails, to find records that exist already (S4). */
  readonly keys: readonly EmailKey[];
  /** Also what the matched accounts' most recent open opportunity or case is (S3). */
  readonly relateTo: 'account' | 'opportunity' | 'case';
}

export interface LookUpResult {
  readonly people: readonly Person[];
  readonly accounts: readonly { readonly domain: string; readonly recordId: RecordId }[];
  readonly emails: readonly { readonly key: EmailKey; readonly recordId: RecordId }[];
  /** Account id to the record that its mail is related to, where `relateTo` asked for one. */
  readonly related: ReadonlyMap<RecordId, RecordId>;
}

/** A mail to be saved, with its relations already decided. */
export interface EmailDraft {
  readonly key: EmailKey;
  readonly threadKey: string;
  readonly head: EmailHead;
  readonly content: EmailContent;
  /** Sent by the mailbox's owner. */
  readonly outgoing: boolean;
  /** Contacts, leads and CRM users by address. */
  readonly people: ReadonlyMap<string, Person>;
  readonly relatedTo: RecordId | null;
  /** The record that `lookUp` found: then only missing files are added. */
  readonly recordId: RecordId | null;
}

export type SaveResult =
  | {
      readonly ok: true;
      readonly key: EmailKey;
      readonly recordId: RecordId;
      readonly created: boolean;
      readonly files: number;
    }
  | { readonly ok: false; readonly key: EmailKey; readonly failure: Failure };

export interface ApiUsage {
  readonly used: number;
  readonly max: number;
}

export interface CrmConnector extends CrmAbout {
  /** Events, contacts and tasks. */
  readonly records: CrmRecords;
  /** Known after the first call that needs it; reading it earlier describes the org first. */
  capabilities(): Promise<CrmCapabilities>;
  identify(): Promise<CrmIdentity>;
  /** Tries each object and field that the product needs; a missing one is named in the failure's `fields`. */
  check(): Promise<readonly CheckResult[]>;
  /** One request that tells whether the connection still works and what the API allowance says. */
  poll(): Promise<{ readonly usage: ApiUsage | null }>;
  lookUp(query: LookUpQuery): Promise<LookUpResult>;
  /**
   * Saves mails with their relations and files, one result per draft in order. Safe to repeat: the caller looks the key up
   * first, files are compared with those the record has, and where `externalKey` holds the service refuses a second record.
   */
  saveEmails(drafts: readonly EmailDraft[]): Promise<readonly SaveResult[]>;
  /** Where a record opens in the CRM's own pages. Asks nobody. */
  recordUrl(recordId: RecordId): Promise<string>;
  /** What the records are called now, in the order asked; any number, in as few requests as the CRM allows. */
  describeRecords(recordIds: readonly RecordId[]): Promise<readonly RecordFacts[]>;
  /**
   * Removes saved mails, at most `removalsMax`, each by itself and in the order asked, and the files on them that the connected user made and that
   * hang on nothing else. They go to the CRM's recycle bin, never beyond. Safe to repeat.
   */
  removeRecords(recordIds: readonly RecordId[]): Promise<readonly RemovalResult[]>;
  /** Active standard users in the order of their ids, page by page; nobody is left out or told twice while others come and go. */
  listUsers(query: CrmUsersQuery): Promise<CrmUsersPage>;
  /** Those of the wish that are standard users, active or not, each once; names are compared without regard to letter case. */
  findUsers(wish: CrmUsersWish): Promise<readonly CrmUser[]>;
  /** From the last answer's header; null before the first. */
  usage(): ApiUsage | null;
  traffic(): Traffic;
  close(): Promise<void>;
}
