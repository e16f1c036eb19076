/**
 * Goal: traces tell how a run went, part by part and request by request, and nothing of anybody. Method: the whole product with simulated services sends its
 * spans to a real HTTP collector on this machine, which decodes them; everything sent is searched for what must not be in it.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readTraces } from '../../src/server/traces-config.ts';
import { ANNA, openApi } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { type CollectedSpan, type Collector, factOf, startCollector } from '../support/collector.ts';

const MINUTE = 60_000;
let collector: Collector;
let spans: readonly CollectedSpan[];

beforeAll(async () => {
  collector = await startCollector();
  const traces = { url: collector.url, serviceName: 'lockstep', ratio: 1 };
  await using api = await openApi({ traces });
  await annaAtWork(api);
  api.services.exchange.setPassword(ANNA.address, 'changed-1');
  api.clock.advance(31 * MINUTE);
  await api.runDue();
  await api.lockstep.close();
  spans = collector.spans();
});
afterAll(() => collector[Symbol.asyncDispose]());

const named = (name: string) => spans.filter((span) => span.name === name);
const below = (parent: CollectedSpan | undefined) =>
  spans.filter((one) => one.parentSpanId === parent?.spanId);

test('a run is a span with its outcome, and its parts, transactions and requests lie below it', () => {
  const [good, bad] = named('run');
  expect(named('run')).toHaveLength(2);
  if (good === undefined || bad === undefined) throw new Error('a run is missing');
  expect(factOf(good, 'lockstep.outcome')).toBe('done');
  expect(factOf(good, 'lockstep.service')).toBe('exchange');
  expect(factOf(bad, 'lockstep.failure')).toBe('mailbox.credentials-rejected');
  const parts = below(good).map(({ name }) => name);
  expect(parts).toEqual(
    expect.arrayContaining(['run.list-feeds', 'run.read-mail', 'run.collections', 'transaction']),
  );
  const reading = below(below(good).find(({ name }) => name === 'run.read-mail'));
  expect(reading.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['exchange GetItem', 'salesforce look-up', 'transaction']),
  );
  expect(new Set(spans.filter((one) => one.traceId === good.traceId)).size).toBeGreaterThan(10);
});

test('a request tells its method, operation, class of host and status', () => {
  const [request] = named('exchange GetItem');
  if (request === undefined) throw new Error('there is no request');
  expect(
    ['http.request.method', 'lockstep.host', 'http.response.status_code'].map((key) => factOf(request, key)),
  ).toEqual(['POST', 'own', '200']);
});

test('a transaction is called by what it reads and writes', () => {
  const summaries = named('transaction').map((span) => factOf(span, 'db.query.summary') ?? '');
  expect(summaries.some((text) => text.includes('insert runs'))).toBe(true);
  expect(summaries.every((text) => /^((select|insert|update|delete)( \w+)?(; )?)*$/.test(text))).toBe(true);
});

test('only names that are known, no events, no messages, no address of the machine', () => {
  const keys = new Set(spans.flatMap(({ attributes }) => attributes.map(({ key }) => key)));
  const known = [
    ...['lockstep.outcome', 'lockstep.failure', 'lockstep.service', 'lockstep.examined', 'lockstep.created'],
    ...['lockstep.feeds', 'lockstep.provider', 'lockstep.operation', 'lockstep.host', 'http.request.method'],
    ...['http.response.status_code', 'db.system.name', 'db.query.summary', 'error.type'],
  ];
  expect([...keys].filter((key) => !known.includes(key))).toEqual([]);
  expect(spans.flatMap(({ events = [] }) => events)).toEqual([]);
  expect(spans.filter(({ status }) => (status?.message ?? '') !== '')).toEqual([]);
  expect(new Set(collector.resources())).toEqual(new Set(['service.name=lockstep']));
});

test('nothing of anybody is in what was sent', () => {
  const sent = collector.text().toLowerCase();
  expect(sent.length).toBeGreaterThan(1_000);
  for (const needle of [
    'anna',
    'acme',
    'contoso',
    'larsen',
    'hello',
    'refused.',
    '@',
    ANNA.password,
    '/ews/',
    'select id',
    '$1',
  ])
    expect([needle, sent.includes(needle.toLowerCase())]).toEqual([needle, false]);
  expect(sent).not.toMatch(/[0-9a-f]{8}-[0-9a-f]{4}-/);
});

test('they are off unless a collector is named, by the standard variables', () => {
  const read = (environment: Record<string, string>) => {
    const faults: string[] = [];
    return { traces: readTraces(environment, faults), faults };
  };
  expect(read({}).traces).toBeNull();
  const endpoint = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318/' };
  expect(read(endpoint).traces).toEqual({
    url: 'http://localhost:4318/v1/traces',
    serviceName: 'lockstep',
    ratio: 1,
  });
  expect(read({ ...endpoint, OTEL_SDK_DISABLED: 'true' }).traces).toBeNull();
  expect(read({ ...endpoint, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }).faults).toHaveLength(1);
  expect(read({ OTEL_EXPORTER_OTLP_ENDPOINT: 'nowhere' }).faults).toHaveLength(1);
  expect(read({ ...endpoint, OTEL_TRACES_SAMPLER_ARG: '7' }).faults).toHaveLength(1);
});
