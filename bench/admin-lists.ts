/**
 * `node bench/admin-lists.ts [--people N] [--plans]`: a company of 100,000 in a real PostgreSQL, and what each list of the administrators' console costs the
 * database there: planning and execution of all statements of a request, the least of five. Marks what takes more than 50 ms.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Database, inOrganization, openDatabase, type Tx } from '../src/store/database.ts';
import { startEmbedded } from '../src/store/embedded.ts';
import { migrate } from '../src/store/migrate.ts';
import { type ListCase, listCases } from './admin-lists-cases.ts';
import { BENCH_ORGANIZATION, fillCompany } from './admin-lists-company.ts';

const BUDGET_MS = 50;
const ROUNDS = 5;
const NOW = Date.UTC(2026, 0, 5, 12);

const { values } = parseArgs({
  options: { people: { type: 'string', default: '100000' }, plans: { type: 'boolean', default: false } },
});

interface Plan {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly 'Shared Hit Blocks'?: number;
  readonly 'Shared Read Blocks'?: number;
  readonly Plans?: readonly Plan[];
}

interface Explained {
  readonly Plan: Plan;
  readonly 'Planning Time': number;
  readonly 'Execution Time': number;
}

interface Measured {
  readonly ms: number;
  readonly buffers: number;
  readonly plans: readonly string[];
}

/** Runs a request with every reading statement explained as well. */
async function measure(db: Database, one: ListCase): Promise<Measured> {
  return await inOrganization(db, BENCH_ORGANIZATION as never, async (tx) => {
    let ms = 0;
    let buffers = 0;
    const plans: string[] = [];
    const explaining: Tx = {
      query: async (text, given) => {
        const { rows } = await tx.query<{ 'QUERY PLAN': readonly Explained[] }>(
          `explain (analyze, timing off, buffers, format json) ${text}`,
          given,
        );
        const explained = rows[0]?.['QUERY PLAN'][0];
        if (explained === undefined) throw new Error('there is no plan');
        ms += explained['Planning Time'] + explained['Execution Time'];
        buffers += (explained.Plan['Shared Hit Blocks'] ?? 0) + (explained.Plan['Shared Read Blocks'] ?? 0);
        plans.push(summaryOf(explained.Plan));
        return await tx.query(text, given);
      },
    };
    await one.run(explaining, NOW);
    return { ms, buffers, plans };
  });
}

/** The nodes that touch tables, innermost last. */
function summaryOf(plan: Plan): string {
  const own = [plan['Node Type'], plan['Index Name'] ?? plan['Relation Name'] ?? ''].join(' ').trim();
  const below = (plan.Plans ?? []).map(summaryOf).filter((text) => text !== '');
  const counts = plan['Relation Name'] !== undefined || plan['Index Name'] !== undefined || /Sort/.test(own);
  return [...(counts ? [own] : []), ...below].join(' < ');
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-lists-'));
  const server = await startEmbedded({ folder, fsync: false });
  const db = openDatabase({
    url: server.url,
    poolMax: 2,
    applicationName: 'lockstep bench',
    statementTimeoutMs: 600_000,
  });
  try {
    await migrate(server.url);
    await fillCompany(db, { people: Number(values.people), runs: 10, audits: 200_000, now: NOW });
    // Filling by whole tables writes every row of the list three times within moments, which no life does: what that left behind is packed once.
    await db.pool.query('vacuum full listed_users');
    await db.pool.query('vacuum analyze');
    process.stdout.write(
      `${values.people} people, 10 runs each\n\n| list | ms | buffers |  |\n| --- | --- | --- | --- |\n`,
    );
    let over = 0;
    for (const one of listCases) {
      let best: Measured | null = null;
      for (let round = 0; round < ROUNDS; round += 1) {
        const found = await measure(db, one);
        if (best === null || found.ms < best.ms) best = found;
      }
      if (best === null) continue;
      if (best.ms > BUDGET_MS) over += 1;
      process.stdout.write(
        `| ${one.name} | ${best.ms.toFixed(1)} | ${best.buffers} | ${best.ms > BUDGET_MS ? 'over' : ''} |\n`,
      );
      if (values.plans) process.stdout.write(`${best.plans.map((plan) => `    ${plan}\n`).join('')}`);
    }
    process.stdout.write(`\n${over} of ${listCases.length} over ${BUDGET_MS} ms\n`);
  } finally {
    await db.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
