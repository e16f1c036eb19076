/** `lockstep serve` and `lockstep worker`: the pages and the API, the runs, or both, until a signal; then orderly shutdown. */
import type { Worker } from '../../jobs/worker.ts';
import type { Config } from '../config.ts';
import type { Lockstep } from '../wire.ts';
import { exitCodes } from './exit-codes.ts';
import { aborted, print, untilStopped, withLockstep } from './opening.ts';

/** Serves pages and API, and works unless told not to. On SIGTERM it stops taking requests and work, lets runs end, and closes. */
export async function serve(options: { readonly worker: boolean }): Promise<number> {
  return await withLockstep(async (lockstep, config) => {
    if (!options.worker && config.credentials === 'memory') return refuseApart('lockstep serve --no-worker');
    const stopped = untilStopped();
    const app = await lockstep.buildApp();
    const metrics = await lockstep.serveMetrics();
    await app.listen({ host: config.host, port: config.port });
    const worker: Worker | null = options.worker ? lockstep.startWorker() : null;
    print(`Lockstep serves ${config.publicUrl}${options.worker ? ' and works' : ''}. Ctrl+C stops it.`);
    await aborted(stopped);
    lockstep.vitals.drain();
    await Promise.all([drained(lockstep, config).then(() => app.close()), worker?.stop()]);
    await metrics?.close();
    return exitCodes.ok;
  });
}

/** Goes on serving while load balancers find out that nobody is to be sent here any more. */
async function drained({ ports }: Lockstep, { drainMs = 0 }: Config): Promise<void> {
  if (drainMs > 0) await ports.clock.sleep(drainMs);
}

/** Works without serving; any number of these on any number of machines share one database. */
export async function work(): Promise<number> {
  return await withLockstep(async (lockstep, config) => {
    if (config.credentials === 'memory') return refuseApart('lockstep worker');
    const stopped = untilStopped();
    const metrics = await lockstep.serveMetrics();
    const worker = lockstep.startWorker();
    print('Lockstep works. Ctrl+C stops it.');
    await aborted(stopped);
    lockstep.vitals.drain();
    await worker.stop();
    await metrics?.close();
    return exitCodes.ok;
  });
}

/** Credentials that live in one process's memory are of no use to another. */
function refuseApart(command: string): number {
  process.stderr.write(
    `With CREDENTIALS=memory one process does everything: "${command}" would have no logins to work with. ` +
      'Run "lockstep serve" alone, or set CREDENTIALS=sealed.\n',
  );
  return exitCodes.usage;
}
