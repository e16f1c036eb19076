/**
 * How sessions end, by real HTTP on a real database: by rest, by a new sign-in of the same browser, and by Salesforce's word. Seeing and ending them
 * is in `own-sessions.test.ts`.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SessionView } from '../../src/api-schema/session.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import { defaultSessionLimits } from '../../src/model/session.ts';
import { acrossOrganizations } from '../../src/store/database.ts';
import { ANNA, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { annaAtWork } from '../support/api-scenes.ts';
import { Frame } from '../support/frame-scenes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi({ sessions: defaultSessionLimits });
});
afterEach(() => api[Symbol.asyncDispose]());

const COOKIE = '__Host-lockstep';
const statusOf = async (person: Person, url = '/api/settings', headers = {}) =>
  (await person.call('GET', url, undefined, headers)).status;
const isSignedIn = async (person: Person, url = '/api/session') =>
  (await person.call<SessionView>('GET', url)).body.signedIn;

/** Another browser with the same cookie: what somebody has who copied it. */
function copyOf(person: Person): Person {
  const copy = api.visit();
  for (const [name, value] of person.cookies) copy.cookies.set(name, value);
  return copy;
}

const logged = (event: string): readonly Record<string, unknown>[] =>
  api.logLines
    .map((line) => JSON.parse(line) as Record<string, unknown>)
    .filter((line) => line.event === event);

const usesWritten = async (): Promise<readonly number[]> =>
  await acrossOrganizations(api.database.db, async (tx) => {
    const { rows } = await tx.query<{ used_at: Date }>('select used_at from logins order by used_at');
    return rows.map((row) => row.used_at.getTime());
  });

describe('a new sign-in', () => {
  it('ends the session that the same browser had', async () => {
    const person = await api.signIn();
    const stolen = copyOf(person);
    expect(await statusOf(stolen)).toBe(200);
    await person.logIn(api.services, ANNA);
    expect([await statusOf(stolen), await statusOf(person)]).toEqual([401, 200]);
    expect(logged('session.ended').map(({ reason }) => reason)).toEqual(['replaced']);
  });

  it('ends it also when somebody else signs in', async () => {
    const person = await api.signIn();
    const former = copyOf(person);
    await person.logIn(api.services, BEN);
    expect([await statusOf(former), await statusOf(person)]).toEqual([401, 200]);
  });

  it('leaves other browsers of the same person alone', async () => {
    const [desk, sofa] = [await api.signIn(), await api.signIn()];
    await desk.logIn(api.services, ANNA);
    expect(await statusOf(sofa)).toBe(200);
  });

  it('that fails ends nothing', async () => {
    const person = await api.signIn();
    const callback = await person.consent(api.services, await person.beginLogin(), ANNA, 'deny');
    expect((await person.comeBack(callback)).landing).toBe('/?problem=crm.authorization-revoked');
    expect(await statusOf(person)).toBe(200);
    expect(logged('session.refused').map(({ code }) => code)).toEqual(['crm.authorization-revoked']);
  });

  it('of a frame ends the session whose token the frame still had', async () => {
    const frame = await new Frame(api).logIn();
    const { token } = frame;
    await frame.logIn();
    const old = await api
      .visit()
      .call('GET', '/api/settings', undefined, { authorization: `Bearer ${token}` });
    expect([old.status, (await frame.call('GET', '/api/settings')).status]).toEqual([401, 200]);
  });
});

