/**
 * Prints a database's schema from PostgreSQL's catalogs: tables, columns, constraints, indexes, policies, triggers and functions, in a fixed order, so that
 * `schema.sql` shows a reader everything at once and a test that nothing drifted. It is for reading, not for restoring.
 */
import pg from 'pg';

const HEAD = `-- The schema as all migrations leave it. Written by scripts/dump-schema.ts; a test fails when it is stale. For reading, not for running.\n`;

interface TableRow {
  table: string;
  options: string[] | null;
  secured: boolean;
  forced: boolean;
  lines: string[];
}

/** One text for one schema, whatever server or version it lies on. */
export async function dumpSchema(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const tables = await readTables(client);
    const [indexes, policies, triggers, functions] = [
      await readIndexes(client),
      await readPolicies(client),
      await readTriggers(client),
      await readFunctions(client),
    ];
    const parts = tables.map((table) =>
      [
        printTable(table),
        ...(indexes.get(table.table) ?? []),
        ...(table.secured ? [`alter table ${table.table} enable row level security;`] : []),
        ...(table.forced ? [`alter table ${table.table} force row level security;`] : []),
        ...(policies.get(table.table) ?? []),
        ...(triggers.get(table.table) ?? []),
      ].join('\n'),
    );
    return `${[HEAD, ...functions, ...parts].join('\n')}`
      .replaceAll(/\n{3,}/g, '\n\n')
      .trimEnd()
      .concat('\n');
  } finally {
    await client.end();
  }
}

function printTable({ table, options, lines }: TableRow): string {
  const tail = options === null ? '' : ` with (${[...options].sort().join(', ')})`;
  return `\ncreate table ${table} (\n${lines.map((line) => `  ${line}`).join(',\n')}\n)${tail};`;
}

async function readTables(client: pg.Client): Promise<readonly TableRow[]> {
  // Server versions disagree whether "not null" is a constraint of its own (contype n, since 18): it is printed with the column.
  const { rows } = await client.query<TableRow>(`
    select c.relname as table, c.reloptions as options, c.relrowsecurity as secured, c.relforcerowsecurity as forced,
      array(
        select a.attname || ' ' || format_type(a.atttypid, a.atttypmod)
          || case when a.attcollation <> t.typcollation then ' collate "' || co.collname || '"' else '' end
          || case when a.attnotnull then ' not null' else '' end
          || coalesce(' default ' || pg_get_expr(d.adbin, d.adrelid), '')
        from pg_attribute a
        join pg_type t on t.oid = a.atttypid
        left join pg_collation co on co.oid = a.attcollation
        left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum
        where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        order by a.attnum
      ) || array(
        select pg_get_constraintdef(k.oid)
        from pg_constraint k where k.conrelid = c.oid and k.contype in ('p', 'u', 'f', 'c')
        order by position(k.contype in 'pufc'), pg_get_constraintdef(k.oid)
      ) as lines
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and c.relkind = 'r'
    order by c.relname collate "C"`);
  return rows;
}

async function readIndexes(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; line: string }>(`
    select c.relname as table,
      replace(pg_get_indexdef(i.indexrelid), ' ON ' || current_schema() || '.', ' ON ') || ';' as line
    from pg_index i join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
    join pg_class x on x.oid = i.indexrelid
    where n.nspname = current_schema()
      and not exists (select from pg_constraint k where k.conindid = i.indexrelid and k.contype in ('p', 'u'))
    order by x.relname collate "C"`);
  return grouped(rows);
}

async function readPolicies(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; line: string }>(`
    select c.relname as table,
      'create policy ' || p.polname || ' on ' || c.relname || ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')'
        || coalesce(' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')', '') || ';' as line
    from pg_policy p join pg_class c on c.oid = p.polrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema()
    order by p.polname collate "C"`);
  return grouped(rows);
}

async function readTriggers(client: pg.Client): Promise<Map<string, string[]>> {
  const { rows } = await client.query<{ table: string; line: string }>(`
    select c.relname as table,
      replace(pg_get_triggerdef(t.oid), ' ON ' || current_schema() || '.', ' ON ') || ';' as line
    from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = current_schema() and not t.tgisinternal
    order by t.tgname collate "C"`);
  return grouped(rows);
}

async function readFunctions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ line: string }>(`
    select replace(pg_get_functiondef(p.oid), 'FUNCTION ' || current_schema() || '.', 'FUNCTION ') || ';' as line
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname = current_schema() and p.prokind = 'f'
    order by p.proname collate "C"`);
  return rows.map((row) => row.line.replaceAll(/\n;$/g, ';'));
}

function grouped(rows: readonly { table: string; line: string }[]): Map<string, string[]> {
  const byTable = Map.groupBy(rows, (row) => row.table);
  return new Map([...byTable].map(([table, found]) => [table, found.map((row) => row.line)]));
}
