/**
 * The network of a simulated world: requests go to whichever simulator lives at their host. It remembers who was told to stay away, and notes
 * whoever asks again too early.
 */
import type { ExchangeSimulator } from '../../simulators/exchange/simulator.ts';
import type { SalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import type { FetchInit } from '../../src/connectors/http.ts';
import type { Asked, ProcessOptions } from './process.ts';

export const LOGIN = 'https://login.salesforce.test';

interface BackOff {
  readonly process: string;
  readonly toldAt: number;
  readonly until: number;
}

export function createNetwork({
  exchange,
  salesforce,
  callsDuringBackOff,
}: {
  readonly exchange: ExchangeSimulator;
  readonly salesforce: SalesforceSimulator;
  readonly callsDuringBackOff: string[];
}): ProcessOptions['fetch'] {
  /** By the login that was told. */
  const backOffs = new Map<string, BackOff>();
  return async (asked, url, init) => {
    const request = toRequest(url, init);
    if (url.startsWith(LOGIN)) return salesforce.fetch(request);
    const login = init.headers.authorization ?? init.headers.Authorization ?? '';
    const standing = backOffs.get(login);
    if (standing !== undefined && isTooEarly(standing, asked, exchange.world.now()))
      callsDuringBackOff.push(`${asked.process} called ${standing.until - asked.at} ms too early`);
    const mayThrottle = exchange.faults.list().some((rule) => rule.effect.kind === 'throttle');
    const response = await exchange.fetch(request);
    const waitMs = mayThrottle ? await readWait(response) : 0;
    const toldAt = exchange.world.now();
    if (waitMs > 0) backOffs.set(login, { process: asked.process, toldAt, until: toldAt + waitMs });
    return response;
  };
}

/** Who asked before he was told, or was never told because he is another process, does no wrong. */
function isTooEarly({ process, toldAt, until }: BackOff, asked: Asked, now: number): boolean {
  return process === asked.process && asked.at > toldAt && now < until;
}

/** What the server asks for: in a SOAP fault, in a response message, or in a header. */
async function readWait(response: Response): Promise<number> {
  const header = Number(response.headers.get('retry-after') ?? 0) * 1_000;
  const text = await response.clone().text();
  const inBody = Number(/BackOffMilliseconds"[^>]*>(\d+)</.exec(text)?.[1] ?? 0);
  return Math.max(header, inBody);
}

function toRequest(url: string, init: FetchInit): Request {
  return new Request(url, {
    method: init.method,
    headers: init.headers,
    redirect: init.redirect,
    ...(init.body === undefined ? {} : { body: init.body }),
  });
}
