import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../src/store/embedded.ts';
import { eventually, isAlive, postmasterPid } from '../support/processes.ts';
import { answers } from '../support/server-postgres.ts';

const ownerScript = join(import.meta.dirname, '..', 'support', 'embedded-owner.ts');
const asRoot = process.getuid?.() === 0;
let folder: string;
let prepared: string;
const children: ChildProcess[] = [];

beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), 'lockstep-prepared-'));
  await (await startEmbedded({ folder: prepared, fsync: false })).stop();
});
afterAll(() => rm(prepared, { recursive: true }));

/** A folder whose cluster is made already, with its owners and modes; making one is slow. */
function fillFolder(): void {
  const { status } = spawnSync('cp', ['-a', `${prepared}/.`, folder]);
  if (status !== 0) throw new Error('the prepared folder was not copied');
}

beforeEach(async () => {
  // 0700 and ours: where we are root, PostgreSQL's own user cannot enter it.
  folder = await mkdtemp(join(tmpdir(), 'lockstep-embedded-'));
});
afterEach(async () => {
  const pid = await postmasterPid(folder).catch(() => 0);
  for (const child of children.splice(0)) child.kill('SIGKILL');
  if (pid > 0) await eventually('the server of a killed owner ends', () => !isAlive(pid));
  await rm(folder, { recursive: true, force: true });
});

function startOwner(): Promise<{ child: ChildProcess; role: string }> {
  const child = spawn(process.execPath, [ownerScript, folder], { stdio: ['pipe', 'pipe', 'inherit'] });
  children.push(child);
  return new Promise((resolve, reject) => {
    child.on('exit', (code) => reject(new Error(`the owner ended with ${code}`)));
    child.stdout.setEncoding('utf8').once('data', (line: string) => {
      resolve({ child, role: line.trim().split(' ')[1] ?? '' });
    });
  });
}

test('a server starts in an empty closed folder, keeps what it was given and starts again', async () => {
  const first = await startEmbedded({ folder });
  const written = new pg.Client({ connectionString: first.url });
  await written.connect();
  await written.query('create table kept as select 7 as value');
  await written.end();
  await first.stop();
  expect(await answers(first.url)).toBe(false);
  const tookMs: number[] = [];
  const restart = async () => {
    const startedAt = performance.now();
    const server = await startEmbedded({ folder });
    tookMs.push(performance.now() - startedAt);
    return server;
  };
  await (await restart()).stop();
  const second = await restart();
  // The better of two, for the machine may be busy with something else.
  expect(Math.min(...tookMs)).toBeLessThan(2_000);
  const read = new pg.Client({ connectionString: second.url });
  await read.connect();
  expect((await read.query('select value from kept')).rows).toEqual([{ value: 7 }]);
  await read.end();
  await second.stop();
  expect((await readdir(folder)).sort()).toEqual(['cluster', 'passwords.json', 'postgres.log']);
});

test('nobody gets in without a password, and its files are closed to others', async () => {
  fillFolder();
  const server = await startEmbedded({ folder, fsync: false });
  const bare = new URL(server.url);
  bare.password = 'wrong';
  expect(await answers(bare.toString())).toBe(false);
  for (const name of ['passwords.json', 'running.json', 'postgres.log']) {
    expect((await stat(join(folder, name))).mode & 0o077, name).toBe(0);
  }
  const cluster = await stat(join(folder, 'cluster'));
  expect(cluster.mode & 0o077).toBe(0);
  if (asRoot) expect(cluster.uid).not.toBe(0);
  await server.stop();
});

test('a second process shares the server of the first, and does not stop it', async () => {
  fillFolder();
  const { child, role } = await startOwner();
  expect(role).toBe('owner');
  const shared = await startEmbedded({ folder, fsync: false });
  expect(shared.attached).toBe(true);
  await shared.stop();
  expect(await answers(shared.url)).toBe(true);
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  await ended;
  expect(await answers(shared.url)).toBe(false);
});

test('of processes that start at once on an empty folder, one owns the server and the others share it', async () => {
  const roles = (await Promise.all(Array.from({ length: 4 }, startOwner))).map(({ role }) => role);
  expect(roles.sort()).toEqual(['attached', 'attached', 'attached', 'owner']);
});

test('kill -9 of the owner leaves no orphan, and the folder opens again at once', async () => {
  fillFolder();
  const { child } = await startOwner();
  const pid = await postmasterPid(folder);
  child.kill('SIGKILL');
  const next = await startEmbedded({ folder, fsync: false });
  expect(next.attached).toBe(false);
  await eventually('the orphan ends', () => !isAlive(pid));
  await next.stop();
});

test('leftovers of a crash do not keep a server from starting', async () => {
  fillFolder();
  const first = await startEmbedded({ folder, fsync: false });
  process.kill(await postmasterPid(folder), 'SIGKILL');
  await eventually('the server is gone', async () => !(await answers(first.url)));
  await first.stop();
  // As after a power cut: nobody tidied up, and the numbers belong to other processes now.
  const stale = `${process.pid}\n/nowhere\n1\n5432\n\n127.0.0.1\n`;
  await writeFile(join(folder, 'cluster', 'postmaster.pid'), stale);
  await writeFile(join(folder, 'owner.pid'), String(process.pid));
  await writeFile(
    join(folder, 'running.json'),
    JSON.stringify({ ownerPid: process.pid, url: first.url, adminUrl: '' }),
  );
  const second = await startEmbedded({ folder, fsync: false });
  expect(second.attached).toBe(false);
  await second.stop();
});

test('a folder that another major version made is refused with a sentence, and left as it was', async () => {
  fillFolder();
  const first = await startEmbedded({ folder, fsync: false });
  await first.stop();
  const version = join(folder, 'cluster', 'PG_VERSION');
  const made = await readFile(version, 'utf8');
  await writeFile(version, '12\n');
  await expect(startEmbedded({ folder, fsync: false })).rejects.toThrow(
    /made with PostgreSQL 12.*docs\/decisions/,
  );
  await writeFile(version, made);
  const again = await startEmbedded({ folder, fsync: false });
  expect(again.attached).toBe(false);
  await again.stop();
});

test('lost passwords are made anew, the data stays', async () => {
  fillFolder();
  const first = await startEmbedded({ folder, fsync: false });
  await first.stop();
  await rm(join(folder, 'passwords.json'));
  const second = await startEmbedded({ folder, fsync: false });
  expect(second.url).not.toBe(first.url);
  expect(await answers(second.url)).toBe(true);
  await second.stop();
});

test('statements, values and errors about them never reach the log', async () => {
  fillFolder();
  const server = await startEmbedded({ folder, fsync: false });
  const client = new pg.Client({ connectionString: server.url });
  await client.connect();
  await client.query('create table texts (value text unique, number integer)');
  await client.query(`insert into texts values ('planted marker')`);
  await client.query(`insert into texts values ('planted marker')`).catch(() => undefined);
  await client.query(`select 'planted marker'::integer`).catch(() => undefined);
  await client.query('selct planted marker').catch(() => undefined);
  await client.end();
  await server.stop();
  expect(await readFile(join(folder, 'postgres.log'), 'utf8')).not.toContain('planted');
});
