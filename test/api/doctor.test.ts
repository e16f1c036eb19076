/**
 * Goal: the doctor names each thing that is wrong, with what to do, and calls well what is well. Method: each check is met in its failing state: a real PostgreSQL
 * with a privilege taken away, real HTTP and TLS servers that answer badly, and facts that no machine at hand has.
 */
import { X509Certificate } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { DAY, SECOND } from '../../src/model/clock.ts';
import { createSmtpMailer } from '../../src/notify/smtp-mailer.ts';
import { examine } from '../../src/server/cli/doctor.ts';
import { type Config, readConfig } from '../../src/server/config.ts';
import type { Finding } from '../../src/server/doctor/finding.ts';
import { judgeCertificate, judgeClients } from '../../src/server/doctor/judge-clients.ts';
import { judgeServer, judgeUnopened } from '../../src/server/doctor/judge-server.ts';
import { judgeRoom, lookAtDisk, lookAtPages, lookAtPublicUrl } from '../../src/server/doctor/look-at-host.ts';
import { lookAtProviders, originsOf } from '../../src/server/doctor/look-at-providers.ts';
import { systemClock } from '../../src/server/system-clock.ts';
import { networkFetch, openLockstep } from '../../src/server/wire.ts';
import { MigrationRefused } from '../../src/store/migrate.ts';
import { readServerFacts, type ServerFacts } from '../../src/store/server-facts.ts';
import { type Api, openApi } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { closedPort } from '../support/closed-port.ts';

const KEY = Buffer.alloc(32, 1).toString('base64');
const base = { SALESFORCE_CLIENT_ID: `3MVG${'9'.repeat(80)}`, MASTER_KEY: KEY, DATA_DIR: tmpdir() };
const configOf = (more: Readonly<Record<string, string>> = {}): Config => readConfig({ ...base, ...more });
const around = (config: Config) => ({ fetch: networkFetch(config), clock: systemClock });
const bad = (findings: readonly Finding[]) => findings.filter(({ ok }) => !ok);
const closers: (() => void)[] = [];

let api: Api;
beforeAll(async () => {
  api = await openApi();
  await annaAtWork(api);
});
afterAll(async () => {
  for (const close of closers) close();
  await api[Symbol.asyncDispose]();
});

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe('the database', () => {
  const good: ServerFacts = {
    versionNumber: 180_004,
    hasIcu: true,
    now: 1_000_000,
    connectionsMax: 100,
    connectionsUsed: 3,
    tablesDenied: 0,
    tables: 40,
  };
  const judge = (facts: Partial<ServerFacts>, pool: { poolMax?: number; runsAtOnceMax?: number } = {}) =>
    bad(
      judgeServer({ facts: { ...good, ...facts }, now: 1_000_000, poolMax: 10, runsAtOnceMax: 20, ...pool }),
    );

  test('is well', async () => {
    expect(judge({})).toEqual([]);
    const { ports } = api.lockstep;
    const facts = await readServerFacts(ports.db);
    expect(facts).toMatchObject({ hasIcu: true, tablesDenied: 0 });
    expect(Math.abs(facts.now - Date.now())).toBeLessThan(60 * SECOND);
  });

  test.each([
    ['database version', { versionNumber: 140_010 }, {}, 'Use 15 or newer'],
    ['database collations', { hasIcu: false }, {}, 'with ICU'],
    ['database privileges', { tablesDenied: 2 }, {}, 'lockstep migrate'],
    ['database privileges', { tables: 0 }, {}, 'lockstep migrate'],
    ['database clock', { now: 1_000_000 + 6 * SECOND }, {}, 'NTP'],
    ['database clock', { now: 1_000_000 - 6 * SECOND }, {}, 'NTP'],
    ['database connections', { connectionsUsed: 95 }, {}, 'max_connections'],
    ['database connections', {}, { poolMax: 4, runsAtOnceMax: 100 }, 'DATABASE_CONNECTIONS'],
  ])('%s is named with its remedy: %j %j', (subject, facts, pool, remedy) => {
    expect(judge(facts, pool)).toEqual([{ subject, ok: false, text: expect.stringContaining(remedy) }]);
  });

  test('a privilege that was taken away is counted', async () => {
    const client = new pg.Client({ connectionString: api.database.adminUrl });
    await client.connect();
    const { rows } = await api.lockstep.ports.db.pool.query<{ role: string }>('select current_user as role');
    const role = pg.escapeIdentifier(rows[0]?.role ?? '');
    try {
      await client.query(`revoke delete on run_days from ${role}`);
      const { tablesDenied } = await readServerFacts(api.lockstep.ports.db);
      await client.query(`grant delete on run_days to ${role}`);
      // The owner of a table may take its own privileges away.
      expect(tablesDenied).toBe(1);
    } finally {
      await client.end();
    }
  });

  test('what keeps it from being opened is named by its code, without the address', async () => {
    const url = new URL(api.database.url);
    url.pathname = '/nowhere_at_all';
    const failed = async (databaseUrl: string) =>
      judgeUnopened(
        await openLockstep(configOf({ DATABASE_URL: databaseUrl })).then(
          () => null,
          (error: unknown) => error,
        ),
      );
    expect(await failed(url.href)).toMatchObject({ ok: false, text: expect.stringContaining('createdb') });
    const closed = await failed(`postgres://somebody:secret@127.0.0.1:${await closedPort()}/lockstep`);
    expect(closed.text).toContain('ECONNREFUSED');
    expect(closed.text).not.toContain('secret');
    const older = judgeUnopened(new MigrationRefused('the database is newer than this code'));
    expect(older.text).toContain('newer');
    expect(judgeUnopened(new Error('secret')).text).not.toContain('secret');
  });
});

