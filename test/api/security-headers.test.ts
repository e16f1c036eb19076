/**
 * The headers of every answer, exactly: each route with nobody and with somebody who is signed in, each document, what is not there, what is refused before any
 * route is found. A header that is missing, added or changed anywhere fails, and so does a cookie without its attributes.
 */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ApiApp, buildApp } from '../../src/api/app.ts';
import { documentRules } from '../../src/server/documents.ts';
import { type Api, openApi, PUBLIC_URL } from '../support/api-harness.ts';
import { listRoutes } from '../support/list-routes.ts';

type Headers = Readonly<Record<string, string>>;

const policy = (frames: string, scripts = "'self'"): string =>
  [
    "default-src 'none'",
    "object-src 'none'",
    `script-src ${scripts}`,
    "style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'none'",
    "base-uri 'none'",
    `frame-ancestors ${frames}`,
  ].join(';');

/** What every answer carries, unless its row says otherwise. */
const everywhere: Headers = {
  'cache-control': 'no-store',
  'content-security-policy': policy("'none'"),
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'origin-agent-cluster': '?1',
  'permissions-policy':
    'accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), midi=(), payment=(), publickey-credentials-get=(), serial=(), usb=(), xr-spatial-tracking=()',
  'referrer-policy': 'no-referrer',
  'strict-transport-security': 'max-age=31536000; includeSubDomains',
  'x-content-type-options': 'nosniff',
  'x-dns-prefetch-control': 'off',
  'x-download-options': 'noopen',
  'x-frame-options': 'DENY',
  'x-permitted-cross-domain-policies': 'none',
  'x-xss-protection': '0',
};

/** Routes that a window with an opener passes through; input that is refused is answered before them. */
const WINDOWS = /^\/(login|connect)\//;
/** Whoever may keep an answer, and for how long. */
const kept: Headers = { '/docs/errors': 'max-age=3600' };
/** Of no weight for security, or told by other tests. */
const OTHER =
  /^(content-(type|length|disposition)|date|connection|keep-alive|location|set-cookie|retry-after|x-ratelimit-(limit|remaining|reset)|accept-ranges|last-modified|etag|transfer-encoding)$/;

const FRAMED = "'self' https://mail.google.com";
const OUTLOOK =
  "'self' https://outlook.office.com https://outlook.office365.com https://outlook.live.com https://*.outlook.com";
const WITH_OFFICE = "'self' https://appsforoffice.microsoft.com";
const document = { 'cache-control': 'public, max-age=0' };
const documents: Readonly<Record<string, { readonly [name: string]: string | undefined }>> = {
  '/': {
    ...document,
    'content-security-policy': policy(FRAMED),
    'cross-origin-resource-policy': 'cross-origin',
    'x-frame-options': undefined,
  },
  '/outlook.html': {
    ...document,
    'content-security-policy': policy(OUTLOOK, WITH_OFFICE),
    'cross-origin-resource-policy': 'cross-origin',
    'x-frame-options': undefined,
  },
  '/dialog.html': { ...document, 'cross-origin-opener-policy': 'unsafe-none' },
  '/outlook-dialog.html': {
    ...document,
    'content-security-policy': policy("'none'", WITH_OFFICE),
    'cross-origin-opener-policy': 'unsafe-none',
  },
  '/admin.html': document,
  '/admin': document,
  '/admin/people': document,
  '/app.js': document,
  '/icons/icon-16.png': { ...document, 'cross-origin-resource-policy': 'cross-origin' },
};

let api: Api;
let app: ApiApp;
let plain: ApiApp;
let folder: string;

beforeAll(async () => {
  api = await openApi();
  folder = await mkdtemp(join(tmpdir(), 'lockstep-headers-'));
  await mkdir(join(folder, 'icons'));
  for (const page of ['index', 'outlook', 'dialog', 'outlook-dialog', 'admin'])
    await writeFile(join(folder, `${page}.html`), page);
  for (const file of ['app.js', 'icons/icon-16.png']) await writeFile(join(folder, file), file);
  app = await open(true);
  plain = await open(false);
});
afterAll(async () => {
  await app?.close();
  await plain?.close();
  await rm(folder, { recursive: true, force: true });
  await api[Symbol.asyncDispose]();
});

async function open(secure: boolean): Promise<ApiApp> {
  const limit = { rateLimit: { max: 1_000, timeWindow: '1 minute' } };
  return await buildApp({
    ports: api.lockstep.ports,
    publicUrl: PUBLIC_URL,
    secure,
    pagesFolder: folder,
    documents: documentRules([]),
    activationMs: 1_000,
    ...{ readLimit: limit, addressLimit: limit },
    ...{ loginLimit: limit, activationLimit: limit, hintLimit: limit, mailLimit: limit, mailMs: 1_000 },
  });
}

const securityHeaders = (headers: Readonly<Record<string, unknown>>): Headers =>
  Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (OTHER.test(name) ? [] : [[name, String(value)]])),
  );

const expected = (over: { readonly [name: string]: string | undefined }): Headers =>
  Object.fromEntries(
    Object.entries({ ...everywhere, ...over }).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]],
    ),
  );

/** An address of the route, with ids that nothing has. */
const addressOf = (url: string): string =>
  url.replaceAll(':id', '01900000-0000-7000-8000-000000000000').replaceAll(/:\w+/g, 'nothing');

