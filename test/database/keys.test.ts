import { randomBytes } from 'node:crypto';
import { scheduler } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmailKey, FeedId, ItemId } from '../../src/model/ids.ts';
import { exclusiveCredential, readConnection, replaceCredential } from '../../src/store/connections.ts';
import { readCursors, writeCursors } from '../../src/store/cursors.ts';
import { type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import { openKeyring, organizationKeys } from '../../src/store/keyring.ts';
import { rotateMasterKey, rotateOrganizationKey } from '../../src/store/rotate-keys.ts';
import { SealBroken } from '../../src/store/sealing.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { createTestDatabase, type TestDatabase } from '../support/postgres.ts';
import { seedTenant, type Tenant } from '../support/rows.ts';

const now = MONDAY;
const masterKey = randomBytes(32);
let base: TestDatabase;
let db: Database;
let tenant: Tenant;
const scoped = <T>(fn: (tx: Tx) => Promise<T>) => inOrganization(db, tenant.organizationId, fn);

beforeAll(async () => {
  base = await createTestDatabase({ poolMax: 25 });
  db = base.db;
  tenant = await seedTenant(db, 'keys', { keyring: openKeyring({ masterKey }) });
});
afterAll(() => base.drop());

test('credentials lie in the database sealed only', async () => {
  const { rows } = await scoped((tx) =>
    tx.query<{ row: string }>(`select connections::text as row from connections`),
  );
  expect(rows).toHaveLength(2);
  for (const { row } of rows) {
    expect(row).not.toContain(Buffer.from('exchange of keys').toString('hex'));
    expect(row).not.toContain('secret');
  }
  const connection = await scoped((tx) => readConnection(tx, tenant.keys, tenant.mailboxConnectionId));
  expect(connection).toMatchObject({ credential: { secret: 'exchange of keys' } });
});

test("a credential that was moved to another row, or to another organization's, does not open", async () => {
  await expect(
    scoped(async (tx) => {
      await tx.query(
        `update connections set sealed_credential =
           (select sealed_credential from connections where id = $1) where id = $2`,
        [tenant.mailboxConnectionId, tenant.crmConnectionId],
      );
      await readConnection(tx, tenant.keys, tenant.crmConnectionId);
    }),
  ).rejects.toBeInstanceOf(SealBroken);
});

test('another master key opens nothing', async () => {
  const stranger = openKeyring({ masterKey: randomBytes(32) });
  const opening = scoped((tx) => organizationKeys(tx, stranger, tenant.organizationId));
  await expect(opening).rejects.toBeInstanceOf(SealBroken);
});

test('prints are the same in every process, differ between organizations, and between mails and items', async () => {
  const again = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), tenant.organizationId));
  const other = await seedTenant(db, 'other', { keyring: openKeyring({ masterKey }) });
  const print = tenant.keys.printKey('id@mail.example' as EmailKey);
  expect(print).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(again.printKey('id@mail.example' as EmailKey)).toBe(print);
  expect(other.keys.printKey('id@mail.example' as EmailKey)).not.toBe(print);
  expect(tenant.keys.printItem('id@mail.example' as ItemId)).not.toBe(print);
});

test('a new master key wraps everything anew, and then the old one is not needed', async () => {
  const fresh = randomBytes(32);
  const both = openKeyring({ masterKey: fresh, previousMasterKeys: [masterKey] });
  expect(await rotateMasterKey(db, both)).toBe(2);
  expect(await rotateMasterKey(db, both)).toBe(0);
  const alone = openKeyring({ masterKey: fresh });
  const keys = await scoped((tx) => organizationKeys(tx, alone, tenant.organizationId));
  const connection = await scoped((tx) => readConnection(tx, keys, tenant.mailboxConnectionId));
  expect(connection?.credential).toEqual({ secret: 'exchange of keys' });
  expect(await rotateMasterKey(db, openKeyring({ masterKey, previousMasterKeys: [fresh] }))).toBe(2);
});