describe('an opened installation', () => {
  const examined = async (config = configOf()) =>
    bad(await examine(api.lockstep, config)).map(({ subject }) => subject);

  test('is well, but for the clock of a test that stands in another year', async () => {
    expect(
      (await examined()).filter((subject) => !['database clock', 'durability'].includes(subject)),
    ).toEqual([]);
  });

  test('mailboxes that wait for hours ask for a worker', async () => {
    api.clock.advance(3 * 3_600_000);
    expect(await examined()).toContain('schedule');
    expect(await api.runDue()).toBe(1);
    expect(await examined()).not.toContain('schedule');
  });

  test('too few connections for the runs are named', async () => {
    expect(await examined(configOf({ DATABASE_CONNECTIONS: '2', RUNS_AT_ONCE: '100' }))).toContain(
      'database connections',
    );
  });

  test('a mail server that cannot be used is named by its code', async () => {
    const lockstep = {
      ...api.lockstep,
      ports: { ...api.lockstep.ports, mailer: await refusingMailer() },
    };
    const findings = await examine(lockstep, configOf());
    lockstep.ports.mailer.close();
    expect(findings.find(({ subject }) => subject === 'e-mail')).toMatchObject({
      ok: false,
      text: expect.stringContaining('ESOCKET'),
    });
  });
});

async function refusingMailer() {
  const smtp = readConfig({
    ...base,
    SMTP_URL: `smtp://127.0.0.1:${await closedPort()}`,
    SMTP_FROM: 'lockstep@acme.test',
  }).smtp;
  if (smtp === null) throw new Error('there is no mail server');
  return createSmtpMailer(smtp);
}

