/**
 * The product of the load, in a process of its own: opened as the server opens it, with its worker and everything beside it. The clock goes as the system's, and
 * leaps when told.
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { createLeapingTime } from '../../sandbox/leaping-time.ts';
import { type Lockstep, openLockstep } from '../../src/server/wire.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { dueAtOnce } from '../../src/store/leases.ts';
import { answerOrders } from '../fork-process.ts';
import { startMeters } from '../meters.ts';
import type { ProductAnswer, ProductOrder } from './messages.ts';
import { loadPeople } from './people.ts';
import { seedMailboxes } from './seed-mailboxes.ts';

const meters = startMeters(false, 1_000);
const time = createLeapingTime();
let lockstep: Lockstep | null = null;

answerOrders(carryOut);

async function carryOut(order: ProductOrder): Promise<ProductAnswer> {
  if (order.do === 'open') {
    // For the hands that sign people in; the product's own requests trust what its configuration names.
    setDefaultCACertificates([...getCACertificates('default'), ...order.config.extraCa]);
    lockstep = await openLockstep(order.config, { clock: time, log: tell });
    const app = await lockstep.buildApp();
    await app.listen({ host: order.config.host, port: order.config.port });
    return {};
  }
  if (lockstep === null) throw new Error('not open');
  const { ports } = lockstep;
  if (order.do === 'seed') await seedMailboxes(ports, loadPeople(order.people), order);
  else if (order.do === 'work') lockstep.startWorker();
  else if (order.do === 'due') {
    time.leap(order.aheadMs);
    await acrossOrganizations(ports.db, (tx) => dueAtOnce(tx, time.now()));
  } else if (order.do === 'reset') meters.reset();
  else return { reading: meters.read() };
  return {};
}

/** Faults would make the figures those of another product. */
function tell(event: string, facts: Readonly<Record<string, unknown>> = {}): void {
  if (/fault|failed|threw/.test(event)) process.stderr.write(`${event} ${JSON.stringify(facts)}\n`);
}
