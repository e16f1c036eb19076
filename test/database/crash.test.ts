import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import pg from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startEmbedded } from '../../src/store/embedded.ts';
import { eventually, isAlive, postmasterPid, processesIn } from '../support/processes.ts';
import { readSeed, seededRandom } from '../support/seed.ts';
import { findServerBinaries, startTestServer } from '../support/server-postgres.ts';

const ownerScript = join(import.meta.dirname, '..', 'support', 'embedded-owner.ts');
const serverBinaries = await findServerBinaries();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-crash-'));
});
afterEach(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

test.skipIf(process.platform !== 'linux')(
  'kill -9 at any moment of its start leaves no orphan',
  async () => {
    const random = seededRandom(readSeed('owner killed while starting'));
    await (await startEmbedded({ folder, fsync: false })).stop();
    for (let round = 0; round < 6; round += 1) {
      const child = spawn(process.execPath, [ownerScript, folder], { stdio: ['pipe', 'ignore', 'inherit'] });
      await scheduler.wait(150 + Math.floor(random.next() * 250));
      child.kill('SIGKILL');
      let left: readonly string[] = [];
      await eventually('every process in the folder ends', async () => {
        left = await processesIn(folder);
        return left.length === 0;
      }).catch(() => undefined);
      expect(left).toEqual([]);
    }
    const next = await startEmbedded({ folder });
    expect(next.attached).toBe(false);
    await next.stop();
  },
  90_000,
);

/** Writes numbers one transaction each until the server is killed; returns the last one that was confirmed. */
async function writeUntilKilled(
  url: string,
  first: number,
  kill: () => void,
  afterWrites: number,
): Promise<number> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  let confirmed = first - 1;
  try {
    for (let number = first; ; number += 1) {
      // Killed while a statement is under way: the answer to it may or may not come.
      if (number === first + afterWrites) kill();
      await client.query(
        'insert into numbers (number, filler) values ($1::integer, repeat(md5($1::integer::text), 40))',
        [number],
      );
      confirmed = number;
    }
  } catch (error) {
    if (error instanceof pg.DatabaseError && !/^57P0|^08/.test(error.code ?? '')) throw error;
    return confirmed;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function storedNumbers(url: string): Promise<{ count: number; last: number }> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const { rows } = await client.query<{ count: number; last: number }>(
    `select count(*)::integer as count, coalesce(max(number), 0) as last from numbers
     where filler = repeat(md5(number::text), 40)`,
  );
  await client.end();
  return rows[0] ?? { count: 0, last: 0 };
}

const createNumbers = async (url: string) => {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await client.query('create table numbers (number integer primary key, filler text not null)');
  await client.end();
};

test('kill -9 in mid-write loses nothing committed', async () => {
  const random = seededRandom(readSeed('embedded kill -9'));
  let server = await startEmbedded({ folder });
  await createNumbers(server.url);
  let confirmed = 0;
  for (let round = 0; round < 5; round += 1) {
    const pid = await postmasterPid(folder);
    const before = await storedNumbers(server.url);
    confirmed = await writeUntilKilled(
      server.url,
      before.last + 1,
      () => process.kill(pid, 'SIGKILL'),
      Math.floor(random.next() * 60),
    );
    await server.stop();
    server = await startEmbedded({ folder });
    const { count, last } = await storedNumbers(server.url);
    expect(last).toBeGreaterThanOrEqual(confirmed);
    expect(last).toBeLessThanOrEqual(confirmed + 1);
    expect(count).toBe(last);
  }
  await server.stop();
}, 90_000);

test.skipIf(serverBinaries === null)(
  'nor does it on a server PostgreSQL',
  async () => {
    if (serverBinaries === null) return;
    const random = seededRandom(readSeed('server kill -9'));
    await using server = await startTestServer(serverBinaries, { fsync: true });
    await createNumbers(server.url);
    for (let round = 0; round < 3; round += 1) {
      const pid = await postmasterPid(server.folder);
      const before = await storedNumbers(server.url);
      const confirmed = await writeUntilKilled(
        server.url,
        before.last + 1,
        () => process.kill(pid, 'SIGKILL'),
        Math.floor(random.next() * 60),
      );
      await eventually('the killed server is gone', () => !isAlive(pid));
      await server.start();
      const { count, last } = await storedNumbers(server.url);
      expect(last).toBeGreaterThanOrEqual(confirmed);
      expect(count).toBe(last);
    }
  },
  90_000,
);
