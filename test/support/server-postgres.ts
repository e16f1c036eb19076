/**
 * A server PostgreSQL as Debian brings it, where one is installed: the same tests run on it as on the embedded one. Tests that need it are
 * skipped with a printed line where there is none.
 */
import { chmod, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../sandbox/free-port.ts';
import type { Binaries } from '../../src/store/embedded-binaries.ts';
import { chooseUser, openCluster } from '../../src/store/embedded-cluster.ts';
import { type ServerProcess, spawnServer } from '../../src/store/embedded-process.ts';

const DEBIAN = '/usr/lib/postgresql';

/** The newest server installed; null where there is none. */
export async function findServerBinaries(): Promise<Binaries | null> {
  const versions = await readdir(DEBIAN).catch(() => []);
  const newest = versions.sort((one, other) => Number(other) - Number(one))[0];
  if (newest === undefined) {
    process.stdout.write(`skipped: no server PostgreSQL in ${DEBIAN}\n`);
    return null;
  }
  return { initdb: join(DEBIAN, newest, 'bin', 'initdb'), postgres: join(DEBIAN, newest, 'bin', 'postgres') };
}

export interface TestServer extends AsyncDisposable {
  readonly folder: string;
  readonly adminUrl: string;
  readonly url: string;
  /** Starts it again after a crash. */
  start(): Promise<void>;
}

/** A server of its own, made and started with the given programs. */
export async function startTestServer(
  binaries: Binaries,
  { fsync }: { fsync: boolean },
): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-server-'));
  await chmod(folder, 0o755);
  const cluster = await openCluster(folder, binaries, await chooseUser(folder));
  const port = await freePort('127.0.0.1');
  const address = (role: string, password: string, database: string) =>
    `postgres://${role}:${password}@127.0.0.1:${port}/${database}`;
  const adminUrl = address('postgres', cluster.secrets.adminPassword, 'lockstep');
  let server: ServerProcess | undefined;
  const start = async () => {
    server = await spawnServer(binaries.postgres, cluster, {
      port,
      fsync,
      logPath: join(folder, 'postgres.log'),
    });
    while (!(await answers(adminUrl))) {
      if (server.hasEnded()) throw new Error('the server PostgreSQL does not start');
      await scheduler.wait(10);
    }
  };
  await start();
  return {
    folder,
    adminUrl,
    url: address('lockstep', cluster.secrets.password, 'lockstep'),
    start,
    [Symbol.asyncDispose]: async () => {
      await server?.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  return client
    .connect()
    .then(() => client.end())
    .then(
      () => true,
      () => false,
    );
}
