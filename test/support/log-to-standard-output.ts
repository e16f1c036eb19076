/** The product's own log in a process of its own, meant to write into something full: says on standard error that it still lives. */
import { scheduler } from 'node:timers/promises';
import { createLog } from '../../src/server/log.ts';

const log = createLog('info');
for (let line = 0; line < 50; line += 1) {
  log('log.tried', { line });
  await scheduler.wait(2);
}
process.stderr.write('alive\n');
