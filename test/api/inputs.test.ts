/** What people send: settings of both layers, forms, pages of lists; what makes no sense is refused by name and is never a fault. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ANNA, type Api, BEN, openApi, type Person } from '../support/api-harness.ts';
import { annaAtWork, dumpRows } from '../support/api-scenes.ts';

let api: Api;
beforeEach(async () => {
  api = await openApi();
});
afterEach(() => api[Symbol.asyncDispose]());

const NOBODY = '0b9f0a54-6f0c-7bd5-8f86-000000000001';

describe('settings', () => {
  const put = (person: Person, layer: string, settings: object) =>
    person.call('PUT', '/api/settings', { layer, settings });

  it('of a person are his own to change, and keep what was not sent', async () => {
    await api.signIn(ANNA);
    const ben = await api.signIn(BEN);
    await put(ben, 'user', { windowDays: 3 });
    expect(await put(ben, 'user', { markSaved: true })).toMatchObject({
      status: 200,
      body: { user: { windowDays: 3, markSaved: true }, organization: {}, mayEditOrganization: false },
    });
  });

  it('of the organization are the platform admin’s', async () => {
    const [anna, ben] = [await api.signIn(ANNA), await api.signIn(BEN)];
    expect(await put(ben, 'organization', { windowDays: 3 })).toMatchObject({
      status: 403,
      body: { code: 'api.not-allowed' },
    });
    expect(await put(anna, 'organization', { windowDays: 3 })).toMatchObject({
      status: 200,
      body: { organization: { windowDays: 3 }, mayEditOrganization: true },
    });
  });

  it.each([
    [{ windowDays: -1 }, 'settings.windowDays'],
    [{ windowDays: 1.5 }, 'settings.windowDays'],
    [{ windowDays: 'many' }, 'settings.windowDays'],
    [{ blocklist: ['fine.test', 'not an address'] }, 'settings.blocklist.1'],
    [{ blocklist: 'acme.test' }, 'settings.blocklist'],
    [{ relateTo: 'invoice' }, 'settings.relateTo'],
    [{ attachmentBytesMax: 3e9 }, 'settings.attachmentBytesMax'],
    [{ autoSaveInbox: 'yes' }, 'settings.autoSaveInbox'],
    [{ nonsense: 1 }, 'settings'],
  ])('that make no sense are refused by name: %o', async (settings, field) => {
    const anna = await api.signIn(ANNA);
    expect(await put(anna, 'user', settings)).toMatchObject({
      status: 400,
      body: { code: 'api.invalid-input', fields: [field], detail: expect.stringMatching(/.{5}/) },
    });
    expect((await anna.call('GET', '/api/settings')).body).toMatchObject({ user: {} });
  });
});

describe('forms', () => {
  it.each([
    [{ login: '', password: 'x' }, ['login']],
    [{ login: 'a@b.test', password: '' }, ['password']],
    [{}, ['login', 'password']],
    [{ login: 'a@b.test', password: 'x', address: 'nowhere' }, ['address']],
    [{ login: 'a@b.test', password: 'x', ewsUrl: 'x'.repeat(3000) }, ['ewsUrl']],
  ])('name the fields that are wrong: %o', async (form, fields) => {
    const anna = await api.signIn(ANNA);
    const answer = await anna.call<{ fields: string[] }>('POST', '/api/mailbox/exchange', form);
    expect(answer).toMatchObject({ status: 400, body: { code: 'api.invalid-input' } });
    expect(answer.body.fields.toSorted()).toEqual(fields);
  });

  it('lose what nobody asked for', async () => {
    const anna = await api.signIn(ANNA);
    const answer = await anna.activate({ state: 'deactivated', organizationId: NOBODY, note: 'smuggled' });
    expect(answer.status).toBe(200);
    expect(Object.keys(answer.body).toSorted()).toEqual(['checks', 'mailbox']);
    expect(await dumpRows(api)).not.toContain('smuggled');
  });

  it.each([
    ['no JSON', '{"login":', 'application/json'],
    ['another media type', '<login/>', 'text/xml'],
    ['a body that is too large', JSON.stringify({ login: 'x'.repeat(2 ** 21) }), 'application/json'],
  ])('that are %s are invalid input, not a fault', async (_, payload, type) => {
    const anna = await api.signIn(ANNA);
    const { statusCode, body } = await api.app.inject({
      method: 'POST',
      url: '/api/mailbox/exchange',
      headers: { cookie: anna.cookie, 'x-csrf-token': anna.csrf, 'content-type': type },
      payload,
    });
    expect([statusCode, JSON.parse(body).code]).toEqual([400, 'api.invalid-input']);
    expect(api.faultLines()).toEqual([]);
  });

  it.each([
    '/api/runs?before=1',
    `/api/runs?before=1.${'-'.repeat(36)}`,
    `/api/issues?before=1.${'a'.repeat(36)}`,
    '/api/issues?before=%27',
    `/api/runs?before=999999999999999.${NOBODY}`,
  ])('a page that there cannot be is no fault: %s', async (url) => {
    const anna = await annaAtWork(api);
    expect((await anna.call('GET', url)).status).toBeLessThan(500);
    expect(api.faultLines()).toEqual([]);
  });
});
