/**
 * Goal: the chart's manifests are what a cluster should be given, in every way of setting it. Method: rendered by the small renderer of test/support, which
 * knows no more than the chart uses; parsed with `yaml`; judged rule by rule. Where a helm exists, it lints the chart as well.
 */
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { variablesOfConfig } from '../support/config-variables.ts';
import { renderTemplates } from '../support/helm-templates.ts';

const folder = join(import.meta.dirname, '..', '..', 'deploy', 'helm', 'lockstep');
const read = (...path: readonly string[]) => readFileSync(join(folder, ...path), 'utf8');
const templates = Object.fromEntries(
  readdirSync(join(folder, 'templates')).map((file) => [file, read('templates', file)]),
);
const chart = parse(read('Chart.yaml')) as { version: string; appVersion: string };
const values = parse(read('values.yaml')) as Record<string, unknown>;

// biome-ignore lint/suspicious/noExplicitAny: manifests of many kinds, looked at by path
type Manifest = any;

/** All manifests with these values over the chart's own, two levels deep as they are here. */
function manifests(given: Record<string, Record<string, unknown> | string> = {}): readonly Manifest[] {
  const merged = { ...values, host: 'lockstep.example.com' };
  for (const [name, value] of Object.entries(given))
    Object.assign(merged, {
      [name]: typeof value === 'string' ? value : { ...(values[name] as object), ...value },
    });
  const texts = renderTemplates({
    templates,
    context: {
      Values: merged,
      Release: { Name: 'sync', Namespace: 'lockstep', Service: 'Helm' },
      Chart: { AppVersion: chart.appVersion },
    },
  });
  return Object.entries(texts)
    .filter(([file]) => file.endsWith('.yaml'))
    .flatMap(([file, text]) =>
      parseAllDocuments(text, { strict: true, uniqueKeys: true }).map((document) => {
        if (document.errors.length > 0) throw new Error(`${file}: ${document.errors[0]?.message}\n${text}`);
        return document.toJS() as Manifest;
      }),
    )
    .filter((manifest) => manifest !== null);
}

const everything = {
  metrics: {
    enabled: true,
    port: 9464,
    serviceMonitor: { enabled: true, interval: '30s', labels: { release: 'p' } },
  },
  worker: {
    ...(values.worker as object),
    autoscaling: { enabled: true, minReplicas: 2, maxReplicas: 8, targetCPUUtilizationPercentage: 70 },
  },
  ingress: { className: 'nginx', annotations: { 'cert-manager.io/cluster-issuer': 'ca' } },
  networkPolicy: { ingressFrom: [{ namespaceSelector: {} }], metricsFrom: [{ namespaceSelector: {} }] },
  image: { repository: 'registry.example.com/lockstep', tag: '9.9.9' },
};
const nothing = {
  ingress: { enabled: false },
  podDisruptionBudget: { enabled: false },
  networkPolicy: { enabled: false },
};
const ways = [
  ['as it comes', manifests()],
  ['with everything', manifests(everything)],
  ['with the least', manifests(nothing)],
] as const;

const of = (all: readonly Manifest[], kind: string) => all.filter((one) => one.kind === kind);
const podsOf = (all: readonly Manifest[]) =>
  of(all, 'Deployment').map((one) => ({ name: one.metadata.name, ...one.spec.template }));

