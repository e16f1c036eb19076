/** What is connected (A9 to A12, A15): the check that tells the truth, access without a start, the preview, renewing and changing a mailbox. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PreviewLine, PreviewView } from '../../src/api-schema/life.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, BEN, type Person } from '../support/api-harness.ts';
import { dumpRows } from '../support/api-scenes.ts';
import { type ConsentApi, keptCredentials, openConsentApi, signInAt } from '../support/consent-scenes.ts';

let api: ConsentApi;
let anna: Person;
beforeEach(async () => {
  api = await openConsentApi();
  anna = await api.signIn(ANNA);
});
afterEach(() => api[Symbol.asyncDispose]());

function deliver(
  subject: string,
  receivedAt: number,
  from = 'Kim Larsen <kim.larsen@acme-bikes.test>',
): void {
  const raw = [
    `Message-ID: <${subject.replaceAll(' ', '-')}@acme-bikes.test>`,
    `From: ${from}`,
    `To: <${ANNA.address}>`,
    `Subject: ${subject}`,
    `Date: ${new Date(receivedAt).toUTCString()}`,
    '',
    'Hello.',
  ].join('\r\n');
  api.services.exchange.deliver(ANNA.address, 'inbox', Buffer.from(raw), { receivedAt });
}

const records = () => api.services.salesforce.records('EmailMessage').length;

async function preview(windowDays: number): Promise<readonly PreviewLine[]> {
  const { status, headers, text } = await anna.call('POST', '/api/mailbox/preview', { windowDays });
  expect(status).toBe(200);
  expect(String(headers['content-type'])).toContain('application/x-ndjson');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as PreviewLine);
}

async function previewResult(windowDays: number): Promise<PreviewView> {
  const last = (await preview(windowDays)).at(-1);
  if (last?.kind !== 'result') throw new Error(`the preview ended with ${JSON.stringify(last)}`);
  return last.result;
}

describe('the check at the end of an activation', () => {
  it('lists everything that was tried', async () => {
    const { body } = await anna.activate();
    expect(body.checks.map(({ capability, ok }) => [capability, ok])).toEqual([
      ['sign-in', true],
      ['right-mailbox', true],
      ['read-mail', true],
      ['write-categories', true],
      ['salesforce-folder', true],
      ...body.checks.slice(5).map(({ capability }) => [capability, true]),
    ]);
    expect(body.checks.length).toBeGreaterThan(5);
  });

  it('tells of a collection that Salesforce refuses, and goes on without it', async () => {
    api.services.salesforce.changeUser(ANNA.salesforceUsername, { hiddenObjects: ['Event'] });
    const { status, body } = await anna.activate();
    expect(status).toBeLessThan(300);
    expect(body.checks.filter(({ ok }) => !ok)).toMatchObject([
      { capability: 'events', failure: { code: 'crm.field-missing' } },
    ]);
    api.services.salesforce.changeUser(ANNA.salesforceUsername, { hiddenObjects: [] });
  });

  it('tells of a collection that the mail service refuses, and goes on without it', async () => {
    api.services.exchange.setDenied(ANNA.address, true, 'tasks');
    const { status, body } = await anna.activate();
    expect(status).toBeLessThan(300);
    expect(body.checks.filter(({ ok }) => !ok)).toMatchObject([
      { capability: 'tasks', failure: { code: expect.stringMatching(/^mailbox\./) } },
    ]);
    api.services.exchange.setDenied(ANNA.address, false, 'tasks');
  });

  it('that fails is told whole, with what passed and who can mend the rest', async () => {
    api.services.salesforce.changeUser(ANNA.salesforceUsername, {
      hiddenFields: ['EmailMessage.MessageIdentifier'],
    });
    const { status, body } = await anna.activate();
    expect(status).toBe(422);
    expect(body.code).toBe('crm.field-missing');
    expect(body.checks).toContainEqual({ capability: 'read-mail', ok: true, failure: null });
    const failed = body.checks.filter(({ ok }) => !ok);
    expect(failed).not.toEqual([]);
    for (const { failure } of failed)
      expect(failure).toMatchObject({ mender: 'crm-admin', text: expect.any(String), admin: /Setup/ });
    expect((await anna.call('GET', '/api/mailbox')).status).toBe(404);
  });

  it('of a wrong account says that the sign-in worked', async () => {
    const { body } = await anna.activate({ address: BEN.address });
    expect(body).toMatchObject({
      code: 'mailbox.wrong-account',
      accounts: { expected: BEN.address, authorised: ANNA.address },
      checks: [
        { capability: 'sign-in', ok: true },
        { capability: 'right-mailbox', ok: false },
      ],
    });
  });
});

describe('access without a start', () => {
  it.each([
    ['a form', () => anna.activate({ start: false })],
    ['a consent', () => signInAt(api.cloud, anna, { wish: { start: false } })],
  ])('by %s is saved, and nothing runs until the start', async (_, connect) => {
    expect(await connect()).toMatchObject({
      status: 200,
      body: {
        mailbox: {
          state: 'not-activated',
          status: { text: 'Connected, not started.' },
          mailboxConnection: { isUsable: true },
        },
      },
    });
    api.clock.advance(HOUR);
    expect(await api.runDue()).toBe(0);
    expect(await anna.call('POST', '/api/mailbox/start', { windowDays: 30 })).toMatchObject({
      status: 200,
      body: {
        mailbox: {
          state: 'active',
          historyFrom: new Date(api.clock.now() - 30 * DAY).toISOString(),
        },
      },
    });
    expect(await api.runDue()).toBe(1);
    expect((await anna.call('GET', '/api/settings')).body).toMatchObject({ user: { windowDays: 30 } });
    expect(await anna.call('POST', '/api/mailbox/start', {})).toMatchObject({ status: 409 });
  });

  it('given again to a mailbox that has run starts at once', async () => {
    await anna.activate();
    await api.runDue();
    expect((await anna.activate({ start: false })).body.mailbox).toMatchObject({ state: 'active' });
    expect(await api.runDue()).toBe(1);
  });

  it('can be given back', async () => {
    await anna.activate({ start: false });
    await anna.call('POST', '/api/mailbox/deactivate', { purge: false, removeMarks: false });
    expect(await keptCredentials(api)).toEqual([]);
    expect(await anna.call('POST', '/api/mailbox/start', {})).toMatchObject({ status: 409 });
  });
});

describe('the preview', () => {
  beforeEach(async () => {
    const now = api.clock.now();
    deliver('today', now - HOUR);
    deliver('last week', now - 10 * DAY);
    deliver('last month', now - 20 * DAY);
    deliver('last year', now - 300 * DAY);
    deliver('from a stranger', now - 2 * HOUR, 'stranger@nowhere.test');
    deliver('internal', now - 2 * HOUR, BEN.address);
    await anna.activate({ start: false });
  });

  it('counts what would be created in each window and what would be skipped, by reason', async () => {
    const lines = await preview(30);
    expect(lines.some(({ kind }) => kind === 'progress')).toBe(true);
    expect(await previewResult(30)).toEqual({
      windowDays: 30,
      examined: 6,
      isComplete: true,
      up: {
        created: 3,
        found: 0,
        skipped: [
          { code: 'skipped.before-window', text: expect.any(String), count: 1 },
          { code: 'skipped.internal-participants', text: expect.any(String), count: 1 },
          { code: 'skipped.no-match', text: expect.any(String), count: 1 },
        ],
      },
      down: { created: 5, found: 0, skipped: [] },
      collections: expect.any(Array),
      windows: [
        { days: 0, created: 0 },
        { days: 6, created: 1 },
        { days: 30, created: 3 },
      ],
    });
    expect((await previewResult(365)).windows.at(-1)).toEqual({ days: 365, created: 4 });
  });

  it('tells what the first run then does', async () => {
    const { up, down } = await previewResult(30);
    await anna.call('POST', '/api/mailbox/start', { windowDays: 30 });
    expect(await api.runDue()).toBe(1);
    expect((await anna.mailbox()).lastRun).toMatchObject({ created: up.created + down.created });
    expect(await previewResult(30)).toMatchObject({ up: { created: 0, found: up.created } });
  });

  it('writes nothing on either side and nothing in between', async () => {
    const before = await dumpRows(api);
    await preview(365);
    expect(await dumpRows(api)).toBe(before);
    expect(records()).toBe(0);
  });

  it('that cannot be read says why in its last line', async () => {
    api.services.exchange.setPassword(ANNA.address, 'changed-1');
    expect((await preview(6)).at(-1)).toMatchObject({
      kind: 'problem',
      problem: { code: 'mailbox.credentials-rejected', status: 422 },
    });
  });
});

describe('a mailbox that is connected', () => {
  beforeEach(async () => {
    api.cloud.deliver(ANNA.address, 'one');
    expect((await signInAt(api.cloud, anna)).status).toBe(200);
    expect(await api.runDue()).toBe(1);
    api.clock.advance(MINUTE);
    api.cloud.addAccount('anna.private@contoso.test');
  });

  it.each(['activate', 'refresh'] as const)('is not left for another one by %s', async (intent) => {
    const { id } = await anna.mailbox();
    const answer = await signInAt(api.cloud, anna, { as: 'anna.private@contoso.test', wish: { intent } });
    expect(answer).toMatchObject({
      status: 422,
      body: {
        code: 'mailbox.wrong-account',
        accounts: { expected: ANNA.address, authorised: 'anna.private@contoso.test' },
      },
    });
    expect(await anna.mailbox()).toMatchObject({ id, state: 'active' });
  });

  it('is renewed by a refresh, with links and settings', async () => {
    const { id } = await anna.mailbox();
    const refreshed = await signInAt(api.cloud, anna, { wish: { intent: 'refresh' } });
    expect(refreshed.body.mailbox).toMatchObject({ id, state: 'active', savedTotal: 1 });
    expect(await api.runDue()).toBe(1);
    expect(records()).toBe(1);
  });

  it('is closed by a change: the old links stay behind, and the new mailbox starts anew', async () => {
    const { id } = await anna.mailbox();
    const changed = await signInAt(api.cloud, anna, {
      as: 'anna.private@contoso.test',
      wish: { intent: 'change', start: false },
    });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        mailbox: { address: 'anna.private@contoso.test', state: 'not-activated', savedTotal: 0 },
      },
    });
    expect((await anna.mailbox()).id).not.toBe(id);
    expect(await keptCredentials(api)).toEqual(['cloud']);
    expect(api.cloud.begun.at(-1)?.loginHint).toBeNull();
    api.clock.advance(HOUR);
    expect(await api.runDue()).toBe(0);
    expect(records()).toBe(1);
    const states = await acrossOrganizations(api.database.db, async (tx) => {
      const { rows } = await tx.query<{ state: string }>('select state from mailboxes order by id');
      return rows.map(({ state }) => state);
    });
    expect(states).toEqual(['deactivated', 'not-activated']);
  });

  it('changed away from and back to is the same one again, with its links', async () => {
    const { id } = await anna.mailbox();
    const change = { intent: 'change' } as const;
    await signInAt(api.cloud, anna, { as: 'anna.private@contoso.test', wish: change });
    api.clock.advance(MINUTE);
    expect((await signInAt(api.cloud, anna, { wish: change })).body.mailbox).toMatchObject({
      id,
      state: 'active',
      savedTotal: 1,
    });
    expect(await api.runDue()).toBe(1);
    expect(records()).toBe(1);
  });
});