describe('a session at rest', () => {
  it('ends after four hours without a use, and lives as long as it is used', async () => {
    const [used, rested] = [await api.signIn(), await api.signIn()];
    for (let hour = 0; hour < 4; hour += 1) {
      api.clock.advance(HOUR);
      expect(await statusOf(used)).toBe(200);
    }
    expect([await isSignedIn(used), await isSignedIn(rested)]).toEqual([true, false]);
    expect(await statusOf(rested)).toBe(401);
  });

  it('is not kept alive by a page that asks by the clock alone', async () => {
    const person = await api.signIn();
    for (let hour = 0; hour < 3; hour += 1) {
      api.clock.advance(HOUR);
      expect(await statusOf(person, '/api/settings', { 'x-lockstep-unattended': '1' })).toBe(200);
    }
    api.clock.advance(HOUR);
    expect(await statusOf(person)).toBe(401);
  });

  it('is written down as used once in five minutes, whatever is asked meanwhile', async () => {
    const person = await api.signIn();
    const begunAt = api.clock.now();
    api.clock.advance(5 * MINUTE - 1_000);
    await statusOf(person);
    expect(await usesWritten()).toEqual([begunAt]);
    api.clock.advance(1_000);
    const notedAt = api.clock.now();
    await Promise.all(Array.from({ length: 5 }, () => statusOf(person)));
    expect(await usesWritten()).toEqual([notedAt]);
    api.clock.advance(MINUTE);
    await statusOf(person);
    expect(await usesWritten()).toEqual([notedAt]);
  });

  it('closes the console after half an hour, and nothing else', async () => {
    const admin = await api.signIn();
    const users = '/api/admin/users';
    api.clock.advance(25 * MINUTE);
    expect(await statusOf(admin, users)).toBe(200);
    for (let times = 0; times < 3; times += 1) {
      // The sidebar beside the mail is in use all the while.
      api.clock.advance(10 * MINUTE);
      expect(await statusOf(admin)).toBe(200);
    }
    expect(await statusOf(admin, users)).toBe(401);
    expect(await isSignedIn(admin, '/api/session?as=console')).toBe(false);
    expect([await isSignedIn(admin), await statusOf(admin)]).toEqual([true, 200]);
    // To ask who one is does not open it again; to sign in does.
    expect(await statusOf(admin, users)).toBe(401);
    await admin.logIn(api.services, ANNA);
    expect(await statusOf(admin, users)).toBe(200);
  });
});

describe('Salesforce’s word', () => {
  it('that the user is inactive ends all of his sessions with the next run, and nobody else’s', async () => {
    const anna = await annaAtWork(api);
    const [sofa, ben] = [await api.signIn(), await api.signIn(BEN)];
    const frame = await new Frame(api).logIn();
    api.services.salesforce.changeUser(ANNA.salesforceUsername, { active: false });
    api.clock.advance(31 * MINUTE);
    await api.runDue();
    expect([await statusOf(anna), await statusOf(sofa), await statusOf(ben)]).toEqual([401, 401, 200]);
    expect((await frame.call('GET', '/api/settings')).status).toBe(401);
    expect(logged('session.ended').map(({ reason }) => reason)).toEqual(['crm', 'crm', 'crm']);
  });

  it('about somebody without a mailbox is heard when an administrator checks his access', async () => {
    const admin = await api.signIn();
    const ben = await api.signIn(BEN);
    const { body } = await admin.call<{ items: readonly { id: string; username: string }[] }>(
      'GET',
      '/api/admin/users',
    );
    const id = body.items.find(({ username }) => username === BEN.salesforceUsername)?.id ?? '';
    api.services.salesforce.changeUser(BEN.salesforceUsername, { active: false });
    expect((await admin.call('POST', `/api/admin/users/${id}/check-access`)).status).toBe(200);
    expect([await statusOf(ben), await statusOf(admin)]).toEqual([401, 200]);
  });
});

describe('the log', () => {
  it('has sign-ins, their refusals and sign-outs, by ids and codes alone', async () => {
    const person = await api.signIn();
    const token = person.cookies.get(COOKIE) ?? '';
    await person.call('POST', '/api/logout');
    await api.visit().call('GET', '/login/salesforce/callback?state=none');
    await api.visit().call('POST', '/api/reconnect', { token: 'x'.repeat(43) });
    const [began] = logged('session.began');
    expect(began).toEqual({
      event: 'session.began',
      organization: expect.stringMatching(/^[\w-]{36}$/),
      user: expect.stringMatching(/^[\w-]{36}$/),
      session: expect.stringMatching(/^[\w-]{36}$/),
      place: 'browser',
    });
    expect(logged('session.ended')).toEqual([
      { ...began, event: 'session.ended', place: undefined, reason: 'logged-out' },
    ]);
    expect(logged('session.refused').map(({ code }) => code)).toEqual([
      'api.login-expired',
      'api.link-expired',
    ]);
    for (const secret of [ANNA.address, ANNA.salesforceUsername, token])
      expect(api.logLines.join('\n')).not.toContain(secret);
  });

  it('has requests that somebody had no right to, by their route, and none for a session that ended', async () => {
    await api.signIn();
    const ben = await api.signIn(BEN);
    expect(await statusOf(ben, '/api/admin/users?search=secret-word')).toBe(403);
    expect(await statusOf(api.visit())).toBe(401);
    expect(logged('api.refused')).toEqual([
      { event: 'api.refused', route: 'GET /api/admin/users', code: 'api.not-allowed' },
    ]);
    const stranger = { authorization: `Bearer lst_${'x'.repeat(43)}` };
    expect(await statusOf(api.visit(), '/api/admin/users', stranger)).toBe(401);
    expect(logged('token.refused')).toEqual([{ event: 'token.refused', route: '/api/admin/users' }]);
  });
});
