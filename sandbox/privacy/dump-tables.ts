/**
 * Writes every row of every table as text, a file for each table, as a superuser or as the product sees it. Large values lie compressed on disk, where no
 * search of bytes finds them; here they are as they were written.
 */
import { randomUUID } from 'node:crypto';
import { access, mkdir, open, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';

export interface Dump {
  readonly tables: number;
  readonly rows: number;
}

const ROWS_PER_FETCH = 500;

/** Dumps all tables that the role may read into `folder`, system statistics included, since they hold samples of values. */
export async function dumpTables(url: string, folder: string): Promise<Dump> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  await mkdir(folder, { recursive: true, mode: 0o700 });
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
    for (const { name } of tables) rows += await dumpTable(client, name, join(folder, `${name}.txt`));
    return { tables: tables.length, rows };
  } finally {
    await client.end();
  }
}

/** Rows dumped; `name` comes quoted from the catalogue. */
async function dumpTable(client: pg.Client, name: string, file: string): Promise<number> {
  const out = await open(file, 'w', 0o600);
  let rows = 0;
  try {
    await client.query('begin');
    await client.query(`declare rows no scroll cursor for select t::text as row from ${name} t`);
    for (;;) {
      const page = await client.query<{ row: string }>(`fetch ${ROWS_PER_FETCH} from rows`);
      if (page.rows.length === 0) break;
      rows += page.rows.length;
      await out.write(page.rows.map(({ row }) => `${row}\n`).join(''));
    }
    await client.query('commit');
    return rows;
  } finally {
    await out.close();
  }
}

/**
 * Where a server keeps its files, when it says so and they can be seen from here; null otherwise. Writes out what it still holds in memory,
 * where the role may ask for that.
 */
export async function readDataDirectory(url: string): Promise<string | null> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query('checkpoint').catch(() => undefined);
    const { rows } = await client.query<{ data_directory: string; pid: number }>(
      `select current_setting('data_directory') as data_directory, pg_backend_pid() as pid`,
    );
    const [row] = rows;
    if (row === undefined) return null;
    // A server that was started in its folder names it by that; every backend stands in the same folder.
    const named = row.data_directory.startsWith('/proc/self/')
      ? await realpath(`/proc/${row.pid}/cwd`)
      : row.data_directory;
    await access(join(named, 'PG_VERSION'));
    return named;
  } catch {
    return null;
  } finally {
    await client.end();
  }
}

/** Makes an empty database on a server, so that the check never touches what somebody else keeps there; returns its address and how to drop it. */
export async function makeScratchDatabase(
  url: string,
): Promise<{ readonly url: string; drop(): Promise<void> }> {
  const name = `privacy_check_${randomUUID().replaceAll('-', '')}`;
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
