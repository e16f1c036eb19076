/**
 * Goal: whoever upgrades loses no row, from whichever version. Method: a database of the first three migrations is filled by plain statements, as the code of
 * that time would have left it; then each later migration is applied by itself, and every row that was there before is looked for afterwards, value by value.
 */
import { cp, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  countMissingMigrations,
  migrate,
  migrationsFolder,
  readMigrations,
} from '../../src/store/migrate.ts';
import { createEmptyDatabase, type TestDatabase } from '../support/postgres.ts';

const BASE = 3;
const migrations = await readMigrations(migrationsFolder);

let folder: string;
let database: TestDatabase;
let client: pg.Client;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-upgrade-'));
  database = await createEmptyDatabase();
  client = new pg.Client({ connectionString: database.adminUrl });
  await client.connect();
  await migrateTo(BASE);
  for (const organization of ['1', '2']) await fill(organization);
});
afterAll(async () => {
  await client?.end();
  await database?.drop();
  await rm(folder, { recursive: true, force: true });
});

/** Applies the migrations up to this number, as the version that ended there would have. */
async function migrateTo(number: number): Promise<void> {
  const upTo = join(folder, String(number));
  await mkdir(upTo);
  for (const { name } of migrations.slice(0, number))
    await cp(join(migrationsFolder, name), join(upTo, name));
  await migrate(database.url, upTo);
}

type Row = Readonly<Record<string, unknown>>;

async function allRows(): Promise<ReadonlyMap<string, readonly Row[]>> {
  const { rows: tables } = await client.query<{ name: string }>(
    `select relname as name from pg_class join pg_namespace n on n.oid = relnamespace
     where n.nspname = 'public' and relkind in ('r', 'p') and relname <> 'schema_migrations' order by 1`,
  );
  const all = new Map<string, readonly Row[]>();
  for (const { name } of tables) {
    const { rows } = await client.query<{ row: Row }>(`select to_jsonb(t) as row from "${name}" t`);
    all.set(
      name,
      rows.map(({ row }) => row),
    );
  }
  return all;
}

/** Rows of before that are not there any more with all their values; new columns beside them are no loss. */
function lost(before: ReadonlyMap<string, readonly Row[]>, after: ReadonlyMap<string, readonly Row[]>) {
  return [...before].flatMap(([table, rows]) =>
    rows
      .filter((row) => !(after.get(table) ?? []).some((now) => contains(now, row)))
      .map((row) => ({ table, row })),
  );
}

function contains(now: Row, before: Row): boolean {
  return Object.entries(before).every(([name, value]) => JSON.stringify(now[name]) === JSON.stringify(value));
}

describe('from the first version on', () => {
  test('every table of the beginning has rows to lose', async () => {
    const empty = [...(await allRows())].filter(([, rows]) => rows.length === 0).map(([name]) => name);
    expect(empty).toEqual([]);
  });

  test.each(migrations.slice(BASE).map(({ name, number }) => [name, number] as const))(
    '%s loses no row of before',
    async (_, number) => {
      const before = await allRows();
      await migrateTo(number);
      expect(lost(before, await allRows())).toEqual([]);
    },
  );

  test('the end is the newest version, with everybody in the lists that came later', async () => {
    expect(await countMissingMigrations(database.url)).toBe(0);
    const after = await allRows();
    expect(after.get('mailboxes')).toHaveLength(2);
    expect(after.get('listed_users')).toHaveLength(2);
  });

  test('a row that is missing would be seen', async () => {
    const before = await allRows();
    await client.query('begin');
    await client.query(`update links set record_id = 'other' where organization_id = $1`, [id('1', 1)]);
    const found = lost(before, await allRows());
    await client.query('rollback');
    expect(found.map(({ table }) => table)).toContain('links');
  });
});