describe('the headers of every answer', () => {
  it('are the same for each route, for nobody and for an administrator', async () => {
    const anna = await api.signIn();
    const routes = listRoutes(app);
    expect(routes.length).toBeGreaterThanOrEqual(100);
    const wrong: unknown[] = [];
    for (const { method, url } of routes) {
      // Logging out ends the session, and comes last by hand.
      if (url === '/api/logout') continue;
      for (const headers of [{}, { cookie: anna.cookie, 'x-csrf-token': anna.csrf }]) {
        const answer = await app.inject({ method, url: addressOf(url), headers });
        const over = {
          ...(WINDOWS.test(url) && answer.statusCode !== 400
            ? { 'cross-origin-opener-policy': 'unsafe-none' }
            : {}),
          ...(kept[url] === undefined || answer.statusCode !== 200 ? {} : { 'cache-control': kept[url] }),
        };
        const got = securityHeaders(answer.headers);
        if (JSON.stringify(sorted(got)) !== JSON.stringify(sorted(expected(over))))
          wrong.push({ method, url, status: answer.statusCode, got });
      }
    }
    expect(wrong).toEqual([]);
  });

  it.each(Object.keys(documents))('%s, a file of the pages', async (url) => {
    const answer = await app.inject({ method: 'GET', url });
    expect(answer.statusCode).toBe(200);
    expect(securityHeaders(answer.headers)).toEqual(expected(documents[url] ?? {}));
  });

  it.each([
    ['GET', '/api/nothing', 404],
    ['POST', '/nothing', 404],
    ['OPTIONS', '/api/session', 404],
    ['GET', '/../../etc/passwd', 404],
    ['POST', '/api/reconnect', 400],
  ] as const)('%s %s, which is refused', async (method, url, status) => {
    const answer = await app.inject({ method, url });
    expect(answer.statusCode).toBe(status);
    expect(securityHeaders(answer.headers)).toEqual(expected({}));
  });

  it('are there when a session of a link is refused before its route is asked', async () => {
    const cookie = '__Host-lockstep=reconnect.nothing';
    const answer = await app.inject({ method: 'GET', url: '/api/runs', headers: { cookie } });
    expect([answer.statusCode, securityHeaders(answer.headers)]).toEqual([403, expected({})]);
  });

  it('an address that is none is answered alike, and not quoted', async () => {
    const answer = await app.inject({ method: 'GET', url: '/api/<script>%zz' });
    expect(answer.statusCode).toBe(400);
    expect(answer.json()).toMatchObject({ code: 'api.invalid-input', status: 400 });
    expect(answer.payload).not.toContain('script');
    expect(securityHeaders(answer.headers)).toEqual({
      'cache-control': 'no-store',
      'content-security-policy': policy("'none'"),
      'referrer-policy': 'no-referrer',
      'strict-transport-security': 'max-age=31536000; includeSubDomains',
      'x-content-type-options': 'nosniff',
    });
  });

  it('over plain http promise no https', async () => {
    const answer = await plain.inject({ method: 'GET', url: '/api/session' });
    expect(securityHeaders(answer.headers)).toEqual(expected({ 'strict-transport-security': undefined }));
    const bad = await plain.inject({ method: 'GET', url: '/%zz' });
    expect(bad.headers).not.toHaveProperty('strict-transport-security');
  });

  it('name no server and no version, neither does the answer to what is no HTTP', async () => {
    await plain.listen({ host: '127.0.0.1', port: 0 });
    const { port } = plain.server.address() as { port: number };
    for (const words of [
      'NONSENSE\r\n\r\n',
      'GET /api/session HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n',
    ]) {
      const text = await exchange(port, words);
      expect(text).toMatch(/^HTTP\/1\.1 \d{3} /);
      expect(text).not.toMatch(/fastify|node|^server:|x-powered-by|\bat \S+:\d+/im);
    }
  });
});

describe('cookies', () => {
  it('are of this host alone, unreadable by scripts, and not sent by other sites’ requests', async () => {
    const visitor = api.visit();
    const begun = await visitor.call('GET', '/login/salesforce');
    visitor.keepCookies(begun.headers);
    const page = new URL(String(begun.headers.location));
    page.protocol = 'https:';
    const anna = await api.signIn();
    const consents = await app.inject({ method: 'GET', url: '/connect/exchange/start' });
    const out = await anna.call('POST', '/api/logout');
    const set = [begun.headers['set-cookie'], out.headers['set-cookie'], consents.headers['set-cookie']]
      .flat()
      .filter((one) => one !== undefined)
      .map(String);
    expect(set.length).toBeGreaterThanOrEqual(2);
    for (const cookie of set) expect(cookie).toMatch(/^__Host-lockstep[\w-]*=/);
    expect(set[0]).toMatch(/; Max-Age=600; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
    // Taken away by the same name and path; nothing is left to be read.
    expect(set[1]).toMatch(/^__Host-lockstep=; .*Path=\//);
  });

  it('the session’s lasts as long as the session, twelve hours', async () => {
    const cookies = api.answers.join('\n').match(/__Host-lockstep=[\w-]{43}; [^"]+/g) ?? [];
    expect(cookies.length).toBeGreaterThan(0);
    for (const cookie of cookies)
      expect(cookie).toMatch(/; Max-Age=43200; Path=\/; HttpOnly; Secure; SameSite=Lax$/);
  });
});

const sorted = (headers: Headers) =>
  Object.entries(headers).toSorted(([one], [other]) => one.localeCompare(other));

/** What comes back for bytes that are sent as they are. */
function exchange(port: number, words: string): Promise<string> {
  return new Promise((done, fail) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(words));
    socket.on('data', (bytes) => {
      text += bytes.toString('latin1');
    });
    socket.on('error', fail);
    socket.on('close', () => done(text));
  });
}
