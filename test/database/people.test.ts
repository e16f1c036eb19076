import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import {
  createLogin,
  endLogin,
  readLogin,
  savePendingLogin,
  takePendingLogin,
} from '../../src/store/logins.ts';
import {
  readOrganizationSettings,
  upsertOrganization,
  writeOrganizationSettings,
} from '../../src/store/organizations.ts';
import { purgeOrganization } from '../../src/store/purge.ts';
import { readUser, readUserSettings, upsertUser, writeUserSettings } from '../../src/store/users.ts';
import { MONDAY } from '../support/fake-clock.ts';
import { findPostgresKinds } from '../support/postgres-kinds.ts';
import { seedTenant, type Tenant, testKeyring } from '../support/rows.ts';

const now = MONDAY;
const kinds = await findPostgresKinds();

describe.each(kinds)('on the $kind PostgreSQL', ({ open }) => {
  let db: Database;
  let end: () => Promise<void>;
  let tenant: Tenant;
  const scoped = <T>(fn: (tx: Tx) => Promise<T>) => inOrganization(db, tenant.organizationId, fn);
  const across = <T>(fn: (tx: Tx) => Promise<T>) => acrossOrganizations(db, fn);

  beforeAll(async () => {
    ({ db, end } = await open());
    tenant = await seedTenant(db, 'people');
  });
  afterAll(() => end());

  test('the first user of an organization is its platform admin, even when several come at once', async () => {
    const organizationId = await across((tx) =>
      upsertOrganization(tx, testKeyring, { crmOrganizationId: '00D-crowd', now }),
    );
    const ids = await Promise.all(
      Array.from({ length: 5 }, (_, index) =>
        inOrganization(db, organizationId, (tx) =>
          upsertUser(tx, {
            organizationId,
            crmUserId: `005-${index}`,
            username: 'u',
            email: 'e',
            timeZone: 'UTC',
            now,
          }),
        ),
      ),
    );
    const users = await Promise.all(
      ids.map((id) => inOrganization(db, organizationId, (tx) => readUser(tx, id))),
    );
    expect(users.map((user) => user?.role).sort()).toEqual([
      'platform-admin',
      'user',
      'user',
      'user',
      'user',
    ]);
    await across((tx) => purgeOrganization(tx, organizationId));
  });

  test('settings are written only by somebody who has seen the present ones', async () => {
    const { organizationId: id, userId } = tenant;
    const write = (seenVersion: number) =>
      scoped((tx) =>
        writeOrganizationSettings(tx, { id, seenVersion, settings: { blocklist: ['example.net'] } }),
      );
    expect([await write(0), await write(0)]).toEqual([true, false]);
    expect(await scoped((tx) => readOrganizationSettings(tx, id))).toEqual({
      settings: { blocklist: ['example.net'] },
      version: 1,
    });
    expect(
      await scoped((tx) =>
        writeUserSettings(tx, { id: userId, seenVersion: 0, settings: { windowDays: 3 } }),
      ),
    ).toBe(true);
    expect((await scoped((tx) => readUserSettings(tx, userId))).settings).toEqual({ windowDays: 3 });
  });

  test('a login is valid until it ends, a pending one works once', async () => {
    const { userId, organizationId } = tenant;
    await scoped((tx) =>
      createLogin(tx, { userId, organizationId, place: 'browser', tokenHash: 't', expiresAt: now + HOUR, now }),
    );
    expect(await across((tx) => readLogin(tx, 't', now))).toEqual({
      id: expect.any(String),
      userId,
      organizationId,
      expiresAt: now + HOUR,
      reconnects: null,
      usedAt: now,
      consoleAt: now,
    });
    expect(await across((tx) => readLogin(tx, 't', now + HOUR))).toBeNull();
    await across((tx) => endLogin(tx, 't'));
    expect(await across((tx) => readLogin(tx, 't', now))).toBeNull();
    const details = { verifier: 'v', returnTo: '/' };
    const save = (stateHash: string) =>
      across((tx) => savePendingLogin(tx, testKeyring, { stateHash, details, expiresAt: now + MINUTE, now }));
    const take = (stateHash: string, at: number) =>
      across((tx) => takePendingLogin(tx, testKeyring, stateHash, at));
    await save('one');
    expect([await take('one', now), await take('one', now)]).toEqual([details, null]);
    await save('two');
    expect(await take('two', now + MINUTE)).toBeNull();
  });
});
