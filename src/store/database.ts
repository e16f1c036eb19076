/**
 * The door to PostgreSQL: a pool, and transactions that always have a scope, which row-level security enforces. It knows no table; statements
 * live in the files beside it. Errors leave with code and constraint but without values, so that they may be logged.
 */

import pg from 'pg';
import type { OrganizationId } from '../model/ids.ts';
import type { InSpan, OpenSpan } from '../model/telemetry.ts';
import { nameStatement } from './name-statement.ts';
import { lineOf } from './statement-line.ts';

/** Rows come back as `pg` parses them: `timestamptz` as Date, `bigint` as string, `bytea` as Buffer, `jsonb` parsed. */
export interface Rows<R> {
  readonly rows: R[];
  readonly rowCount: number;
}

/** A running transaction; the first argument of every statement. Statements that do not wait for each other are asked for together and leave together. */
export interface Tx {
  query<R>(text: string, values?: readonly unknown[]): Promise<Rows<R>>;
}

export interface Database {
  readonly pool: pg.Pool;
  /** Tells how long transactions take; absent: nobody listens. */
  readonly inSpan?: InSpan;
  /** Waits for running transactions and closes all connections. */
  close(): Promise<void>;
}

export interface DatabaseOptions {
  readonly url: string;
  readonly poolMax: number;
  /** Shown by `pg_stat_activity`. */
  readonly applicationName: string;
  /** Longest statement in milliseconds; 30 s unless told. */
  readonly statementTimeoutMs?: number;
  readonly inSpan?: InSpan;
}

/** What went wrong in the database: SQLSTATE, and names of tables and constraints, but no values. */
export class DatabaseError extends Error {
  /** https://www.postgresql.org/docs/current/errcodes-appendix.html, or Node's code where the connection broke. */
  readonly code: string;
  readonly constraint: string | null;
  constructor(code: string, constraint: string | null, message: string) {
    super(message);
    this.name = 'DatabaseError';
    this.code = code;
    this.constraint = constraint;
  }
}

/** Node's word for it, as for other broken connections. */
const UNANSWERED = 'ETIMEDOUT';
const STATEMENT_MS = 30_000;
/** From the end of a statement that took too long to its answer. */
const ANSWER_MS = 10_000;
const ATTEMPTS_MAX = 5;
/** Serialization failure and deadlock: the whole transaction may simply be repeated. */
const repeatable = new Set(['40001', '40P01']);
const EVERYWHERE = '*';
/** Of a transaction's statements, so many kinds are named. */
const NAMES_MAX = 16;

/** Opens a pool. Connections are made when first needed, so a wrong address shows at the first transaction. */
export function openDatabase(options: DatabaseOptions): Database {
  const pool = new pg.Pool({
    connectionString: options.url,
    max: options.poolMax,
    application_name: options.applicationName,
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    statement_timeout: options.statementTimeoutMs ?? STATEMENT_MS,
    idle_in_transaction_session_timeout: 60_000,
    // A server that went away without a word never answers: nobody waits longer for it than for one that is at work.
    query_timeout: (options.statementTimeoutMs ?? STATEMENT_MS) + ANSWER_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: 30_000,
    pipeline: true,
    // Prepared statements save the parsing; plans are made for the values at hand, as the indexes were chosen for.
    options: '-c plan_cache_mode=force_custom_plan',
    onConnect: stepDown,
  });
  // An idle connection that breaks is replaced by the pool; the next transaction tells if the server is really gone.
  pool.on('error', () => undefined);
  let closing: Promise<void> | undefined;
  return {
    pool,
    ...(options.inSpan === undefined ? {} : { inSpan: options.inSpan }),
    close: () => {
      closing ??= pool.end();
      return closing;
    },
  };
}

/**
 * Runs `fn` in a transaction that sees and writes rows of one organization only. May run `fn` again after a serialization failure or
 * deadlock, so `fn` must do nothing but statements.
 */
export function inOrganization<T>(
  db: Database,
  organizationId: OrganizationId,
  fn: (tx: Tx) => Promise<T>,
): Promise<T> {
  return transact(db, { scope: organizationId, fn, isOneTurn: false });
}

/** As `inOrganization`, across all of them: only for claiming, login look-up, migrations, key rotation and purge. */
export function acrossOrganizations<T>(db: Database, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(db, { scope: EVERYWHERE, fn, isOneTurn: false });
}

/** As `acrossOrganizations`, in one message with its end: `fn` asks for all of its statements, most often for one, before it first waits. */
export function acrossOrganizationsAtOnce<T>(db: Database, fn: (tx: Tx) => Promise<T>): Promise<T> {
  return transact(db, { scope: EVERYWHERE, fn, isOneTurn: true });
}

