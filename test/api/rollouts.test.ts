/** Mass activation: the pre-flight, waves that halt and are resumed, a worker that dies, the four provisioning modes, and the first login. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { RolloutView } from '../../src/api-schema/admin/rollouts.ts';
import type { AccessCheck } from '../../src/api-schema/admin/users.ts';
import { runRollout } from '../../src/commands/run-rollout.ts';
import { carryOn } from '../../src/jobs/rollouts.ts';
import { failure } from '../../src/model/failure.ts';
import type { ProfileId, RolloutId, UserId } from '../../src/model/ids.ts';
import { RolloutLeaseLost } from '../../src/store/rollouts.ts';
import { BEN, type Person } from '../support/api-harness.ts';
import {
  act,
  activations,
  addColleague,
  addressOf,
  approve,
  type Company,
  claimOne,
  members,
  openCompany,
  putRollout,
  staff,
  usernameOf,
  view,
  workOff,
} from '../support/rollout-scenes.ts';
import { makeProfile, makeProfileAdmin, query, readPeople } from '../support/stored-people.ts';

let company: Company;
beforeEach(async () => {
  company = await openCompany();
});
afterEach(() => company[Symbol.asyncDispose]());

const start = async (profileId: ProfileId, waves = [100], failuresMax = 20): Promise<RolloutId> => {
  const id = await putRollout(company, { profileId, waves, failuresMax });
  await workOff(company);
  await act(company, id, 'start');
  return id;
};

describe('the pre-flight', () => {
  const check = async (userId: UserId): Promise<AccessCheck> =>
    (await company.anna.call<AccessCheck>('POST', `/api/admin/users/${userId}/check-access`)).body;

  it('tells nine ways of being broken apart, each with its remedy', async () => {
    const profile = await staff(company, 1);
    const { mass, api } = company;
    const ways: readonly [string, Parameters<typeof addColleague>[3], string, (() => void)?][] = [
      ['homeless', { address: null }, 'mailbox.no-address'],
      ['ghost', { hasMailbox: false }, 'mailbox.not-found'],
      ['outsider', {}, 'mailbox.outside-app-scope'],
      ['unlicensed', {}, 'mailbox.no-licence'],
      ['sleeper', {}, 'crm.user-inactive'],
      ['stranger', { isInSalesforce: false }, 'crm.user-not-found'],
      ['renamed', { email: 'other@contoso.test' }, 'lockstep.address-differs'],
      [
        'twin',
        { address: 'shared.alias@contoso.test', email: 'shared@contoso.test' },
        'lockstep.address-in-use',
      ],
      ['unapproved', {}, 'crm.app-not-allowed'],
    ];
    mass.addMailbox('shared@contoso.test', 'shared.alias@contoso.test');
    const first = await addColleague(company, profile, 'first', {
      address: 'shared@contoso.test',
      email: 'shared@contoso.test',
    });
    const ids = new Map<string, UserId>();
    for (const [name, more] of ways) ids.set(name, await addColleague(company, profile, name, more));
    mass.mailboxes.set('shared.alias@contoso.test', mass.mailboxes.get('shared@contoso.test') as never);
    approve(
      company,
      ['person0', 'first', ...ways.map(([name]) => name)]
        .filter((name) => name !== 'unapproved')
        .map(usernameOf),
    );
    const id = await putRollout(company, { profileId: profile, who: { userIds: [first] } });
    await workOff(company);
    await act(company, id, 'start');
    await workOff(company);
    expect((await view(company, id)).byOutcome).toMatchObject({ active: 1 });
    mass.troubles.set(addressOf('outsider'), failure('mailbox.outside-app-scope'));
    mass.troubles.set(addressOf('unlicensed'), failure('mailbox.no-licence'));
    api.services.salesforce.changeUser(usernameOf('sleeper'), { active: false });
    const found = new Map<string, AccessCheck>();
    for (const [name, userId] of ids) found.set(name, await check(userId));
    const codes = Object.fromEntries([...found].map(([name, one]) => [name, one.failure?.code]));
    expect(codes).toEqual(Object.fromEntries(ways.map(([name, , code]) => [name, code])));
    for (const one of found.values()) {
      expect(one.predicted).toBe('by-himself');
      expect(one.failure?.admin.length).toBeGreaterThan(40);
    }
    const columns = (name: string) => {
      const { mailboxFound, accessGranted, crmUserMatched, addressEqual } = found.get(name) as AccessCheck;
      return [mailboxFound, accessGranted, crmUserMatched, addressEqual];
    };
    expect(columns('homeless')).toEqual([null, null, true, null]);
    expect(columns('ghost')).toEqual([false, null, true, null]);
    expect(columns('outsider')).toEqual([null, false, true, null]);
    expect(columns('sleeper')).toEqual([true, true, false, true]);
    expect(columns('stranger')).toEqual([true, true, false, true]);
    expect(columns('renamed')).toEqual([true, true, true, false]);
    expect(columns('unapproved')).toEqual([true, true, true, true]);
  });

  it('writes nothing, and counts an alias as the mailbox', async () => {
    const profile = await staff(company, 0);
    company.mass.addMailbox(addressOf('kim'), 'kim@contoso.test');
    const id = await addColleague(company, profile, 'kim', { email: 'kim@contoso.test' });
    approve(company, [usernameOf('kim')]);
    expect(await check(id)).toEqual({
      mailboxFound: true,
      accessGranted: true,
      crmUserMatched: true,
      addressEqual: true,
      predicted: 'active',
      failure: null,
      collections: ['mailbox', 'crm'].flatMap((side) =>
        ['events', 'contacts', 'tasks'].map((collection) => ({ side, collection, failure: null })),
      ),
    });
    expect(await query(company.api, 'select from mailboxes')).toHaveLength(0);
    expect(
      await query(company.api, 'select from connections where via_connection_id is not null'),
    ).toHaveLength(0);
  });

  it('says which of calendar, contacts and tasks are missing on either side, and what to do', async () => {
    const profile = await staff(company, 0);
    const { mass, api } = company;
    const id = await addColleague(company, profile, 'kim', {});
    approve(company, [usernameOf('kim')]);
    mass.mailboxes
      .get(addressOf('kim'))
      ?.personal.forbidden.set(
        'tasks',
        failure('mailbox.app-consent-missing', { fields: ['Tasks.ReadWrite.All'] }),
      );
    api.services.salesforce.changeUser(usernameOf('kim'), { hiddenObjects: ['Event'] });
    const { collections, ...found } = await check(id);
    expect(found).toMatchObject({ predicted: 'active', failure: null });
    const missing = collections.filter((one) => one.failure !== null);
    expect(missing).toMatchObject([
      {
        side: 'mailbox',
        collection: 'tasks',
        failure: {
          code: 'mailbox.app-consent-missing',
          mender: 'mail-admin',
          fields: ['Tasks.ReadWrite.All'],
        },
      },
      { side: 'crm', collection: 'events', failure: { code: 'crm.field-missing', mender: 'crm-admin' } },
    ]);
    expect(collections).toHaveLength(6);
    for (const { failure: told } of missing) expect(told?.admin.length).toBeGreaterThan(40);
  });

  it('of nobody within reach is not found', async () => {
    const profile = await staff(company, 1);
    const other = await makeProfile(company.api, 'Other');
    const ben = await makeProfileAdmin(company.api, BEN, other);
    const person = (await readPeople(company.api)).find(({ username }) => username === usernameOf('person0'));
    expect(person?.profile_id).toBe(profile);
    expect((await ben.call('POST', `/api/admin/users/${person?.id}/check-access`)).status).toBe(404);
  });
});

describe('a roll-out', () => {
  it('looks at everybody, then switches them on wave by wave, with nobody at a page', async () => {
    const profile = await staff(company, 12);
    const id = await putRollout(company, { profileId: profile, waves: [10, 50, 100] });
    expect(await view(company, id)).toMatchObject({
      state: 'checking',
      people: 12,
      checked: 0,
      may: ['cancel'],
    });
    await workOff(company);
    const checked = await view(company, id);
    expect(checked).toMatchObject({ state: 'checked', checked: 12, may: ['check', 'start', 'cancel'] });
    expect(checked.byPrediction).toMatchObject({ active: 12, unknown: 0 });
    expect(checked.waves.map(({ people, state }) => [people, state])).toEqual([
      [2, 'waiting'],
      [4, 'waiting'],
      [6, 'waiting'],
    ]);
    expect(await query(company.api, 'select from mailboxes')).toHaveLength(0);
    await act(company, id, 'start');
    await workOff(company);
    const done = await view(company, id);
    expect(done).toMatchObject({ state: 'done', wave: 2, may: [] });
    expect(done.byOutcome).toMatchObject({ active: 12, waiting: 0, failed: 0 });
    expect(Object.values(await activations(company))).toEqual(Array.from({ length: 12 }, () => 1));
    const due = await query<{ due_at: Date }>(company.api, 'select due_at from schedules order by due_at');
    const now = company.api.clock.now();
    for (const { due_at } of due) expect(due_at.getTime() - now).toBeLessThanOrEqual(12_000);
    expect(new Set(due.map(({ due_at }) => due_at.getTime())).size).toBeGreaterThan(6);
    company.api.clock.advance(60_000);
    for (let ran = 1; ran > 0; ) ran = await company.api.runDue();
    expect(await query(company.api, `select from runs where outcome = 'done'`)).toHaveLength(12);
    expect(company.api.logLines.join()).not.toContain('contoso.test');
  });

  it('sent twice is one roll-out, and each act repeated is one', async () => {
    const profile = await staff(company, 3);
    const id = await putRollout(company, { profileId: profile });
    await putRollout(company, { profileId: profile, waves: [100] }, id);
    await workOff(company);
    const started = await act(company, id, 'start');
    expect((await act(company, id, 'start')).state).toBe(started.state);
    await act(company, id, 'halt');
    expect((await act(company, id, 'halt')).state).toBe('halted');
    await workOff(company);
    expect(await activations(company)).toEqual({});
    await act(company, id, 'cancel');
    expect((await act(company, id, 'cancel')).state).toBe('cancelled');
    const late = await company.anna.call('POST', `/api/admin/rollouts/${id}/resume`);
    expect(late.status).toBe(409);
    const audit = await query<{ action: string }>(
      company.api,
      `select action from audit where subject = 'rollout' order by at, id`,
    );
    expect(audit.map(({ action }) => action)).toEqual([
      'rollout.made',
      'rollout.started',
      'rollout.halted',
      'rollout.cancelled',
    ]);
  });

  it('halts by itself when too many of a wave fail, and finishes once the cause is mended and it is resumed', async () => {
    const profile = await staff(company, 20);
    const id = await start(profile, [50, 100]);
    // The role was taken away between the pre-flight and the wave, for three of the ten.
    for (const at of [1, 4, 8])
      company.mass.troubles.set(addressOf(`person${at}`), failure('mailbox.impersonation-denied'));
    await workOff(company);
    const halted = await view(company, id);
    expect(halted).toMatchObject({ state: 'halted', wave: 0, may: ['check', 'resume', 'cancel'] });
    expect(halted.cause?.code).toBe('mailbox.impersonation-denied');
    expect(halted.byOutcome.failed).toBeGreaterThanOrEqual(2);
    expect(halted.waves[1]).toMatchObject({ done: 0, state: 'waiting' });
    await act(company, id, 'resume');
    await workOff(company);
    expect((await view(company, id)).state).toBe('halted');
    company.mass.troubles.clear();
    await act(company, id, 'resume');
    await workOff(company);
    const done = await view(company, id);
    expect(done).toMatchObject({ state: 'done' });
    expect(done.byOutcome).toMatchObject({ active: 20, failed: 0 });
    expect(Object.values(await activations(company))).toEqual(Array.from({ length: 20 }, () => 1));
  });

  it('leaves to themselves whom no access leads to, without trying them or counting them as failures', async () => {
    const profile = await staff(company, 4);
    for (const at of [0, 1, 2])
      company.mass.troubles.set(addressOf(`person${at}`), failure('mailbox.outside-app-scope'));
    const id = await start(profile);
    const asked = new Map(company.mass.asked);
    await workOff(company);
    const done = await view(company, id);
    expect(done).toMatchObject({ state: 'done' });
    expect(done.byOutcome).toMatchObject({ active: 1, 'by-himself': 3, failed: 0 });
    expect(done.byCause).toMatchObject([{ failure: { code: 'mailbox.outside-app-scope' }, count: 3 }]);
    expect(company.mass.asked.get(addressOf('person0'))).toBe(asked.get(addressOf('person0')));
  });

  it('leaves those as they are who are active, and those who switched sync off', async () => {
    const profile = await staff(company, 3);
    await workOff(company);
    const first = await start(profile);
    await workOff(company);
    expect((await view(company, first)).byOutcome.active).toBe(3);
    await query(company.api, `update mailboxes set state = 'deactivated' where address = $1`, [
      addressOf('person1'),
    ]);
    await query(company.api, `update mailboxes set state = 'paused', paused_by = 'user' where address = $1`, [
      addressOf('person2'),
    ]);
    const again = await start(profile);
    await workOff(company);
    const outcomes = Object.fromEntries(
      (await members(company, again)).map(({ name, outcome }) => [name, outcome]),
    );
    expect(outcomes).toEqual({ person0: 'already-active', person1: 'by-himself', person2: 'already-active' });
    expect(Object.values(await activations(company))).toEqual([1, 1, 1]);
  });

  it('whose worker dies is taken over, and nobody is switched on twice', async () => {
    const profile = await staff(company, 10);
    const id = await start(profile);
    const { mass, api } = company;
    const { ports } = api.lockstep;
    const gate = Promise.withResolvers<void>();
    const stuck = Promise.withResolvers<void>();
    let asks = 0;
    mass.onAsk = async () => {
      asks += 1;
      if (asks === 5) stuck.resolve();
      if (asks >= 5) await gate.promise;
    };
    const lease = await claimOne(company);
    if (lease === null) throw new Error('nothing is due');
    const dying = runRollout(ports, lease, new AbortController().signal);
    const ended = dying.then(
      () => null,
      (error: unknown) => error,
    );
    await stuck.promise;
    expect(await claimOne(company)).toBeNull();
    api.clock.advance(90_001);
    mass.onAsk = async () => undefined;
    await workOff(company);
    expect((await view(company, id)).byOutcome).toMatchObject({ active: 10, waiting: 0 });
    gate.resolve();
    expect(await ended).toBeInstanceOf(RolloutLeaseLost);
    expect(Object.values(await activations(company))).toEqual(Array.from({ length: 10 }, () => 1));
    expect((await view(company, id)).state).toBe('done');
  });

  it('stops after those under way when it is cancelled', async () => {
    const profile = await staff(company, 20);
    const id = await start(profile);
    let asks = 0;
    company.mass.onAsk = async () => {
      asks += 1;
      if (asks === 10) await act(company, id, 'cancel');
    };
    const lease = await claimOne(company);
    if (lease === null) throw new Error('nothing is due');
    await runRollout(company.api.lockstep.ports, lease, new AbortController().signal).catch(
      (error: unknown) => expect(error).toBeInstanceOf(RolloutLeaseLost),
    );
    const cancelled = await view(company, id);
    expect(cancelled.state).toBe('cancelled');
    expect(cancelled.byOutcome.waiting).toBeGreaterThanOrEqual(12);
    expect(await claimOne(company)).toBeNull();
  });

  it('is told to profile admins of its profile alone, and as CSV without formulas', async () => {
    const profile = await staff(company, 1);
    await addColleague(company, profile, '=cmd', { address: '+44@contoso.test', email: '+44@contoso.test' });
    const ben = await makeProfileAdmin(company.api, BEN, profile);
    const id = await start(profile);
    await workOff(company);
    expect((await ben.call<RolloutView>('GET', `/api/admin/rollouts/${id}`)).body.id).toBe(id);
    const csv = await ben.call('GET', `/api/admin/rollouts/${id}/members.csv`);
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(3);
    expect(lines.find((line) => line.includes('cmd'))).toMatch(
      /^'=cmd,'=cmd@contoso\.test,'\+44@contoso\.test,1,true,/,
    );
    await query(company.api, 'delete from profile_admins');
    for (const url of ['', '/members', '/members.csv'])
      expect((await ben.call('GET', `/api/admin/rollouts/${id}${url}`)).status).toBe(404);
    expect((await ben.call<{ items: unknown[] }>('GET', '/api/admin/rollouts')).body.items).toEqual([]);
    expect((await ben.call('POST', `/api/admin/rollouts/${id}/cancel`)).status).toBe(404);
  });

  it('pages through its people and filters them', async () => {
    const profile = await staff(company, 5);
    company.mass.troubles.set(addressOf('person3'), failure('mailbox.no-licence'));
    const id = await putRollout(company, { profileId: profile });
    await workOff(company);
    const url = `/api/admin/rollouts/${id}/members`;
    const page = async (more: string) =>
      (await company.anna.call<{ items: { name: string }[]; next: string | null }>('GET', `${url}?${more}`))
        .body;
    const first = await page('limit=3');
    const second = await page(`limit=3&after=${first.next}`);
    expect([...first.items, ...second.items].map(({ name }) => name)).toHaveLength(5);
    expect(second.next).toBeNull();
    expect((await page('predicted=by-himself')).items).toMatchObject([{ name: 'person3' }]);
    expect((await page('code=mailbox.no-licence')).items).toHaveLength(1);
    expect((await page('outcome=active')).items).toEqual([]);
  });
});

describe('the worker', () => {
  const carry = async (run: (signal: AbortSignal) => Promise<void>, stopping = new AbortController()) => {
    const { db, clock, random } = company.api.lockstep.ports;
    const lease = await claimOne(company);
    if (lease === null) throw new Error('nothing is due');
    const log = (event: string) => void company.api.logLines.push(event);
    const options = {
      db,
      clock,
      random,
      log,
      worker: 'test',
      run: (_: unknown, signal: AbortSignal) => run(signal),
    };
    await carryOn(options, lease, stopping.signal);
    const [row] = await query<{ worker: string | null; due_at: Date | null }>(
      company.api,
      'select worker, due_at from rollouts',
    );
    return { worker: row?.worker, waitMs: row?.due_at == null ? null : row.due_at.getTime() - clock.now() };
  };

  it('gives a roll-out back: at once when it is stopped, later after a fault, and for good when nothing is left', async () => {
    const profile = await staff(company, 1);
    await putRollout(company, { profileId: profile });
    const stopping = new AbortController();
    const stopped = await carry(async (signal) => {
      stopping.abort(new Error('the worker is stopping'));
      signal.throwIfAborted();
    }, stopping);
    expect(stopped).toEqual({ worker: null, waitMs: 0 });
    expect(await carry(() => Promise.reject(new Error('a fault')))).toEqual({ worker: null, waitMs: 60_000 });
    expect(company.api.logLines).toContain('rollouts.fault');
    company.api.clock.advance(60_000);
    await workOff(company);
    expect(await claimOne(company)).toBeNull();
  });
});

describe('the four provisioning modes', () => {
  const logIn = async (name: string): Promise<Person> => {
    const person = company.api.visit();
    await person.logIn(company.api.services, { ...BEN, salesforceUsername: usernameOf(name), password: 'x' });
    return person;
  };

  it('both sides: nobody does anything, and his login shows him active', async () => {
    const profile = await staff(company, 2);
    const id = await start(profile);
    await workOff(company);
    expect((await view(company, id)).byOutcome.active).toBe(2);
    const person = await logIn('person0');
    expect(await person.mailbox()).toMatchObject({ state: 'active', address: addressOf('person0') });
    // The CRM stays reached through the access.
    const lent = await query(
      company.api,
      `select from mailboxes join connections on connections.id = crm_connection_id
       where via_connection_id is not null and address = $1`,
      [addressOf('person0')],
    );
    expect(lent).toHaveLength(1);
  });

  it('mailbox only: the first login switches sync on, without a dialog', async () => {
    const profile = await staff(company, 2, { mail: true });
    await logIn('person0');
    const id = await start(profile);
    await workOff(company);
    expect((await view(company, id)).byOutcome).toMatchObject({ active: 1, 'after-login': 1 });
    expect(await activations(company)).toEqual({ [addressOf('person0')]: 1 });
    const person = await logIn('person1');
    expect(await person.mailbox()).toMatchObject({ state: 'active', address: addressOf('person1') });
    expect((await view(company, id)).byOutcome).toMatchObject({ active: 2, 'after-login': 0 });
    await logIn('person1');
    expect(await activations(company)).toEqual({ [addressOf('person0')]: 1, [addressOf('person1')]: 1 });
  });

  it('mailbox only: where the mailbox cannot be reached at the login, the login goes through and he is left to himself', async () => {
    const profile = await staff(company, 1, { mail: true });
    const id = await start(profile);
    await workOff(company);
    company.mass.troubles.set(addressOf('person0'), failure('mailbox.outside-app-scope'));
    const person = await logIn('person0');
    expect((await person.call('GET', '/api/mailbox')).status).toBe(404);
    expect((await members(company, id))[0]).toMatchObject({
      outcome: 'by-himself',
      failure: { code: 'mailbox.outside-app-scope' },
    });
  });

  it('CRM only, and none: each connects his own mailbox', async () => {
    for (const accesses of [{ crm: true }, {}]) {
      await company[Symbol.asyncDispose]();
      company = await openCompany();
      const profile = await staff(company, 2, accesses);
      const id = await start(profile);
      await workOff(company);
      const done = await view(company, id);
      expect(done).toMatchObject({ state: 'done' });
      expect(done.byOutcome).toMatchObject({ 'by-himself': 2 });
      expect(done.byCause[0]?.failure.code).toBe('lockstep.no-mail-access');
    }
  });
});
