/** The command line as an operator starts it: child processes on the Node of the tests, with no more of this process's environment than a path and a home. */
import { type ChildProcessByStdio, execFile, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

const entry = join(import.meta.dirname, '../../bin/lockstep.js');
const plain = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };

export interface Ended {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command to its end. */
export function lockstep(
  args: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ended> {
  return new Promise((resolve) => {
    execFile(process.execPath, [entry, ...args], { env: { ...plain, ...environment } }, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code ?? 1), out, err });
    });
  });
}

export interface Started {
  readonly child: ChildProcessByStdio<null, Readable, null>;
  /** What it had said when it was ready, that line included. */
  readonly lines: readonly string[];
}

/** Starts a command that goes on, and waits for a line that says it is ready. The caller ends it. */
export async function startLockstep(
  args: readonly string[],
  isReady: (line: string) => boolean,
  environment: Readonly<Record<string, string>> = {},
): Promise<Started> {
  const child = spawn(process.execPath, [entry, ...args], {
    env: { ...plain, ...environment },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (isReady(line)) break;
  }
  child.stdout.resume();
  return { child, lines };
}
