/**
 * The whole state of the simulated cloud, as every part of the simulator gets it: directory, tokens, mailboxes,
 * faults and what was counted. It holds no behaviour.
 */

import type { Faults } from '../shared/faults.ts';
import type { ViewMessage } from '../shared/message-view.ts';
import type { Random } from '../shared/random.ts';
import type { RequestLog } from '../shared/request-log.ts';
import type { Application, Tenant } from './directory.ts';
import type { Subscription } from './subscriptions.ts';
import type { TokenStore } from './token-store.ts';

/** Something that would have reached a person. */
export interface SentNotification {
  kind: 'sendMail' | 'reply' | 'forward' | 'invitation' | 'update' | 'cancellation' | 'response';
  from: string;
  /** Addresses, of mails about meetings. */
  to?: readonly string[];
  at: number;
}

/** What a standing throttle does to a mailbox until its time is over. */
export interface Throttling {
  until: number;
  code: string;
  callsMeanwhile: number;
}

/** What may be switched while the simulator runs. */
export interface Settings {
  accessTokenMs: number;
  refreshTokenIdleMs: number;
  codeMs: number;
  /** Whether a refresh token that was exchanged already still works, as it does at Microsoft for a while. */
  oldRefreshTokens: 'allowed' | 'refused';
  /** Calls at once per application and mailbox. */
  concurrencyMax: number;
  /** Calls per application and mailbox in ten minutes. */
  callsPerWindowMax: number;
  /** In [0, 1]: how often a delta page gives a message twice. */
  repeatProbability: number;
  /** The largest page of a delta query, whatever is asked for. */
  deltaPageMax: number;
}

export interface World {
  readonly now: () => number;
  readonly random: Random;
  readonly wait: (durationMs: number) => Promise<void>;
  /** Delivers change notifications and validation calls. */
  readonly post: (request: Request) => Promise<Response>;
  loginOrigin: string;
  graphOrigin: string;
  readonly tenants: Tenant[];
  readonly apps: Map<string, Application>;
  readonly tokens: TokenStore;
  readonly settings: Settings;
  readonly faults: Faults;
  /** HTTP calls; a batch is one. */
  readonly requests: RequestLog;
  /** Requests inside of batches. */
  readonly batchItems: RequestLog;
  readonly viewMessage: ViewMessage;
  readonly notifications: SentNotification[];
  readonly subscriptions: Map<string, Subscription>;
  readonly throttling: Map<string, Throttling>;
  /** Running calls by application and mailbox. */
  readonly inFlight: Map<string, number>;
  /** Start and count of the current ten minutes by application and mailbox. */
  readonly windows: Map<string, { startAt: number; calls: number }>;
}
