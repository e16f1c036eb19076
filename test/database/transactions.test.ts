/**
 * Goal: statements that do not wait for each other leave in one message and are still one transaction; whatever fails is told by its own error, and nothing
 * of it stays.
 * Method: a real PostgreSQL; what the driver hands to its socket is counted.
 */
import type { Writable } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  acrossOrganizations,
  acrossOrganizationsAtOnce,
  DatabaseError,
  inOrganization,
} from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

let database: TestDatabase;
let tenant: Tenant;
let messages = 0;

beforeAll(async () => {
  database = await createTestDatabase({ poolMax: 1 });
  tenant = await seedTenant(database.db, 'transactions');
  const client = await database.db.pool.connect();
  const { stream } = (client as unknown as { readonly connection: { readonly stream: Writable } }).connection;
  const counted = ['_write', '_writev'] as const;
  for (const name of counted) {
    const write = stream[name]?.bind(stream) as (...args: unknown[]) => unknown;
    Object.assign(stream, {
      [name]: (...args: unknown[]) => {
        messages += 1;
        return write(...args);
      },
    });
  }
  client.release();
});
afterAll(() => database.drop());

const messagesOf = async (work: () => Promise<unknown>): Promise<number> => {
  messages = 0;
  await work();
  return messages;
};
const countSeats = `select count(*)::int as seats from gaps where mailbox_id = $1`;
const addSeat = `insert into gaps (organization_id, mailbox_id, starts_at, ends_at) values ($1, $2, $3, $4)`;
const seat = () => [tenant.organizationId, tenant.mailboxId, new Date(1), new Date(2)];
const seats = async (): Promise<number> =>
  await inOrganization(database.db, tenant.organizationId, async (tx) => {
    const { rows } = await tx.query<{ seats: number }>(countSeats, [tenant.mailboxId]);
    return rows[0]?.seats ?? 0;
  });

test('statements that are asked for together leave with the beginning, the end follows', async () => {
  const three = () =>
    inOrganization(database.db, tenant.organizationId, (tx) =>
      Promise.all([1, 2, 3].map((n) => tx.query('select $1::int as n', [n]))),
    );
  expect(await messagesOf(three)).toBe(2);
  const one = () => acrossOrganizationsAtOnce(database.db, (tx) => tx.query('select $1::int as n', [1]));
  expect(await messagesOf(one)).toBe(1);
  expect(await messagesOf(() => acrossOrganizations(database.db, () => Promise.resolve(1)))).toBe(0);
});

test('each has its own answer, in its own scope', async () => {
  const answers = await inOrganization(database.db, tenant.organizationId, (tx) =>
    Promise.all([
      tx.query<{ n: number }>('select $1::int as n', [7]),
      tx.query<{ id: string }>('select id from organizations', []),
      tx.query<{ n: string }>('select $1::text as n', ['seven']),
    ]),
  );
  expect(answers.map(({ rows }) => rows)).toEqual([
    [{ n: 7 }],
    [{ id: tenant.organizationId }],
    [{ n: 'seven' }],
  ]);
});

test('one that fails takes the others along, and its own error is told', async () => {
  const before = await seats();
  const failing = inOrganization(database.db, tenant.organizationId, (tx) =>
    Promise.all([tx.query(addSeat, seat()), tx.query('select 1 / $1::int', [0]), tx.query(addSeat, seat())]),
  );
  await expect(failing).rejects.toMatchObject({ code: '22012' });
  expect(await seats()).toBe(before);
});

test('a transaction of one statement is kept, or told why it was not', async () => {
  const before = await seats();
  await acrossOrganizationsAtOnce(database.db, (tx) => tx.query(addSeat, seat()));
  expect(await seats()).toBe(before + 1);
  const failing = acrossOrganizationsAtOnce(database.db, (tx) =>
    Promise.all([tx.query(addSeat, seat()), tx.query('select 1 / $1::int', [0])]),
  );
  await expect(failing).rejects.toThrow(DatabaseError);
  expect(await seats()).toBe(before + 1);
});

test('nothing is asked for once it is over, so that no statement goes out on a connection that somebody else has', async () => {
  let late: Promise<unknown> = Promise.resolve();
  const slow = inOrganization(database.db, tenant.organizationId, async (tx) => {
    late = tx.query('select $1::int', [1]).then(() => tx.query(addSeat, seat()));
    late.catch(() => undefined);
    await tx.query('select 1 / $1::int', [0]);
  });
  const before = seats();
  await expect(slow).rejects.toMatchObject({ code: '22012' });
  const early = await before;
  await expect(late).rejects.toThrow();
  expect(await seats()).toBe(early);
});
