/**
 * Goal: health and readiness are honest. Method: a real database goes away under the product, the product is told to drain, and a worker stands still; the same is
 * asked of the pages' port and of the one for metrics.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startWorker } from '../../src/jobs/worker.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { STUCK_MS } from '../../src/server/vitals.ts';
import type { Database } from '../../src/store/database.ts';
import { type Api, openApi } from '../support/api-harness.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { seededRandom } from '../support/seed.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi({ metrics: true });
});
afterEach(() => api[Symbol.asyncDispose]());

/** Of the pages' port and of the inner one. */
async function ask(path: '/health' | '/ready') {
  const outside = await api.visit().call<{ status: string }>('GET', path);
  const server = await api.lockstep.serveMetrics();
  const inside = await fetch(`http://127.0.0.1:${server?.port}${path}`);
  const word = (await inside.text()).trim();
  await server?.close();
  return { outside: [outside.status, outside.body.status], inside: [inside.status, word] };
}

test('a product that works is live and ready', async () => {
  expect(await ask('/health')).toEqual({ outside: [200, 'ok'], inside: [200, 'ok'] });
  expect(await ask('/ready')).toEqual({ outside: [200, 'ok'], inside: [200, 'ok'] });
});

test('when its database is gone it is live and not ready, and its metrics say so', async () => {
  await api.database.drop();
  expect(await ask('/ready')).toEqual({ outside: [503, 'unavailable'], inside: [503, 'no-database'] });
  expect((await ask('/health')).outside).toEqual([200, 'ok']);
  const server = await api.lockstep.serveMetrics();
  const text = await (await fetch(`http://127.0.0.1:${server?.port}/metrics`)).text();
  await server?.close();
  expect(text).toMatch(/^lockstep_database_up 0$/m);
});

test('while it drains it is live and not ready', async () => {
  api.lockstep.vitals.drain();
  expect(await ask('/ready')).toEqual({ outside: [503, 'draining'], inside: [503, 'draining'] });
  expect((await ask('/health')).inside).toEqual([200, 'ok']);
});

test('when its worker stands still for minutes it is not live', async () => {
  const clock = createFakeClock();
  const stuck = startWorker({
    // A database that takes the question and never answers.
    db: { pool: { connect: () => new Promise(() => undefined) } } as unknown as Database,
    clock,
    random: seededRandom(1),
    worker: 'stuck',
    concurrency: 1,
    handle: async () => null,
    log: () => undefined,
  });
  const ageMs = () => clock.now() - stuck.lastSignAt();
  api.lockstep.vitals.watch(() => api.clock.now() - ageMs());
  expect((await ask('/health')).outside).toEqual([200, 'ok']);
  await clock.advance(STUCK_MS + MINUTE);
  expect(await ask('/health')).toEqual({ outside: [503, 'stuck'], inside: [503, 'stuck'] });
});

test('the inner port answers nothing else', async () => {
  const server = await api.lockstep.serveMetrics();
  const at = (path: string, method = 'GET') => fetch(`http://127.0.0.1:${server?.port}${path}`, { method });
  expect((await at('/api/session')).status).toBe(404);
  expect((await at('/metrics', 'POST')).status).toBe(405);
  await server?.close();
});
