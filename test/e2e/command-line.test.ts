/**
 * Goal: the command line as an operator meets it: help, exit codes, clear faults, and `sync`, `doctor` and `keys rotate` beside a product that
 * runs. Method: real child processes, on the Node that starts them; the sandbox in this process is the product beside which they work.
 */
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { colleagues } from '../../sandbox/cast.ts';
import type { OnceReport } from '../../sandbox/run-once.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { SANDBOX_CLIENT_ID, SANDBOX_CLIENT_SECRET } from '../../sandbox/simulated-services.ts';
import { Visitor } from '../../sandbox/visitor.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { lockstep, startLockstep } from '../support/command-line.ts';

const [anna] = colleagues;
const address = anna?.address ?? '';

let folder: string;
let sandbox: Sandbox;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-cli-'));
  sandbox = await startSandbox({ port: 0, mailFolder: null, seed: 5, dataFolder: folder, databaseUrl: null });
  const visitor = new Visitor(sandbox.url);
  await visitor.logIn(sandbox.salesforceUrl, anna as (typeof colleagues)[number]);
  const since = Date.now();
  await visitor.activate({ login: address, password: anna?.password ?? '', ewsUrl: sandbox.ewsUrl });
  await visitor.waitForRun(since);
});

afterAll(async () => {
  await sandbox?.close();
  await rm(folder, { recursive: true, force: true });
});

const beside = () => ({
  DATA_DIR: folder,
  SALESFORCE_CLIENT_ID: SANDBOX_CLIENT_ID,
  SALESFORCE_CLIENT_SECRET: SANDBOX_CLIENT_SECRET,
  SALESFORCE_LOGIN_ORIGINS: sandbox.salesforceUrl,
  EWS_ALLOWED_HOSTS: 'localhost',
});

describe('help and faults', () => {
  test('every command has help that names the exit codes', async () => {
    const commands = [
      'serve',
      'worker',
      'migrate',
      'sync',
      'pause',
      'resume',
      'deactivate',
      'holds list',
      'holds show',
      'holds release',
      'holds keep',
      'runs',
      'erase',
      'addin outlook',
      'addin gmail',
      'keys rotate',
      'plan-budget',
      'doctor',
      'sandbox',
      'simulate',
      'privacy-check',
    ];
    const helps = await Promise.all(commands.map((command) => lockstep([...command.split(' '), '--help'])));
    expect(helps.map((help) => help.code)).toEqual(commands.map(() => 0));
    expect(helps.filter((help) => !help.out.includes('Exit codes'))).toEqual([]);
  });

  test('an unknown command or option is wrong usage', async () => {
    expect((await lockstep(['dance'])).code).toBe(2);
    expect((await lockstep(['sync'])).code).toBe(2);
    expect((await lockstep(['sandbox', '--port', 'many'])).code).toBe(2);
  });

  test('a wrong configuration is refused before anything starts, with every fault named', async () => {
    const ended = await lockstep(['serve'], {
      PORT: 'x',
      PUBLIC_URL: 'nowhere',
      DATA_DIR: join(folder, 'unused'),
    });
    expect(ended.code).toBe(2);
    for (const name of ['PORT', 'PUBLIC_URL', 'SALESFORCE_CLIENT_ID']) expect(ended.err).toContain(name);
  });
});

