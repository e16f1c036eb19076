/**
 * The product in a process of its own, so that what is measured there is the product's alone; the simulators live with whoever forked it. Its
 * parent tells it by messages what to do; it ends with its parent.
 */
import { createLeapingTime } from '../sandbox/leaping-time.ts';
import { type Lockstep, openLockstep } from '../src/server/wire.ts';
import { answerOrders } from './fork-process.ts';
import type { Answer, Order } from './messages.ts';
import { startMeters } from './meters.ts';
import { runToEnd } from './run-mailbox.ts';

const meters = startMeters(globalThis.gc !== undefined);
const time = createLeapingTime();
let lockstep: Lockstep | null = null;

answerOrders(carryOut);

async function carryOut(order: Order): Promise<Answer> {
  if (order.do === 'open') {
    lockstep = await openLockstep(order.config, {
      allowLoopbackHttp: true,
      clock: time,
      log: () => undefined,
    });
    const app = await lockstep.buildApp();
    await app.listen({ host: order.config.host, port: order.config.port });
    return {};
  }
  if (order.do === 'leap') {
    time.leap(order.ms);
    return {};
  }
  if (lockstep === null) throw new Error('not open');
  meters.reset();
  const counts = [];
  for (let time = 0; time < order.times; time += 1)
    counts.push(...(await runToEnd(lockstep.ports, order.address)));
  return { runs: counts, reading: meters.read() };
}
