/**
 * Goal: /metrics tells how the product works, on a port of its own, in labels of closed sets, and never of anybody. Method: the whole product with simulated
 * services saves mail, meets a throttled service and a changed password; then a real HTTP scrape is read line by line.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { apiProblemCodes } from '../../src/api-schema/problem.ts';
import { catalogue } from '../../src/model/catalogue.ts';
import { AGE_BOUNDS_MINUTES } from '../../src/model/goals.ts';
import { mailboxStates } from '../../src/model/mailbox-state.ts';
import { sessionEnds } from '../../src/model/session.ts';
import { operationWord, providers, statusClasses } from '../../src/server/telemetry/provider-operations.ts';
import { ANNA, type Api, BEN, openApi } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { readScrape, type Sample, sumOf } from '../support/scrape.ts';

const MINUTE = 60_000;
let api: Api;
let samples: readonly Sample[];
let text: string;

beforeAll(async () => {
  api = await openApi({ metrics: true });
  await annaAtWork(api);
  for (let run = 0; run < 2; run += 1) {
    api.clock.advance(31 * MINUTE);
    expect(await api.runDue()).toBe(1);
  }
  api.services.exchange.setPassword(ANNA.address, 'changed-1');
  for (let run = 0; run < 6; run += 1) {
    api.clock.advance(31 * MINUTE);
    await api.runDue();
  }
  await api.tell();
  ({ samples, text } = await scrape());
});
afterAll(() => api[Symbol.asyncDispose]());

async function scrape() {
  const server = await api.lockstep.serveMetrics();
  if (server === null) throw new Error('metrics are off');
  const answer = await (await fetch(`http://127.0.0.1:${server.port}/metrics`)).text();
  await server.close();
  return { text: answer, samples: readScrape(answer) };
}

const sum = (name: string, labels: Readonly<Record<string, string>> = {}) => sumOf(samples, name, labels);

test('runs are counted by service and outcome, and failures by their code', () => {
  expect(sum('lockstep_runs_total', { service: 'exchange', outcome: 'done' })).toBe(3);
  expect(sum('lockstep_runs_total', { service: 'exchange', outcome: 'failed' })).toBe(6);
  expect(sum('lockstep_failures_total', { code: 'mailbox.credentials-rejected' })).toBe(6);
  expect(sum('lockstep_run_seconds_count', { service: 'exchange' })).toBe(9);
});

test('items are counted by collection, by which way they went, and by what became of them', () => {
  const saved = { collection: 'emails', direction: 'to-crm', group: 'created' };
  expect(sum('lockstep_items_total', saved)).toBe(1);
  expect(sum('lockstep_items_total', { collection: 'emails', group: 'waiting' })).toBeGreaterThan(0);
});

test('requests are counted by provider, operation and class of status', () => {
  const ours = { provider: 'exchange', operation: 'GetItem', status: '2xx' };
  expect(sum('lockstep_requests_total', ours)).toBeGreaterThan(0);
  expect(sum('lockstep_requests_total', { provider: 'exchange', status: '4xx' })).toBeGreaterThanOrEqual(6);
  expect(sum('lockstep_requests_total', { provider: 'salesforce', operation: 'look-up' })).toBeGreaterThan(0);
  expect(sum('lockstep_requests_total', { operation: 'other' })).toBe(0);
  expect(sum('lockstep_request_seconds_count', { provider: 'exchange' })).toBe(
    sum('lockstep_requests_total', { provider: 'exchange' }),
  );
});

test('mailboxes, their age, the queue, the allowance and e-mails are told', () => {
  expect(sum('lockstep_database_up')).toBe(1);
  expect(sum('lockstep_mailboxes', { service: 'exchange', state: 'authorization-required' })).toBe(1);
  expect(sum('lockstep_mailboxes')).toBe(1);
  expect(sum('lockstep_queue_depth')).toBe(0);
  expect(sum('lockstep_salesforce_allowance_limit')).toBeGreaterThan(0);
  expect(sum('lockstep_salesforce_allowance_used')).toBeGreaterThan(0);
  expect(sum('lockstep_notices_total', { outcome: 'sent' })).toBe(api.mails.length);
  expect(api.mails.length).toBeGreaterThan(0);
  expect(sum('lockstep_database_connections', { state: 'max' })).toBe(5);
  expect(sum('nodejs_eventloop_lag_seconds')).toBeGreaterThanOrEqual(0);
  expect(samples.some(({ name }) => name === 'process_resident_memory_bytes')).toBe(true);
});

test('sign-ins are counted, and ends of sessions and refused requests from zero on', () => {
  expect(sum('lockstep_sign_ins_total', { outcome: 'began' })).toBe(1);
  expect(sum('lockstep_sign_ins_total', { outcome: 'refused' })).toBe(0);
  expect(sum('lockstep_sessions_ended_total')).toBe(0);
  expect(samples.filter(({ name }) => name === 'lockstep_sessions_ended_total')).toHaveLength(
    sessionEnds.length,
  );
  expect(sum('lockstep_refused_requests_total')).toBe(0);
});

test('every label takes values of a closed set only', () => {
  const services = new Set<string>(providers);
  const closed: Readonly<Record<string, (value: string) => boolean>> = {
    service: (value) => services.has(value),
    provider: (value) => services.has(value),
    outcome: (value) => ['done', 'more', 'failed', 'abandoned', 'sent', 'began', 'refused'].includes(value),
    code: (value) => value in catalogue || apiProblemCodes.some((one) => one === value),
    reason: (value) => sessionEnds.some((one) => one === value),
    collection: (value) => ['emails', 'events', 'contacts', 'tasks'].includes(value),
    direction: (value) => ['to-crm', 'to-mailbox', 'both', 'none'].includes(value),
    group: (value) => ['created', 'updated', 'removed', 'in-step', 'skipped', 'waiting'].includes(value),
    operation: (value) => operationWord(value) === value,
    status: (value) => statusClasses.some((one) => one === value),
    state: (value) => [...mailboxStates, 'busy', 'idle', 'waiting', 'max'].some((one) => one === value),
    le: (value) => value === '+Inf' || Number.isFinite(Number(value)),
  };
  const offenders = samples
    .filter(({ name }) => name.startsWith('lockstep_'))
    .flatMap(({ name, labels }) =>
      Object.entries(labels)
        .filter(([key, value]) => closed[key]?.(value) !== true)
        .map((pair) => [name, ...pair]),
    );
  expect(offenders).toEqual([]);
});

test('nothing of anybody is in it', async () => {
  const needles = [
    ...['@', 'anna', 'acme-bikes', 'refused mail', 'contoso', 'Kim', 'Larsen', ANNA.password],
    ...['00D', 'https:', '/EWS/'],
  ];
  for (const needle of needles) expect(text.toLowerCase()).not.toContain(needle.toLowerCase());
  // Ids of ours are uuids, ids of services long words.
  expect(text).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}/);
  expect(text).not.toMatch(/"[A-Za-z0-9+/=]{40,}"/);
});

test('a mailbox that waits shows in the queue, and one that is fresh in the ages', async () => {
  const ben = await api.signIn(BEN);
  expect((await ben.activate({ login: BEN.address, password: BEN.password })).status).toBe(200);
  await api.runDue();
  api.clock.advance(42 * MINUTE);
  const later = await scrape();
  expect(sumOf(later.samples, 'lockstep_queue_depth', { service: 'exchange' })).toBe(1);
  expect(sumOf(later.samples, 'lockstep_queue_age_seconds', { service: 'exchange' })).toBeGreaterThan(9 * 60);
  const within = (minutes: number) =>
    sumOf(later.samples, 'lockstep_freshness_seconds_bucket', { le: String(minutes * 60) });
  expect(within(40)).toBe(0);
  expect(within(45)).toBe(1);
  expect(sumOf(later.samples, 'lockstep_freshness_seconds_bucket', { le: '+Inf' })).toBe(1);
  expect(AGE_BOUNDS_MINUTES).toContain(45);
});

test('where no port is named, metrics are served nowhere, and never with the pages', async () => {
  expect((await api.visit().call('GET', '/metrics')).text).not.toContain('lockstep_runs_total');
  await using plain = await openApi();
  expect(await plain.lockstep.serveMetrics()).toBeNull();
});