test('no migration takes away or renames what the version before it reads, so both may work side by side', () => {
  const takesAway =
    /\b(drop\s+(table|column)|rename\s+(to|column)|alter\s+column\s+\w+\s+(type|set\s+not\s+null))\b/i;
  const offenders = migrations
    .filter(({ sql }) => takesAway.test(sql.replace(/--.*$/gm, '')))
    .map(({ name }) => name);
  expect(offenders).toEqual([]);
});

/** An id made of the organization's digit and a number. */
function id(organization: string, number: number): string {
  return `${organization.repeat(8)}-0000-4000-8000-${String(number).padStart(12, '0')}`;
}

/** One organization with one row in each table. */
async function fill(one: string): Promise<void> {
  const [organization, user, mailConnection, crmConnection, mailbox, run] = [1, 2, 3, 4, 5, 6].map((n) =>
    id(one, n),
  );
  const sealed = Buffer.from(`sealed ${one}`);
  const at = '2026-03-02T08:00:00Z';
  const later = '2026-03-02T08:01:00Z';
  const statements: readonly (readonly [string, readonly unknown[]])[] = [
    [
      `insert into organizations values ($1, $2, $3, 'k1', '{"internalDomains": ["acme.test"]}', 3, $4)`,
      [organization, `00D${one}`, sealed, at],
    ],
    [
      `insert into users values ($1, $2, $3, $4, $4, 'Europe/Berlin', 'user', '{"saveEmails": false}', 2, $5, $5)`,
      [user, organization, `005${one}`, `anna@${one}.test`, at],
    ],
    [`insert into logins values ($1, $2, $3, $4, $5)`, [`hash-${one}`, organization, user, at, later]],
    [`insert into pending_logins values ($1, $2, $3, $4)`, [`state-${one}`, sealed, at, later]],
    [
      `insert into connections values ($1, $2, $3, 'exchange', $4, $5, 4, '{"ewsUrl": "https://mail.test"}', $6, $6)`,
      [mailConnection, organization, user, `anna@${one}.test`, sealed, at],
    ],
    [
      `insert into connections values ($1, $2, $3, 'salesforce', $4, $5, 1, '{}', $6, $6)`,
      [crmConnection, organization, user, `anna@${one}.test`, sealed, at],
    ],
    [
      `insert into mailboxes values ($1, $2, $3, 'exchange', $4, array[$4], $5, $6, 'suspended', 2, 10, 'mailbox.unreachable', $7, $7, $7)`,
      [mailbox, organization, user, `anna@${one}.test`, mailConnection, crmConnection, at],
    ],
    [
      `insert into schedules values ($1, $2, $3, 1, 'user', $3, true, 42, null, null, null)`,
      [mailbox, organization, at],
    ],
    [`insert into cursors values ($1, 'mail:inbox', $2, $3, $4)`, [mailbox, organization, sealed, at]],
    [
      `insert into runs values ($1, $2, $3, 41, 'schedule', 'w1', 'failed', '{"code": "mailbox.unreachable"}', '{"saved": 3}', $4, $5)`,
      [run, organization, mailbox, at, later],
    ],
    [
      `insert into links values ($1, $2, $3, 'item', 'v1', 'record', true, $4, $5)`,
      [mailbox, `print-${one}`, organization, run, at],
    ],
    [`insert into claims values ($1, $2, $3, 41, $4)`, [organization, `print-${one}`, mailbox, later]],
    [
      `insert into issues values ($1, $2, $3, 'item-2', 'v1', 'inbox', 'crm.validation-rule', 'FIELD_CUSTOM_VALIDATION_EXCEPTION', array['Subject'], 3, $4, $5, $5)`,
      [id(one, 7), organization, mailbox, at, later],
    ],
    [
      `insert into verdicts values ($1, $2, $3, 'skipped.internal-participants', $4)`,
      [mailbox, `print-${one}`, organization, at],
    ],
  ];
  for (const [statement, values] of statements) await client.query(statement, [...values]);
}
