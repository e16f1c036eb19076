/**
 * Both kinds of PostgreSQL that the product runs on, for tests that must hold on each: the embedded one, and a server's where one is installed.
 * Types of parameters are deduced a little differently from version to version, and only running a statement shows it.
 */
import { type Database, openDatabase } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createTestDatabase } from './postgres.ts';
import { findServerBinaries, startTestServer } from './server-postgres.ts';

export interface PostgresKind {
  readonly kind: string;
  /** A fresh, migrated database, and what ends it. */
  readonly open: () => Promise<{ readonly db: Database; readonly end: () => Promise<void> }>;
}

const embedded: PostgresKind = {
  kind: 'embedded',
  open: async () => {
    const database = await createTestDatabase();
    return { db: database.db, end: database.drop };
  },
};

/** The kinds that this machine has. */
export async function findPostgresKinds(): Promise<readonly PostgresKind[]> {
  const binaries = await findServerBinaries();
  if (binaries === null) return [embedded];
  const open = async () => {
    const server = await startTestServer(binaries, { fsync: false });
    await migrate(server.url);
    const db = openDatabase({ url: server.url, poolMax: 5, applicationName: 'lockstep test' });
    const end = async () => {
      await db.close();
      await server[Symbol.asyncDispose]();
    };
    return { db, end };
  };
  return [embedded, { kind: 'server', open }];
}
