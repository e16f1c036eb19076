/**
 * Databases for tests: each a clone of the migrated template on the one server that `global-setup.ts` started.
 */
import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { type Database, openDatabase } from '../../src/store/database.ts';

export interface TestDatabase extends AsyncDisposable {
  readonly db: Database;
  /** The product's own role: row-level security binds it. */
  readonly url: string;
  /** A superuser's address of the same database. */
  readonly adminUrl: string;
  /** Another pool on the same database, as another process would have; closed with it. */
  openAnother(poolMax?: number): Database;
  /** Closes the pools and drops the database. */
  drop(): Promise<void>;
}

/** A fresh, migrated database of its own; about 30 ms. */
export async function createTestDatabase({ poolMax = 10 }: { poolMax?: number } = {}): Promise<TestDatabase> {
  const template = new URL(inject('postgresTemplateUrl'));
  return cloneDatabase(template.pathname.slice(1), poolMax);
}

/** A database without any table. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  return cloneDatabase('template0', 5);
}

async function cloneDatabase(template: string, poolMax: number): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await onServer(`create database ${name} owner lockstep template ${template}`);
  const url = addressOf(inject('postgresTemplateUrl'), name);
  const pools: Database[] = [];
  const openAnother = (max = poolMax) => {
    const opened = openDatabase({ url, poolMax: max, applicationName: 'lockstep test' });
    pools.push(opened);
    return opened;
  };
  const drop = async () => {
    await Promise.all(pools.map((pool) => pool.close()));
    await onServer(`drop database if exists ${name} with (force)`);
  };
  return {
    db: openAnother(),
    url,
    adminUrl: addressOf(inject('postgresAdminUrl'), name),
    openAnother,
    drop,
    [Symbol.asyncDispose]: drop,
  };
}

async function onServer(statement: string): Promise<void> {
  const admin = new pg.Client({ connectionString: inject('postgresAdminUrl') });
  await admin.connect();
  try {
    await admin.query(statement);
  } finally {
    await admin.end();
  }
}

function addressOf(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}
