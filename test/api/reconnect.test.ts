/** The link of an e-mail: what it opens, for whom, how often and how long, and that its session reaches nothing but connecting again. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hashToken } from '../../src/commands/complete-login.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { createLogin } from '../../src/store/logins.ts';
import { listMailboxes, type Mailbox } from '../../src/store/mailboxes.ts';
import { ANNA, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { linkTokenOf } from '../support/memory-mailer.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
  expect((await anna.activate()).status).toBe(200);
});
afterEach(() => api[Symbol.asyncDispose]());

/** Anna's password is changed at her server; six runs later sync has stopped and she has an e-mail. Returns the token of its link. */
async function stop(password = 'changed-1'): Promise<string> {
  api.services.exchange.setPassword(ANNA.address, password);
  for (let run = 0; run < 7; run += 1) {
    if ((await api.runDue()) === 0) break;
    api.clock.advance(31 * MINUTE);
  }
  await api.tell();
  const token = linkTokenOf(api.mails.at(-1));
  if (token === null) throw new Error('no e-mail with a link was sent');
  return token;
}

/** Somebody opens a link in a browser; keeps the session if there is one. */
async function open(token: string, visitor: Person = api.visit()) {
  const answer = await visitor.call<{ code?: string } | null>('POST', '/api/reconnect', { token });
  for (const cookie of [answer.headers['set-cookie'] ?? []].flat().map(String)) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
    visitor.cookies.set(name, value);
  }
  const session = await visitor.call<{ csrfToken?: string; access?: string }>('GET', '/api/session');
  visitor.csrf = session.body.csrfToken ?? '';
  return { visitor, answer, session: session.body };
}

describe('the link of an e-mail', () => {
  it('leads back to green: the mailbox is active and due at once, and recovery is told', async () => {
    const token = await stop();
    const { visitor, answer, session } = await open(token);
    expect(answer.status).toBe(204);
    expect(session).toMatchObject({
      signedIn: true,
      access: 'reconnect',
      mailbox: { address: ANNA.address },
    });
    expect((await visitor.activate({ password: 'changed-1' })).body).toMatchObject({
      mailbox: { state: 'active', nextRunAt: new Date(api.clock.now()).toISOString() },
    });
    await api.tell();
    expect(api.mails.map(({ to, subject }) => [...to, subject])).toEqual([
      [ANNA.address, 'Sync with Salesforce has stopped'],
      [ANNA.address, 'Sync with Salesforce goes on again'],
    ]);
  });

  it('works once', async () => {
    const token = await stop();
    expect((await open(token)).answer.status).toBe(204);
    const { answer, session } = await open(token);
    expect(answer).toMatchObject({ status: 400, body: { code: 'api.link-expired' } });
    expect(session).toMatchObject({ signedIn: false });
  });

  it('works once also when many open it at the same moment', async () => {
    const token = await stop();
    const answers = await Promise.all(Array.from({ length: 8 }, () => open(token)));
    expect(answers.filter(({ answer }) => answer.status === 204)).toHaveLength(1);
  });

  it('is not used up by a program that looks through mail', async () => {
    const token = await stop();
    const scanner = api.visit();
    await scanner.call('GET', `/#/reconnect/${token}`);
    expect((await scanner.call('GET', `/api/reconnect?token=${token}`)).status).toBe(404);
    expect((await open(token)).answer.status).toBe(204);
  });

  it('ends after a week', async () => {
    const token = await stop();
    api.clock.advance(7 * DAY);
    expect((await open(token)).answer.body).toMatchObject({ code: 'api.link-expired' });
  });

  it('is replaced by the one in the next e-mail', async () => {
    const token = await stop();
    api.clock.advance(25 * HOUR);
    await api.tell();
    const newer = linkTokenOf(api.mails.at(-1)) ?? '';
    expect(newer).not.toBe(token);
    expect((await open(token)).answer.status).toBe(400);
    expect((await open(newer)).answer.status).toBe(204);
  });

  it('is no good any more once the mailbox runs again', async () => {
    const token = await stop();
    anna = await api.signIn(ANNA);
    expect((await anna.activate({ password: 'changed-1' })).status).toBe(200);
    expect((await open(token)).answer.body).toMatchObject({ code: 'api.link-expired' });
  });

  it('cannot be guessed, and stands in no table and no log', async () => {
    const token = await stop();
    for (const guess of [token.slice(0, -1), `${token}A`, 'x'.repeat(43)])
      expect((await open(guess)).answer.body).toMatchObject({ code: 'api.link-expired' });
    expect(api.logLines.join('\n')).not.toContain(token);
    expect(api.answers.join('\n')).not.toContain(token);
    expect(await dumpRows(api)).not.toContain(token);
  });

  it('is refused where another site asks for it', async () => {
    const token = await stop();
    const visitor = api.visit();
    const answer = await visitor.call(
      'POST',
      '/api/reconnect',
      { token },
      { 'sec-fetch-site': 'cross-site' },
    );
    expect(answer).toMatchObject({ status: 403, body: { code: 'api.not-allowed' } });
    expect((await open(token)).answer.status).toBe(204);
  });
});

