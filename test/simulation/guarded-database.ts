/**
 * The database as a simulated process sees it: transactions wait for their turn, each statement is a place to die, and a process that dies
 * leaves its transaction to be rolled back. It also watches that no cursor moves without a lease.
 */
import type pg from 'pg';
import type { Database } from '../../src/store/database.ts';
import type { ProcessOptions, ProductProcess } from './process.ts';

type Statement = (text: string, values?: unknown[]) => Promise<pg.QueryResult>;

/** A pool of transactions for one process, on the pool that all processes of the world share. */
export function guardDatabase(
  process: ProductProcess,
  {
    conductor,
    database,
    name,
    onViolation,
  }: Pick<ProcessOptions, 'conductor' | 'database' | 'name' | 'onViolation'>,
): Database {
  const connect = async () => {
    await process.takeDatabase();
    const client = await conductor.track(database.pool.connect());
    let movesCursor = false;
    if (process.dead) {
      // It died at another request while this connection was being made.
      client.release();
      conductor.freeDatabase();
      return await new Promise<never>(() => undefined);
    }
    const giveBack = () => {
      process.onDeath = () => Promise.resolve();
      client.release();
      conductor.freeDatabase();
    };
    process.onDeath = async () => {
      await client.query('rollback');
      giveBack();
    };
    const run: Statement = async (text, values = []) => {
      if (/\binto cursors\b/.test(text)) movesCursor = true;
      if (text === 'commit' && movesCursor) await checkLease(client, name, onViolation);
      return await client.query(text, values);
    };
    return {
      query: (text: string, values?: unknown[]) => process.step(() => run(text, values)),
      on: () => undefined,
      off: () => undefined,
      release: () => {
        if (!process.dead) giveBack();
      },
    };
  };
  const pool = { connect } as unknown as Database['pool'];
  return { pool, close: () => Promise.resolve() };
}

/**
 * Cursors written by this very transaction belong to mailboxes whose lease this process holds. A lease that ran out while nobody took it over
 * is still good: whoever takes it over changes its token first.
 */
async function checkLease(
  client: pg.PoolClient,
  name: string,
  onViolation: (text: string) => void,
): Promise<void> {
  const { rows } = await client.query<{ worker: string | null }>(
    `select worker from schedules where mailbox_id in
       (select mailbox_id from cursors where xmin = pg_current_xact_id()::xid)`,
  );
  for (const { worker } of rows)
    if (worker !== name) onViolation(`${name} moved a cursor while ${worker ?? 'nobody'} held the lease`);
}
