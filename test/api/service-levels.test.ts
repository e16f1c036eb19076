/**
 * Goal: the service levels tell what runs were like, of whom an administrator reaches, and the allowance is what Salesforce told; a run asks Salesforce no more
 * than the budget reckons with. Method: the whole product with simulated services, and an hour-glass that the test turns.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { AdminOverview } from '../../src/api-schema/admin/overview.ts';
import type { BudgetPlan, ServiceLevels } from '../../src/api-schema/admin/service-levels.ts';
import { callsOfRun } from '../../src/decide/plan-budget.ts';
import { readUsage } from '../../src/store/api-usage.ts';
import { acrossOrganizations, inOrganization } from '../../src/store/database.ts';
import { listOrganizations } from '../../src/store/organizations.ts';
import { ANNA, type Api, openApi, type Person } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
let api: Api;
let anna: Person;

beforeEach(async () => {
  api = await openApi();
  anna = await annaAtWork(api);
});
afterEach(() => api[Symbol.asyncDispose]());

const levels = async (who = anna) => (await who.call<ServiceLevels>('GET', '/api/admin/service-levels')).body;

async function runAfter(minutes: number): Promise<void> {
  api.clock.advance(minutes * MINUTE);
  expect(await api.runDue()).toBe(1);
}

test('freshness is how old a mailbox had become, success the share that did not fail', async () => {
  for (const minutes of [31, 31, 31, 100]) await runAfter(minutes);
  api.services.exchange.setPassword(ANNA.address, 'changed-1');
  await runAfter(31);
  const { windows, goals } = await levels();
  expect(windows.map(({ hours, runs }) => [hours, runs])).toEqual([
    [24, 6],
    [168, 6],
  ]);
  const [day] = windows;
  expect(day?.successShare).toBeCloseTo(5 / 6);
  expect(day?.freshnessP50Minutes).toBeGreaterThan(30);
  expect(day?.freshnessP50Minutes).toBeLessThanOrEqual(32);
  expect(day?.freshnessP95Minutes).toBeGreaterThan(90);
  expect(day?.freshnessP95Minutes).toBeLessThanOrEqual(120);
  expect(goals.successShare).toBe(0.99);
});

test('a day later the day is empty, the week is not, and after eight days nothing is left', async () => {
  await runAfter(31);
  api.clock.advance(DAY + 61 * MINUTE);
  const { windows } = await levels(await api.signIn());
  expect(windows.map(({ runs }) => runs)).toEqual([0, 2]);
  expect(windows[0]).toMatchObject({ successShare: null, freshnessP50Minutes: null });
  api.clock.advance(8 * DAY);
  const later = await levels(await api.signIn());
  expect(later.windows.map(({ runs }) => runs)).toEqual([0, 0]);
});

test('what waits is told by service, with how long the oldest has been due', async () => {
  api.clock.advance(42 * MINUTE);
  const { queues } = await levels();
  expect(queues).toEqual([
    { service: 'exchange', name: 'Exchange', waiting: 1, oldestMinutes: expect.any(Number) },
  ]);
  expect(queues[0]?.oldestMinutes).toBeGreaterThan(9);
});

test('the allowance is told as Salesforce told it last, and forgotten as news after a day', async () => {
  const { crm } = (await anna.call<AdminOverview>('GET', '/api/admin/overview')).body;
  expect(crm).toMatchObject({ heldUntil: null });
  expect(crm?.used).toBeGreaterThan(0);
  expect(crm?.max).toBeGreaterThan(crm?.used ?? 0);
  const { budget } = await levels();
  expect(budget).toMatchObject({ mailboxes: 1, dailyAllowance: crm?.max, used: crm?.used, share: 0.8 });
  api.clock.advance(DAY + MINUTE);
  const later = await api.signIn();
  expect((await later.call<AdminOverview>('GET', '/api/admin/overview')).body.crm).toBeNull();
});

test('it is written once a minute at most, however often it is heard', async () => {
  const first = await heardAt();
  api.clock.advance(31_000);
  await anna.call('POST', '/api/mailbox/sync-now');
  await api.runDue();
  expect(await heardAt()).toBe(first);
  await runAfter(31);
  expect(await heardAt()).toBeGreaterThan(first);
});

test('a budget is reckoned, and a question that makes no sense is refused', async () => {
  const ask = (query: string) => anna.call<BudgetPlan>('GET', `/api/admin/budget?${query}`);
  const { body } = await ask('mailboxes=500&dailyAllowance=600000&share=0.8&itemsADay=0');
  expect(body).toMatchObject({ callsAtRest: 24_000, callsAtWork: 24_000, allowed: 480_000, fits: true });
  expect((await ask('mailboxes=500&dailyAllowance=600000&share=2')).status).toBe(400);
});

test.each([1, 20, 200])(
  'a run that saves %i mails asks Salesforce no more than is reckoned',
  async (count) => {
    await runAfter(31);
    const { exchange, salesforce } = api.services;
    for (let index = 0; index < count; index += 1) exchange.deliver(ANNA.address, 'inbox', letter(index));
    salesforce.requests.reset();
    await runAfter(31);
    // What was changed a moment ago is looked into once more; then nothing is.
    await runAfter(31);
    expect(salesforce.requests.count()).toBeLessThanOrEqual(callsOfRun(count) + callsOfRun(0));
    salesforce.requests.reset();
    await runAfter(31);
    expect(salesforce.requests.count()).toBe(callsOfRun(0));
  },
);

function letter(index: number): Buffer {
  const lines = [
    `Message-ID: <fine-${index}@acme-bikes.test>`,
    'From: Kim Larsen <kim.larsen@acme-bikes.test>',
    `To: <${ANNA.address}>`,
    `Subject: fine ${index}`,
    'Date: Mon, 05 Jan 2026 07:00:00 +0000',
  ];
  return Buffer.from([...lines, '', 'Hello.', ''].join('\r\n'));
}

async function heardAt(): Promise<number> {
  const { db } = api.lockstep.ports;
  const [id] = await acrossOrganizations(db, listOrganizations);
  if (id === undefined) throw new Error('there is no organization');
  return (await inOrganization(db, id, (tx) => readUsage(tx, id)))?.heardAt ?? 0;
}
