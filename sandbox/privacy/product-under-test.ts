/**
 * Starts, kills and stops the process of `worker-process.ts`, and catches all that it prints in files. It knows nothing of markers.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../../src/server/config.ts';
import type { WorkerOrder } from './worker-process.ts';

export interface ProductUnderTest {
  makeDue(): Promise<void>;
  /** A dry run of every mailbox: what `lockstep sync --dry-run` does. */
  planAll(): Promise<void>;
  /** Sends every e-mail that is waiting. */
  tell(): Promise<void>;
  /** As a power cut for the process: nothing of it runs any more. */
  kill(): Promise<void>;
  stop(): Promise<void>;
}

interface Answer {
  readonly done: boolean;
  readonly error?: string;
}

/** Forks and opens the product; its standard output and errors go to `logFile`. */
export async function startProduct(
  config: Config,
  logFile: string,
  leak: string | null,
): Promise<ProductUnderTest> {
  const log = await open(logFile, 'a', 0o600);
  const child = fork(join(import.meta.dirname, 'worker-process.ts'), [], {
    stdio: ['ignore', log.fd, log.fd, 'ipc'],
  });
  await log.close();
  const ended = new Promise<void>((resolve) => {
    child.on('exit', () => resolve());
  });
  const kill = async () => {
    child.kill('SIGKILL');
    await ended;
  };
  await ask(child, ended, { do: 'open', config, leak }).catch(async (error: unknown) => {
    await kill();
    throw error;
  });
  return {
    makeDue: () => ask(child, ended, { do: 'make-due' }),
    planAll: () => ask(child, ended, { do: 'plan-all' }),
    tell: () => ask(child, ended, { do: 'tell' }),
    kill,
    async stop() {
      await ask(child, ended, { do: 'stop' });
      await ended;
    },
  };
}

async function ask(child: ChildProcess, ended: Promise<void>, order: WorkerOrder): Promise<void> {
  const answer = await new Promise<Answer>((resolve) => {
    child.once('message', (message) => resolve(message as Answer));
    void ended.then(() => resolve({ done: false, error: 'it ended' }));
    child.send(order);
  });
  if (!answer.done) throw new Error(`the product did not carry out "${order.do}": ${answer.error}`);
}

/** Kills the embedded database at once, as a crash of it would. */
export async function killDatabase(folder: string): Promise<void> {
  const text = await readFile(join(folder, 'cluster', 'postmaster.pid'), 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (Number.isInteger(pid) && pid > 1) process.kill(pid, 'SIGKILL');
}