describe('beside a running product', () => {
  test('sync runs a mailbox now, and a second run writes nothing', async () => {
    const mime =
      'Message-ID: <cli@acme-bikes.test>\r\nFrom: kim.larsen@acme-bikes.test\r\nSubject: Hi\r\n\r\nHi.\r\n';
    sandbox.services.exchange.deliver(address, 'inbox', Buffer.from(mime));
    const planned = await lockstep(['sync', '--mailbox', address, '--dry-run', '--json'], beside());
    expect(JSON.parse(planned.out)).toMatchObject({
      dryRun: true,
      counts: { examined: 1, byVerdict: { 'saved.created': 1 } },
    });
    const first = await lockstep(['sync', '--mailbox', address, '--json'], beside());
    expect([first.code, JSON.parse(first.out)]).toMatchObject([
      0,
      { outcome: { kind: 'done' }, counts: { examined: 1, created: 1 } },
    ]);
    const second = await lockstep(['sync', '--mailbox', address.toUpperCase()], beside());
    expect([second.code, second.out.split('\n')[0]]).toEqual([0, 'Examined 0 items.']);
  });

  test('sync of a mailbox that nobody set up is wrong usage', async () => {
    const ended = await lockstep(['sync', '--mailbox', 'nobody@contoso.test'], beside());
    expect(ended).toMatchObject({ code: 2, out: '' });
  });

  test('doctor finds nothing wrong, and says so of each part', async () => {
    const ended = await lockstep(['doctor', '--json'], beside());
    const { findings } = JSON.parse(ended.out) as { findings: { subject: string; ok: boolean }[] };
    expect(findings.filter((finding) => !finding.ok && finding.subject !== 'pages')).toEqual([]);
  });

  test('doctor names a master key that does not fit', async () => {
    const ended = await lockstep(['doctor'], {
      ...beside(),
      MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    });
    expect(ended.code).toBe(1);
    expect(ended.out).toMatch(/FAULT {2}master key/);
  });

  test('runs are printed as CSV, newest first, with counts and without content', async () => {
    expect((await lockstep(['sync', '--mailbox', address], beside())).code).toBe(0);
    const { code, out } = await lockstep(['runs', '--csv'], beside());
    const [heading, newest, ...more] = out.trim().split('\r\n');
    expect([code, heading]).toEqual([
      0,
      'run,mailbox,service,trigger,started_at,ended_at,duration_ms,outcome,failure,examined,created,files,issues,mailbox_requests,crm_requests',
    ]);
    expect(newest?.split(',').slice(1, 3)).toEqual([address, 'exchange']);
    expect(newest).toContain(',done,,0,0,0,0,');
    const started = [newest, ...more].map((line) => line?.split(',')[4] ?? '');
    expect(more.length).toBeGreaterThan(0);
    expect(started).toEqual(started.toSorted().toReversed());
  });

  test('a mailbox is paused and resumed, and what makes no sense is wrong usage', async () => {
    expect((await lockstep(['pause', address, '--until', 'soon'], beside())).code).toBe(2);
    expect((await lockstep(['pause', 'nobody@contoso.test'], beside())).code).toBe(2);
    expect((await lockstep(['erase', 'nobody'], beside())).code).toBe(2);
    expect((await lockstep(['pause', address], beside())).code).toBe(0);
    expect((await lockstep(['resume', address], beside())).code).toBe(0);
  });

  test('keys are rotated while the product runs, and runs go on', async () => {
    const ended = await lockstep(['keys', 'rotate', '--data-keys'], beside());
    expect(ended.code).toBe(0);
    expect((await lockstep(['sync', '--mailbox', address], beside())).code).toBe(0);
  });

  test('a mailbox is switched off: its credential is erased, and nothing can be done with it any more', async () => {
    const ended = await lockstep(['deactivate', address], beside());
    expect([ended.code, ended.out.split('\n')[0]]).toEqual([0, 'Deactivated; the credential is erased.']);
    expect(ended.out).toMatch(/What is known of the mailbox is forgotten on \d{4}-\d{2}-\d{2}\./);
    expect((await lockstep(['pause', address], beside())).code).toBe(1);
  });
});

test('sandbox --once goes the whole way on all three services, and its sums are exact', async () => {
  const ended = await lockstep(['sandbox', '--once', '--json', '--seed', '7']);
  const report = JSON.parse(ended.out) as OnceReport;
  expect([ended.code, report.ok, report.writtenBySecondRun, report.notificationsSent]).toEqual([
    0,
    true,
    0,
    0,
  ]);
  expect(Object.keys(report.services)).toEqual(['exchange', 'office365', 'google']);
  const { exchange, office365, google } = report.services;
  expect([exchange?.idleRequests, office365?.idleRequests]).toEqual([2, 1]);
  expect(google?.idleRequests).toBeLessThanOrEqual(4);
  const saved = report.mailboxes.map((one) => one.first.byVerdict['saved.linked'] ?? 0);
  // The mail that all received: created for the first, linked for the others.
  expect(saved).toEqual([0, 1, 1, 1]);
}, 120_000);

test('simulate serves https until it is stopped', async () => {
  const { key, cert } = createSelfSigned('localhost', Date.now());
  await writeFile(join(folder, 'key.pem'), key);
  await writeFile(join(folder, 'cert.pem'), cert);
  const ports = ['exchange', 'office365', 'google', 'salesforce'].flatMap((name) => [`--${name}-port`, '0']);
  const args = ['simulate', ...ports];
  const tls = ['--tls-key', join(folder, 'key.pem'), '--tls-cert', join(folder, 'cert.pem')];
  const { child, lines } = await startLockstep([...args, ...tls], (line) => line.startsWith('Control'));
  expect(lines[0]).toMatch(/^Exchange\s+https:\/\/localhost:\d+\/EWS\/Exchange\.asmx$/);
  const origin = 'https:\\/\\/localhost:\\d+';
  for (const [at, shape] of [
    `Office 365 .*${origin}\\/v1.0 `,
    `Google .*${origin}\\/gmail\\/v1 `,
    'Salesforce',
  ].entries())
    expect(lines[at + 1]).toMatch(new RegExp(`^${shape}`));
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
