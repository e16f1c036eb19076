/** A page in another site's frame, as the API meets it: it has no cookies, opens a window of its own, and keeps what that window hands over. */
import { createHash } from 'node:crypto';
import type { Colleague } from '../../sandbox/cast.ts';
import type { SessionToken } from '../../src/api-schema/dialog.ts';
import type { ConsentView } from '../../src/api-schema/mailbox.ts';
import type { Problem } from '../../src/api-schema/problem.ts';
import { ANNA, type Answer, type Api, OLGA, OTHER_ORIGIN, type Person } from './api-harness.ts';

export const challengeOf = (verifier: string): string =>
  createHash('sha256').update(verifier).digest('base64url');

/** What a window's last address brings, by name; the address must be the one that knows what to do with it. */
export function broughtBy(landing: string): Readonly<Record<string, string>> {
  const [page = '', fragment = ''] = landing.split('#');
  if (page !== '/dialog.html') throw new Error(`the window ended at ${page}`);
  return Object.fromEntries(new URLSearchParams(fragment));
}

export class Frame {
  readonly #api: Api;
  readonly person: Person;
  readonly verifier: string;
  token = '';

  constructor(api: Api, verifier = 'v'.repeat(42) + String(Math.trunc(api.clock.now() % 10))) {
    this.#api = api;
    this.person = api.visit();
    this.verifier = verifier;
  }

  /** A call as the page makes it: no cookie, and the token once there is one. */
  call<Body = unknown>(
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<Answer<Body>> {
    const bearer = this.token === '' ? {} : { authorization: `Bearer ${this.token}` };
    return this.person.call(method, url, body, { ...bearer, ...headers });
  }

  /** Opens a window, in which somebody logs in; what the window ends with. */
  async openLogin(who: Colleague = ANNA): Promise<Readonly<Record<string, string>>> {
    const window = this.#api.visit();
    const page = await window.beginLogin(who === OLGA ? OTHER_ORIGIN : undefined, {
      display: 'dialog',
      challenge: challengeOf(this.verifier),
    });
    const { landing } = await window.comeBack(await window.consent(this.#api.services, page, who));
    return broughtBy(landing);
  }

  exchange(code: string, verifier = this.verifier): Promise<Answer<SessionToken & Problem>> {
    return this.call('POST', '/api/session/exchange', { code, verifier });
  }

  /** The whole way. */
  async logIn(who: Colleague = ANNA): Promise<this> {
    const { login = '' } = await this.openLogin(who);
    const { status, body } = await this.exchange(login);
    if (status !== 200) throw new Error(`the exchange answered ${status}`);
    this.token = body.token;
    return this;
  }

  beginConsent(service: string): Promise<Answer<ConsentView & Problem>> {
    const challenge = challengeOf(this.verifier);
    return this.call('POST', `/api/mailbox/${service}/consent`, { display: 'dialog', challenge });
  }
}
