/** Goal: a log that cannot be written, for its disk is full, brings nobody down. Method: the product's log writes to Linux's `/dev/full`. */
import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from './served-crowd.ts';

test.skipIf(process.platform !== 'linux')('a log that cannot be written brings nobody down', async () => {
  const script = join(import.meta.dirname, '..', 'support', 'log-to-standard-output.ts');
  const child = spawn(process.execPath, [script], { stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'] });
  let said = '';
  child.stderr?.on('data', (chunk) => {
    said += String(chunk);
  });
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  await until('it has logged for a while, or has ended', () => said.includes('alive') || hasEnded);
  child.kill('SIGKILL');
  expect(said.trim()).toBe('alive');
});
