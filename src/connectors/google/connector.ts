/**
 * A Google account behind the contract of model/connector.ts: wires tokens, transports, labels, feeds, items and account together and holds no logic of
 * its own. Every error that leaves it is a `RemoteFailure` or the reason of the caller's signal. It never sends mail.
 */
import type { AbortSignalLike, Clock, Random } from '../../model/clock.ts';
import { able, type MailCapabilities, type MailConnector } from '../../model/connector.ts';
import { createGate } from '../gate.ts';
import { createHttp, type Fetch, type Http } from '../http.ts';
import { check, identify } from './account.ts';
import { type ApiName, apis } from './apis.ts';
import { PARTS_MAX } from './batch.ts';
import { createFeeds } from './feeds.ts';
import { createFind } from './find.ts';
import { createGoogleItems } from './items/google-items.ts';
import { createItems } from './items.ts';
import { createLabels } from './labels.ts';
import type { Pace } from './quota.ts';
import type { AccessTokens } from './tokens.ts';
import { createTransport, type GrantEnding, type Transport } from './transport.ts';

export interface GmailOptions {
  /** `https://gmail.googleapis.com`. */
  readonly origin: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  /** Shared by all runs of one mailbox. */
  readonly paces: Readonly<Record<ApiName, Pace>>;
  /** The mailbox's tokens by API, asked for through the connector's own counted HTTP. */
  readonly tokens: (http: Http) => (api: ApiName) => AccessTokens;
  /** The mailbox that a service account acts for; null where its owner consented. */
  readonly delegatedMailbox: string | null;
  readonly signal?: AbortSignalLike;
}

/** Requests of one mailbox at once. */
const REQUESTS_MAX = 3;

const capabilities: MailCapabilities = {
  stableIds: able,
  folderFeeds: {
    able: false,
    reason: 'Gmail has labels in place of folders, and one history for the whole mailbox.',
  },
  // Labels stand for categories.
  categories: able,
  headsMax: PARTS_MAX,
  contentsMax: PARTS_MAX,
  marksMax: PARTS_MAX,
};

/** Opens nothing until the first call. Sensible for one run. */
export function createGmailConnector(options: GmailOptions): MailConnector {
  const { clock } = options;
  const http = httpOf(options);
  const transportOf = transportsOver(http, options);
  const transport = transportOf('gmail');
  const labels = createLabels(transport);
  const items = createItems(transport, labels);
  const { items: collections, list } = createGoogleItems({
    calendar: transportOf('calendar'),
    people: transportOf('people'),
    tasks: transportOf('tasks'),
    clock,
  });
  const feeds = createFeeds({ transport, labels, clock, listItems: list });
  const account = { transport, labels, items };
  return {
    capabilities,
    items: collections,
    identify: () => identify(account),
    check: () => check({ ...account, listFeeds: feeds.listFeeds, clock }),
    listFeeds: feeds.listFeeds,
    readChanges: feeds.readChanges,
    find: createFind(transport, labels),
    readHeads: items.readHeads,
    readContents: items.readContents,
    mark: items.mark,
    traffic: http.traffic,
    close: () => Promise.resolve(),
  };
}

/** The way to a mailbox by itself, for what is no part of a run. */
export function createGmailTransport(options: GmailOptions): Transport {
  return transportsOver(httpOf(options), options)('gmail');
}

function httpOf({ fetch, clock, signal }: GmailOptions): Http {
  return createHttp({ fetch, clock, ...(signal === undefined ? {} : { signal: signal as AbortSignal }) });
}

function transportsOver(http: Http, options: GmailOptions): (api: ApiName) => Transport {
  const { clock, random, signal } = options;
  const tokens = options.tokens(http);
  const gate = createGate(REQUESTS_MAX);
  const ending: GrantEnding = { reason: null };
  return (api) =>
    createTransport({
      http,
      clock,
      random,
      signal,
      tokens: tokens(api),
      api: apis[api],
      origin: options.origin,
      pace: options.paces[api],
      gate,
      delegatedMailbox: options.delegatedMailbox,
      ending,
    });
}
