import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import type { UserId } from '../../src/model/ids.ts';
import { acrossOrganizations, type Database, inOrganization, type Tx } from '../../src/store/database.ts';
import {
  createLogin,
  endLogin,
  endLoginsOf,
  listLogins,
  readLogin,
  savePendingLogin,
  takePendingLogin,
  touchLogin,
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

  test('uses of a login are noted when the last note is old, each kind by itself', async () => {
    const { userId, organizationId } = tenant;
    const login = {
      userId,
      organizationId,
      place: 'browser',
      tokenHash: 'used',
      expiresAt: now + DAY,
    } as const;
    await scoped((tx) => createLogin(tx, { ...login, now }));
    const use = async (at: number, console: boolean) => {
      await across((tx) => touchLogin(tx, 'used', { now: at, before: at - 5 * MINUTE, console }));
      const found = await across((tx) => readLogin(tx, 'used', at));
      return [found?.usedAt, found?.consoleAt].map((one) => ((one ?? 0) - now) / MINUTE);
    };
    expect(await use(now + 4 * MINUTE, true)).toEqual([0, 0]);
    expect(await use(now + 5 * MINUTE, false)).toEqual([5, 0]);
    expect(await use(now + 6 * MINUTE, true)).toEqual([6, 6]);
    // A clock that goes back takes nothing back.
    expect(await use(now + 1, false)).toEqual([6, 6]);
    await across((tx) => endLogin(tx, 'used'));
  });

  test('logins are listed while they are good, and ended one, all but one, or those that are full', async () => {
    const { userId, organizationId } = tenant;
    const who = { userId, organizationId };
    const begin = (tokenHash: string, place: 'browser' | 'mail-client', at: number) =>
      scoped((tx) => createLogin(tx, { ...who, place, tokenHash, now: at, expiresAt: now + DAY }));
    const [one, two, three] = [
      await begin('one', 'browser', now),
      await begin('two', 'mail-client', now + 1),
      await begin('three', 'browser', now + 2),
    ];
    const list = async (restedAt: number, limit = 9) =>
      (await scoped((tx) => listLogins(tx, { ...who, now: now + 3, restedAt, limit }))).map(({ id }) => id);
    expect([await list(now - 1), await list(now), await list(now - 1, 1)]).toEqual([
      [three, two, one],
      [three, two],
      [three],
    ]);
    const stranger = { ...who, userId: '0195d9a0-0000-7000-8000-00000000ffff' as UserId };
    expect(await scoped((tx) => endLoginsOf(tx, { ...stranger, only: one }))).toEqual([]);
    expect(await scoped((tx) => endLoginsOf(tx, { ...who, only: one }))).toEqual([
      { id: one, organizationId, userId },
    ]);
    expect((await scoped((tx) => endLoginsOf(tx, { ...who, except: two }))).map(({ id }) => id)).toEqual([
      three,
    ]);
    expect((await scoped((tx) => endLoginsOf(tx, { ...who, full: true }))).map(({ id }) => id)).toEqual([
      two,
    ]);
    expect(await list(now - 1)).toEqual([]);
  });

  test('a login is valid until it ends, a pending one works once', async () => {
    const { userId, organizationId } = tenant;
    await scoped((tx) =>
      createLogin(tx, {
        userId,
        organizationId,
        place: 'browser',
        tokenHash: 't',
        expiresAt: now + HOUR,
        now,
      }),
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
