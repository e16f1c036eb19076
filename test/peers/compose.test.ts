/**
 * Goal: the compose file opens no door that need not be open and keeps secrets out of the environment. Method: read with `yaml` and judged rule by rule;
 * where a docker client with compose exists, it judges the file as well.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';

const folder = join(import.meta.dirname, '..', '..', 'deploy');

interface Service {
  readonly image: string;
  readonly command?: readonly string[];
  readonly ports?: readonly string[];
  readonly networks: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly secrets?: readonly string[];
  readonly volumes?: readonly string[];
  readonly healthcheck?: { readonly test?: readonly string[]; readonly disable?: boolean };
  readonly depends_on?: Readonly<Record<string, { readonly condition: string }>>;
  readonly read_only?: boolean;
  readonly cap_drop?: readonly string[];
  readonly security_opt: readonly string[];
  readonly stop_grace_period?: string;
  readonly deploy?: { readonly replicas: number };
}

const compose = parse(readFileSync(join(folder, 'compose.yaml'), 'utf8'), { merge: true }) as {
  readonly services: Readonly<Record<'postgres' | 'serve' | 'worker' | 'proxy', Service>>;
  readonly networks: Readonly<Record<string, { readonly internal?: boolean } | null>>;
  readonly secrets: Readonly<Record<string, { readonly file: string }>>;
  readonly volumes: Readonly<Record<string, unknown>>;
};
const { postgres, serve, worker, proxy } = compose.services;
const services = Object.entries(compose.services);

test('only the proxy has ports, and they are those of http and https', () => {
  expect(services.filter(([, one]) => one.ports !== undefined).map(([name]) => name)).toEqual(['proxy']);
  expect(proxy.ports).toEqual(['80:80', '443:443']);
});

test('the database is reached on a network without a way out, and by the product alone', () => {
  expect(postgres.networks).toEqual(['data']);
  expect(compose.networks.data).toEqual({ internal: true });
  expect(proxy.networks).not.toContain('data');
});

test('secrets are files: none stands in the environment, and each that is used is declared', () => {
  for (const [name, one] of services)
    for (const [variable, value] of Object.entries(one.environment ?? {}))
      expect
        .soft(
          /SECRET|PASSWORD|KEY|DATABASE_URL/.test(variable) ? value : '/run/secrets/',
          `${name}: ${variable}`,
        )
        .toMatch(/^\/run\/secrets\//);
  const used = services.flatMap(([, one]) => one.secrets ?? []);
  expect([...new Set(used)].toSorted()).toEqual(Object.keys(compose.secrets).toSorted());
  for (const [name, { file }] of Object.entries(compose.secrets)) expect(file).toBe(`./secrets/${name}`);
});

test('what is started is the product’s own commands, workers beside a server that does not work', () => {
  expect([serve.command, worker.command]).toEqual([['serve', '--no-worker'], ['worker']]);
  expect(worker.deploy?.replicas).toBeGreaterThan(1);
  expect(serve.image).toBe(worker.image);
});

test('the product waits for the database to answer, the proxy for the product', () => {
  expect(postgres.healthcheck?.test?.join(' ')).toContain('pg_isready');
  for (const one of [serve, worker]) expect(one.depends_on?.postgres?.condition).toBe('service_healthy');
  expect(proxy.depends_on?.serve?.condition).toBe('service_healthy');
  expect(worker.healthcheck).toEqual({ disable: true });
});

test('data outlives its container, on volumes that are declared', () => {
  const named = services
    .flatMap(([, one]) => one.volumes ?? [])
    .map((volume) => volume.split(':')[0] ?? '')
    .filter((name) => !name.startsWith('.'));
  expect(named.toSorted()).toEqual(Object.keys(compose.volumes).toSorted());
  // Since version 18 the image keeps its clusters by version below this folder.
  expect(postgres.volumes).toEqual(['postgres:/var/lib/postgresql']);
});

test('nothing can gain a right; the product and the proxy write nowhere but where they are told', () => {
  for (const [name, one] of services) expect.soft(one.security_opt, name).toContain('no-new-privileges:true');
  for (const one of [serve, worker, proxy]) {
    expect(one.read_only).toBe(true);
    expect(one.cap_drop).toEqual(['ALL']);
  }
});

test('images are pinned, and stopping leaves the 20 seconds that runs may need', () => {
  expect(postgres.image).toMatch(/^postgres:\d+\.\d+-bookworm$/);
  expect(proxy.image).toMatch(/^caddy:\d+\.\d+\.\d+-alpine$/);
  expect(Number.parseInt(worker.stop_grace_period ?? '', 10)).toBeGreaterThan(20);
});

test('the files beside it that it needs are there, and the proxy leads to the product’s port', () => {
  expect(existsSync(join(folder, 'lockstep.env.example'))).toBe(true);
  const caddyfile = readFileSync(join(folder, 'caddy', 'Caddyfile'), 'utf8');
  expect(caddyfile).toContain('reverse_proxy serve:3000');
});

const hasCompose = spawnSync('docker', ['compose', 'version'], { stdio: 'ignore' }).status === 0;

test.skipIf(!hasCompose)('docker compose takes it (skipped: no docker client with compose here)', () => {
  const config = spawnSync(
    'docker',
    ['compose', '--file', 'compose.yaml', 'config', '--quiet', '--no-env-resolution'],
    {
      cwd: folder,
      env: { ...process.env, LOCKSTEP_HOST: 'lockstep.example.com' },
      encoding: 'utf8',
    },
  );
  expect(config.stderr).toBe('');
  expect(config.status).toBe(0);
});