test('an organization gets a new key while runs go on; they read on, write on, and prints stay', async () => {
  const keyring = openKeyring({ masterKey });
  const { mailboxId, mailboxConnectionId, organizationId } = tenant;
  // Held by a run that began before the rotation and in another process.
  const held = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), organizationId));
  const before = held.dataKeyId();
  const feeds = new Map(
    Array.from({ length: 250 }, (_, index) => [`feed ${index}` as FeedId, `mark ${index}`]),
  );
  await scoped((tx) => writeCursors(tx, held, mailboxId, { feeds }, now));
  const print = held.printKey('key' as EmailKey);
  const [resealed] = await Promise.all([
    rotateOrganizationKey(db, keyring, organizationId),
    scoped((tx) => writeCursors(tx, held, mailboxId, { feeds: new Map([['late' as FeedId, 'mark']]) }, now)),
  ]);
  expect(resealed).toBeGreaterThanOrEqual(252);
  const read = await scoped((tx) => readCursors(tx, held, mailboxId));
  expect(read.feeds).toEqual(new Map([...feeds, ['late', 'mark']]));
  expect(held.dataKeyId()).not.toBe(before);
  expect(held.printKey('key' as EmailKey)).toBe(print);
  const connection = await scoped((tx) => readConnection(tx, held, mailboxConnectionId));
  expect(connection?.credential).toEqual({ secret: 'exchange of keys' });
  await rotateOrganizationKey(db, keyring, organizationId);
  await rotateOrganizationKey(db, keyring, organizationId);
  const newest = await scoped((tx) => organizationKeys(tx, keyring, organizationId));
  expect((await scoped((tx) => readCursors(tx, newest, mailboxId))).feeds.size).toBe(251);
});

test('of 20 refreshers at once, on several pools, one calls the service and all get the new token', async () => {
  const { crmConnectionId: id, organizationId } = tenant;
  const keys = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), organizationId));
  const seen = (await scoped((tx) => readConnection(tx, keys, id)))?.credentialVersion ?? 0;
  let calls = 0;
  const pools = [db, base.openAnother(10), base.openAnother(10)];
  const results = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      exclusiveCredential(
        pools[index % 3] ?? db,
        organizationId,
        () => Promise.resolve(keys),
        id,
        async (current) => {
          if (current.version > seen) return null;
          calls += 1;
          await scheduler.wait(20);
          return {
            credential: { token: `token ${calls}` },
            settings: { instanceUrl: 'https://one.example' },
          };
        },
      ),
    ),
  );
  expect(calls).toBe(1);
  for (const result of results) {
    expect(result).toEqual({
      credential: { token: 'token 1' },
      version: seen + 1,
      settings: { instanceUrl: 'https://one.example' },
    });
  }
});

test('who waits for a refresh in the same process leaves the pool to others', async () => {
  const { crmConnectionId: id, organizationId } = tenant;
  const keys = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), organizationId));
  const narrow = base.openAnother(2);
  let free = () => {};
  const gate = new Promise<null>((resolve) => {
    free = () => resolve(null);
  });
  const waiting = Array.from({ length: 10 }, () =>
    exclusiveCredential(
      narrow,
      organizationId,
      () => Promise.resolve(keys),
      id,
      () => gate,
    ),
  );
  // Two places: one is held by the first in line, the other must be free.
  await inOrganization(narrow, organizationId, (tx) => tx.query('select 1'));
  free();
  await Promise.all(waiting);
});

test('a refresh that fails changes nothing and frees the row', async () => {
  const { crmConnectionId: id, organizationId } = tenant;
  const keys = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), organizationId));
  const failing = exclusiveCredential(
    db,
    organizationId,
    () => Promise.resolve(keys),
    id,
    () => Promise.reject(new Error('refused')),
  );
  await expect(failing).rejects.toThrow('refused');
  const current = await exclusiveCredential(
    db,
    organizationId,
    () => Promise.resolve(keys),
    id,
    () => Promise.resolve(null),
  );
  expect(current.credential).toEqual({ token: 'token 1' });
});

test('a credential is replaced only by somebody who has seen the present one', async () => {
  const { crmConnectionId: id, organizationId } = tenant;
  const keys = await scoped((tx) => organizationKeys(tx, openKeyring({ masterKey }), organizationId));
  const seenVersion = (await scoped((tx) => readConnection(tx, keys, id)))?.credentialVersion ?? 0;
  const change = { id, seenVersion, credential: 'new', settings: {}, now };
  const won = await Promise.all(
    Array.from({ length: 4 }, () => scoped((tx) => replaceCredential(tx, keys, change))),
  );
  expect(won.filter(Boolean)).toHaveLength(1);
});
