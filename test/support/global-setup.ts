/**
 * One PostgreSQL for a run of the tests: embedded, without fsync, with a migrated database that every test clones. Gone afterwards, also when
 * the run is killed.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { startEmbedded } from '../../src/store/embedded.ts';
import { migrate } from '../../src/store/migrate.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of the server, at its database `postgres`. */
    postgresAdminUrl: string;
    /** The product's own role, at the migrated template database. */
    postgresTemplateUrl: string;
  }
}

export const TEMPLATE = 'lockstep_template';

export default async function setUp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-test-'));
  const server = await startEmbedded({ folder, fsync: false });
  const admin = new pg.Client({ connectionString: server.adminUrl });
  await admin.connect();
  await admin.query(`create database ${TEMPLATE} owner lockstep template template0`);
  await admin.end();
  const templateUrl = withDatabase(server.url, TEMPLATE);
  await migrate(templateUrl);
  project.provide('postgresAdminUrl', withDatabase(server.adminUrl, 'postgres'));
  project.provide('postgresTemplateUrl', templateUrl);
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

function withDatabase(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.toString();
}
