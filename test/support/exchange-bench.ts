/** A simulated Exchange with one mailbox, and connectors onto it: what the contract and corpus tests stand on. */
import { createExchangeSimulator, type ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import {
  createExchangeConnector,
  type ExchangeConnector,
  type ExchangeOptions,
} from '../../src/connectors/exchange/connector.ts';
import type { Fetch } from '../../src/connectors/http.ts';
import type { Clock } from '../../src/model/clock.ts';
import type { Change, Cursor } from '../../src/model/connector.ts';
import type { FeedId } from '../../src/model/ids.ts';

export const ANN = 'ann@contoso.test';
const ORIGIN = 'https://mail.contoso.test';
export const EWS = `${ORIGIN}/EWS/Exchange.asmx`;
const START = Date.UTC(2026, 0, 5, 8);

export interface World {
  readonly simulator: ExchangeSimulator;
  readonly clock: Clock & { advance(ms: number): void };
  readonly fetch: Fetch;
  connect(options?: Partial<ExchangeOptions>): ExchangeConnector;
}

export function open(options: Partial<Parameters<typeof createExchangeSimulator>[0]> = {}): World {
  let now = START;
  const clock = {
    now: () => now,
    sleep: () => new Promise<void>(() => undefined),
    advance: (ms: number) => {
      now += ms;
    },
  };
  const simulator = createExchangeSimulator({ now: clock.now, origin: ORIGIN, ...options });
  simulator.addMailbox({
    address: ANN,
    displayName: 'Ann Lee',
    password: 'pw',
    aliases: ['a.lee@contoso.test'],
  });
  const fetch: Fetch = async (url, init) => {
    const { method, headers, body, signal, redirect } = init;
    return simulator.fetch(
      new Request(url, { method, headers, signal, redirect, ...(body === undefined ? {} : { body }) }),
    );
  };
  return {
    simulator,
    clock,
    fetch,
    connect: (more = {}) =>
      createExchangeConnector({
        ewsUrl: EWS,
        credential: { login: ANN, password: 'pw' },
        fetch,
        clock,
        random: { next: () => 0.5 },
        ...more,
      }),
  };
}

export const mail = (id: string, more = '', body = 'Hello.'): Uint8Array =>
  new TextEncoder().encode(
    `From: Bob <bob@outside.test>\r\nTo: Ann <${ANN}>\r\nSubject: About ${id}\r\nMessage-ID: <${id}@outside.test>\r\n` +
      `Date: Mon, 05 Jan 2026 07:00:00 +0000\r\nMIME-Version: 1.0\r\n${more}\r\n${body}\r\n`,
  );

/** Reads a feed to its end. */
export async function drain(connector: ExchangeConnector, feed: FeedId, from: Cursor | null) {
  const changes: Change[] = [];
  let cursor = from;
  for (;;) {
    const page = await connector.readChanges(feed, cursor);
    changes.push(...page.changes);
    cursor = page.cursor;
    if (page.done) return { changes, cursor };
  }
}

export const none: ReadonlyMap<FeedId, Cursor> = new Map();

export async function inboxOf(connector: ExchangeConnector): Promise<FeedId> {
  const { feeds } = await connector.listFeeds({ cursor: null, feeds: none });
  const inbox = feeds.find(({ place }) => place === 'inbox');
  if (inbox === undefined) throw new Error('no inbox');
  return inbox.id;
}
