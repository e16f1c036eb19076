/** The Salesforce account of somebody who is here already (A9, A14, A15): renewing the same one, going on with another user, moving to another organization. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import {
  ANNA,
  type Api,
  BEN,
  EWS_URL,
  OLGA,
  OTHER_ORIGIN,
  openApi,
  type Person,
} from '../support/api-harness.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
  deliver('first');
  await anna.call('PUT', '/api/settings', { layer: 'user', settings: { windowDays: 30 } });
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  api.clock.advance(MINUTE);
});
afterEach(() => api[Symbol.asyncDispose]());

function deliver(subject: string): void {
  const raw = [
    `Message-ID: <${subject}@acme-bikes.test>`,
    'From: Kim Larsen <kim.larsen@acme-bikes.test>',
    `To: <${ANNA.address}>`,
    `Subject: ${subject}`,
    `Date: ${new Date(api.clock.now()).toUTCString()}`,
    '',
    'Hello.',
  ].join('\r\n');
  api.services.exchange.deliver(ANNA.address, 'inbox', Buffer.from(raw));
}

const saved = () => api.services.salesforce.records('EmailMessage').length;

/** From the settings page to Salesforce, through its page as `who`, and back; the page that it leads to. */
async function renew(intent: 'refresh' | 'change', who = ANNA): Promise<string> {
  const query = who === OLGA ? `&host=${encodeURIComponent(OTHER_ORIGIN)}` : '';
  const page = await anna.goTo(`/login/salesforce?intent=${intent}${query}`);
  const { landing } = await anna.comeBack(await anna.consent(api.services, page, who));
  const { body } = await anna.call<{ csrfToken: string }>('GET', '/api/session');
  anna.csrf = body.csrfToken;
  return landing;
}

const states = () =>
  acrossOrganizations(api.database.db, async (tx) => {
    const { rows } = await tx.query<{ state: string; credential: boolean }>(
      `select state, sealed_credential is not null as credential from mailboxes
       join connections on connections.id = mailbox_connection_id order by mailboxes.id`,
    );
    return rows;
  });

describe('refreshing', () => {
  it('needs a session', async () => {
    const { status, headers } = await api.visit().call('GET', '/login/salesforce?intent=refresh');
    expect([status, headers.location]).toEqual([302, '/?problem=api.not-signed-in']);
  });

  it('begins where the account is, with its name filled in', async () => {
    const page = await anna.goTo('/login/salesforce?intent=refresh');
    expect(page.origin).toBe('https://login.salesforce.test');
    expect(page.searchParams.get('login_hint')).toBe(ANNA.salesforceUsername);
  });

  it('as the same user heals what had stopped for want of access, and keeps everything', async () => {
    api.services.salesforce.revokeRefreshTokens();
    api.services.salesforce.endSessions();
    const { id, nextRunAt } = await anna.mailbox();
    api.clock.advanceTo(Date.parse(nextRunAt ?? ''));
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ state: 'authorization-required' });
    deliver('second');
    api.clock.advance(MINUTE);
    expect(await renew('refresh')).toBe('/?changed=crm');
    expect(await anna.mailbox()).toMatchObject({ id, state: 'active', cause: null, savedTotal: 1 });
    expect(await api.runDue()).toBe(1);
    expect(saved()).toBe(2);
  });

  it.each([
    ['another user', BEN],
    ['another organization', OLGA],
  ])('as %s changes nothing, and says what to do', async (_, who) => {
    expect(await renew('refresh', who)).toBe('/?problem=crm.wrong-account');
    expect(await anna.mailbox()).toMatchObject({
      state: 'active',
      crmConnection: { account: ANNA.salesforceUsername },
    });
    expect((await anna.call('GET', '/api/session')).body).toMatchObject({
      user: { username: ANNA.salesforceUsername },
    });
  });
});

describe('changing', () => {
  it('asks who it is, even where somebody is logged in', async () => {
    const page = await anna.goTo('/login/salesforce?intent=change');
    expect(page.searchParams.get('prompt')).toBe('login');
  });

  it('to another user of the organization takes the mailbox along, with links and settings', async () => {
    const { id } = await anna.mailbox();
    deliver('second');
    expect(await renew('change', BEN)).toBe('/?changed=crm');
    expect((await anna.call('GET', '/api/session')).body).toMatchObject({
      user: { username: BEN.salesforceUsername },
      mailbox: { id, state: 'active', savedTotal: 1, crmConnection: { account: BEN.salesforceUsername } },
    });
    expect((await anna.call('GET', '/api/settings')).body).toMatchObject({ user: { windowDays: 30 } });
    const { nextRunAt } = await anna.mailbox();
    api.clock.advanceTo(Date.parse(nextRunAt ?? ''));
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ savedTotal: 2, lastRun: { outcome: 'done', created: 1 } });
    expect(saved()).toBe(2);
    const again = await api.signIn(ANNA);
    expect((await again.call('GET', '/api/mailbox')).status).toBe(404);
  });

  it('to a user who has a mailbox here changes nothing', async () => {
    const ben = await api.signIn(BEN);
    await ben.activate({ login: BEN.address, password: BEN.password, ewsUrl: EWS_URL });
    expect(await renew('change', BEN)).toBe('/?problem=crm.account-in-use');
    expect(await anna.mailbox()).toMatchObject({ address: ANNA.address, state: 'active' });
  });

  it('to another organization closes the mailbox in the old one, and starts anew with the same mail account', async () => {
    const { id } = await anna.mailbox();
    expect(await renew('change', OLGA)).toBe('/?changed=crm');
    const mailbox = await anna.mailbox();
    expect(mailbox).toMatchObject({
      address: ANNA.address,
      state: 'active',
      savedTotal: 0,
      crmConnection: { account: OLGA.salesforceUsername },
    });
    expect(mailbox.id).not.toBe(id);
    expect(await states()).toEqual([
      { state: 'deactivated', credential: false },
      { state: 'active', credential: true },
    ]);
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ lastRun: { outcome: 'done' } });
    expect((await anna.call('GET', '/api/settings')).body).toMatchObject({ user: { windowDays: 30 } });
  });
});
