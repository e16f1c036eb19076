/**
 * Writes schema.sql anew, from a fresh database that all migrations were applied to. Run it after adding a migration:
 * `npx node scripts/dump-schema.ts`.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dumpSchema } from '../src/store/dump-schema.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';

const folder = await mkdtemp(join(tmpdir(), 'lockstep-schema-'));
const server = await startEmbedded({ folder, fsync: false });
try {
  await migrate(server.url);
  await writeFile(join(import.meta.dirname, '..', 'schema.sql'), await dumpSchema(server.url));
} finally {
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