describe('the services', () => {
  const look = async (more: Readonly<Record<string, string>>) => {
    const config = configOf(more);
    return await lookAtProviders(config, around(config));
  };

  test('whoever answers is well, whatever he says', async () => {
    const origin = await serve((_, response) => response.writeHead(404).end());
    const findings = await look({ SALESFORCE_LOGIN_ORIGINS: origin });
    expect(findings.map(({ subject, ok }) => [subject, ok])).toEqual([
      [`Salesforce (${origin})`, true],
      ['clock', true],
    ]);
  });

  test('an origin at which nobody listens is named', async () => {
    const [finding] = await look({ SALESFORCE_LOGIN_ORIGINS: `http://127.0.0.1:${await closedPort()}` });
    expect(finding).toMatchObject({ ok: false, text: expect.stringContaining('ECONNREFUSED') });
  });

  test('a certificate that nobody vouches for leads to EXTRA_CA_FILE', async () => {
    const { key, cert } = createSelfSigned('localhost', Date.now());
    const server = createTlsServer({ key, cert }, (_, response) => response.end());
    await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
    closers.push(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const [finding] = await look({ SALESFORCE_LOGIN_ORIGINS: `https://localhost:${port}` });
    expect(finding).toMatchObject({ ok: false, text: expect.stringContaining('EXTRA_CA_FILE') });
  });

  test('a clock that differs from the services’ is named', async () => {
    const origin = await serve((_, response) => {
      response.sendDate = false;
      response.writeHead(200, { date: new Date(Date.now() + 600 * SECOND).toUTCString() }).end();
    });
    const findings = await look({ SALESFORCE_LOGIN_ORIGINS: origin });
    expect(findings.at(-1)).toMatchObject({
      subject: 'clock',
      ok: false,
      text: expect.stringContaining('NTP'),
    });
  });

  test('every service that is set up is asked, each origin once', () => {
    const config = configOf({
      OFFICE365_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
      OFFICE365_CLIENT_SECRET: 's',
      GOOGLE_CLIENT_ID: '1-a.apps.googleusercontent.com',
      GOOGLE_CLIENT_SECRET: 's',
    });
    expect(originsOf(config).map(({ origin }) => new URL(origin).hostname)).toEqual(
      expect.arrayContaining([
        'login.salesforce.com',
        'login.microsoftonline.com',
        'graph.microsoft.com',
        'accounts.google.com',
        'oauth2.googleapis.com',
      ]),
    );
  });
});

describe('the applications', () => {
  const office365 = {
    OFFICE365_CLIENT_ID: '11111111-2222-3333-4444-555555555555',
    OFFICE365_CLIENT_SECRET: 's',
  };
  const google = { GOOGLE_CLIENT_ID: '12-ab.apps.googleusercontent.com', GOOGLE_CLIENT_SECRET: 's' };
  const judge = (more: Readonly<Record<string, string>>) => bad(judgeClients(configOf(more), Date.now()));

  test('look right', () => {
    expect(judge({ ...office365, ...google })).toEqual([]);
  });

  test.each([
    ['Salesforce application', { SALESFORCE_CLIENT_ID: 'lockstep' }],
    ['Office 365 application', { ...office365, OFFICE365_CLIENT_ID: 'lockstep' }],
    ['Office 365 application', { ...office365, OFFICE365_TENANT: 'acme corp' }],
    ['Google application', { ...google, GOOGLE_CLIENT_ID: 'lockstep' }],
  ])('%s that looks wrong is named', (subject, more) => {
    expect(judge(more).map((one) => one.subject)).toEqual([subject]);
  });

  test('a certificate that ends soon, or has ended, is named', () => {
    const { cert } = createSelfSigned('localhost', Date.now());
    const end = Date.parse(new X509Certificate(cert).validTo);
    expect(judgeCertificate(cert, end - 60 * DAY).ok).toBe(true);
    expect(judgeCertificate(cert, end - 7 * DAY)).toMatchObject({
      ok: false,
      text: expect.stringContaining('expires in'),
    });
    expect(judgeCertificate(cert, end + DAY)).toMatchObject({
      ok: false,
      text: expect.stringContaining('has expired'),
    });
  });
});

describe('what is around', () => {
  const look = async (more: Readonly<Record<string, string>>) => {
    const config = configOf(more);
    return await lookAtPublicUrl(config, around(config));
  };

  test('an address without TLS, or that leads elsewhere, is named', async () => {
    expect(bad(await look({ PUBLIC_URL: 'http://lockstep.acme.test' }))[0]?.text).toContain('in the clear');
    const elsewhere = await serve((_, response) => response.end('<html>Welcome</html>'));
    expect(bad(await look({ PUBLIC_URL: elsewhere }))[0]?.text).toContain('not as Lockstep');
    expect(bad(await look({ PUBLIC_URL: 'https://lockstep.nowhere.invalid' }))[0]?.text).toContain(
      'cannot be reached',
    );
    expect(bad(await look({ PUBLIC_URL: `http://127.0.0.1:${await closedPort()}` }))).toEqual([]);
  });

  test('hints that a proxy does not let through are named', async () => {
    const ours = await serve((request, response) => {
      const url = new URL(request.url ?? '', 'http://here');
      if (url.pathname === '/health') return response.end('{"status":"ok"}');
      return response.end(url.searchParams.get('validationToken') ?? '');
    });
    const closed = await serve((_, response) => response.writeHead(403).end());
    const set = { OFFICE365_CLIENT_ID: '1', OFFICE365_CLIENT_SECRET: 's', PUBLIC_URL: ours };
    expect(bad(await look({ ...set, HINTS_ORIGIN: ours }))).toEqual([]);
    expect(bad(await look({ ...set, HINTS_ORIGIN: closed }))[0]).toMatchObject({
      subject: 'hints',
      text: expect.stringContaining('403'),
    });
  });

  test('a disk that is nearly full and pages that are not built are named', async () => {
    expect(judgeRoom(500 * 1024 ** 2)).toMatchObject({ ok: false, text: expect.stringContaining('500 MiB') });
    expect((await lookAtDisk(configOf())).text).toContain('MiB');
    const folder = await mkdtemp(join(tmpdir(), 'lockstep-no-pages-'));
    expect(lookAtPages(folder)).toMatchObject({ ok: false, text: expect.stringContaining('npm run build') });
    await rm(folder, { recursive: true });
  });
});
