/**
 * Brings a database to the state that this code needs: numbered files in `migrations/`, forward only, each in a transaction of its own.
 * Many processes may do it at once; one does the work and the others find it done.
 */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import { rethrow } from './database.ts';

export interface Migration {
  readonly number: number;
  readonly name: string;
  readonly sql: string;
  /** SHA-256 of the file, so that a changed past shows. */
  readonly checksum: string;
}

export interface Migrated {
  /** Names of what was applied now; empty when the database was up to date. */
  readonly applied: readonly string[];
}

/** The database and this code do not belong together; the text says which is older. */
export class MigrationRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MigrationRefused';
  }
}

export const migrationsFolder = join(import.meta.dirname, '..', '..', 'migrations');
/** Any constant; the advisory lock's name in `pg_locks`. */
const LOCK = 7_105_107;

/**
 * Applies what is missing. `url` needs the right to make tables, and on a first run as superuser also makes the role that statements step
 * down to. Throws `MigrationRefused` for a database that is newer than this code or whose past differs.
 */
export async function migrate(url: string, folder: string = migrationsFolder): Promise<Migrated> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'lockstep migrate' });
  client.on('error', () => undefined);
  await client.connect().catch(rethrow);
  try {
    await client.query('select pg_advisory_lock($1)', [LOCK]).catch(rethrow);
    return { applied: await applyMissing(client, migrations) };
  } finally {
    // The lock ends with the connection.
    await client.end();
  }
}

/** How many migrations a database lacks; `doctor` asks. Throws `MigrationRefused` as `migrate` does. */
export async function countMissingMigrations(
  url: string,
  folder: string = migrationsFolder,
): Promise<number> {
  const migrations = await readMigrations(folder);
  const client = new pg.Client({ connectionString: url, application_name: 'lockstep migrate' });
  client.on('error', () => undefined);
  await client.connect().catch(rethrow);
  try {
    return missingOf(await readApplied(client), migrations).length;
  } finally {
    await client.end();
  }
}

/** The files of a folder in order. Throws when numbers are missing or doubled. */
export async function readMigrations(folder: string): Promise<readonly Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name, index) => {
      const number = Number(/^(\d{4})_[a-z0-9_]+\.sql$/.exec(name)?.[1]);
      if (number !== index + 1)
        throw new Error(`migrations are numbered without holes: ${name} is out of place`);
      const sql = await readFile(join(folder, name), 'utf8');
      return { number, name, sql, checksum: createHash('sha256').update(sql).digest('hex') };
    }),
  );
}

interface Applied {
  number: number;
  name: string;
  checksum: string;
}

async function applyMissing(client: pg.Client, migrations: readonly Migration[]): Promise<string[]> {
  const missing = missingOf(await readApplied(client), migrations);
  for (const migration of missing) {
    await client.query('begin');
    try {
      await applyOne(client, migration);
      await client.query('commit');
    } catch (error) {
      await client.query('rollback').catch(() => undefined);
      rethrow(error);
    }
  }
  if (missing.length > 0) await grantToApp(client).catch(rethrow);
  return missing.map((migration) => migration.name);
}

async function applyOne(client: pg.Client, migration: Migration): Promise<void> {
  await client.query(
    `create table if not exists schema_migrations
       (number integer primary key, name text not null, checksum text not null)`,
  );
  // First of all: should two ever get here, one fails before it did anything.
  await client.query(`insert into schema_migrations (number, name, checksum) values ($1, $2, $3)`, [
    migration.number,
    migration.name,
    migration.checksum,
  ]);
  await client.query(`select set_config('lockstep.organization', '*', true)`);
  await client.query(migration.sql);
}

async function readApplied(client: pg.Client): Promise<readonly Applied[]> {
  const { rows: found } = await client.query<{ there: boolean }>(
    `select to_regclass('schema_migrations') is not null as there`,
  );
  if (found[0]?.there !== true) return [];
  const { rows } = await client.query<Applied>(
    `select number, name, checksum from schema_migrations order by number`,
  );
  return rows;
}

function missingOf(applied: readonly Applied[], migrations: readonly Migration[]): readonly Migration[] {
  for (const one of applied) {
    const known = migrations[one.number - 1];
    if (known === undefined) {
      throw new MigrationRefused(
        `the database is newer than this Lockstep: it has migration ${one.name}; start the newer version`,
      );
    }
    if (known.checksum !== one.checksum) {
      throw new MigrationRefused(`migration ${known.name} is not the one that this database was made with`);
    }
  }
  return migrations.slice(applied.length);
}

/** Superusers step down to this role, so it must reach the tables; elsewhere it does not exist and the owner works himself. */
async function grantToApp(client: pg.Client): Promise<void> {
  await client.query(`
    do $$
    begin
      if exists (select from pg_roles where rolname = 'lockstep_app') then
        execute format('grant usage on schema %I to lockstep_app', current_schema());
        execute format(
          'grant select, insert, update, delete on all tables in schema %I to lockstep_app', current_schema()
        );
      end if;
    end
    $$`);
}
