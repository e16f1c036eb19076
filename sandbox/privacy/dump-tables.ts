/**
 * Writes every row of every table as text into a file, as a superuser or as the product sees it. Large values lie compressed on disk, where no
 * search of bytes finds them; here they are as they were written.
 */
import { createWriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import pg from 'pg';

export interface Dump {
  readonly tables: number;
  readonly rows: number;
}

const ROWS_PER_FETCH = 500;

/** Dumps all tables that the role may read, system statistics included, since they hold samples of values. */
export async function dumpTables(url: string, file: string): Promise<Dump> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const out = createWriteStream(file, { mode: 0o600 });
  let rows = 0;
  try {
    // Row-level security binds whoever is no superuser; this is the scope that sees all of them.
    await client.query(`select set_config('lockstep.organization', '*', false)`);
    const { rows: tables } = await client.query<{ name: string }>(
      `select format('%I.%I', n.nspname, c.relname) as name
       from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relkind in ('r', 'm', 'p') and has_table_privilege(c.oid, 'select')
         and (n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast') or c.relname = 'pg_statistic')
       order by 1`,
    );
    for (const { name } of tables) {
      await client.query('begin');
      await client.query(`declare rows no scroll cursor for select t::text as row from ${name} t`);
      for (;;) {
        const page = await client.query<{ row: string }>(`fetch ${ROWS_PER_FETCH} from rows`);
        if (page.rows.length === 0) break;
        rows += page.rows.length;
        out.write(`${page.rows.map(({ row }) => `${name} ${row}`).join('\n')}\n`);
      }
      await client.query('commit');
    }
    return { tables: tables.length, rows };
  } finally {
    out.end();
    await finished(out);
    await client.end();
  }
}

/** Where a server keeps its files, when it says so and they may be read here; null otherwise. Writes out what it still holds in memory. */
export async function readDataDirectory(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('checkpoint');
    const { rows } = await client.query<{ data_directory: string }>('show data_directory');
    return rows[0]?.data_directory ?? null;
  } catch {
    return null;
  } finally {
    await client.end();
  }
}

/** Makes an empty database on a server, so that the check never touches what somebody else keeps there; returns its address and how to drop it. */
export async function makeScratchDatabase(
  url: string,
  name: string,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(statement);
    } finally {
      await client.end();
    }
  };
  await run(`create database ${name} template template0`);
  const own = new URL(url);
  own.pathname = `/${name}`;
  return { url: own.toString(), drop: () => run(`drop database if exists ${name} with (force)`) };
}
