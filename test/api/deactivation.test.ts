/** Deactivation (R5): what is given back and erased at once, what stays for 30 days, and what is forgotten on request. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DeactivationView } from '../../src/api-schema/life.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { purge } from '../../src/store/purge.ts';
import { ANNA, type Answer, BEN, EWS_URL, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { type ConsentApi, keptCredentials, openConsentApi, signInAt } from '../support/consent-scenes.ts';

let api: ConsentApi;
let anna: Person;
beforeEach(async () => {
  api = await openConsentApi();
  anna = await api.signIn(ANNA);
});
afterEach(() => api[Symbol.asyncDispose]());

const deactivate = (wish: object = {}): Promise<Answer<DeactivationView>> =>
  anna.call('POST', '/api/mailbox/deactivate', { purge: false, removeMarks: false, ...wish });
const records = () => api.services.salesforce.records('EmailMessage').length;
const grants = () => api.services.salesforce.sessions.refreshTokens.size;

async function count(table: string): Promise<number> {
  return await acrossOrganizations(
    api.database.db,
    async (tx) => (await tx.query(`select from ${table}`)).rowCount,
  );
}

/** Anna at the service with sign-in pages, with one mail saved and marked. */
async function annaInTheCloud() {
  await anna.call('PUT', '/api/settings', { layer: 'user', settings: { markSaved: true } });
  api.cloud.deliver(ANNA.address, 'one');
  expect((await signInAt(api.cloud, anna)).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  expect(await anna.mailbox()).toMatchObject({ savedTotal: 1 });
  api.clock.advance(MINUTE);
}

const marks = () =>
  [...(api.cloud.accounts.get(ANNA.address)?.items.values() ?? [])].flatMap(({ categories }) => categories);

describe('deactivating', () => {
  it('gives both grants back, erases both credentials at once, and says when the rest is forgotten', async () => {
    await annaInTheCloud();
    const purgeAt = new Date(api.clock.now() + 30 * DAY).toISOString();
    expect(await deactivate()).toMatchObject({
      status: 200,
      body: { revoked: 'done', purgeAt, marksRemoved: null },
    });
    expect(await keptCredentials(api)).toEqual([]);
    expect(grants()).toBe(0);
    expect(await anna.mailbox()).toMatchObject({
      state: 'deactivated',
      purgeAt,
      nextRunAt: null,
      mailboxConnection: { isUsable: false },
      crmConnection: { isUsable: false },
    });
    api.clock.advance(DAY);
    expect(await api.runDue()).toBe(0);
  });

  it('deletes nothing on either side, and takes the categories away only where it is asked to', async () => {
    await annaInTheCloud();
    await deactivate();
    expect(records()).toBe(1);
    expect(marks()).toEqual(['Salesforce']);
  });

  it('takes the categories off the mails and the five contacts that it knows', async () => {
    await annaInTheCloud();
    expect(await deactivate({ removeMarks: true })).toMatchObject({ body: { marksRemoved: 6 } });
    expect(marks()).toEqual([]);
    expect(records()).toBe(1);
  });

  it('says where a service has nothing to withdraw, and where withdrawing failed, and erases all the same', async () => {
    expect((await anna.activate()).status).toBe(200);
    expect(await deactivate()).toMatchObject({ body: { revoked: 'not-possible' } });
    expect(await keptCredentials(api)).toEqual([]);
    anna = await api.signIn(ANNA);
    await annaInTheCloud();
    Object.assign(api.cloud.service.consent ?? {}, { revoke: () => Promise.reject(new Error('away')) });
    api.services.salesforce.faults.add({ effect: { kind: 'http', status: 503, body: 'html' } });
    expect(await deactivate()).toMatchObject({ status: 200, body: { revoked: 'failed' } });
    expect(await keptCredentials(api)).toEqual([]);
    expect((await dumpRows(api)).includes('token-secret')).toBe(false);
  });

  it('leaves the colleagues’ mailboxes and grants alone', async () => {
    await annaInTheCloud();
    const ben = await api.signIn(BEN);
    const form = { login: BEN.address, password: BEN.password, ewsUrl: EWS_URL };
    expect((await ben.activate(form)).status).toBe(200);
    await deactivate();
    expect(grants()).toBe(1);
    expect(await ben.mailbox()).toMatchObject({ state: 'active', crmConnection: { isUsable: true } });
  });

  it('twice is no trouble, and does not put the end off', async () => {
    await annaInTheCloud();
    const { body } = await deactivate();
    api.clock.advance(HOUR);
    expect(await deactivate()).toMatchObject({
      status: 200,
      body: { purgeAt: body.purgeAt, revoked: 'not-possible' },
    });
  });
});

describe('coming back', () => {
  it('within 30 days keeps the links: nothing is saved twice and the gap is caught up', async () => {
    await annaInTheCloud();
    const { id } = await anna.mailbox();
    await deactivate();
    api.cloud.deliver(ANNA.address, 'meanwhile');
    expect(await signInAt(api.cloud, anna)).toMatchObject({
      status: 422,
      body: { code: 'crm.authorization-revoked' },
    });
    anna = await api.signIn(ANNA);
    expect(await signInAt(api.cloud, anna)).toMatchObject({ body: { mailbox: { id, state: 'active' } } });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ savedTotal: 2 });
    expect(records()).toBe(2);
  });
});

describe('forgetting', () => {
  it('happens by itself after 30 days: mailbox, links, connections and the person’s settings', async () => {
    await annaInTheCloud();
    await deactivate();
    await purge(api.database.db, api.clock.now() + 29 * DAY);
    expect(await count('mailboxes')).toBe(1);
    expect(await count('connections')).toBe(2);
    await purge(api.database.db, api.clock.now() + 30 * DAY + 1);
    for (const table of ['mailboxes', 'links', 'connections', 'cursors', 'runs'])
      expect([table, await count(table)]).toEqual([table, 0]);
    anna = await api.signIn(ANNA);
    expect((await anna.call<{ user: object }>('GET', '/api/settings')).body.user).toEqual({});
  });

  it('happens at once when asked, also of a mailbox that still runs', async () => {
    await annaInTheCloud();
    expect(await anna.call('DELETE', '/api/mailbox')).toMatchObject({
      status: 200,
      body: { revoked: 'done', purgeAt: null },
    });
    for (const table of ['mailboxes', 'links', 'connections', 'cursors', 'runs', 'verdicts', 'schedules'])
      expect([table, await count(table)]).toEqual([table, 0]);
    expect((await anna.call('GET', '/api/mailbox')).status).toBe(404);
    expect((await anna.call<{ user: object }>('GET', '/api/settings')).body.user).toEqual({});
    expect(records()).toBe(1);
  });
});