describe('the session of a link', () => {
  it('connects its own mailbox and no other one', async () => {
    const { visitor } = await open(await stop());
    const other = await visitor.activate({ login: BEN.address, password: BEN.password });
    expect(other.body).toMatchObject({
      code: 'mailbox.wrong-account',
      accounts: { expected: ANNA.address, authorised: BEN.address },
    });
    const form = { login: BEN.address, password: BEN.password, intent: 'change' };
    expect((await visitor.call('POST', '/api/mailbox/exchange', form)).body).toMatchObject({
      code: 'api.not-allowed',
    });
    expect(await visitor.mailbox()).toMatchObject({ address: ANNA.address, state: 'authorization-required' });
  });

  it('lasts an hour', async () => {
    const { visitor } = await open(await stop());
    api.clock.advance(1 * HOUR);
    expect((await visitor.call('GET', '/api/mailbox')).status).toBe(401);
  });

  it('is a new one: the cookie that a browser had before is no part of it', async () => {
    const token = await stop();
    const ben = await api.signIn(BEN);
    const before = ben.cookie;
    const { session } = await open(token, ben);
    expect(session).toMatchObject({ access: 'reconnect', user: { username: ANNA.salesforceUsername } });
    expect(ben.cookie).not.toBe(before);
    const old = await ben.call<{ signedIn: boolean }>('GET', '/api/session', undefined, { cookie: before });
    expect(old.body.signedIn).toBe(false);
  });

  it('does not take the place of the full one that its owner has', async () => {
    const token = await stop();
    const { session } = await open(token, await api.signIn(ANNA));
    expect(session).toMatchObject({ access: 'full' });
  });

  it('needs the page’s own token for every change', async () => {
    const { visitor } = await open(await stop());
    visitor.csrf = '';
    expect((await visitor.activate({ password: 'changed-1' })).body).toMatchObject({
      code: 'api.not-allowed',
    });
  });

  it('reaches no route but those that are needed to connect again', async () => {
    const { visitor } = await open(await stop());
    const admitted = await routesThat(
      visitor,
      (status, code) => !(status === 403 && code === 'api.not-allowed'),
    );
    expect(admitted).toEqual([
      'GET /api/mailbox',
      'GET /api/session',
      'POST /api/logout',
      'POST /api/mailbox/consents/{id}/complete',
      'POST /api/mailbox/{service}',
      'POST /api/mailbox/{service}/consent',
      'POST /api/reconnect',
    ]);
  });
});

it('is the stored scope of a session that decides, whatever its token looks like', async () => {
  await stop();
  const { ports } = api.lockstep;
  const { id, organizationId, userId } = await onlyMailbox();
  const login = {
    organizationId,
    userId,
    reconnects: id,
    place: 'link',
    tokenHash: hashToken('plain'),
  } as const;
  const now = api.clock.now();
  await inOrganization(ports.db, organizationId, (tx) =>
    createLogin(tx, { ...login, now, expiresAt: now + HOUR }),
  );
  const visitor = api.visit();
  visitor.cookies.set('__Host-lockstep', 'plain');
  expect((await visitor.call('GET', '/api/mailbox')).status).toBe(200);
  expect((await visitor.call('GET', '/api/runs')).body).toMatchObject({ code: 'api.not-allowed' });
  expect((await visitor.call('GET', '/api/settings')).body).toMatchObject({ code: 'api.not-allowed' });
});

async function onlyMailbox(): Promise<Mailbox> {
  const [mailbox] = await acrossOrganizations(api.lockstep.ports.db, (tx) => listMailboxes(tx));
  if (mailbox === undefined) throw new Error('there is no mailbox');
  return mailbox;
}

/** Every route of the API that answers a visitor so. Logging out is asked for last. */
async function routesThat(visitor: Person, holds: (status: number, code: unknown) => boolean) {
  const { paths } = (await api.visit().call<{ paths: Record<string, object> }>('GET', '/api/openapi.json'))
    .body;
  const routes = Object.entries(paths)
    .filter(([path]) => path.startsWith('/api/'))
    .flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => ({ path, method: method.toUpperCase() })),
    )
    .toSorted((one, other) => Number(one.path === '/api/logout') - Number(other.path === '/api/logout'));
  expect(routes.length).toBeGreaterThan(10);
  const found: string[] = [];
  for (const { path, method } of routes) {
    const url = path.replaceAll(/\{\w+\}/g, '00000000-0000-7000-8000-000000000000');
    const { status, body } = await visitor.call<{ code?: unknown } | null>(method as 'GET', url);
    if (holds(status, body?.code)) found.push(`${method} ${path}`);
  }
  return found.toSorted();
}
