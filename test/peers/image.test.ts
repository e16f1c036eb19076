/**
 * Goal: the image is sound where no engine can build it. Method: dockerfile-utils and rules of our own judge the Dockerfile; what its last two stages
 * gather is gathered here from the same lines, and run by Node's permission model, which lets it write nowhere: as with a read-only root.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { validate } from 'dockerfile-utils';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freePort } from '../../sandbox/free-port.ts';
import { copiesOf, readStages } from '../support/dockerfile.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts';

const root = join(import.meta.dirname, '..', '..');
const read = (file: string) => readFileSync(join(root, file), 'utf8');
const text = read('Dockerfile');
const stages = readStages(text);
const last = stages.at(-1);
if (last === undefined) throw new Error('no stage');
const instructions = stages.flatMap((stage) => stage.instructions);
const ofLast = (keyword: string) =>
  last.instructions.filter((one) => one.keyword === keyword).map((one) => one.rest);
const manifest = JSON.parse(read('package.json')) as { version: string; dependencies: { node: string } };

describe('the Dockerfile', () => {
  test('has nothing that dockerfile-utils complains of', () => {
    expect(validate(text).map((found) => `${found.range.start.line + 1}: ${found.message}`)).toEqual([]);
  });

  test('builds on one pinned Debian-based Node, the one that package.json pins', () => {
    expect(new Set(stages.map((stage) => stage.image))).toEqual(
      new Set([`node:${manifest.dependencies.node}-bookworm-slim`]),
    );
  });

  test('ends as a user that is not root, given by number, after everything was copied', () => {
    expect(ofLast('USER')).toEqual(['1000:1000']);
    const keywords = last.instructions.map((one) => one.keyword);
    expect(keywords.indexOf('USER')).toBeGreaterThan(keywords.lastIndexOf('COPY'));
    expect(instructions.filter(({ rest }) => /--chown/.test(rest))).toEqual([]);
  });

  test('copies and never adds, and holds no secret in its environment or its arguments', () => {
    expect(instructions.filter(({ keyword }) => keyword === 'ADD')).toEqual([]);
    const given = instructions.filter(({ keyword }) => keyword === 'ENV' || keyword === 'ARG');
    expect(
      given.filter(({ rest }) => /SECRET|PASSWORD|TOKEN|MASTER_KEY|DATABASE_URL|SMTP_URL/i.test(rest)),
    ).toEqual([]);
  });

  test('installs by the lock, runs no script of a package, and takes neither tests’ packages nor the embedded database along', () => {
    const installs = instructions.filter(({ rest }) => /\bnpm\b/.test(rest));
    expect(installs.map(({ rest }) => rest)).toEqual([
      'npm ci --ignore-scripts --no-audit --no-fund',
      'npm ci --omit=dev --omit=optional --ignore-scripts --no-audit --no-fund',
    ]);
  });

  test('starts in exec form, says whether it lives, and bears the version of package.json', () => {
    for (const keyword of ['ENTRYPOINT', 'CMD'])
      expect(JSON.parse(ofLast(keyword)[0] ?? '')).toBeInstanceOf(Array);
    expect(ofLast('HEALTHCHECK')[0]).toContain('/health');
    expect(ofLast('ARG')).toEqual([`VERSION=${manifest.version}`]);
    expect(ofLast('LABEL')[0]).toMatch(/image\.licenses="Apache-2\.0".*image\.version="\$\{VERSION\}"/);
  });

  test('is given exactly what it copies', () => {
    const copied = stages.flatMap((stage) =>
      copiesOf(stage)
        .filter((copy) => copy.from === null)
        .flatMap((copy) => copy.sources),
    );
    const [first, ...rules] = read('.dockerignore')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'));
    expect(first).toBe('*');
    const allowed = rules.filter((rule) => rule.startsWith('!')).map((rule) => rule.slice(1));
    expect(allowed.toSorted()).toEqual([...new Set(copied)].toSorted());
  });
});

describe('what the image holds', () => {
  let folder: string;
  let database: TestDatabase;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'lockstep-image-'));
    database = await createEmptyDatabase();
    for (const { from, sources, target } of copiesOf(last)) {
      if (from === 'dependencies') await linkPackages(folder);
      else if (from === 'build') {
        await mkdir(join(folder, target), { recursive: true });
        for (const page of ['index', 'outlook', 'dialog', 'outlook-dialog', 'admin'])
          await writeFile(join(folder, target, `${page}.html`), '<!doctype html><title>Lockstep</title>');
      } else
        for (const source of sources)
          await cp(join(root, source), join(folder, target.endsWith('/') ? source : target), {
            recursive: true,
            filter: (path) => !/\.test\.ts$|\.tsbuildinfo$/.test(path),
          });
    }
    await writeFile(join(folder, 'database-url'), `${database.url}\n`);
    await writeFile(join(folder, 'master-key'), Buffer.alloc(32, 9).toString('base64'));
  });
  afterAll(async () => {
    await database?.drop();
    await rm(folder, { recursive: true, force: true });
  });

  const environment = (port: number) => ({
    PATH: process.env.PATH ?? '',
    PORT: String(port),
    HOST: '127.0.0.1',
    DATABASE_URL_FILE: join(folder, 'database-url'),
    MASTER_KEY_FILE: join(folder, 'master-key'),
    SALESFORCE_CLIENT_ID: 'app',
    LOG_LEVEL: 'silent',
  });
  const sealed = ['--permission', '--allow-fs-read=*', join('bin', 'lockstep.js')];

  test('is enough for the pages to be built', async () => {
    const built = await mkdtemp(join(tmpdir(), 'lockstep-image-build-'));
    try {
      const build = stages.find((stage) => stage.name === 'build');
      if (build === undefined) throw new Error('no stage named build');
      for (const source of copiesOf(build).flatMap((copy) => copy.sources))
        await cp(join(root, source), join(built, source), { recursive: true });
      await symlink(join(root, 'node_modules'), join(built, 'node_modules'));
      const command = build.instructions.findLast((one) => one.keyword === 'RUN')?.rest.split(' ') ?? [];
      expect(command[0]).toBe('node');
      execFileSync(process.execPath, command.slice(1), { cwd: built, stdio: 'pipe' });
      expect(await readdir(join(built, 'dist', 'web'))).toContain('admin.html');
    } finally {
      await rm(built, { recursive: true, force: true });
    }
  });

  test('serves, works and stops at SIGTERM without writing a file, and its health check sees both', async () => {
    const port = await freePort('127.0.0.1');
    const child = spawn(process.execPath, [...sealed, 'serve'], { cwd: folder, env: environment(port) });
    let complaints = '';
    child.stderr.on('data', (chunk: Buffer) => {
      complaints += chunk.toString();
    });
    const ended = once(child, 'exit');
    const [line] = await Promise.race([once(createInterface({ input: child.stdout }), 'line'), ended]);
    expect([line, complaints]).toEqual([expect.stringContaining('and works'), expect.any(String)]);
    expect(await (await fetch(`http://127.0.0.1:${port}/ready`)).json()).toEqual({ status: 'ok' });
    expect(await healthCheck(port)).toBe(0);
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(complaints).not.toMatch(/ERR_ACCESS_DENIED|ERR_MODULE_NOT_FOUND/);
    expect(await healthCheck(port)).toBe(1);
  });

  test('names the way out when it is started without a database, for which it has no room', async () => {
    const { DATABASE_URL_FILE: _, ...without } = environment(0);
    const child = spawn(process.execPath, [...sealed, 'doctor'], { cwd: folder, env: without });
    let said = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (chunk: Buffer) => {
        said += chunk.toString();
      });
    const [code] = await once(child, 'close');
    expect(code).not.toBe(0);
    expect(said).toMatch(/database: cannot be opened .* DATABASE_URL/);
  });

  /** The command of the Dockerfile's HEALTHCHECK, as the engine would run it; resolves with its exit code. */
  function healthCheck(port: number): Promise<number> {
    const words = JSON.parse(/CMD (\[.*\])$/.exec(ofLast('HEALTHCHECK')[0] ?? '')?.[1] ?? '[]') as string[];
    return new Promise((resolve) => {
      execFile(process.execPath, words.slice(1), { env: { PORT: String(port) } }, (error) =>
        resolve(error === null ? 0 : Number(error.code)),
      );
    });
  }
});

/** What `npm ci --omit=dev --omit=optional` would install, by the lock; linked, not copied. */
async function linkPackages(folder: string): Promise<void> {
  const lock = JSON.parse(read('package-lock.json')) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean; optional?: boolean }>;
  };
  const places = Object.entries(lock.packages)
    .filter(
      ([place, one]) => place !== '' && one.dev !== true && one.devOptional !== true && one.optional !== true,
    )
    .map(([place]) => place)
    // Those inside of another come along with it.
    .filter((place) => place.lastIndexOf('node_modules/') === 0);
  for (const place of places) await mkdir(join(folder, dirname(place)), { recursive: true });
  const byParent = Map.groupBy(places, (place) => dirname(place));
  for (const [parent, those] of byParent)
    execFileSync('cp', ['-al', ...those.map((place) => join(root, place)), join(folder, parent)]);
}
