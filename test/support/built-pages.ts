/** Builds the pages as they are delivered, into a folder of the test's own, so that a test never looks at an older build. */
import { execFile } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const root = join(import.meta.dirname, '../..');

/**
 * The folder with index.html and its files; the caller removes it. In a process of its own: the test runner's NODE_ENV would make
 * React the development build.
 */
export async function buildPages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pages-'));
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return folder;
}
