/** How often runs come (R1, R11): licenses and quiet times, the guard of the Salesforce allowance; and the list of who did what (P8). */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Api, BEN, EWS_URL, openApi, type Person } from '../support/api-harness.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
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

/** Lets time go on to a person's next run and runs what is due. */
async function nextRun(person = anna): Promise<MailboxView> {
  const { nextRunAt } = await person.mailbox();
  api.clock.advanceTo(Date.parse(nextRunAt ?? ''));
  await api.runDue();
  return person.mailbox();
}

const waitOf = ({ lastRun, nextRunAt }: MailboxView) =>
  Date.parse(nextRunAt ?? '') - Date.parse(lastRun?.startedAt ?? '');

/** An interval; a tenth less at most while the mailbox is on the way to its own moment. */
function expectWait(mailbox: MailboxView, minutes: number): void {
  expect(waitOf(mailbox)).toBeLessThanOrEqual(minutes * MINUTE);
  expect(waitOf(mailbox)).toBeGreaterThanOrEqual(0.9 * minutes * MINUTE);
}

async function license(pattern: 'fixed' | 'adaptive', intervalMinutes: number): Promise<string> {
  const { status, body } = await anna.call<{ items: { id: string }[] }>('PUT', '/api/admin/licenses', {
    name: pattern,
    intervalMinutes,
    pattern,
  });
  expect(status).toBe(200);
  return body.items[0]?.id ?? '';
}

async function give(licenseId: string | null): Promise<number> {
  return (await anna.call('PATCH', `/api/admin/users/${await ownUserId()}`, { licenseId })).status;
}

async function ownUserId(): Promise<string> {
  return await acrossOrganizations(api.database.db, async (tx) => {
    const { rows } = await tx.query<{ id: string }>(`select id from users where username = $1`, [
      ANNA.salesforceUsername,
    ]);
    return rows[0]?.id ?? '';
  });
}

describe('a license', () => {
  it('with a fixed interval is kept from run to run', async () => {
    expect(await give(await license('fixed', 45))).toBe(200);
    await anna.activate();
    await api.runDue();
    await nextRun();
    const mailbox = await nextRun();
    expectWait(mailbox, 45);
    expect(mailbox.intervalMinutes).toBe(45);
  });

  it('that adapts waits 30, 60, then 120 minutes while nothing changes, and 30 again after any change', async () => {
    expect(await give(await license('adaptive', 30))).toBe(200);
    deliver('first');
    await anna.activate();
    expect(await api.runDue()).toBe(1);
    expect((await anna.mailbox()).intervalMinutes).toBe(30);
    for (const minutes of [60, 120, 120]) {
      const mailbox = await nextRun();
      expectWait(mailbox, minutes);
      expect(mailbox.intervalMinutes).toBe(minutes);
    }
    deliver('second');
    const mailbox = await nextRun();
    expectWait(mailbox, 30);
    expect(mailbox.intervalMinutes).toBe(30);
  });

  it('can be taken away, and one of nowhere cannot be given', async () => {
    expect(await give(await license('fixed', 45))).toBe(200);
    expect((await anna.call('GET', '/api/admin/licenses')).body).toMatchObject({
      items: [{ name: 'fixed', intervalMinutes: 45, users: 1 }],
    });
    expect(await give(null)).toBe(200);
    expect(await give('0b9f0a54-6f0c-7bd5-8f86-000000000001')).toBe(400);
  });

  it('is nobody’s own choice', async () => {
    const ben = await api.signIn(BEN);
    for (const [method, url, body] of [
      ['GET', '/api/admin/licenses', undefined],
      ['PUT', '/api/admin/licenses', { name: 'Mine', intervalMinutes: 1, pattern: 'fixed' }],
      ['PATCH', `/api/admin/users/${await ownUserId()}`, { licenseId: null }],
      ['GET', '/api/admin/audit', undefined],
    ] as const)
      expect(await ben.call(method, url, body)).toMatchObject({ status: 403 });
  });
});

