/** Sessions as people and administrators see and end them. Who may is in the two matrices; how sessions end by themselves is in `sessions.test.ts`. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OwnSessionsView, SessionsView } from '../../src/api-schema/sessions.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { defaultSessionLimits } from '../../src/model/session.ts';
import { findPerson } from '../support/admin-scenes.ts';
import { ANNA, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { Frame } from '../support/frame-scenes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi({ sessions: defaultSessionLimits });
});
afterEach(() => api[Symbol.asyncDispose]());

type Asker = Pick<Person, 'call'>;
const listOf = async (asker: Asker) => (await asker.call<OwnSessionsView>('GET', '/api/sessions')).body.items;
const statusOf = async (asker: Asker) => (await asker.call('GET', '/api/settings')).status;
const isoOf = (at: number) => new Date(at).toISOString();

describe('one’s own sessions', () => {
  it('are listed with where and when, the last used first, and nothing else', async () => {
    const startedAt = api.clock.now();
    const desk = await api.signIn();
    api.clock.advance(10 * MINUTE);
    const frame = await new Frame(api).logIn();
    await api.signIn(BEN);
    api.clock.advance(20 * MINUTE);
    const usedAt = api.clock.now();
    const items = await listOf(desk);
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[\w-]{36}$/),
        place: 'browser',
        startedAt: isoOf(startedAt),
        usedAt: isoOf(usedAt),
        expiresAt: isoOf(startedAt + 12 * HOUR),
        current: true,
      },
      {
        id: expect.any(String),
        place: 'mail-client',
        startedAt: isoOf(startedAt + 10 * MINUTE),
        usedAt: isoOf(startedAt + 10 * MINUTE),
        expiresAt: isoOf(startedAt + 10 * MINUTE + 12 * HOUR),
        current: false,
      },
    ]);
    expect((await listOf(frame)).map(({ place, current }) => [place, current])).toEqual([
      ['mail-client', true],
      ['browser', false],
    ]);
  });

  it('are not listed once they have rested too long', async () => {
    const [desk] = [await api.signIn(), await api.signIn()];
    for (let hour = 0; hour < 4; hour += 1) {
      expect(await listOf(desk)).toHaveLength(2);
      api.clock.advance(HOUR);
    }
    expect(await listOf(desk)).toHaveLength(1);
  });

  it('are ended one by one, at once', async () => {
    const [desk, sofa, phone] = [await api.signIn(), await api.signIn(), await api.signIn()];
    const sofas = (await listOf(sofa)).find(({ current }) => current)?.id ?? '';
    expect((await desk.call('DELETE', `/api/sessions/${sofas}`)).status).toBe(204);
    expect([await statusOf(desk), await statusOf(sofa), await statusOf(phone)]).toEqual([200, 401, 200]);
    expect((await desk.call('DELETE', `/api/sessions/${sofas}`)).body).toMatchObject({
      code: 'api.not-found',
    });
  });

  it('end the cookie with them when one ends the very own', async () => {
    const desk = await api.signIn();
    const [own] = await listOf(desk);
    const { status, headers } = await desk.call('DELETE', `/api/sessions/${own?.id}`);
    expect([status, String(headers['set-cookie'])]).toEqual([
      204,
      expect.stringMatching(/^__Host-lockstep=;/),
    ]);
    expect(await statusOf(desk)).toBe(401);
  });

  it('are ended all but this one, and with them what waits for its frame', async () => {
    const [desk, sofa] = [await api.signIn(), await api.signIn()];
    const frame = await new Frame(api).logIn();
    const waiting = new Frame(api, 'w'.repeat(43));
    const { login = '' } = await waiting.openLogin();
    expect((await desk.call('POST', '/api/sessions/end-others')).body).toEqual({ ended: 2 });
    expect([await statusOf(desk), await statusOf(sofa), await statusOf(frame)]).toEqual([200, 401, 401]);
    expect((await waiting.exchange(login)).body).toMatchObject({ code: 'api.login-expired' });
    expect((await desk.call('POST', '/api/sessions/end-others')).body).toEqual({ ended: 0 });
  });

  it('need the page’s token to be ended under a cookie', async () => {
    const [desk, sofa] = [await api.signIn(), await api.signIn()];
    const forged = { 'x-csrf-token': 'wrong' };
    expect((await desk.call('POST', '/api/sessions/end-others', undefined, forged)).status).toBe(403);
    expect(await statusOf(sofa)).toBe(200);
  });
});

describe('an administrator', () => {
  it('sees a person’s sessions and ends them all, which the audit log tells', async () => {
    const anna = await api.signIn(ANNA);
    const [ben, frame] = [await api.signIn(BEN), await new Frame(api).logIn(BEN)];
    const { id } = await findPerson(anna, BEN);
    const { body } = await anna.call<SessionsView>('GET', `/api/admin/users/${id}/sessions`);
    expect(body.items.map(({ place }) => place).toSorted()).toEqual(['browser', 'mail-client']);
    expect(body.items[0]).not.toHaveProperty('current');
    expect((await anna.call('POST', `/api/admin/users/${id}/end-sessions`)).body).toEqual({ ended: 2 });
    expect([await statusOf(ben), await statusOf(frame), await statusOf(anna)]).toEqual([401, 401, 200]);
    const audit = await anna.call<{ items: readonly Record<string, unknown>[] }>('GET', '/api/admin/audit');
    expect(audit.body.items[0]).toMatchObject({
      action: 'sessions.ended',
      subject: 'user',
      details: { ended: 2 },
    });
    const ends = api.logLines.filter((line) => line.includes('"by-admin"'));
    expect(ends).toHaveLength(2);
  });
});
