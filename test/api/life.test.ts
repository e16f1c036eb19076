/** The life of a mailbox after its activation: what rejected, throttled and failed runs make of it, and how it comes back. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { ANNA, type Api, openApi, type Person } from '../support/api-harness.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
  deliver('first');
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  expect(await anna.mailbox()).toMatchObject({
    state: 'active',
    savedTotal: 1,
    lastRun: { outcome: 'done' },
  });
});
afterEach(() => api[Symbol.asyncDispose]());

function deliver(subject: string): void {
  const raw = [
    `Message-ID: <${subject}@acme-bikes.test>`,
    'From: Kim Larsen <kim.larsen@acme-bikes.test>',
    `To: <${ANNA.address}>`,
    `Subject: ${subject}`,
    'Date: Mon, 05 Jan 2026 07:00:00 +0000',
    '',
    'Hello.',
  ].join('\r\n');
  api.services.exchange.deliver(ANNA.address, 'inbox', Buffer.from(raw));
}

/** Lets time go on to the next due run. */
async function waitForRun(): Promise<void> {
  const { nextRunAt } = await anna.mailbox();
  if (nextRunAt === null) throw new Error('no run is planned');
  api.clock.advanceTo(Date.parse(nextRunAt));
}

/** As `waitForRun`, and runs it. */
async function nextRun() {
  await waitForRun();
  expect(await api.runDue()).toBe(1);
  return anna.mailbox();
}

/** A session lasts twelve hours; whoever looks every day logs in every day. */
async function logInAgain(): Promise<void> {
  anna = await api.signIn(ANNA);
}

async function runs(count: number) {
  let mailbox = await anna.mailbox();
  for (let run = 0; run < count; run += 1) mailbox = await nextRun();
  return mailbox;
}

const saved = () => api.services.salesforce.records('EmailMessage').length;

describe('runs', () => {
  it('come every thirty minutes, and a little sooner after an activation', async () => {
    const startOf = (run: { startedAt: string } | null) => Date.parse(run?.startedAt ?? '');
    const activation = startOf((await anna.mailbox()).lastRun);
    const second = startOf((await nextRun()).lastRun);
    expect(second - activation).toBeGreaterThanOrEqual(15 * MINUTE);
    expect(second - activation).toBeLessThanOrEqual(30 * MINUTE);
    // An interval; a tenth less at most while the mailbox is on the way to its own moment.
    const wait = startOf((await nextRun()).lastRun) - second;
    expect(wait).toBeLessThanOrEqual(30 * MINUTE);
    expect(wait).toBeGreaterThanOrEqual(27 * MINUTE);
  });

  it('save what came meanwhile, once', async () => {
    deliver('second');
    expect(await nextRun()).toMatchObject({ savedTotal: 2, lastRun: { created: 1 } });
    expect(await nextRun()).toMatchObject({ savedTotal: 2, lastRun: { created: 0, examined: 0 } });
    expect(saved()).toBe(2);
  });
});

describe('a password that was changed at the server', () => {
  beforeEach(() => api.services.exchange.setPassword(ANNA.address, 'changed-1'));

  it('is no matter for five runs, and asks for a new one after six', async () => {
    const five = await runs(5);
    expect(five).toMatchObject({
      state: 'active',
      lastRun: { outcome: 'failed', failureCode: 'mailbox.credentials-rejected' },
    });
    expect(five.cause).toMatchObject({ code: 'mailbox.credentials-rejected', text: expect.any(String) });
    expect(await nextRun()).toMatchObject({
      state: 'authorization-required',
      cause: { code: 'mailbox.credentials-rejected' },
      nextRunAt: null,
      status: { tone: 'bad' },
    });
    api.clock.advance(24 * HOUR);
    expect(await api.runDue()).toBe(0);
  });

  it('is sent once a run, so that the account is not locked', async () => {
    const from = api.sentToMail.length;
    await runs(6);
    expect(api.sentToMail.slice(from).filter(({ authorization }) => authorization !== null)).toHaveLength(6);
  });

  it('counts from the beginning after one success', async () => {
    await runs(5);
    api.services.exchange.setPassword(ANNA.address, ANNA.password);
    expect(await nextRun()).toMatchObject({ state: 'active', cause: null, lastRun: { outcome: 'done' } });
    api.services.exchange.setPassword(ANNA.address, 'changed-2');
    expect(await runs(5)).toMatchObject({ state: 'active' });
    expect(await nextRun()).toMatchObject({ state: 'authorization-required' });
  });

  it('is not forgotten because the network was away between two refusals', async () => {
    await runs(5);
    api.hosts.set('mail.contoso.test', () => {
      throw new TypeError('fetch failed', {
        cause: Object.assign(new Error('reset'), { code: 'ECONNRESET' }),
      });
    });
    expect(await nextRun()).toMatchObject({
      state: 'active',
      lastRun: { failureCode: 'mailbox.unreachable' },
    });
    api.hosts.clear();
    expect(await nextRun()).toMatchObject({ state: 'authorization-required' });
  });

  it('refuses a sync that somebody asks for, until it is entered; then all goes on and nothing is doubled', async () => {
    await runs(6);
    expect(await anna.call('POST', '/api/mailbox/sync-now')).toMatchObject({
      status: 409,
      body: { code: 'api.conflict' },
    });
    deliver('second');
    api.clock.advance(MINUTE);
    expect(await anna.activate()).toMatchObject({
      status: 422,
      body: { code: 'mailbox.credentials-rejected' },
    });
    expect(await anna.mailbox()).toMatchObject({ state: 'authorization-required' });
    const { id } = await anna.mailbox();
    expect(await anna.activate({ password: 'changed-1' })).toMatchObject({
      status: 200,
      body: { mailbox: { id, state: 'active', cause: null, savedTotal: 1 } },
    });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      savedTotal: 2,
      lastRun: { outcome: 'done', examined: 1, created: 1, trigger: 'activation' },
    });
    expect(saved()).toBe(2);
  });
});