describe('the guard of the Salesforce allowance', () => {
  const used = (share: number) => api.services.salesforce.presetApiUsage(Math.round(100_000 * share));

  it('ends runs before the allowance is gone, waits longer each time, and lets go by itself', async () => {
    await anna.activate();
    await api.runDue();
    used(0.81);
    for (const hours of [2.5, 4.5, 6.5, 6.5]) {
      const mailbox = await nextRun();
      expect(mailbox).toMatchObject({
        state: 'active',
        lastRun: { outcome: 'failed', failureCode: 'crm.api-share-used', mailboxRequests: 0 },
        status: { tone: 'waiting', text: expect.stringContaining('Sync waits.') },
        intervalMinutes: hours * 60,
      });
      expect(waitOf(mailbox)).toBeGreaterThanOrEqual(hours * HOUR);
      expect(waitOf(mailbox)).toBeLessThan(hours * HOUR + 6 * MINUTE);
      anna = await api.signIn(ANNA);
      used(0.81);
    }
    used(0);
    deliver('second');
    expect(await nextRun()).toMatchObject({
      state: 'active',
      cause: null,
      intervalMinutes: 30,
      savedTotal: 1,
      lastRun: { outcome: 'done' },
    });
    used(0.81);
    expect(await nextRun()).toMatchObject({ intervalMinutes: 150 });
  });

  it('holds for the whole organization: no other mailbox asks again to find out the same', async () => {
    const ben = await api.signIn(BEN);
    await anna.activate();
    expect((await ben.activate({ login: BEN.address, password: BEN.password, ewsUrl: EWS_URL })).status).toBe(
      200,
    );
    await api.runDue();
    // So that Ben is due a little later than Anna.
    await nextRun();
    api.clock.advance(2 * MINUTE);
    await ben.call('POST', '/api/mailbox/sync-now');
    await api.runDue();
    used(0.9);
    await nextRun();
    const calls = () => api.services.salesforce.organizationOf().usage.used(api.clock.now());
    const before = calls();
    const guarded = await nextRun(ben);
    expect(calls()).toBe(before);
    expect(guarded.status.text).toContain('Sync waits.');
    expect(guarded.lastRun).toMatchObject({ outcome: 'done' });
    expect(Date.parse(guarded.nextRunAt ?? '')).toBeGreaterThan(api.clock.now() + 2 * HOUR);
  });

  it('is the organization’s to set, and nobody’s own', async () => {
    const settings = { apiShareMax: 0.95 };
    expect(await anna.call('PUT', '/api/settings', { layer: 'user', settings })).toMatchObject({
      status: 403,
    });
    expect(await anna.call('PUT', '/api/settings', { layer: 'organization', settings })).toMatchObject({
      status: 200,
    });
    await anna.activate();
    await api.runDue();
    used(0.9);
    expect(await nextRun()).toMatchObject({ lastRun: { outcome: 'done' } });
  });
});

describe('the list of who did what', () => {
  it('has every act with its person and its subject, newest first, in pages', async () => {
    await anna.call('PUT', '/api/settings', {
      layer: 'organization',
      settings: { blocklist: ['rival.test'] },
    });
    api.clock.advance(MINUTE);
    await anna.activate();
    for (let round = 0; round < 10; round += 1) {
      api.clock.advance(MINUTE);
      await anna.call('POST', '/api/mailbox/pause', { until: null });
      api.clock.advance(MINUTE);
      await anna.call('POST', '/api/mailbox/resume', { gap: 'catch-up' });
    }
    type Page = { items: { action: string; actorName: string; details: object }[]; next: string };
    const first = await anna.call<Page>('GET', '/api/admin/audit?limit=20');
    expect(first.body.items).toHaveLength(20);
    expect(first.body.items[0]).toMatchObject({
      action: 'mailbox.resumed',
      actor: 'user',
      actorName: ANNA.salesforceUsername,
      subject: 'mailbox',
      details: { gap: 'catch-up' },
    });
    const second = await anna.call<Page>('GET', `/api/admin/audit?limit=20&after=${first.body.next}`);
    expect(second.body.items.map(({ action, details }) => [action, details])).toEqual([
      ['mailbox.activated', {}],
      ['settings.changed', { settings: ['blocklist'] }],
    ]);
    expect(`${first.text}${second.text}`).not.toContain('rival.test');
  });
});

describe('the week', () => {
  it('has a day for each of the last seven, with the sums of its runs', async () => {
    deliver('first');
    await anna.activate();
    await api.runDue();
    const { week } = await anna.mailbox();
    expect(week).toHaveLength(7);
    expect(week.at(-1)).toMatchObject({
      day: new Date(api.clock.now()).toISOString().slice(0, 10),
      runs: 1,
      saved: 1,
    });
    expect(week.at(0)).toMatchObject({ runs: 0, saved: 0, skipped: 0, issues: 0 });
  });
});
