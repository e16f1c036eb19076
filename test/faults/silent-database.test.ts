/**
 * Goal: a database that goes away without a word (a router that forgot the connection, a machine without power) holds up nobody for ever: the statement ends, its
 * connection is given up, and the next one goes where it can. Method: a real PostgreSQL behind a proxy that stops answering and closes nothing.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { acrossOrganizations, type Database, openDatabase } from '../../src/store/database.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { openTcpProxy, type TcpProxy } from './tcp-proxy.ts';

let base: TestDatabase;
let proxy: TcpProxy;
let db: Database;
beforeAll(async () => {
  base = await createTestDatabase();
  const url = new URL(base.url);
  proxy = await openTcpProxy({ host: url.hostname, port: Number(url.port) });
  url.port = String(proxy.port);
  db = openDatabase({ url: url.href, poolMax: 1, applicationName: 'silent', statementTimeoutMs: 500 });
});
afterAll(async () => {
  await db.close();
  await proxy[Symbol.asyncDispose]();
  await base.drop();
});

const ask = () =>
  acrossOrganizations(db, async (tx) => (await tx.query<{ one: number }>('select 1 as one')).rows[0]?.one);

test('a statement that is never answered ends with a code, and the only connection of the pool is another one afterwards', async () => {
  expect(await ask()).toBe(1);
  const taken = proxy.taken();
  proxy.become('silent');
  await expect(ask()).rejects.toMatchObject({ name: 'DatabaseError', code: 'ETIMEDOUT' });
  proxy.become('open');
  expect(await ask()).toBe(1);
  expect(proxy.taken()).toBe(taken + 1);
});