describe.each(ways)('%s', (_, all) => {
  test('each manifest has a kind, a name of its own in it, and the common labels', () => {
    const names = all.map((one) => `${one.kind}/${one.metadata.name}`);
    expect(new Set(names).size).toBe(names.length);
    for (const one of all)
      expect(one).toMatchObject({
        apiVersion: expect.any(String),
        metadata: { labels: { 'app.kubernetes.io/name': 'lockstep', 'app.kubernetes.io/instance': 'sync' } },
      });
  });

  test('every pod is without rights, without a token, and writes nowhere but into /tmp', () => {
    for (const { spec } of podsOf(all)) {
      const [container] = spec.containers;
      expect(spec).toMatchObject({
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
      });
      expect(spec.terminationGracePeriodSeconds).toBeGreaterThan(20);
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(container.volumeMounts.filter((one: Manifest) => one.readOnly !== true)).toEqual([
        { name: 'tmp', mountPath: '/tmp' },
      ]);
      expect(container.resources).toMatchObject({
        requests: { cpu: expect.any(String) },
        limits: { memory: expect.any(String) },
      });
    }
  });

  test('secrets come by reference alone: a Secret that is there already, mounted as files', () => {
    expect(of(all, 'Secret')).toEqual([]);
    for (const { spec } of podsOf(all)) {
      expect(spec.volumes[0]).toEqual({
        name: 'secrets',
        secret: { secretName: 'lockstep', defaultMode: 0o440 },
      });
      for (const { name, value } of spec.containers[0].env) {
        expect(name).toMatch(/_FILE$/);
        expect(value).toMatch(/^\/run\/secrets\/lockstep\/[a-z-]+$/);
      }
    }
    const [settings] = of(all, 'ConfigMap');
    expect(
      Object.keys(settings.data).filter((name) => /SECRET|PASSWORD|MASTER_KEY|DATABASE_URL/.test(name)),
    ).toEqual([]);
  });

  test('serve is probed for life and readiness, and leads from host to pod', () => {
    const [serve] = podsOf(all).filter((one) => one.name === 'sync-serve');
    const [container] = serve.spec.containers;
    const paths = ['startupProbe', 'livenessProbe', 'readinessProbe'].map(
      (probe) => container[probe].httpGet,
    );
    expect(paths).toEqual(['/health', '/health', '/ready'].map((path) => ({ path, port: 'http' })));
    expect(container.ports[0]).toEqual({ name: 'http', containerPort: 3000 });
    const [service] = of(all, 'Service').filter((one) => one.metadata.name === 'sync');
    expect(serve.metadata.labels).toMatchObject(service.spec.selector);
    expect(service.spec).toMatchObject({ type: 'ClusterIP', ports: [{ targetPort: 'http' }] });
  });

  test('selectors meet the labels of the pods that they are meant for', () => {
    for (const one of of(all, 'Deployment'))
      expect(one.spec.template.metadata.labels).toMatchObject(one.spec.selector.matchLabels);
    for (const one of of(all, 'PodDisruptionBudget')) {
      const [pods] = podsOf(all).filter((pod) => pod.name === one.metadata.name);
      expect(pods.metadata.labels).toMatchObject(one.spec.selector.matchLabels);
    }
  });

  test('every variable is one that the product reads', () => {
    const read = variablesOfConfig();
    const [settings] = of(all, 'ConfigMap');
    const given = [
      ...Object.keys(settings.data),
      ...podsOf(all).flatMap((pod) => pod.spec.containers[0].env.map((one: Manifest) => one.name)),
    ];
    expect(given.filter((name) => !read.has(name))).toEqual([]);
  });
});

test('as it comes, pages have a TLS ingress, and two of each may not be drained at once', () => {
  const [, all] = ways[0];
  const [ingress] = of(all, 'Ingress');
  expect(ingress.spec.tls).toEqual([{ hosts: ['lockstep.example.com'], secretName: 'lockstep-tls' }]);
  expect(ingress.spec.rules[0].http.paths[0].backend.service).toEqual({
    name: 'sync',
    port: { name: 'http' },
  });
  expect(of(all, 'PodDisruptionBudget').map((one) => one.spec.minAvailable)).toEqual([1, 1]);
  expect(of(all, 'Deployment').map((one) => one.spec.replicas)).toEqual([2, 2]);
  expect(podsOf(all).map((one) => one.spec.containers[0].image)).toEqual(
    Array(2).fill(`lockstep:${chart.appVersion}`),
  );
});

