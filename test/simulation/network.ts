/**
 * The network of a simulated world: requests go to whichever simulator lives at their host. It remembers who was told to stay away, and notes
 * whoever asks again too early.
 */
import type { SalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import type { FetchInit } from '../../src/connectors/http.ts';
import type { MailHands } from './mail-hands.ts';
import type { Asked, ProcessOptions } from './process.ts';

export const LOGIN = 'https://login.salesforce.test';

interface BackOff {
  readonly process: string;
  readonly toldAt: number;
  readonly until: number;
}

export function createNetwork({
  mail,
  salesforce,
  now,
  callsDuringBackOff,
}: {
  readonly mail: readonly MailHands[];
  readonly salesforce: SalesforceSimulator;
  readonly now: () => number;
  readonly callsDuringBackOff: string[];
}): ProcessOptions['fetch'] {
  /** By service, and whoever was told there. */
  const backOffs = new Map<string, BackOff>();
  return async (asked, url, init) => {
    const request = toRequest(url, init);
    if (url.startsWith(LOGIN)) return salesforce.fetch(request);
    const hands = mail.find(({ origins }) => origins.some((origin) => url.startsWith(`${origin}/`)));
    if (hands === undefined) throw new TypeError(`nobody is at ${new URL(url).host}`);
    const mayThrottle = hands.faults.list().some(({ effect }) => effect.kind === 'throttle');
    if (!mayThrottle && backOffs.size === 0) return hands.fetch(request);
    const caller = `${hands.service} ${await hands.callerOf(request)}`;
    const standing = backOffs.get(caller);
    if (standing !== undefined && isTooEarly(standing, asked, now()))
      callsDuringBackOff.push(
        `${asked.process} called ${hands.service} ${standing.until - asked.at} ms too early`,
      );
    const response = await hands.fetch(request);
    const waitMs = mayThrottle ? await hands.readWait(response) : 0;
    const toldAt = now();
    if (waitMs > 0) backOffs.set(caller, { process: asked.process, toldAt, until: toldAt + waitMs });
    return response;
  };
}

/** Who asked before he was told, or was never told because he is another process, does no wrong. */
function isTooEarly({ process, toldAt, until }: BackOff, asked: Asked, now: number): boolean {
  return process === asked.process && asked.at > toldAt && now < until;
}

function toRequest(url: string, init: FetchInit): Request {
  return new Request(url, {
    method: init.method,
    headers: init.headers,
    redirect: init.redirect,
    ...(init.body === undefined ? {} : { body: init.body }),
  });
}