describe('a mailbox that may no longer be opened', () => {
  it.each([
    ['permission', 'mailbox.access-denied', () => api.services.exchange.setDenied(ANNA.address, true)],
    [
      'the account',
      'mailbox.account-disabled',
      () => api.services.exchange.setAccountState(ANNA.address, 'mailboxDisabled'),
    ],
    [
      'the protocol',
      'mailbox.ews-switched-off',
      () => api.services.exchange.faults.add({ effect: { kind: 'http', status: 403, body: 'html' } }),
    ],
  ])('for want of %s asks for help after six runs: %s', async (_, code, make) => {
    make();
    expect(await runs(5)).toMatchObject({ state: 'active', cause: { code } });
    expect(await nextRun()).toMatchObject({ state: 'authorization-required', cause: { code } });
  });
});

describe('Salesforce access that was revoked', () => {
  it('asks for a new login at once, and the login brings it back by itself', async () => {
    api.services.salesforce.revokeRefreshTokens();
    api.services.salesforce.endSessions();
    expect(await nextRun()).toMatchObject({
      state: 'authorization-required',
      cause: { code: 'crm.authorization-revoked' },
      nextRunAt: null,
    });
    deliver('second');
    const again = await api.signIn(ANNA);
    expect(await again.activate()).toMatchObject({ status: 200, body: { mailbox: { state: 'active' } } });
    expect(await api.runDue()).toBe(1);
    expect(await again.mailbox()).toMatchObject({ savedTotal: 2 });
    expect(saved()).toBe(2);
  });
});

describe('a server that asks to stay away', () => {
  it('is obeyed as long as it asks, and it counts as nothing', async () => {
    for (let time = 0; time < 12; time += 1) {
      await waitForRun();
      api.services.exchange.throttle(ANNA.address, HOUR);
      const { state, lastRun, nextRunAt } = await nextRun();
      expect({ state, code: lastRun?.failureCode }).toEqual({ state: 'active', code: 'mailbox.throttled' });
      expect(Date.parse(nextRunAt ?? '') - Date.parse(lastRun?.endedAt ?? '')).toBeGreaterThanOrEqual(HOUR);
      await logInAgain();
    }
    api.clock.advance(HOUR);
    await logInAgain();
    expect(await nextRun()).toMatchObject({ state: 'active', lastRun: { outcome: 'done' } });
  });

  it('is not called again while it does', async () => {
    const until = api.clock.now() + 45 * MINUTE;
    api.clock.advance(29 * MINUTE);
    api.services.exchange.throttle(ANNA.address, until - api.clock.now());
    await nextRun();
    expect(api.services.exchange.callsWhileThrottled(ANNA.address)).toBe(1);
    const { nextRunAt } = await anna.mailbox();
    expect(Date.parse(nextRunAt ?? '')).toBeGreaterThanOrEqual(until);
    expect(await nextRun()).toMatchObject({ lastRun: { outcome: 'done' } });
    expect(api.services.exchange.callsWhileThrottled(ANNA.address)).toBe(1);
  });
});

describe('a server that is out of order', () => {
  it('suspends the mailbox after ten runs, is looked at every three hours, and heals by itself', async () => {
    const fault = api.services.exchange.faults.add({ effect: { kind: 'http', status: 502, body: 'html' } });
    expect(await runs(9)).toMatchObject({ state: 'active', cause: { code: 'mailbox.transient' } });
    const suspended = await nextRun();
    expect(suspended).toMatchObject({ state: 'suspended', cause: { code: 'mailbox.transient' } });
    const probe = await nextRun();
    expect(probe.state).toBe('suspended');
    expect(Date.parse(probe.lastRun?.startedAt ?? '') - Date.parse(suspended.lastRun?.startedAt ?? '')).toBe(
      3 * HOUR,
    );
    deliver('second');
    api.services.exchange.faults.remove(fault);
    expect(await nextRun()).toMatchObject({
      state: 'active',
      cause: null,
      savedTotal: 2,
      lastRun: { outcome: 'done' },
    });
    expect(saved()).toBe(2);
  });

  it('of Salesforce is no reason to ask for the mailbox password', async () => {
    api.services.salesforce.faults.add({ effect: { kind: 'http', status: 503, body: 'html' } });
    expect(await runs(10)).toMatchObject({ state: 'suspended', cause: { code: 'crm.transient' } });
  });
});

describe('a Salesforce field that goes away later', () => {
  it('is named with its remedy, and nothing is lost when it is back', async () => {
    const { salesforce } = api.services;
    salesforce.changeUser(ANNA.salesforceUsername, { hiddenFields: ['EmailMessage.MessageIdentifier'] });
    deliver('second');
    expect(await nextRun()).toMatchObject({
      state: 'active',
      cause: { code: 'crm.field-missing', fields: ['EmailMessage.MessageIdentifier'] },
    });
    salesforce.changeUser(ANNA.salesforceUsername, { hiddenFields: [] });
    expect(await nextRun()).toMatchObject({ state: 'active', cause: null, savedTotal: 2 });
    expect(saved()).toBe(2);
  });
});

describe('a second activation', () => {
  it('of an active mailbox keeps what is there and doubles nothing', async () => {
    const { id } = await anna.mailbox();
    deliver('second');
    expect((await anna.activate()).body.mailbox).toMatchObject({ id, state: 'active' });
    expect(await api.runDue()).toBe(1);
    expect((await anna.activate()).body.mailbox).toMatchObject({ id, state: 'active' });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ id, savedTotal: 2 });
    expect(saved()).toBe(2);
  });
});
