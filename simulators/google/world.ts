/**
 * Everything a simulated Google knows: domains and their policies, accounts with mailboxes, OAuth clients, service
 * accounts, tokens, topics. It is state only; acts, OAuth and the API change it.
 */
import type { KeyObject } from 'node:crypto';
import type { Faults } from '../shared/faults.ts';
import type { Random } from '../shared/random.ts';
import type { RequestLog } from '../shared/request-log.ts';
import type { ApiLimit, ApiName } from './api-quota.ts';
import type { Calendar, CalendarListing, Channel } from './calendar/calendar-store.ts';
import type { Mailbox } from './mailbox.ts';
import type { AddressBook } from './people/contact-store.ts';
import type { TaskStore } from './tasks/task-store.ts';
import type { Tokens } from './tokens.ts';

/** What an administrator says about an app: blocked, or limited to scopes that are not restricted (no Gmail). */
export type AppPolicy = 'allowed' | 'limited' | 'blocked';

export interface Domain {
  readonly name: string;
  /** Domain-wide delegation: scopes by client id of the service account. */
  readonly delegations: Map<string, Set<string>>;
  readonly appPolicies: Map<string, AppPolicy>;
}

export interface SendAs {
  readonly sendAsEmail: string;
  readonly displayName: string;
  readonly isPrimary: boolean;
  readonly verificationStatus: 'accepted' | 'pending';
}

export interface Watch {
  readonly topicName: string;
  readonly labelIds: readonly string[];
  readonly isExclusion: boolean;
  readonly expiresAt: number;
}

export interface Account {
  /** The `sub` of its id tokens. */
  readonly id: string;
  readonly email: string;
  readonly aliases: readonly string[];
  /** Absent for consumer accounts. */
  readonly domain: Domain | undefined;
  readonly displayName: string;
  password: string;
  state: 'active' | 'suspended' | 'deleted';
  hasMailService: boolean;
  /** Session control: refresh tokens answer invalid_rapt until the person signs in again. */
  needsReauthentication: boolean;
  readonly sendAs: SendAs[];
  readonly mailbox: Mailbox;
  /** Scopes consented to, by client id. */
  readonly grants: Map<string, Set<string>>;
  watch: Watch | undefined;
  throttledUntil: number;
  callsWhileThrottled: number;
  usage: { at: number; units: number }[];
  /** When calls of a group of other APIs were made. */
  readonly apiUsage: Map<string, number[]>;
  /** What its administrator switched off for it. */
  readonly servicesOff: Set<ApiName>;
  /** Its list of calendars, by calendar id. */
  readonly calendarList: Map<string, CalendarListing>;
  readonly addressBook: AddressBook;
  readonly tasks: TaskStore;
}

export interface OAuthClient {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUris: readonly string[];
  readonly name: string;
  /** Internal apps serve only their own domain. */
  userType: 'internal' | 'external';
  readonly domain: string | undefined;
  publishing: 'testing' | 'production';
  testUsers: readonly string[];
  state: 'active' | 'disabled' | 'deleted';
  hasGmailApi: boolean;
  /** Other APIs that the project has not switched on. */
  readonly disabledApis: Set<ApiName>;
}

export interface ServiceAccount {
  readonly email: string;
  /** The numeric client id that the administrator enters. */
  readonly clientId: string;
  readonly keyId: string;
  readonly publicKey: KeyObject;
}

export interface PubSubMessage {
  readonly messageId: string;
  readonly data: string;
  readonly publishedAt: number;
  /** When it is handed out again if not acknowledged; 0 before the first time. */
  leasedUntil: number;
  ackId: string;
}

export interface Subscription {
  readonly topicName: string;
  messages: PubSubMessage[];
}

/** What sent a mail: an API call that sends mail, or one that makes Google write to guests. */
export type SentKind = 'mail' | 'invitation' | 'update' | 'cancellation' | 'response';

/** A mail that was sent through the API: who and to how many, never what. */
export interface SentMail {
  readonly kind: SentKind;
  readonly from: string;
  readonly recipientCount: number;
  readonly at: number;
}

export interface World {
  readonly now: () => number;
  readonly random: Random;
  readonly wait: (durationMs: number) => Promise<void>;
  accountsOrigin: string;
  apiOrigin: string;
  readonly domains: Map<string, Domain>;
  readonly accounts: Account[];
  readonly clients: Map<string, OAuthClient>;
  readonly serviceAccounts: Map<string, ServiceAccount>;
  readonly tokens: Tokens;
  readonly faults: Faults;
  readonly requests: RequestLog;
  /** The parts of batch calls, which are not requests of their own. */
  readonly parts: RequestLog;
  readonly sent: SentMail[];
  readonly topics: Set<string>;
  readonly subscriptions: Map<string, Subscription>;
  /** What a method costs, by its id. */
  readonly units: Record<string, number>;
  /** Quota units a user may spend in a sliding minute, and how overspending is answered. */
  unitsPerUserMinute: number;
  overspendingStatus: 403 | 429;
  historyLifeMs: number;
  /** How many entries of a page are sent again at the start of the next one. */
  pageOverlap: number;
  lastNumber: number;
  /** The last version number of anything in calendars, contacts and tasks. */
  lastVersion: number;
  readonly apiLimits: Record<string, ApiLimit>;
  /** All calendars, by id. */
  readonly calendars: Map<string, Calendar>;
  readonly channels: Map<string, Channel>;
  /** How long a calendar's sync token is good for, and how far `updatedMin` reaches. */
  calendarSyncLifeMs: number;
  /** How long a sync token of contacts is good for after the full reading. */
  contactSyncLifeMs: number;
  /** How long writes of contacts take to be told by sync tokens. */
  contactDelayMs: number;
  /** How a notification of a channel leaves; may fail, which nobody hears of. */
  readonly post: (request: Request) => Promise<unknown>;
  /** What is on its way to channels. */
  posting: Promise<unknown>;
}

/** The account with that address, its primary one or an alias, letter case ignored. */
export function findAccount(world: World, address: string): Account | undefined {
  const wanted = address.toLowerCase();
  return world.accounts.find(
    (account) => account.state !== 'deleted' && [account.email, ...account.aliases].includes(wanted),
  );
}
