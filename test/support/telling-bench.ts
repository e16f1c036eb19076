/** The product's outbox on a database of its own, with one mailbox, a clock that stands still and a mailer that keeps what it is given. */
import type { Ports } from '../../src/commands/ports.ts';
import type { Mailer } from '../../src/notify/mailer.ts';
import { readConfig } from '../../src/server/config.ts';
import { createPorts } from '../../src/server/wire.ts';
import { acrossOrganizations, type Database } from '../../src/store/database.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createMemoryMailer, type MemoryMailer } from './memory-mailer.ts';
import { createTestDatabase } from './postgres.ts';
import { seedTenant, type Tenant } from './rows.ts';
import { seededRandom } from './seed.ts';

export interface TellingBench extends AsyncDisposable {
  readonly clock: FakeClock;
  readonly db: Database;
  readonly ports: Ports;
  readonly publicUrl: string;
  readonly tenant: Tenant;
  readonly mailer: MemoryMailer;
  readonly logLines: string[];
  /** The one number that a statement answers, over all organizations. */
  count(sql: string): Promise<number>;
  /** Until a sender has claimed something. */
  untilClaimed(): Promise<void>;
}

const MASTER_KEY = new Uint8Array(32).fill(7);

/** `mailer` replaces the one in memory. */
export async function openTellingBench(name: string, mailer?: Mailer): Promise<TellingBench> {
  const base = await createTestDatabase();
  const clock = createFakeClock();
  const memory = createMemoryMailer();
  const logLines: string[] = [];
  const environment = {
    SALESFORCE_CLIENT_ID: 'bench',
    DATABASE_URL: base.url,
    MASTER_KEY: Buffer.from(MASTER_KEY).toString('base64'),
    PUBLIC_URL: 'https://lockstep.test',
  };
  const config = readConfig(environment);
  const overrides = {
    clock,
    random: seededRandom(7),
    mailer: mailer ?? memory,
    log: (event: string, facts?: object) => void logLines.push(JSON.stringify({ event, ...facts })),
  };
  const ports = createPorts(config, overrides, base.db, { key: MASTER_KEY, previous: [] });
  const tenant = await seedTenant(base.db, name);
  const count = async (sql: string) => {
    const { rows } = await acrossOrganizations(base.db, (tx) => tx.query<{ count: string }>(sql));
    return Number(rows[0]?.count);
  };
  return {
    clock,
    db: base.db,
    ports,
    publicUrl: config.publicUrl,
    tenant,
    mailer: memory,
    logLines,
    count,
    async untilClaimed() {
      while ((await count('select count(*) from notices where attempts > 0')) === 0);
    },
    [Symbol.asyncDispose]: () => base.drop(),
  };
}
