/**
 * A real PostgreSQL in a folder, brought by npm: started with the first process that wants it, shared with the others that name the same
 * folder, stopped with its owner, however that one ends. See docs/decisions/database.md.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join, resolve } from 'node:path';
import { scheduler } from 'node:timers/promises';
import pg from 'pg';
import { findBinaries } from './embedded-binaries.ts';
import { ADMIN_ROLE, type Cluster, chooseUser, DATABASE, openCluster, ROLE } from './embedded-cluster.ts';
import { isPidFileStale, type ServerProcess, spawnServer } from './embedded-process.ts';

export interface EmbeddedOptions {
  /** Made when missing (0700). Holds the cluster, its passwords and its log, and nothing else. */
  readonly folder: string;
  /** True unless told; false only where a power cut may cost everything, as in tests. */
  readonly fsync?: boolean;
  /** A free one unless told. */
  readonly port?: number;
}

export interface Embedded {
  /** For the product: owner of the database, bound by row-level security. */
  readonly url: string;
  /** For tests and repair: a superuser. */
  readonly adminUrl: string;
  /** Whether another process owns the server and this one only uses it. */
  readonly attached: boolean;
  /** Stops the server if this process owns it. */
  stop(): Promise<void>;
}

interface Running {
  readonly ownerPid: number;
  readonly url: string;
  readonly adminUrl: string;
}

const STEP_MS = 20;
/** How long to wait for somebody else who starts or stops on the same folder: 30 s. */
const STEPS_MAX = 1_500;
/** A server that recovers from a crash may take its time: 2 min. */
const ANSWER_STEPS_MAX = 6_000;
const STARTS_MAX = 10;
/** https://www.postgresql.org/docs/current/errcodes-appendix.html */
const TOO_MANY_CONNECTIONS = '53300';

/** Folders that this process owns. */
const owned = new Set<string>();

/**
 * Starts PostgreSQL on a folder, or joins the server that another living process runs there. Rejects with a sentence that names the way out.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<Embedded> {
  const folder = resolve(options.folder);
  await mkdir(folder, { recursive: true, mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    // A read-only root, as in a container, has no room for a database of its own.
    throw new Error(
      `the data folder cannot be made (${error.code}); set DATA_DIR to one that can, or name a server in DATABASE_URL`,
      { cause: error },
    );
  });
  for (let step = 0; step < STEPS_MAX; step += 1) {
    const running = await readRunning(folder);
    if (running !== null && isAlive(running.ownerPid) && (await answers(running.url))) {
      return { url: running.url, adminUrl: running.adminUrl, attached: true, stop: () => Promise.resolve() };
    }
    if (await takeOwnership(folder, running)) return own(folder, options);
    await scheduler.wait(STEP_MS);
  }
  throw new Error(
    `another process is starting or stopping PostgreSQL in ${folder} and does not come to an end`,
  );
}

async function own(folder: string, options: EmbeddedOptions): Promise<Embedded> {
  owned.add(folder);
  const giveBack = async () => {
    await rm(join(folder, 'running.json'), { force: true });
    await rm(join(folder, 'owner.pid'), { force: true });
    owned.delete(folder);
  };
  try {
    const runAs = await chooseUser(folder);
    const binaries = await findBinaries(runAs);
    const cluster = await openCluster(folder, binaries, runAs);
    const { server, port } = await startServer(folder, binaries.postgres, cluster, options);
    const { password, adminPassword } = cluster.secrets;
    const running: Running = {
      ownerPid: process.pid,
      url: urlOf(ROLE, password, port, DATABASE),
      adminUrl: urlOf(ADMIN_ROLE, adminPassword, port, DATABASE),
    };
    await writeWhole(join(folder, 'running.json'), JSON.stringify(running));
    let stopping: Promise<void> | undefined;
    const stop = () => {
      stopping ??= rm(join(folder, 'running.json'), { force: true })
        .then(() => server.stop())
        .then(giveBack);
      return stopping;
    };
    return { url: running.url, adminUrl: running.adminUrl, attached: false, stop };
  } catch (error) {
    await giveBack();
    throw error;
  }
}

async function startServer(
  folder: string,
  postgres: string,
  cluster: Cluster,
  options: EmbeddedOptions,
): Promise<{ server: ServerProcess; port: number }> {
  const logPath = join(folder, 'postgres.log');
  for (let start = 1; ; start += 1) {
    const port = options.port ?? (await freePort());
    const server = await spawnServer(postgres, cluster, { port, fsync: options.fsync ?? true, logPath });
    if (await comesUp(server, urlOf(ADMIN_ROLE, cluster.secrets.adminPassword, port, 'postgres'))) {
      return { server, port };
    }
    await server.stop();
    const words = await server.words();
    // The server of a killed owner, which writes to the same log while it ends, needs a moment to end; a port may have been taken between finding and using it.
    const mayPass = /postmaster\.pid|shared memory|Address already in use/.test(words);
    if (!mayPass || start === STARTS_MAX)
      throw new Error(`PostgreSQL does not start in ${folder}:\n${words.split('\n').slice(-4).join('\n')}`);
    if (start > 2 && (await isPidFileStale(cluster.path))) await rm(join(cluster.path, 'postmaster.pid'));
    await scheduler.wait(STEP_MS * 2 ** start);
  }
}

async function comesUp(server: ServerProcess, url: string): Promise<boolean> {
  for (let step = 0; step < ANSWER_STEPS_MAX && !server.hasEnded(); step += 1) {
    if (await answers(url)) return true;
    await scheduler.wait(STEP_MS);
  }
  return false;
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 5_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return true;
  } catch (error) {
    // So many clients that we find no room is an answer, too.
    return (error as { code?: unknown }).code === TOO_MANY_CONNECTIONS;
  } finally {
    await client.end().catch(() => undefined);
  }
}

/**
 * The right to start a server here: a file that exactly one process can make. One that was left by a dead process, or by a process whose server
 * is gone, is taken over; PostgreSQL's own lock stands behind it.
 */
async function takeOwnership(folder: string, running: Running | null): Promise<boolean> {
  const path = join(folder, 'owner.pid');
  const taken = await writeFile(path, String(process.pid), { flag: 'wx', mode: 0o600 }).then(
    () => true,
    () => false,
  );
  if (taken) return true;
  const owner = Number(await readFile(path, 'utf8').catch(() => '0'));
  // In a container, the process after a restart often has the number of the one before.
  const left = owner === process.pid ? !owned.has(folder) : owner > 0 && !isAlive(owner);
  const deserted = running !== null && running.ownerPid === owner && !owned.has(folder);
  if (left || deserted) {
    const aside = `${path}.${process.pid}`;
    await rename(path, aside).catch(() => undefined);
    await rm(aside, { force: true });
  }
  return false;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

async function readRunning(folder: string): Promise<Running | null> {
  const text = await readFile(join(folder, 'running.json'), 'utf8').catch(() => null);
  return text === null ? null : (JSON.parse(text) as Running);
}

async function writeWhole(path: string, text: string): Promise<void> {
  await writeFile(`${path}.new`, text, { mode: 0o600 });
  await rename(`${path}.new`, path);
}

function urlOf(role: string, password: string, port: number, database: string): string {
  return `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
}

function freePort(): Promise<number> {
  return new Promise((done, fail) => {
    const server = createServer();
    server.on('error', fail);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      const port = address !== null && typeof address === 'object' ? address.port : 0;
      server.close(() => done(port));
    });
  });
}
