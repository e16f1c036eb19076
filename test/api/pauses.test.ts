/** Pause and resume (R4, R8): no runs meanwhile, an end that comes by itself, and what becomes of the mail that came in between. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import { DAY, HOUR, MINUTE } from '../../src/model/clock.ts';
import { ANNA, type Answer, type Api, openApi, type Person } from '../support/api-harness.ts';
import { setState } from '../support/consent-scenes.ts';

let api: Api;
let anna: Person;
beforeEach(async () => {
  api = await openApi();
  anna = await api.signIn(ANNA);
  deliver('first');
  expect((await anna.activate()).status).toBe(200);
  expect(await api.runDue()).toBe(1);
  api.clock.advance(MINUTE);
});
afterEach(() => api[Symbol.asyncDispose]());

function deliver(subject: string, folder: 'inbox' | 'sentitems' = 'inbox') {
  const raw = [
    `Message-ID: <${subject}@acme-bikes.test>`,
    'From: Kim Larsen <kim.larsen@acme-bikes.test>',
    `To: <${ANNA.address}>`,
    `Subject: ${subject}`,
    `Date: ${new Date(api.clock.now()).toUTCString()}`,
    '',
    'Hello.',
  ].join('\r\n');
  return api.services.exchange.deliver(ANNA.address, folder, Buffer.from(raw));
}

const iso = (at: number) => new Date(at).toISOString();
type Told = Answer<{ readonly mailbox: MailboxView } & { readonly code?: string }>;
const pause = (until: number | null = null): Promise<Told> =>
  anna.call('POST', '/api/mailbox/pause', { until: until === null ? null : iso(until) });
const resume = (gap: 'catch-up' | 'skip'): Promise<Told> => anna.call('POST', '/api/mailbox/resume', { gap });
const saved = () =>
  api.services.salesforce
    .records('EmailMessage')
    .map(({ Subject }) => String(Subject))
    .toSorted();

describe('a pause', () => {
  it('runs nothing until somebody resumes, and says who paused', async () => {
    expect(await pause()).toMatchObject({
      status: 200,
      body: {
        mailbox: {
          state: 'paused',
          pausedBy: 'user',
          pausedUntil: null,
          nextRunAt: null,
          status: { tone: 'waiting', text: 'Sync is paused.' },
        },
      },
    });
    deliver('second');
    api.clock.advance(10 * DAY);
    anna = await api.signIn(ANNA);
    expect(await api.runDue()).toBe(0);
    expect(await anna.call('POST', '/api/mailbox/sync-now')).toMatchObject({ status: 409 });
    expect((await resume('catch-up')).body.mailbox).toMatchObject({ state: 'active', pausedBy: null });
    expect(await api.runDue()).toBe(1);
    expect(saved()).toEqual(['first', 'second']);
  });

  it('with an end resumes by itself when it comes, and catches up', async () => {
    const until = api.clock.now() + 3 * HOUR;
    expect((await pause(until)).body.mailbox).toMatchObject({
      pausedUntil: iso(until),
      nextRunAt: iso(until),
      status: { text: 'Sync is paused and goes on by itself.' },
    });
    deliver('second');
    api.clock.advanceTo(until - 1);
    expect(await api.runDue()).toBe(0);
    api.clock.advanceTo(until);
    expect(await api.runDue()).toBe(1);
    expect(await anna.mailbox()).toMatchObject({
      state: 'active',
      pausedUntil: null,
      lastRun: { outcome: 'done', created: 1 },
    });
  });

  it('gets another end when it is asked for again', async () => {
    const until = api.clock.now() + HOUR;
    await pause(until);
    expect((await pause(null)).body.mailbox).toMatchObject({ pausedUntil: null, nextRunAt: null });
    api.clock.advanceTo(until);
    expect(await api.runDue()).toBe(0);
    expect((await pause(until + HOUR)).body.mailbox).toMatchObject({ pausedUntil: iso(until + HOUR) });
  });

  it.each([
    ['in the past', -HOUR],
    ['more than a year away', 400 * DAY],
  ])('does not end %s', async (_, away) => {
    expect(await pause(api.clock.now() + away)).toMatchObject({
      status: 400,
      body: { code: 'api.invalid-input', fields: ['until'] },
    });
    expect(await anna.mailbox()).toMatchObject({ state: 'active' });
  });

  it.each(['authorization-required', 'deactivated', 'not-activated'] as const)(
    'is refused in the state %s',
    async (state) => {
      await setState(api, anna, state);
      expect(await pause()).toMatchObject({ status: 409, body: { code: 'api.conflict' } });
      expect(await resume('skip')).toMatchObject({ status: 409 });
    },
  );

  it('is over with a new activation, and stands through a refresh', async () => {
    const until = api.clock.now() + DAY;
    await pause(until);
    expect((await anna.activate({ intent: 'refresh' })).body.mailbox).toMatchObject({
      state: 'paused',
      pausedUntil: iso(until),
    });
    expect((await anna.activate()).body.mailbox).toMatchObject({ state: 'active', pausedUntil: null });
  });
});

describe('skipping', () => {
  async function skipOver(...subjects: readonly string[]) {
    await pause();
    const items = subjects.map((subject) => {
      api.clock.advance(MINUTE);
      return deliver(subject);
    });
    api.clock.advance(MINUTE);
    await resume('skip');
    return items;
  }

  it('leaves out what came in the gap, counts it, and saves what comes afterwards', async () => {
    await skipOver('in the gap', 'in the gap too');
    deliver('after');
    expect(await api.runDue()).toBe(1);
    const { lastRun } = await anna.mailbox();
    expect(lastRun?.byVerdict).toContainEqual({
      code: 'skipped.while-paused',
      text: 'Came while sync was paused, and that time was to be skipped.',
      count: 2,
    });
    expect(saved()).toEqual(['after', 'first']);
  });

  it('is remembered: a mail of the gap that is touched later stays out', async () => {
    const [item] = await skipOver('in the gap');
    expect(await api.runDue()).toBe(1);
    api.services.exchange.setCategories(ANNA.address, String(item), ['Holiday']);
    api.clock.advance(30 * MINUTE);
    expect(await api.runDue()).toBe(1);
    expect(saved()).toEqual(['first']);
    expect((await anna.mailbox()).lastRun?.byVerdict).toMatchObject([{ code: 'skipped.while-paused' }]);
  });

  it('does not bind the person: what he gives the category afterwards is saved', async () => {
    const [item] = await skipOver('in the gap');
    expect(await api.runDue()).toBe(1);
    api.services.exchange.setCategories(ANNA.address, String(item), ['Salesforce']);
    api.clock.advance(30 * MINUTE);
    expect(await api.runDue()).toBe(1);
    expect(saved()).toEqual(['first', 'in the gap']);
  });
});

describe('a suspended mailbox', () => {
  it('goes on at once when somebody resumes it', async () => {
    await setState(api, anna, 'suspended');
    deliver('second');
    expect((await resume('catch-up')).body.mailbox).toMatchObject({ state: 'active' });
    expect(await api.runDue()).toBe(1);
    expect(saved()).toEqual(['first', 'second']);
  });

  it('may be paused, and no probe runs then', async () => {
    await setState(api, anna, 'suspended');
    expect((await pause()).body.mailbox).toMatchObject({ state: 'paused' });
    api.clock.advance(DAY);
    expect(await api.runDue()).toBe(0);
  });
});
