/**
 * Goal: what is shipped for Grafana and Prometheus fits what /metrics serves. Method: every PromQL expression is parsed by Prometheus's own grammar, the names and
 * labels in it are looked up in a scrape of a real server, and each alert's section of the runbook is looked for.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parser } from '@prometheus-io/lezer-promql';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { ANNA, type Api, openApi } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { readScrape } from '../support/scrape.ts';

interface Alert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: Readonly<Partial<Record<'summary' | 'description' | 'runbook_url', string>>>;
}

interface Panel {
  readonly id: number;
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const alerts = (
  parse(read('deploy/monitoring/alerts.yml')) as { groups: { rules: Alert[] }[] }
).groups.flatMap(({ rules }) => rules);
const { panels } = JSON.parse(read('deploy/monitoring/dashboard.json')) as { panels: Panel[] };
const shown = panels.flatMap(({ title, targets = [] }) =>
  targets.map(({ expr }) => ({ where: title, expr: expr.replaceAll('$__rate_interval', '5m') })),
);
const asked = [...alerts.map(({ alert, expr }) => ({ where: alert, expr })), ...shown];
/** Given to every sample by Prometheus itself. */
const GIVEN = ['instance', 'job', 'le'];

let api: Api;
const labels = new Map<string, Set<string>>();

beforeAll(async () => {
  api = await openApi({ metrics: true });
  await annaAtWork(api);
  api.services.exchange.setPassword(ANNA.address, 'changed-1');
  api.clock.advance(31 * 60_000);
  await api.runDue();
  api.lockstep.ports.telemetry.leaseTaken(1_000);
  const server = await api.lockstep.serveMetrics();
  const text = await (await fetch(`http://127.0.0.1:${server?.port}/metrics`)).text();
  await server?.close();
  for (const sample of readScrape(text)) {
    const known = labels.get(sample.name) ?? new Set();
    labels.set(sample.name, new Set([...known, ...Object.keys(sample.labels)]));
  }
});
afterAll(() => api[Symbol.asyncDispose]());

/** The texts of all nodes of a kind, and whether the grammar met anything that it does not know. */
function nodesOf(expr: string, kind: string): readonly string[] {
  const found: string[] = [];
  parser.parse(expr).iterate({
    enter: ({ name, from, to }) => {
      if (name === kind || (kind === 'error' && name === '⚠')) found.push(expr.slice(from, to));
    },
  });
  return found;
}

test('every expression is PromQL', () => {
  expect(asked.length).toBeGreaterThan(40);
  expect(asked.filter(({ expr }) => nodesOf(expr, 'error').length > 0)).toEqual([]);
  // The judge is awake.
  expect(nodesOf('sum by (rate(', 'error').length).toBeGreaterThan(0);
});

test('every metric that is asked for is served, and has the labels that are asked for', () => {
  for (const { where, expr } of asked) {
    const names = nodesOf(expr, 'VectorSelector').map((text) => /^[\w:]+/.exec(text)?.[0] ?? '');
    expect([where, names.filter((name) => !labels.has(name))]).toEqual([where, []]);
    expect(names.length).toBeGreaterThan(0);
    const known = new Set([...names.flatMap((name) => [...(labels.get(name) ?? [])]), ...GIVEN]);
    const used = [...expr.matchAll(/by \(([^)]*)\)|\{([^}]*)\}/g)].flatMap(([, by, match]) =>
      by === undefined
        ? [...(match ?? '').matchAll(/(\w+)\s*[=!]/g)].map(([, name]) => name ?? '')
        : by.split(',').map((name) => name.trim()),
    );
    expect([where, used.filter((name) => !known.has(name))]).toEqual([where, []]);
  }
});

test('every metric that the product serves is looked at by somebody', () => {
  const used = new Set(
    asked.flatMap(({ expr }) => [...expr.matchAll(/lockstep_\w+/g)].map(([name]) => name)),
  );
  const served = [...labels.keys()].filter((name) => name.startsWith('lockstep_'));
  const family = (name: string) => name.replace(/_(bucket|sum|count)$/, '');
  const families = new Set([...used].map(family));
  expect(served.filter((name) => !families.has(family(name)))).toEqual([]);
});

test('every alert says how bad it is, what it is, and where the runbook tells what to do', () => {
  const headings = new Set(
    [...read('docs/runbook.md').matchAll(/^## (.+)$/gm)].map(([, heading]) =>
      (heading ?? '')
        .toLowerCase()
        .replace(/[^\w\s.-]/g, '')
        .trim()
        .replace(/\s+/g, '-'),
    ),
  );
  const linked = alerts.map(({ annotations }) => (annotations.runbook_url ?? '').split('#'));
  for (const { alert, labels: given, annotations } of alerts) {
    const { summary = '', description = '' } = annotations;
    expect([alert, ['critical', 'warning', 'info'].includes(given.severity ?? '')]).toEqual([alert, true]);
    expect([alert, summary.length > 0, description.endsWith('.')]).toEqual([alert, true, true]);
  }
  expect(linked.filter(([page, at]) => page !== 'docs/runbook.md' || !headings.has(at ?? ''))).toEqual([]);
  expect(new Set(linked.map(([, at]) => at))).toEqual(headings);
  expect(new Set(alerts.map(({ alert }) => alert)).size).toBe(alerts.length);
});

test('every section of the runbook says what it means, what to look at and what to do', () => {
  const sections = read('docs/runbook.md').split(/^## /m).slice(1);
  const bare = sections.filter((text) =>
    ['**Means**', '**Look at**', '**Do**'].some((part) => !text.includes(part)),
  );
  expect(bare.map((text) => text.split('\n')[0])).toEqual([]);
});

test('the panels have ids of their own and ask nothing but the data source that is chosen', () => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  const uids = [...read('deploy/monitoring/dashboard.json').matchAll(/"uid": "([^"]+)"/g)].map(
    ([, uid]) => uid,
  );
  expect(new Set(uids)).toEqual(new Set(['lockstep', '$' + '{datasource}']));
});
