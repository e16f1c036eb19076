/**
 * Goal: nobody gets more answers, or has larger bodies read, than there is room for, whatever he shows or says about himself. Method: the application with
 * small limits, on a port of this machine and injected from addresses of choice.
 */
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiApp, buildApp } from '../../src/api/app.ts';
import { documentRules } from '../../src/server/documents.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { type Api, BEN, openApi, type Person, PUBLIC_URL } from '../support/api-harness.ts';

const MAX = 5;
const ADDRESS_MAX = 12;
const MIB = 1024 * 1024;

let api: Api;
let app: ApiApp;
let origin: string;
beforeAll(async () => {
  api = await openApi();
  const limit = (max: number) => ({ rateLimit: { max, timeWindow: '1 minute' } });
  const many = limit(1_000);
  app = await buildApp({
    ports: api.lockstep.ports,
    publicUrl: PUBLIC_URL,
    secure: true,
    pagesFolder: null,
    documents: documentRules([]),
    activationMs: 1_000,
    ...{ readLimit: limit(MAX), addressLimit: limit(ADDRESS_MAX), loginLimit: many },
    ...{ activationLimit: many, hintLimit: many, mailLimit: many, mailMs: 1_000 },
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  origin = `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await app?.close();
  await api[Symbol.asyncDispose]();
});

interface Ask {
  readonly from: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}
const ask = async ({ from, url = '/api/settings', headers = {} }: Ask) =>
  await app.inject({ method: 'GET', url, remoteAddress: from, headers });

/** The statuses of so many equal requests. */
async function statuses(times: number, how: (attempt: number) => Ask): Promise<readonly number[]> {
  const seen: number[] = [];
  for (let attempt = 0; attempt < times; attempt += 1) seen.push((await ask(how(attempt))).statusCode);
  return seen;
}
const cookieOf = (person: Person) => ({ cookie: person.cookie });

describe('reading', () => {
  it('is slowed down for one session, wherever it is used from, and for no other', async () => {
    const [anna, ben] = [await api.signIn(), await api.signIn(BEN)];
    const asked = await statuses(MAX + 2, (attempt) => ({
      from: `203.0.113.${attempt}`,
      headers: cookieOf(anna),
    }));
    expect(asked).toEqual([...Array(MAX).fill(200), 429, 429]);
    expect((await ask({ from: '203.0.113.1', headers: cookieOf(ben) })).statusCode).toBe(200);
    const refused = await ask({ from: '203.0.113.9', headers: cookieOf(anna) });
    expect(refused.json()).toMatchObject({ code: 'api.too-soon', retryAfterSeconds: expect.any(Number) });
  });

  it('is slowed down for an address that invents tokens', async () => {
    const invented = (attempt: number) => ({ authorization: `Bearer ${String(attempt).padStart(43, 'x')}` });
    const asked = await statuses(ADDRESS_MAX + 1, (attempt) => ({
      from: '203.0.113.50',
      headers: invented(attempt),
    }));
    expect(asked).toEqual([...Array(ADDRESS_MAX).fill(401), 429]);
  });

  it('is slowed down for who shows nothing, and never where it is asked whether the service lives', async () => {
    const asked = await statuses(MAX + 1, () => ({ from: '203.0.113.60', url: '/api/session' }));
    expect(asked).toEqual([...Array(MAX).fill(200), 429]);
    const lives = await statuses(ADDRESS_MAX + MAX, () => ({ from: '203.0.113.60', url: '/health' }));
    expect(new Set(lives)).toEqual(new Set([200]));
  });
});

describe('an address', () => {
  const forwarded = (from: string, said: string) => ({
    from,
    url: '/api/session',
    headers: { 'x-forwarded-for': said },
  });

  it('is the proxy’s word from one’s own network alone', async () => {
    const behindProxy = await statuses(MAX + 1, (attempt) => forwarded('10.1.2.3', `203.0.114.${attempt}`));
    expect(behindProxy).not.toContain(429);
    const invented = await statuses(MAX + 1, (attempt) => forwarded('198.51.100.9', `203.0.115.${attempt}`));
    expect(invented.at(-1)).toBe(429);
  });

  it('is the one that the proxy saw, whatever was written before it', async () => {
    const chained = await statuses(MAX + 1, (attempt) =>
      forwarded('127.0.0.1', `192.0.2.${attempt}, 203.0.116.1`),
    );
    expect(chained.at(-1)).toBe(429);
  });
});

describe('a body', () => {
  const usesOf = () =>
    acrossOrganizations(api.database.db, async (tx) => {
      const { rows } = await tx.query<{ logins: string }>(
        `select (select count(*) from logins) || ' ' || (select count(*) from reconnect_links where used_at is not null) as logins`,
      );
      return rows[0]?.logins;
    });
  const post = (body: BodyInit, more: RequestInit = {}) =>
    fetch(`${origin}/api/reconnect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
      ...more,
    });
  const text = (bytes: number) => JSON.stringify({ token: 'x'.repeat(bytes - 12) });

  it('of just a mebibyte is read, and refused for what it says', async () => {
    expect(text(MIB)).toHaveLength(MIB);
    const answer = await post(text(MIB));
    expect([answer.status, await answer.json()]).toEqual([
      400,
      expect.objectContaining({ code: 'api.invalid-input', fields: ['token'] }),
    ]);
  });

  it('that says it is larger is refused unread', async () => {
    const before = await usesOf();
    const answer = await post(text(MIB + 1));
    const problem = (await answer.json()) as object;
    expect([answer.status, problem]).toEqual([400, expect.objectContaining({ code: 'api.invalid-input' })]);
    expect(problem).not.toHaveProperty('fields');
    expect(await usesOf()).toBe(before);
  });

  it('that does not say how large it is is cut off at the same size', async () => {
    let sent = 0;
    const pieces = ['{"token":"', ...Array<string>(64).fill('x'.repeat(64 * 1024)), '"}'];
    const unmeasured = new ReadableStream<Uint8Array>({
      pull(controller) {
        const piece = pieces[sent];
        sent += 1;
        if (piece === undefined) controller.close();
        else controller.enqueue(new TextEncoder().encode(piece));
      },
    });
    const outcome = await post(unmeasured, { duplex: 'half' } as RequestInit).then(
      (answer) => answer.json(),
      () => ({ code: 'cut off' }),
    );
    // Read to its end, it would be refused for its token.
    expect(outcome).not.toHaveProperty('fields');
    expect(['api.invalid-input', 'cut off']).toContain(outcome.code);
    expect(sent).toBeGreaterThan(15);
  });
});
