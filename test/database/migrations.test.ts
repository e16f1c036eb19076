import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openDatabase, rowSecurityHolds } from '../../src/store/database.ts';
import { dumpSchema } from '../../src/store/dump-schema.ts';
import {
  countMissingMigrations,
  MigrationRefused,
  migrate,
  migrationsFolder,
  readMigrations,
} from '../../src/store/migrate.ts';
import { createEmptyDatabase, createTestDatabase } from '../support/postgres.ts';
import { seedTenant } from '../support/rows.ts';
import { findServerBinaries, startTestServer } from '../support/server-postgres.ts';

const serverBinaries = await findServerBinaries();
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-migrations-'));
  await cp(migrationsFolder, folder, { recursive: true });
});
afterAll(() => rm(folder, { recursive: true }));

const committedSchema = () => readFile(join(migrationsFolder, '..', 'schema.sql'), 'utf8');

test('schema.sql is what all migrations leave', async () => {
  await using fresh = await createTestDatabase();
  expect(await dumpSchema(fresh.url)).toBe(await committedSchema());
});

test.skipIf(serverBinaries === null)('a server PostgreSQL ends with the same schema', async () => {
  if (serverBinaries === null) return;
  await using server = await startTestServer(serverBinaries, { fsync: false });
  await migrate(server.url);
  expect(await dumpSchema(server.url)).toBe(await committedSchema());
});

test('a superuser may migrate and work, and steps down so that row-level security binds him', async () => {
  await using empty = await createEmptyDatabase();
  await migrate(empty.adminUrl);
  const db = openDatabase({ url: empty.adminUrl, poolMax: 2, applicationName: 'superuser test' });
  try {
    expect(await rowSecurityHolds(db)).toBe(true);
    const tenant = await seedTenant(db, 'superuser');
    const { rows } = await db.pool.query('select from mailboxes');
    expect(rows).toEqual([]);
    expect(tenant.mailboxId).toMatch(/^[0-9a-f-]{36}$/);
  } finally {
    await db.close();
  }
});

test('of many migrators at once, one applies everything and the others find it done', async () => {
  await using empty = await createEmptyDatabase();
  const all = (await readMigrations(migrationsFolder)).map((migration) => migration.name);
  expect(await countMissingMigrations(empty.url)).toBe(all.length);
  const results = await Promise.all(Array.from({ length: 8 }, () => migrate(empty.url)));
  expect(results.map((result) => result.applied).filter((applied) => applied.length > 0)).toEqual([all]);
  expect(await countMissingMigrations(empty.url)).toBe(0);
});

test('a migration that fails leaves nothing of itself and stops the ones after it', async () => {
  await using fresh = await createTestDatabase();
  const next = String((await readMigrations(folder)).length + 1).padStart(4, '0');
  const path = join(folder, `${next}_fails.sql`);
  await writeFile(path, 'create table half (id integer); select 1 / 0;');
  await expect(migrate(fresh.url, folder)).rejects.toThrow();
  const { rows } = await fresh.db.pool.query(`select to_regclass('half') as half`);
  expect(rows).toEqual([{ half: null }]);
  await writeFile(path, 'create table half (id integer);');
  expect((await migrate(fresh.url, folder)).applied).toEqual([`${next}_fails.sql`]);
  // The code without this file is older than the database now.
  await expect(migrate(fresh.url)).rejects.toThrow(/newer than this Lockstep/);
  await writeFile(path, 'create table half (id bigint);');
  await expect(migrate(fresh.url, folder)).rejects.toBeInstanceOf(MigrationRefused);
  await rm(path);
});

test('numbers have no holes', async () => {
  const holes = await mkdtemp(join(tmpdir(), 'lockstep-holes-'));
  await writeFile(join(holes, '0001_one.sql'), '');
  await writeFile(join(holes, '0003_three.sql'), '');
  await expect(readMigrations(holes)).rejects.toThrow(/0003_three/);
  await rm(holes, { recursive: true });
});

test('no table of the product lacks row-level security', async () => {
  await using fresh = await createTestDatabase();
  const client = new pg.Client({ connectionString: fresh.url });
  await client.connect();
  const { rows } = await client.query<{ table: string }>(
    `select relname as table from pg_class join pg_namespace n on n.oid = relnamespace
     where n.nspname = 'public' and relkind = 'r' and not (relrowsecurity and relforcerowsecurity) order by 1`,
  );
  await client.end();
  expect(rows.map((row) => row.table)).toEqual(['schema_migrations']);
});