test('network policies close workers to everybody, and let only the listed ports out', () => {
  const [, all] = ways[0];
  const [everybody, serve] = of(all, 'NetworkPolicy');
  expect(everybody.spec).toMatchObject({ policyTypes: ['Ingress', 'Egress'], ingress: [] });
  const ports = everybody.spec.egress.flatMap((rule: Manifest) =>
    rule.ports.map((one: Manifest) => one.port),
  );
  expect(ports).toEqual([53, 53, 443, 465, 587, 5432]);
  expect(serve.spec.ingress).toEqual([{ ports: [{ port: 3000, protocol: 'TCP' }] }]);
});

test('with everything, metrics have a port and a monitor, and workers scale without a fixed number', () => {
  const [, all] = ways[1];
  const worker = of(all, 'Deployment').find((one) => one.metadata.name === 'sync-worker');
  expect(worker.spec).not.toHaveProperty('replicas');
  expect(worker.spec.template.spec.containers[0].ports).toEqual([{ name: 'metrics', containerPort: 9464 }]);
  expect(of(all, 'HorizontalPodAutoscaler')[0].spec.scaleTargetRef.name).toBe('sync-worker');
  const [monitor] = of(all, 'ServiceMonitor');
  const headless = of(all, 'Service').find((one) => one.metadata.name === 'sync-metrics');
  expect(headless.metadata.labels).toMatchObject(monitor.spec.selector.matchLabels);
  expect(podsOf(all)[0]?.spec.containers[0].image).toBe('registry.example.com/lockstep:9.9.9');
});

test('with the least, what is switched off is not there', () => {
  const kinds = new Set(ways[2][1].map((one) => one.kind));
  expect([...kinds].toSorted()).toEqual(['ConfigMap', 'Deployment', 'Service', 'ServiceAccount']);
});

interface Schema {
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: unknown;
}

test('the schema describes every value, and every value of the schema is in values.yaml', () => {
  const faults: string[] = [];
  const compare = (schema: Schema, value: Record<string, unknown>, path: string) => {
    for (const [name, one] of Object.entries(schema.properties ?? {})) {
      const at = `${path}.${name}`;
      if ((one.description ?? '') === '') faults.push(`${at}: not described`);
      if (name === 'global') continue;
      if (!(name in value)) faults.push(`${at}: not in values.yaml`);
      else if (one.properties !== undefined) compare(one, value[name] as Record<string, unknown>, at);
    }
    if (schema.additionalProperties === false)
      for (const name of Object.keys(value))
        if (!(name in (schema.properties ?? {}))) faults.push(`${path}.${name}: not in the schema`);
  };
  compare(JSON.parse(read('values.schema.json')) as Schema, values, '');
  expect(faults).toEqual([]);
});

test('chart and image bear the version of package.json', () => {
  const { version } = JSON.parse(readFileSync(join(folder, '../../../package.json'), 'utf8')) as {
    version: string;
  };
  expect([chart.version, chart.appVersion]).toEqual([version, version]);
});

test.each([
  ['{{ lookup "v1" }}', 'unknown function lookup'],
  ['{{ .Values.nowhere }}', 'there is no nowhere'],
  ['{{ with .Values }}x{{ end }}', 'with'],
  ['{{ if .Values }}x', 'if without end'],
  ['{{ toYaml .Values | sha256sum }}', 'unknown function sha256sum'],
])('the renderer refuses %s', (text, fault) => {
  const render = () => renderTemplates({ templates: { 'x.yaml': text }, context: { Values: { a: 1 } } });
  expect(render).toThrow(fault);
});

const hasHelm = spawnSync('helm', ['version'], { stdio: 'ignore' }).status === 0;

test.skipIf(!hasHelm)('helm lints it (skipped: no helm here)', () => {
  const linted = spawnSync(
    'helm',
    ['lint', folder, '--strict', '--set', 'host=lockstep.example.com,env.SALESFORCE_CLIENT_ID=x'],
    { encoding: 'utf8' },
  );
  expect({ status: linted.status, out: linted.status === 0 ? '' : linted.stdout }).toEqual({
    status: 0,
    out: '',
  });
});
