/**
 * What the load stands on: a PostgreSQL, the simulators and the product, each in a process of its own, and the eye on the due-table that tells when a round has
 * ended. It looks by a connection of its own, which is not counted.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import pg from 'pg';
import { redirectUrisOf } from '../../sandbox/apps.ts';
import { freePort } from '../../sandbox/free-port.ts';
import { configOf } from '../../sandbox/sandbox.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { startEmbedded } from '../../src/store/embedded.ts';
import { type Forked, forkProcess } from '../fork-process.ts';
import type { ProductAnswer, ProductOrder, SimulatorsAnswer, SimulatorsOrder } from './messages.ts';
import type { Phase } from './phase.ts';

export interface Company {
  /** Starts the worker; until every mailbox has had its first run. */
  work(): Promise<Phase>;
  /** Moves time ahead, changes one mailbox in so many, and makes all of them due; until all have run. */
  round(given: { readonly aheadMs: number; readonly oneIn: number | null }): Promise<Phase>;
  close(): Promise<void>;
}

const LATENCY_MS = 50;
const POLL_MS = 100;
const UNBOUND = 1_000_000_000;
/** As RUNS_AT_ONCE and DATABASE_CONNECTIONS are unless an operator tells. */
const RUNS_AT_ONCE = 20;
const CONNECTIONS = 10;

type Origins = NonNullable<SimulatorsAnswer['origins']>;

/** Services of another process, as the configuration of the sandbox wants them. */
function servedAt(origins: Origins) {
  const at = (origin: string) => ({ origin, port: 0, close: () => Promise.resolve() });
  return {
    exchange: at(origins.exchange),
    office365: at(origins.office365),
    google: at(origins.google),
    salesforce: at(origins.salesforce),
  };
}

export async function openCompany(options: {
  readonly mailboxes: number;
  readonly seed: number;
  readonly profile: string | null;
}): Promise<Company> {
  const { mailboxes: people, seed, profile } = options;
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-load-'));
  const database = await startEmbedded({ folder: join(folder, 'postgres'), fsync: false });
  const port = await freePort('localhost');
  const url = `http://localhost:${port}`;
  const tls = createSelfSigned('localhost', Date.now());
  const here = (name: string) => join(import.meta.dirname, name);
  const simulators = forkProcess<SimulatorsOrder, SimulatorsAnswer>(here('simulators.ts'));
  const product = forkProcess<ProductOrder, ProductAnswer>(
    here('product.ts'),
    profile === null ? [] : ['--cpu-prof', `--cpu-prof-dir=${profile}`],
  );
  const { origins } = await simulators.ask({
    do: 'open',
    people,
    seed,
    redirectUris: redirectUrisOf(url),
    tls,
  });
  if (origins === undefined) throw new Error('the simulators did not say where they are');
  const sandbox = { dataFolder: folder, databaseUrl: database.url, gmailUnitsPerMinute: UNBOUND };
  const config = {
    ...configOf(sandbox, url, port, servedAt(origins)),
    extraCa: [tls.cert],
    runsAtOnceMax: RUNS_AT_ONCE,
    databaseConnectionsMax: CONNECTIONS,
  };
  await product.ask({ do: 'open', config });
  await simulators.ask({ do: 'fill' });
  const { salesforce, exchange } = origins;
  await product.ask({
    do: 'seed',
    people,
    salesforceUrl: salesforce,
    ewsUrl: `${exchange}/EWS/Exchange.asmx`,
  });
  await simulators.ask({ do: 'latency', ms: LATENCY_MS });
  const eye = new pg.Client({ connectionString: database.adminUrl });
  await eye.connect();
  const measure = createMeasure({ eye, product, simulators, people });
  return {
    work: () => measure(0, () => product.ask({ do: 'work' })),
    async round({ aheadMs, oneIn }) {
      await simulators.ask({ do: 'leap', ms: aheadMs });
      const { changed = 0 } = oneIn === null ? {} : await simulators.ask({ do: 'change', oneIn });
      return await measure(changed, () => product.ask({ do: 'due', aheadMs }));
    },
    async close() {
      await eye.end();
      await product.end();
      await simulators.end();
      await database.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

interface Measured {
  readonly eye: pg.Client;
  readonly product: Forked<ProductOrder, ProductAnswer>;
  readonly simulators: Forked<SimulatorsOrder, SimulatorsAnswer>;
  readonly people: number;
}

/** Measures what `begin` sets going, until every mailbox has ended a run more. */
function createMeasure({ eye, product, simulators, people }: Measured) {
  let ranBefore = 0;
  return async (changed: number, begin: () => Promise<unknown>): Promise<Phase> => {
    await product.ask({ do: 'reset' });
    await simulators.ask({ do: 'reset' });
    const since = process.hrtime.bigint();
    await begin();
    for (;;) {
      const { ended, busy } = await look(eye);
      if (ended - ranBefore >= people && busy === 0) break;
      await wait(POLL_MS);
    }
    const seconds = Number(process.hrtime.bigint() - since) / 1e9;
    const { reading } = await product.ask({ do: 'read' });
    const { requests, bytes } = await simulators.ask({ do: 'read' });
    const { ended, failed } = await look(eye);
    const runs = ended - ranBefore;
    ranBefore = ended;
    if (reading === undefined || requests === undefined) throw new Error('nothing was measured');
    return {
      name: '',
      runs,
      failed,
      changed,
      seconds,
      product: reading,
      requests,
      bytes: bytes ?? 0,
    };
  };
}

interface Seen {
  /** Runs that ended, whichever way. */
  readonly ended: number;
  readonly failed: number;
  /** Mailboxes that are running. */
  readonly busy: number;
}

async function look(eye: pg.Client): Promise<Seen> {
  const { rows } = await eye.query<Seen>(
    `select (select count(*) from runs where ended_at is not null)::int as ended,
       (select count(*) from runs where outcome = 'failed')::int as failed,
       (select count(*) from schedules where lease_expires_at is not null)::int as busy`,
  );
  return rows[0] ?? { ended: 0, failed: 0, busy: 0 };
}
