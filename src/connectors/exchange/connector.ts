/**
 * Exchange on-premises behind the contract of model/connector.ts: wires sign-in, transport, feeds, items and account together and
 * holds no logic of its own. Every error that leaves it is a `RemoteFailure` or the reason of the caller's signal.
 */
import type { Dispatcher } from 'undici';
import type { Clock, Random } from '../../model/clock.ts';
import { able, type MailCapabilities, type MailConnector } from '../../model/connector.ts';
import type { FeedId } from '../../model/ids.ts';
import { createHttp, type Fetch } from '../http.ts';

import { createAccount } from './account.ts';
import { type BearerCredential, signInWith } from './bearer-sign-in.ts';
import { createFeeds } from './feeds.ts';
import { createFind } from './find.ts';
import { createItems } from './items.ts';
import { createPersonalItems } from './personal/personal-items.ts';
import type { Credential, MakeDispatcher } from './sign-in.ts';
import { createTransport } from './transport.ts';

export interface ExchangeLimits {
  readonly deadlineMs?: number;
  /** An answer longer than this is cut off: the batch is halved, and an item alone is `mailbox.item-too-large`. */
  readonly bodyBytesMax?: number;
}

export interface ExchangeOptions {
  /** As `normaliseEwsLink` or `discoverExchange` returns it. */
  readonly ewsUrl: string;
  readonly credential: Credential | BearerCredential;
  /** SMTP address to act for: then the credential is a service account's with ApplicationImpersonation. */
  readonly mailbox?: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly signal?: AbortSignal;
  readonly limits?: ExchangeLimits;
  /** Makes this mailbox's own sockets; needed wherever `fetch` opens real ones. */
  readonly makeDispatcher?: MakeDispatcher;
  /** Sockets for requests that each carry their own sign-in, used by other mailboxes, too; without them all sockets are this mailbox's own. */
  readonly shared?: Dispatcher | undefined;
  /** Sends no credential before the server asks for one; for the first activation against a link that is not yet proven. */
  readonly askFirst?: boolean;
}

export interface ExchangeConnector extends MailConnector {
  /** Makes the folder *Salesforce Emails* where it is missing. `check` does so too. */
  ensureFolder(): Promise<FeedId>;
}

const capabilities: MailCapabilities = {
  stableIds: { able: false, reason: 'Exchange gives an item another id when it moves to another folder.' },
  folderFeeds: able,
  categories: able,
  headsMax: 256,
  contentsMax: 10,
  marksMax: 100,
};

/** Opens nothing until the first call. Sensible for one run; a refused password is never sent again by the same connector. */
export function createExchangeConnector(options: ExchangeOptions): ExchangeConnector {
  const { clock, random, credential, mailbox } = options;
  const http = createHttp({
    fetch: options.fetch,
    clock,
    ...options.limits,
    ...(options.signal === undefined ? {} : { signal: options.signal }),
  });
  const signIn = signInWith({
    http,
    credential,
    clock,
    random,
    makeDispatcher: options.makeDispatcher,
    shared: options.shared,
    askFirst: options.askFirst ?? false,
  });
  const transport = createTransport({
    signIn,
    ewsUrl: options.ewsUrl,
    clock,
    random,
    impersonate: mailbox,
  });
  const feeds = createFeeds(transport, clock);
  const items = createItems(transport, feeds.placeOf);
  const account = createAccount({ transport, feeds, items, clock, login: credential.login, mailbox });
  return {
    capabilities,
    items: createPersonalItems(transport, feeds, clock),
    identify: account.identify,
    check: account.check,
    ensureFolder: account.ensureFolder,
    listFeeds: feeds.listFeeds,
    readChanges: feeds.readChanges,
    find: createFind(transport, feeds),
    readHeads: items.readHeads,
    readContents: items.readContents,
    mark: items.mark,
    traffic: http.traffic,
    close: signIn.close,
  };
}
