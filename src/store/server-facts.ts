/** What `lockstep doctor` asks a PostgreSQL server about itself: version, ICU, clock, connections and privileges. Facts only. */
import type { Instant } from '../model/clock.ts';
import type { Database } from './database.ts';

export interface ServerFacts {
  /** `180004` is 18.4. */
  readonly versionNumber: number;
  /** Collations of ICU are there. */
  readonly hasIcu: boolean;
  /** The server's own clock. */
  readonly now: Instant;
  readonly connectionsMax: number;
  readonly connectionsUsed: number;
  /** Tables of ours that this role may not read and write. */
  readonly tablesDenied: number;
  readonly tables: number;
}

export async function readServerFacts(db: Pick<Database, 'pool'>): Promise<ServerFacts> {
  const { rows } = await db.pool.query<Record<keyof ServerFacts, number | string | boolean>>(
    `select current_setting('server_version_num')::integer as "versionNumber",
       exists (select from pg_collation where collprovider = 'i') as "hasIcu",
       extract(epoch from clock_timestamp()) * 1000 as now,
       current_setting('max_connections')::integer as "connectionsMax",
       (select count(*) from pg_stat_activity where backend_type = 'client backend') as "connectionsUsed",
       count(*) filter (where not (has_table_privilege(oid, 'select') and has_table_privilege(oid, 'insert')
         and has_table_privilege(oid, 'update') and has_table_privilege(oid, 'delete'))) as "tablesDenied",
       count(*) as tables
     from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_migrations'`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the database told nothing of itself');
  const { hasIcu, ...numbers } = row;
  const of = (name: keyof typeof numbers) => Number(numbers[name]);
  return {
    versionNumber: of('versionNumber'),
    hasIcu: hasIcu === true,
    now: of('now'),
    connectionsMax: of('connectionsMax'),
    connectionsUsed: of('connectionsUsed'),
    tablesDenied: of('tablesDenied'),
    tables: of('tables'),
  };
}
