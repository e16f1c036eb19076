/**
 * A person at the sandbox without a browser: logs in with Salesforce, activates a mailbox by form or by consent and waits for runs, over the
 * same HTTP that the pages use.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { ActivationView, MailboxForm, MailboxView } from '../src/api-schema/mailbox.ts';
import type { SessionView } from '../src/api-schema/session.ts';
import type { Colleague, MailServiceName } from './cast.ts';
import { type ConsentManner, passConsentPages } from './consent-pages.ts';

const POLL_MS = 50;

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** The product said no; `code` is the problem's. */
export class VisitorRefused extends Error {
  readonly code: string;
  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.name = 'VisitorRefused';
    this.code = code;
  }
}

export class Visitor {
  readonly #url: string;
  /** Cookies by name, as `name=value`. */
  readonly #cookies = new Map<string, string>();
  #csrf = '';
  /** Authorization codes that services sent back through these hands; each is good once. */
  readonly codes: string[] = [];

  constructor(url: string) {
    this.#url = url;
  }

  /** Through the CRM's login form and consent, back with a session. */
  async logIn(
    salesforceUrl: string,
    who: Pick<Colleague, 'salesforceUsername' | 'password'>,
  ): Promise<SessionView> {
    const start = await fetch(`${this.#url}/login/salesforce?host=${encodeURIComponent(salesforceUrl)}`, {
      redirect: 'manual',
    });
    const authorize = start.headers.get('location');
    if (authorize === null) throw new VisitorRefused('login', `the login page answered ${start.status}`);
    const form = new URLSearchParams({
      username: who.salesforceUsername,
      pw: who.password,
      decision: 'allow',
    });
    const allowed = await fetch(authorize, { method: 'POST', body: form, redirect: 'manual' });
    const callback = allowed.headers.get('location') ?? '';
    if (!callback.startsWith(this.#url))
      throw new VisitorRefused('login', `Salesforce answered ${allowed.status}`);
    this.#keepCookies(start);
    await this.#comeBack(callback);
    const view = await this.call<SessionView>('GET', '/api/session');
    if (view.signedIn) this.#csrf = view.csrfToken;
    return view;
  }

  /** By the link of an e-mail: a session that may do nothing but connect the mailbox again. */
  async openLink(token: string): Promise<SessionView> {
    await this.call('POST', '/api/reconnect', { token });
    const view = await this.call<SessionView>('GET', '/api/session');
    if (view.signedIn) this.#csrf = view.csrfToken;
    return view;
  }

  /** What stands in the cookies at this moment. */
  get sessionTokens(): readonly string[] {
    return [...this.#cookies.values()].map((pair) => pair.slice(pair.indexOf('=') + 1));
  }

  async activate(form: MailboxForm): Promise<ActivationView> {
    return await this.call<ActivationView>('POST', '/api/mailbox/exchange', form);
  }

  /**
   * By the service's sign-in and consent pages. `address` is the mailbox that is meant; the manner's account unless told. Rejects with
   * `VisitorRefused` when the product refuses, also for what happened on the pages.
   */
  async activateByConsent(
    service: MailServiceName,
    manner: ConsentManner,
    address = manner.account,
  ): Promise<ActivationView> {
    const { url } = await this.call<{ url: string }>('POST', `/api/mailbox/${service}/consent`, { address });
    const callback = await passConsentPages(url, this.#url, manner);
    const landing = await this.#comeBack(callback);
    const id = landing.searchParams.get('consent') ?? '';
    return await this.call<ActivationView>('POST', `/api/mailbox/consents/${id}/complete`);
  }

  /** Activates a colleague's own mailbox in the way of its service. */
  async connect(who: Colleague, ewsUrl: string): Promise<ActivationView> {
    const { address, password, service } = who;
    if (service === 'exchange') return await this.activate({ login: address, password, ewsUrl });
    return await this.activateByConsent(service, { account: address, password });
  }

  /** Waits until the first run that ended after `since` ended well, or failed. */
  async waitForRun(since: number, patienceMs = 600_000): Promise<MailboxView> {
    const until = Date.now() + patienceMs;
    for (;;) {
      const mailbox = await this.call<MailboxView>('GET', '/api/mailbox');
      const run = mailbox.lastRun;
      const ended = run?.endedAt != null && Date.parse(run.startedAt) >= since && run.outcome !== 'more';
      if (ended && !mailbox.running) return mailbox;
      if (Date.now() > until) throw new Error('the run did not end in time');
      await wait(POLL_MS);
    }
  }

  /** Opens the address that a service sent the browser back to; where the product leads on from there. */
  async #comeBack(callback: string): Promise<URL> {
    const code = new URL(callback).searchParams.get('code');
    if (code !== null) this.codes.push(code);
    const back = await fetch(callback, { redirect: 'manual', headers: { cookie: this.#cookieHeader() } });
    this.#keepCookies(back);
    const landing = new URL(back.headers.get('location') ?? '/', this.#url);
    const problem = landing.searchParams.get('problem');
    if (problem !== null) throw new VisitorRefused(problem, 'refused on the way back');
    return landing;
  }

  #keepCookies(response: Response): void {
    for (const line of response.headers.getSetCookie()) {
      const pair = line.split(';')[0] ?? '';
      const name = pair.slice(0, pair.indexOf('='));
      if (pair.endsWith('=')) this.#cookies.delete(name);
      else this.#cookies.set(name, pair);
    }
  }

  #cookieHeader(): string {
    return [...this.#cookies.values()].join('; ');
  }

  async call<T>(method: Method, path: string, body?: unknown): Promise<T> {
    const text = await this.#ask(method, path, body);
    return (text === '' ? null : JSON.parse(text)) as T;
  }

  /** As `call`, for an answer that comes in lines (`application/x-ndjson`): all of them, once the last one is there. A text is sent as CSV. */
  async askLines<Line = unknown>(path: string, body: unknown): Promise<readonly Line[]> {
    const text = await this.#ask('POST', path, body);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as Line);
  }

  /** The text of an answer that is neither JSON nor lines. */
  async read(path: string): Promise<string> {
    return await this.#ask('GET', path, undefined);
  }

  async #ask(method: Method, path: string, body: unknown): Promise<string> {
    const type = typeof body === 'string' ? 'text/csv' : 'application/json';
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        cookie: this.#cookieHeader(),
        'x-csrf-token': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': type }),
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    this.#keepCookies(response);
    const text = await response.text();
    if (response.ok) return text;
    const problem = (text === '' ? null : JSON.parse(text)) as { code?: string; detail?: string } | null;
    throw new VisitorRefused(problem?.code ?? `HTTP ${response.status}`, problem?.detail ?? '');
  }
}