/** Whether row-level security binds the role that statements run as; `doctor` asks. */
export async function rowSecurityHolds(db: Database): Promise<boolean> {
  const { rows } = await db.pool.query<{ holds: boolean }>(
    `select not (rolsuper or rolbypassrls) as holds from pg_roles where rolname = current_user`,
  );
  return rows[0]?.holds ?? false;
}

/** Whether the database answers at all; never rejects. */
export async function databaseAnswers(db: Database): Promise<boolean> {
  try {
    await db.pool.query('select');
    return true;
  } catch {
    return false;
  }
}

interface Transaction<T> {
  readonly scope: string;
  readonly fn: (tx: Tx) => Promise<T>;
  /** `fn` asks for all of its statements before it first waits: the end leaves with them. */
  readonly isOneTurn: boolean;
}

async function transact<T>(db: Database, transaction: Transaction<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      if (db.inSpan === undefined) return await transactOnce(db, transaction);
      return await db.inSpan('transaction', {}, (span) => transactOnce(db, transaction, span));
    } catch (error) {
      const again = error instanceof DatabaseError && repeatable.has(error.code) && attempt < ATTEMPTS_MAX;
      if (!again) throw error;
    }
  }
}

async function transactOnce<T>(
  db: Database,
  { scope, fn, isOneTurn }: Transaction<T>,
  span?: OpenSpan,
): Promise<T> {
  const client = await db.pool.connect().catch(rethrow);
  let broken = false;
  const onError = () => {
    broken = true;
  };
  client.on('error', onError);
  const names = new Set<string>();
  const line = lineOf(client);
  // Leaves with the first statement; why it failed says more than that the statement behind it did.
  let begun: Promise<unknown> | null = null;
  let isOver = false;
  const tx: Tx = {
    async query<R>(text: string, values: readonly unknown[] = []): Promise<Rows<R>> {
      if (isOver) throw new Error('the transaction is over');
      if (span !== undefined && names.size < NAMES_MAX) names.add(nameStatement(text));
      begun ??= line.command(beginIn(scope)).then(
        () => null,
        (error: unknown) => error,
      );
      try {
        const { rows, rowCount } = await line.statement(text, values);
        return { rows: rows as R[], rowCount: rowCount ?? 0 };
      } catch (error) {
        return rethrow((await begun) ?? error);
      }
    },
  };
  try {
    const running = fn(tx);
    if (!isOneTurn) await running;
    isOver = true;
    if (begun === null) return await running;
    // After a statement that failed it is a rollback: whatever it comes to, the statement's own error is told first.
    const ending = line.command('commit');
    ending.catch(() => undefined);
    const result = await running;
    const { command } = await ending.catch(rethrow);
    // A statement failed and somebody swallowed it: PostgreSQL then answers COMMIT with a quiet rollback.
    if (command === 'ROLLBACK')
      throw new DatabaseError('25P02', null, 'the transaction had failed before its end');
    return result;
  } catch (error) {
    isOver = true;
    if (isUnanswered(error)) broken = true;
    else if (begun !== null) await line.command('rollback').catch(onError);
    throw error;
  } finally {
    span?.tell({ 'db.system.name': 'postgresql', 'db.query.summary': [...names].join('; ') });
    client.off('error', onError);
    client.release(broken);
  }
}

/** Of a connection whose last statement was never answered nothing more is to be heard. */
function isUnanswered(error: unknown): boolean {
  return error instanceof DatabaseError && error.code === UNANSWERED;
}

function beginIn(scope: string): string {
  return `begin; set local lockstep.organization to ${pg.escapeLiteral(scope)}`;
}

/** Superusers are bound by no policy: where the role exists, every connection steps down to it before its first statement. */
async function stepDown(client: pg.ClientBase): Promise<void> {
  const { rows } = await client.query<{ needed: boolean }>(
    `select (rolsuper or rolbypassrls) and exists (select from pg_roles where rolname = 'lockstep_app') as needed
     from pg_roles where rolname = current_user`,
  );
  if (rows[0]?.needed === true) await client.query('set role lockstep_app');
}

/** Values stand in `detail` and in messages of class 22 ("invalid input syntax for type uuid: ..."): neither leaves this file. */
export function rethrow(error: unknown): never {
  // The only error of the driver that has neither a code nor a class.
  if (error instanceof Error && error.message === 'Query read timeout')
    throw new DatabaseError(UNANSWERED, null, 'the database did not answer');
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? 'XX000';
    const message = code.startsWith('22') ? 'a value does not fit its type' : error.message;
    throw new DatabaseError(code, error.constraint ?? null, `${message} (${code})`);
  }
  throw error;
}
