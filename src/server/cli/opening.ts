/** Opens the product for a command, and words what prevents it. */

import type { Config } from '../config.ts';
import { ConfigFault, readConfig } from '../config.ts';
import { type Lockstep, openLockstep } from '../wire.ts';
import { exitCodes } from './exit-codes.ts';

/** Runs `work` on an opened product and closes it whatever happens; resolves with the exit code. */
export async function withLockstep(
  work: (lockstep: Lockstep, config: Config) => Promise<number>,
): Promise<number> {
  let config: Config;
  try {
    config = readConfig();
  } catch (error) {
    if (!(error instanceof ConfigFault)) throw error;
    for (const fault of error.faults) process.stderr.write(`${fault}\n`);
    return exitCodes.usage;
  }
  const lockstep = await openLockstep(config);
  try {
    return await work(lockstep, config);
  } finally {
    await lockstep.close();
  }
}

/** Aborts at SIGINT or SIGTERM; a second signal ends the process at once. */
export function untilStopped(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      stop.abort(new Error(name));
      process.once(name, () => process.exit(130));
    });
  }
  return stop.signal;
}

/** Resolves when the signal aborts. */
export async function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
