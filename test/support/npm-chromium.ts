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
  // The package unpacks its libraries only where it believes to be in a cloud's build image.
  const restore = setEnvironment({ TMPDIR: own, CODEBUILD_BUILD_IMAGE: 'nodejs24' });
  try {
    await npmChromium.executablePath();
  } finally {
    restore();
  }
  // Whoever comes second finds the folder there and drops his own.
  await rename(own, shared).catch(async (error: unknown) => {
    await rm(own, { recursive: true, force: true });
    if (!existsSync(shared)) throw error;
  });
}

/** What a bare machine lacks: the browser's libraries, and a configuration of fonts where the system has none. */
export function npmChromiumEnvironment(): Record<string, string> {
  return {
    LD_LIBRARY_PATH: [join(shared, 'al2023', 'lib'), process.env.LD_LIBRARY_PATH ?? '']
      .filter(Boolean)
      .join(':'),
    ...(existsSync('/etc/fonts') ? {} : { FONTCONFIG_PATH: join(shared, 'fonts') }),
  };
}

function setEnvironment(values: Record<string, string>): () => void {
  const before = Object.keys(values).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, values);
  return () => {
    for (const [name, value] of before) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  };
}
