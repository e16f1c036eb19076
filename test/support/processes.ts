/**
 * Looks at processes from outside: which one is PostgreSQL's first, who is alive, who stands in a folder.
 */
import { readdir, readFile, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';

/** The number of the postmaster of a cluster below `inFolder`. */
export async function postmasterPid(inFolder: string): Promise<number> {
  const text = await readFile(join(inFolder, 'cluster', 'postmaster.pid'), 'utf8');
  return Number(text.split('\n')[0]);
}

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** Waits until something holds; about 10 s at most. */
export async function eventually(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let step = 0; step < 1_000; step += 1) {
    if (await holds()) return;
    await scheduler.wait(10);
  }
  throw new Error(`never: ${what}`);
}

/** Living processes that stand in a folder, by their command lines: PostgreSQL always stands in its own. Linux only. */
export async function processesIn(inFolder: string): Promise<readonly string[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const found = await Promise.all(
    pids.map(async (pid) => {
      const place = await readlink(`/proc/${pid}/cwd`).catch(() => '');
      if (!place.startsWith(inFolder)) return null;
      return (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).replaceAll('\0', ' ').trim();
    }),
  );
  return found.filter((command) => command !== null && command !== '') as readonly string[];
}
