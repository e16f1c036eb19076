/**
 * A port that stays free while nobody listens on it: below the range from which systems lend ports to outgoing connections, so that a server which is
 * killed and started again finds its own port and not somebody's connection on it.
 */
import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';

/** Linux lends from 32768, other systems from 49152. */
const LOWEST = 20_000;
const HIGHEST = 31_999;
const TRIES_MAX = 100;

/** A port of the loopback interface on which nobody listens now. */
export async function freePort(host: string): Promise<number> {
  for (let trial = 0; trial < TRIES_MAX; trial += 1) {
    const port = randomInt(LOWEST, HIGHEST + 1);
    if (await isFree(host, port)) return port;
  }
  throw new Error(`no free port on ${host} between ${LOWEST} and ${HIGHEST}`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.on('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}
