/**
 * A person at the sandbox without a browser: logs in with Salesforce, activates a mailbox and waits for runs, over the same HTTP that the pages
 * use.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { ActivationView, MailboxForm, MailboxView } from '../src/api-schema/mailbox.ts';
import type { SessionView } from '../src/api-schema/session.ts';
import type { Colleague } from './cast.ts';

const POLL_MS = 50;

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
  #cookie = '';
  #csrf = '';

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
    const begun = (start.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
    const back = await fetch(callback, { redirect: 'manual', headers: { cookie: begun } });
    const landing = back.headers.get('location') ?? '';
    if (landing.includes('problem='))
      throw new VisitorRefused(landing.split('problem=')[1] ?? '', 'login refused');
    const session = back.headers.getSetCookie().find((cookie) => /^[^=]*lockstep=[^;]/.test(cookie));
    this.#cookie = (session ?? '').split(';')[0] ?? '';
    const view = await this.call<SessionView>('GET', '/api/session');
    if (view.signedIn) this.#csrf = view.csrfToken;
    return view;
  }

  async activate(form: MailboxForm): Promise<ActivationView> {
    return await this.call<ActivationView>('POST', '/api/mailbox/exchange', form);
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

  async call<T>(method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown): Promise<T> {
    const response = await fetch(this.#url + path, {
      method,
      headers: {
        cookie: this.#cookie,
        'x-csrf-token': this.#csrf,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    if (response.ok) return json as T;
    const problem = json as { code?: string; detail?: string } | null;
    throw new VisitorRefused(problem?.code ?? `HTTP ${response.status}`, problem?.detail ?? '');
  }
}
