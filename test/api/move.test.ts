/** A mailbox that moves from one mail service to another (A16): the same records, the same mailbox, nothing twice, nothing of anybody else's. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE } from '../../src/model/clock.ts';
import { ANNA, OLGA, type Person } from '../support/api-harness.ts';
import {
  type ConsentApi,
  keptCredentials,
  openConsentApi,
  setState,
  signInAt,
} from '../support/consent-scenes.ts';

let api: ConsentApi;
let anna: Person;
beforeEach(async () => {
  api = await openConsentApi();
  anna = await api.signIn(ANNA);
});
afterEach(() => api[Symbol.asyncDispose]());

const records = () => api.services.salesforce.records('EmailMessage').length;

/** The same mail as the memory mailbox's item of that number. */
function deliverToExchange(number: number, subject: string, to = ANNA.address): void {
  const raw = [
    `Message-ID: <item-${number}@outside.test>`,
    'From: Bob <bob@outside.test>',
    `To: <${to}>`,
    `Subject: ${subject}`,
    `Date: ${new Date(api.clock.now() - 1_000).toUTCString()}`,
    '',
    'Hello.',
  ].join('\r\n');
  api.services.exchange.deliver(to, 'inbox', Buffer.from(raw));
}

/** Anna's mailbox at Exchange with two mails saved. */
async function annaAtExchange() {
  for (const number of [1, 2]) deliverToExchange(number, `mail ${number}`);
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  expect(await anna.mailbox()).toMatchObject({ savedTotal: 2 });
  // Runs that start in one instant have no order among them.
  api.clock.advanceTo(api.clock.now() + MINUTE);
  return anna.mailbox();
}

describe('a mailbox that moves', () => {
  it('from a form to a consent stays the same mailbox, and no mail becomes a second record', async () => {
    const { id } = await annaAtExchange();
    for (const subject of ['mail 1', 'mail 2', 'new there']) api.cloud.deliver(ANNA.address, subject);
    expect(await signInAt(api.cloud, anna)).toMatchObject({
      status: 200,
      body: { mailbox: { id, serviceId: 'cloud', service: 'Cloud Mail', savedTotal: 2 } },
    });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      id,
      savedTotal: 3,
      lastRun: { outcome: 'done' },
    });
    expect(records()).toBe(3);
    expect(await keptCredentials(api)).toEqual(['cloud']);
  });

  it('between two services with sign-in pages, and back, doubles nothing either', async () => {
    for (const service of [api.cloud, api.other])
      for (const subject of ['one', 'two']) service.deliver(ANNA.address, subject);
    for (const service of [api.cloud, api.other, api.cloud]) {
      expect((await signInAt(service, anna)).status).toBe(200);
      expect(await api.runDue()).toBe(1);
      expect(await anna.mailbox()).toMatchObject({ savedTotal: 2, lastRun: { outcome: 'done' } });
      expect(await keptCredentials(api)).toEqual([service.service.service]);
      api.clock.advanceTo(api.clock.now() + MINUTE);
    }
    expect(records()).toBe(2);
  });

  it('whose primary address has changed is known by the old one, which is an alias now', async () => {
    const { id } = await annaAtExchange();
    for (const subject of ['mail 1', 'mail 2']) api.cloud.deliver(ANNA.address, subject);
    const moved = api.cloud.accounts.get(ANNA.address);
    if (moved === undefined) throw new Error('Anna has no account');
    api.cloud.accounts.set(ANNA.address, { ...moved, addresses: ['anna.new@contoso.test', ANNA.address] });
    expect(await signInAt(api.cloud, anna)).toMatchObject({ status: 200, body: { mailbox: { id } } });
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({ id, savedTotal: 2, lastRun: { outcome: 'done' } });
    expect(records()).toBe(2);
  });

  it.each(['paused', 'authorization-required', 'deactivated'] as const)(
    'from the state %s is active at the new service',
    async (state) => {
      const { id } = await annaAtExchange();
      await setState(api, anna, state);
      api.cloud.deliver(ANNA.address, 'mail 1');
      expect(await signInAt(api.cloud, anna)).toMatchObject({ body: { mailbox: { id, state: 'active' } } });
      expect(await api.runDue()).toBe(1);
      expect(records()).toBe(2);
    },
  );

  it('that is not proven yet leaves everything as it was', async () => {
    await annaAtExchange();
    expect((await signInAt(api.cloud, anna, { decision: 'decline' })).status).toBe(422);
    expect(await keptCredentials(api)).toEqual(['exchange']);
    expect(await anna.mailbox()).toMatchObject({ serviceId: 'exchange', state: 'active', savedTotal: 2 });
  });
});

describe('the same address in another organization', () => {
  it('is another mailbox, whose credential, links and state stay', async () => {
    // Both organizations sync the same mailbox at Exchange: Olga's login opens Anna's.
    const olga = await api.signIn(OLGA);
    deliverToExchange(1, 'mail 1');
    expect((await olga.activate()).status).toBe(200);
    expect((await anna.activate()).status).toBe(200);
    expect(await api.runDue()).toBe(2);
    const before = await olga.mailbox();
    expect((await anna.mailbox()).id).not.toBe(before.id);
    api.cloud.deliver(ANNA.address, 'mail 1');
    expect((await signInAt(api.cloud, anna)).status).toBe(200);
    expect(await api.runDue()).toBe(1);
    expect(await olga.mailbox()).toEqual(before);
    expect(await keptCredentials(api)).toEqual(['cloud', 'exchange']);
    api.clock.advanceTo(Date.parse(before.nextRunAt ?? ''));
    await api.runDue();
    expect(await olga.mailbox()).toMatchObject({ state: 'active', lastRun: { outcome: 'done' } });
  });
});
