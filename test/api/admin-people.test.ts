/** What administrators do with people and profiles (G1 to G4, R7): enabling and disabling, deleting, roles, locked settings, bulk work, CSV. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BulkLine } from '../../src/api-schema/admin/common.ts';
import type { AdminOverview } from '../../src/api-schema/admin/overview.ts';
import type { OrganizationSettings, PresetView } from '../../src/api-schema/admin/profiles.ts';
import type { UserRow, UserView } from '../../src/api-schema/admin/users.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import {
  type AdminScene,
  CARLA,
  findPerson,
  linesOf,
  must,
  openAdminScene,
} from '../support/admin-scenes.ts';
import { ANNA, type Api, BEN, openApi } from '../support/api-harness.ts';

let api: Api;
let scene: AdminScene;
beforeEach(async () => {
  api = await openApi();
  scene = await openAdminScene(api);
});
afterEach(() => api[Symbol.asyncDispose]());

const activateBen = async () => {
  const { status } = await scene.ben.activate({ login: BEN.address, password: BEN.password });
  expect(status).toBe(200);
};
const act = async (action: object, userIds: readonly string[], who = scene.anna) =>
  linesOf<BulkLine>(await who.call('POST', '/api/admin/users/actions', { act: action, target: { userIds } }));
const personOf = (id: string) => must<UserView>(scene.anna, 'GET', `/api/admin/users/${id}`);

describe('a profile that is switched off', () => {
  it('stops its people, who may neither resume nor activate, and lets them go on when it is switched on', async () => {
    await activateBen();
    await api.runDue();
    await must(scene.anna, 'POST', `/api/admin/profiles/${scene.first}/disable`);
    expect(await personOf(scene.benId)).toMatchObject({
      state: 'paused',
      status: { text: 'Sync is switched off for the whole profile by an administrator.' },
      mailbox: { pausedBy: 'profile' },
    });
    const refused = { status: 422, body: { code: 'lockstep.profile-disabled' } };
    expect(await scene.ben.call('POST', '/api/mailbox/resume', { gap: 'skip' })).toMatchObject(refused);
    expect(await scene.ben.activate({ login: BEN.address, password: BEN.password })).toMatchObject(refused);
    // Nobody is enabled one by one past the profile.
    expect(await act({ action: 'enable' }, [scene.benId])).toMatchObject([
      { kind: 'refused', name: BEN.salesforceUsername, code: 'lockstep.profile-disabled' },
      { kind: 'end', done: 1, changed: 0, refused: 1 },
    ]);
    expect((await personOf(scene.benId)).may).not.toContain('enable');
    await must(scene.anna, 'POST', `/api/admin/profiles/${scene.first}/enable`);
    expect(await personOf(scene.benId)).toMatchObject({ state: 'active' });
    expect(await api.runDue()).toBe(1);
  });

  it('stops whoever is moved into it, and lets go whoever is moved out of it', async () => {
    await activateBen();
    await must(scene.anna, 'POST', `/api/admin/profiles/${scene.second}/disable`);
    await act({ action: 'move-profile', profileId: scene.second }, [scene.benId]);
    expect(await personOf(scene.benId)).toMatchObject({ state: 'paused', mailbox: { pausedBy: 'profile' } });
    await act({ action: 'move-profile', profileId: null }, [scene.benId]);
    expect(await personOf(scene.benId)).toMatchObject({ state: 'active', profile: null });
  });
});

describe('enabling and disabling one person', () => {
  it('is taken once a minute each, is harmless when repeated, and leaves the person free to resume', async () => {
    await activateBen();
    const end = (lines: readonly BulkLine[]) => lines.at(-1);
    expect(end(await act({ action: 'disable' }, [scene.benId]))).toMatchObject({ changed: 1, refused: 0 });
    expect(end(await act({ action: 'disable' }, [scene.benId]))).toMatchObject({ changed: 0, refused: 0 });
    expect(end(await act({ action: 'enable' }, [scene.benId]))).toMatchObject({ changed: 1 });
    expect(await act({ action: 'disable' }, [scene.benId])).toMatchObject([
      { kind: 'refused', code: 'api.too-soon' },
      { kind: 'end' },
    ]);
    api.clock.advance(MINUTE + 1);
    await act({ action: 'disable' }, [scene.benId]);
    expect((await scene.ben.call('POST', '/api/mailbox/resume', { gap: 'catch-up' })).status).toBe(200);
  });

  it('leaves alone what the person paused himself', async () => {
    await activateBen();
    await scene.ben.call('POST', '/api/mailbox/pause', { until: null });
    expect((await act({ action: 'enable' }, [scene.benId])).at(-1)).toMatchObject({ changed: 0, refused: 0 });
    expect(await personOf(scene.benId)).toMatchObject({ state: 'paused' });
  });
});

describe('deleting', () => {
  it('is refused while sync is activated, and by force switches it off first', async () => {
    await activateBen();
    expect(await act({ action: 'delete' }, [scene.benId])).toMatchObject([
      { kind: 'refused', code: 'api.still-activated' },
      { kind: 'end', refused: 1 },
    ]);
    expect((await act({ action: 'force-delete' }, [scene.benId])).at(-1)).toMatchObject({ changed: 1 });
    expect((await scene.anna.call('GET', `/api/admin/users/${scene.benId}`)).status).toBe(404);
    expect((await scene.ben.call('GET', '/api/settings')).status).toBe(401);
  });

  it('never takes the last platform admin, nor does anybody take the role from himself then', async () => {
    const { id } = await findPerson(scene.anna, ANNA);
    expect(await act({ action: 'force-delete' }, [id])).toMatchObject([
      { code: 'api.last-admin' },
      { refused: 1 },
    ]);
    const demote = () => scene.anna.call('PATCH', `/api/admin/users/${id}`, { role: 'user' });
    expect(await demote()).toMatchObject({ status: 409, body: { code: 'api.last-admin' } });
    await must(scene.anna, 'PATCH', `/api/admin/users/${scene.carlaId}`, { role: 'platform-admin' });
    // Afterwards he is none, so that the answer is about somebody out of his reach.
    await demote();
    expect((await scene.anna.call('GET', '/api/admin/users')).status).toBe(403);
  });
});

describe('work on many', () => {
  it('goes over everybody whom the filter lets through and leaves a row in the audit for each whom it changed', async () => {
    const { items } = await must<{ items: { id: string }[] }>(scene.anna, 'PUT', '/api/admin/licenses', {
      ...{ name: 'Hourly', intervalMinutes: 60, pattern: 'fixed' },
    });
    const change = () =>
      scene.anna.call('POST', '/api/admin/users/actions', {
        act: { action: 'change-license', licenseId: items[0]?.id },
        target: { filter: { role: 'user' } },
      });
    expect(linesOf<BulkLine>(await change()).at(-1)).toEqual({
      kind: 'end',
      done: 2,
      changed: 2,
      refused: 0,
    });
    expect(linesOf<BulkLine>(await change()).at(-1)).toEqual({
      kind: 'end',
      done: 2,
      changed: 0,
      refused: 0,
    });
    const audit = await must<{ items: { subjectName: string; details: object }[] }>(
      ...([scene.anna, 'GET', `/api/admin/audit?action=user.changed&user=${scene.benId}`] as const),
    );
    expect(audit.items).toContainEqual(
      expect.objectContaining({
        subjectName: BEN.salesforceUsername,
        details: { changed: ['licenseId'], licenseId: items[0]?.id },
      }),
    );
  });

  it('of a profile admin reaches his own people alone', async () => {
    const lines = await act(
      { action: 'move-profile', profileId: null },
      [scene.benId, scene.carlaId],
      scene.dirk,
    );
    expect(lines).toMatchObject([
      { kind: 'refused', code: 'api.invalid-input' },
      { kind: 'refused', code: 'api.not-found', name: '' },
      { kind: 'end', changed: 0, refused: 2 },
    ]);
  });
});

describe('a setting that an administrator fixed', () => {
  it('is refused with who fixed it, by the organization or by a preset', async () => {
    const before = await must<OrganizationSettings>(scene.anna, 'GET', '/api/admin/settings');
    const form = { settings: { markErrors: false }, forced: ['markErrors'], version: before.version };
    await must(scene.anna, 'PUT', '/api/admin/settings', form);
    expect((await scene.anna.call('PUT', '/api/admin/settings', form)).status).toBe(409);
    const preset = await must<PresetView>(scene.anna, 'POST', '/api/admin/presets', { name: 'Quiet' });
    await must(scene.anna, 'PUT', `/api/admin/presets/${preset.id}`, {
      ...{ name: 'Quiet', settings: { markSaved: true }, forced: ['markSaved'], version: preset.version },
    });
    await must(scene.ben, 'PUT', '/api/settings', {
      layer: 'user',
      settings: { markSaved: false, windowDays: 9 },
    });
    const applied = await scene.anna.call('POST', `/api/admin/presets/${preset.id}/apply`, {
      ...{ profileIds: [scene.first], override: true },
    });
    expect(linesOf<BulkLine>(applied).at(-1)).toMatchObject({ kind: 'end', done: 1, changed: 1 });
    const change = (settings: object) => scene.ben.call('PUT', '/api/settings', { layer: 'user', settings });
    expect(await change({ markErrors: true })).toMatchObject({
      status: 403,
      body: { code: 'api.setting-locked', fields: ['settings.markErrors'] },
    });
    const locked = await change({ markSaved: true, windowDays: 3 });
    expect(locked).toMatchObject({ status: 403, body: { code: 'api.setting-locked' } });
    expect(locked.text).toContain('Quiet');
    // What the preset says nothing of stays his choice, and nothing of a refused change is kept.
    expect(await must(scene.ben, 'GET', '/api/settings')).toMatchObject({ user: { windowDays: 9 } });
    expect((await scene.anna.call('DELETE', `/api/admin/presets/${preset.id}`)).status).toBe(409);
  });
});

describe('the lists', () => {
  it('page by page give everybody once, with how many there are, and refuse a mark of another order', async () => {
    type Page = { items: readonly UserRow[]; next: string | null; total: number };
    const found: string[] = [];
    let next: string | null = null;
    let mark = '';
    do {
      const after: string = next === null ? '' : `&after=${next}`;
      const page: Page = await must<Page>(scene.anna, 'GET', `/api/admin/users?limit=2&sort=address${after}`);
      expect(page.total).toBe(5);
      found.push(...page.items.map(({ id }) => id));
      next = page.next;
      mark = next ?? mark;
    } while (next !== null);
    expect(new Set(found).size).toBe(5);
    for (const wrong of [`sort=name&after=${mark}`, 'after=nonsense'])
      expect((await scene.anna.call('GET', `/api/admin/users?${wrong}`)).status).toBe(400);
  });

  it('as CSV keep a name from being a formula', async () => {
    const { id } = await findPerson(scene.anna, CARLA);
    const name = `=HYPERLINK("x"),+1`;
    await acrossOrganizations(api.database.db, (tx) =>
      tx.query(`update users set full_name = $2 where id = $1`, [id, name]),
    );
    const { text } = await scene.anna.call('GET', '/api/admin/users.csv');
    expect(text).toContain(`"'=HYPERLINK(""x""),+1"`);
    expect(text.trim().split('\r\n')).toHaveLength(6);
  });

  it('open from the overview’s counts', async () => {
    await activateBen();
    await api.runDue();
    const { counts, days, freshness } = await must<AdminOverview>(scene.anna, 'GET', '/api/admin/overview');
    expect(counts).toMatchObject({ users: 5, active: 1, notActivated: 4, late: 0, suspended: 0 });
    expect(days.at(-1)).toMatchObject({ runs: 1, failed: 0 });
    expect(freshness).toMatchObject({ onTimeShare: 1 });
    const foreign = await must<AdminOverview>(scene.eva, 'GET', '/api/admin/overview');
    expect(foreign.counts).toMatchObject({ users: 1, active: 0 });
    expect(foreign.days.at(-1)).toMatchObject({ runs: 0 });
    api.clock.advance(80 * MINUTE);
    const late = await must<{ items: readonly UserRow[] }>(scene.anna, 'GET', '/api/admin/users?status=late');
    expect(late.items).toMatchObject([{ id: scene.benId, isLate: true }]);
  });
});
