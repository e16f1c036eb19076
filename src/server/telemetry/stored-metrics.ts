/**
 * Gauges of what the database knows, asked for at a scrape and at most every ten seconds, so that nobody can make it work by scraping. Every process tells
 * the same, hence `max` and not `sum` over processes in queries.
 */
import { Gauge, type Registry } from 'prom-client';
import { type Clock, SECOND } from '../../model/clock.ts';
import { AGE_BOUNDS_MINUTES } from '../../model/goals.ts';
import { mailboxStates } from '../../model/mailbox-state.ts';
import { acrossOrganizations, type Database } from '../../store/database.ts';
import { countOperation, type OperationCounts } from '../../store/operation-counts.ts';
import { serviceWord } from './metrics.ts';
import { providers } from './provider-operations.ts';

const FRESH_MS = 10 * SECOND;

/**
 * Adds the gauges to the registry; the function that is returned reads them anew before a scrape and never rejects. A database that does not answer shows as
 * `lockstep_database_up` 0 and leaves the rest as it was.
 */
export function addStoredMetrics(
  registry: Registry,
  { db, clock }: { readonly db: Database; readonly clock: Clock },
): () => Promise<void> {
  const gauges = createGauges([registry]);
  addPool([registry], db);
  let readAt = Number.NEGATIVE_INFINITY;
  return async () => {
    if (clock.now() - readAt < FRESH_MS) return;
    readAt = clock.now();
    try {
      setAll(gauges, await acrossOrganizations(db, (tx) => countOperation(tx, clock.now())));
      gauges.up.set(1);
    } catch {
      gauges.up.set(0);
    }
  };
}

/** Connections of this process, as the pool counts them. */
function addPool(registers: Registry[], { pool }: Database): void {
  new Gauge({
    name: 'lockstep_database_connections',
    help: 'Connections of this process to the database, and transactions that wait for one.',
    labelNames: ['state'],
    registers,
    collect() {
      this.set({ state: 'busy' }, pool.totalCount - pool.idleCount);
      this.set({ state: 'idle' }, pool.idleCount);
      this.set({ state: 'waiting' }, pool.waitingCount);
      this.set({ state: 'max' }, pool.options.max);
    },
  });
}

type Gauges = ReturnType<typeof createGauges>;

function createGauges(registers: Registry[]) {
  const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name, help, labelNames: [...labelNames], registers });
  return {
    up: gauge('lockstep_database_up', 'Whether the database answered the last scrape.'),
    mailboxes: gauge('lockstep_mailboxes', 'Mailboxes by service and state.', ['service', 'state']),
    queueDepth: gauge('lockstep_queue_depth', 'Mailboxes that are due and held by no worker.', ['service']),
    queueAge: gauge('lockstep_queue_age_seconds', 'How long the longest waiting mailbox has been due.', [
      'service',
    ]),
    ages: gauge(
      'lockstep_freshness_seconds_bucket',
      'Active mailboxes whose last good state is at most so old; for histogram_quantile without rate.',
      ['le'],
    ),
    underWay: gauge('lockstep_runs_under_way', 'Mailboxes that a worker holds now.'),
    used: gauge('lockstep_salesforce_allowance_used', 'API requests of the last 24 hours, as last heard.'),
    limit: gauge('lockstep_salesforce_allowance_limit', 'API requests that a day allows, as last heard.'),
    share: gauge('lockstep_salesforce_allowance_used_ratio', 'Share used by whoever has used most of it.'),
  };
}

function setAll(gauges: Gauges, counts: OperationCounts): void {
  for (const gauge of [gauges.mailboxes, gauges.queueDepth, gauges.queueAge, gauges.ages]) gauge.reset();
  for (const service of providers.filter((name) => name !== 'salesforce')) {
    gauges.queueDepth.set({ service }, 0);
    gauges.queueAge.set({ service }, 0);
    for (const state of mailboxStates) gauges.mailboxes.set({ service, state }, 0);
  }
  for (const { service, state, count } of counts.mailboxes)
    gauges.mailboxes.inc({ service: serviceWord(service), state }, count);
  for (const { service, count, oldestMs } of counts.queues) {
    gauges.queueDepth.set({ service: serviceWord(service) }, count);
    gauges.queueAge.set({ service: serviceWord(service) }, oldestMs / 1000);
  }
  let below = 0;
  for (const [place, count] of counts.ages.entries()) {
    below += count;
    const bound = AGE_BOUNDS_MINUTES[place];
    gauges.ages.set({ le: bound === undefined ? '+Inf' : String(bound * 60) }, below);
  }
  gauges.underWay.set(counts.runsUnderWay);
  gauges.used.set(counts.allowance?.used ?? 0);
  gauges.limit.set(counts.allowance?.max ?? 0);
  gauges.share.set(counts.allowance?.shareMax ?? 0);
}
