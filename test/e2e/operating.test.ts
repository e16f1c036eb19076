/**
 * Goal: what an operator does by the command line before and while the product runs: a budget, the doctor on a fresh machine, metrics, and a stop that load
 * balancers notice. Method: real child processes with a database of their own.
 */
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closedPort } from '../support/closed-port.ts';
import { lockstep, startLockstep } from '../support/command-line.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-operating-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const budget = (...args: string[]) => lockstep(['plan-budget', '--mailboxes', '500', ...args]);

test('a budget that fits ends with 0, one that does not with 1, a question without sense with 2', async () => {
  const fits = await budget('--edition', 'enterprise', '--json');
  expect([fits.code, JSON.parse(fits.out)]).toMatchObject([
    0,
    { wish: { dailyAllowance: 600_000 }, plan: { callsAtRest: 24_000, fits: true } },
  ]);
  const short = await budget('--allowance', '20000');
  expect([short.code, short.out]).toEqual([1, expect.stringContaining('It does not fit')]);
  const none = await budget('--interval', '0');
  expect([none.code, none.out]).toEqual([2, '']);
  for (const name of ['--interval', '--allowance']) expect(none.err).toContain(name);
});

test('the doctor names every fault of the configuration and ends with 2, in JSON as well', async () => {
  const ended = await lockstep(['doctor', '--json'], { PORT: 'x', PUBLIC_URL: 'nowhere', DATA_DIR: folder });
  const { findings } = JSON.parse(ended.out) as {
    findings: { subject: string; ok: boolean; text: string }[];
  };
  expect(ended.code).toBe(2);
  expect(findings.every(({ subject, ok }) => subject === 'configuration' && !ok)).toBe(true);
  const told = findings.map(({ text }) => text).join(' ');
  for (const name of ['PORT', 'PUBLIC_URL', 'SALESFORCE_CLIENT_ID']) expect(told).toContain(name);
});

test('the doctor goes on to the rest when the database cannot be opened', async () => {
  const ended = await lockstep(['doctor'], {
    SALESFORCE_CLIENT_ID: 'x',
    SALESFORCE_LOGIN_ORIGINS: `http://localhost:${await closedPort()}`,
    DATABASE_URL: `postgres://somebody:secret@127.0.0.1:${await closedPort()}/lockstep`,
    MASTER_KEY: Buffer.alloc(32, 1).toString('base64'),
    DATA_DIR: folder,
  });
  expect(ended.code).toBe(1);
  expect(ended.out).toMatch(/FAULT {2}database: .*ECONNREFUSED/);
  expect(ended.out).toMatch(/FAULT {2}Salesforce/);
  expect(ended.out + ended.err).not.toContain('secret');
});

test('serve has metrics apart from the pages, and while it drains it serves and is not ready', async () => {
  const [port, metricsPort] = [await closedPort(), await closedPort()];
  const { child: product } = await startLockstep(['serve'], (line) => line.includes('Lockstep serves'), {
    SALESFORCE_CLIENT_ID: 'x',
    DATA_DIR: folder,
    PORT: String(port),
    METRICS_PORT: String(metricsPort),
    DRAIN_SECONDS: '15',
  });
  try {
    const at = (on: number, path: string) => fetch(`http://127.0.0.1:${on}${path}`);
    expect((await at(port, '/ready')).status).toBe(200);
    expect(await (await at(metricsPort, '/metrics')).text()).toContain('lockstep_database_up 1');
    expect(await (await at(port, '/metrics')).text()).not.toContain('lockstep_database_up');
    const exit = once(product, 'exit');
    product.kill('SIGTERM');
    await expect.poll(async () => (await at(port, '/ready')).status, { timeout: 10_000 }).toBe(503);
    expect(await (await at(port, '/ready')).json()).toEqual({ status: 'draining' });
    expect((await at(port, '/health')).status).toBe(200);
    expect(await exit).toEqual([0, null]);
  } finally {
    product.kill('SIGKILL');
  }
});
