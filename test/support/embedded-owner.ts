/**
 * A process that owns an embedded PostgreSQL, for tests that kill it: starts, says `ready`, and lives until it is ended. Usage:
 * node embedded-owner.ts FOLDER
 */
import { startEmbedded } from '../../src/store/embedded.ts';

const folder = process.argv[2];
if (folder === undefined) throw new Error('name a folder');
const server = await startEmbedded({ folder });
process.stdout.write(`ready ${server.attached ? 'attached' : 'owner'}\n`);
process.stdin.resume();
process.on('SIGTERM', () => {
  void server.stop().then(() => process.exit(0));
});
