/** Builds the pages as they are delivered, into a folder of the test's own, so that a test never looks at an older build. */
import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { countedPages } from './page-coverage.ts';

const root = join(import.meta.dirname, '../..');

/**
 * The folder with index.html and its files; the caller removes it. In a process of its own: the test runner's NODE_ENV would make
 * React the development build.
 */
export async function buildPages(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-pages-'));
  if (countedPages !== undefined) {
    await cp(countedPages, folder, { recursive: true, filter: (file) => !file.endsWith('.map') });
    return folder;
  }
  const vite = join(root, 'node_modules/vite/bin/vite.js');
  await promisify(execFile)(process.execPath, [vite, 'build', '--outDir', folder, '--emptyOutDir'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
  return folder;
}

/** The pages where the product looks for them. `npm test` has built them; a single test of a fresh checkout builds them here. */
export function ensureDeliveredPages(): void {
  if (existsSync(join(root, 'dist/web/index.html'))) return;
  execFileSync('npm', ['run', '--silent', 'build'], {
    cwd: root,
    env: { ...process.env, NODE_ENV: 'production' },
  });
}
