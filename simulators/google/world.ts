/**
 * Everything a simulated Google knows: domains and their policies, accounts with mailboxes, OAuth clients, service
 * accounts, tokens, topics. It is state only; acts, OAuth and the API change it.
 */
import type { KeyObject } from 'node:crypto';
import type { Faults } from '../shared/faults.ts';
import type { Random } from '../shared/random.ts';
import type { RequestLog } from '../shared/request-log.ts';
import type { Mailbox } from './mailbox.ts';
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

/** A mail that was sent through the API: who and to how many, never what. */
export interface SentMail {
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
}

/** The account with that address, its primary one or an alias, letter case ignored. */
export function findAccount(world: World, address: string): Account | undefined {
  const wanted = address.toLowerCase();
  return world.accounts.find(
    (account) => account.state !== 'deleted' && [account.email, ...account.aliases].includes(wanted),
  );
}
