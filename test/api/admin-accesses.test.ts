/** Accesses as the console's API sees them: made only when they work, shown without their credential, renewed, and removed when nobody uses them. */
import { generateKeyPairSync } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import type { AccessView } from '../../src/api-schema/admin/accesses.ts';
import {
  accessForm,
  activateThrough,
  hire,
  mailboxesOf,
  makeAccess,
  ROBOT,
  rowsOf,
  runAllDue,
} from '../support/access-scenes.ts';
import {
  ANNA,
  type Api,
  BEN,
  EWS_URL,
  LOGIN_ORIGIN,
  OLGA,
  openApi,
  PUBLIC_URL,
} from '../support/api-harness.ts';

let api: Api | null = null;
afterEach(async () => {
  await api?.[Symbol.asyncDispose]();
  api = null;
});

async function openWithRobot(impersonates: 'all' | string[] = 'all') {
  api = await openApi();
  api.services.exchange.addServiceAccount({
    userName: ROBOT.userName,
    password: ROBOT.password,
    impersonates,
  });
  return { opened: api, admin: await api.signIn(ANNA) };
}

it('makes an access that opens the sample mailbox, and never gives its credential out', async () => {
  const { opened, admin } = await openWithRobot();
  const made = await makeAccess(admin);
  expect(made.body).toMatchObject({
    ...{ name: 'Contoso', side: 'mailbox', service: 'exchange', account: ROBOT.login, state: 'working' },
    ...{ mailboxes: 0, profiles: [], cause: null, approvalUrl: null, serviceName: 'Exchange' },
  });
  expect(made.body.facts.map(({ label }) => label)).toEqual([
    'Service account',
    'EWS link',
    'Role assignment',
  ]);
  const list = await admin.call<{ items: AccessView[] }>('GET', '/api/admin/accesses');
  const { checks, ...view } = made.body;
  expect(checks.every(({ ok }) => ok)).toBe(true);
  expect(list.body.items).toEqual([view]);
  const [row] = await rowsOf<{ settings: object; user_id: null }>(
    opened,
    `select c.settings, c.user_id from accesses a join connections c on c.id = a.connection_id`,
  );
  expect(row?.user_id).toBeNull();
  const told = [...opened.answers, ...opened.logLines, JSON.stringify(row)].join('\n');
  expect(told).not.toContain(ROBOT.password);
});

it('stores nothing that does not work, and says what is missing in the administrator’s words', async () => {
  const { opened, admin } = await openWithRobot([BEN.address]);
  const outside = await makeAccess(admin);
  expect(outside.body).toMatchObject({ status: 422, code: 'mailbox.impersonation-denied' });
  expect(outside.body.admin).toContain('New-ManagementRoleAssignment');
  const wrong = await makeAccess(admin, { ...accessForm, password: 'wrong' });
  expect(wrong.body).toMatchObject({ status: 422, code: 'mailbox.access-refused' });
  opened.services.exchange.setImpersonation(ROBOT.userName, 'all');
  const nobody = await makeAccess(admin, { ...accessForm, sampleMailbox: 'nobody@contoso.test' });
  expect(nobody.body).toMatchObject({ status: 422, code: 'mailbox.not-found' });
  expect(await rowsOf(opened, `select from accesses`)).toEqual([]);
  expect(await rowsOf(opened, `select from connections where user_id is null`)).toEqual([]);
});

it('is made where mail works, and tells which collections of the sample mailbox do not', async () => {
  const { opened, admin } = await openWithRobot();
  opened.services.exchange.setDenied(ANNA.address, true, 'tasks');
  const { status, body } = await makeAccess(admin);
  expect(status).toBe(200);
  expect(body.checks.filter(({ ok }) => !ok)).toMatchObject([{ capability: 'tasks' }]);
});

it('refuses a name that is taken, and leaves no credential behind', async () => {
  const { opened, admin } = await openWithRobot();
  await makeAccess(admin);
  expect((await makeAccess(admin)).body).toMatchObject({ code: 'api.conflict', fields: ['name'] });
  expect(await rowsOf(opened, `select from connections where user_id is null`)).toHaveLength(1);
});

it('keeps what it had when a renewal fails, and gives the new password to everybody when it passes', async () => {
  const { opened, admin } = await openWithRobot();
  const { body: made } = await makeAccess(admin);
  const cleo = hire(opened, 'cleo');
  await activateThrough(opened, cleo, made.id);
  await runAllDue(opened);
  const renew = (form: object) =>
    admin.call<AccessView>('PUT', `/api/admin/accesses/${made.id}`, { ...accessForm, ...form });
  expect((await renew({ password: 'wrong' })).status).toBe(422);
  opened.services.exchange.setPassword(ROBOT.userName, 'robot-secret-2');
  const renewed = await renew({ password: 'robot-secret-2', name: 'Renamed' });
  expect(renewed.body).toMatchObject({ id: made.id, name: 'Renamed', state: 'working', mailboxes: 1 });
  opened.clock.advance(31 * 60_000);
  await runAllDue(opened);
  const [run] = await rowsOf<{ outcome: string }>(
    opened,
    `select outcome from runs order by started_at desc limit 1`,
  );
  expect(run?.outcome).toBe('done');
});

it('is removed only when no profile and no mailbox uses it; deactivating a mailbox leaves the access whole', async () => {
  const { opened, admin } = await openWithRobot();
  const { body: made } = await makeAccess(admin);
  const cleo = hire(opened, 'cleo');
  const dora = hire(opened, 'dora');
  await activateThrough(opened, cleo, made.id);
  await activateThrough(opened, dora, made.id);
  const remove = () => admin.call('DELETE', `/api/admin/accesses/${made.id}`);
  expect((await remove()).body).toMatchObject({ code: 'api.conflict' });
  const person = await opened.signIn(cleo);
  expect(
    (await person.call('POST', '/api/mailbox/deactivate', { purge: false, removeMarks: true })).status,
  ).toBe(200);
  await runAllDue(opened);
  expect(await mailboxesOf(opened)).toMatchObject([
    { state: 'deactivated' },
    { state: 'active', cause: null },
  ]);
  expect((await remove()).body).toMatchObject({ code: 'api.conflict' });
  const other = await opened.signIn(dora);
  await other.call('POST', '/api/mailbox/deactivate', { purge: false, removeMarks: false });
  expect((await remove()).status).toBe(204);
  expect(await rowsOf(opened, `select from connections where user_id is null`)).toEqual([]);
  expect((await remove()).status).toBe(404);
});

it('is the platform admins’ of its own organization alone', async () => {
  const { opened, admin } = await openWithRobot();
  const { body: made } = await makeAccess(admin);
  const ben = await opened.signIn(BEN);
  const olga = await opened.signIn(OLGA);
  const asked = [
    ['GET', '/api/admin/accesses', undefined],
    ['POST', '/api/admin/accesses', accessForm],
    ['PUT', `/api/admin/accesses/${made.id}`, accessForm],
    ['DELETE', `/api/admin/accesses/${made.id}`, undefined],
    ['POST', `/api/admin/accesses/${made.id}/check`, undefined],
  ] as const;
  for (const [method, url, body] of asked) {
    expect((await opened.visit().call(method, url, body)).status).toBe(401);
    expect((await ben.call(method, url, body)).status).toBe(403);
  }
  expect((await olga.call<{ items: unknown[] }>('GET', '/api/admin/accesses')).body.items).toEqual([]);
  expect((await olga.call('PUT', `/api/admin/accesses/${made.id}`, accessForm)).status).toBe(404);
  expect((await olga.call('POST', `/api/admin/accesses/${made.id}/check`)).status).toBe(404);
  expect((await olga.call('DELETE', `/api/admin/accesses/${made.id}`)).status).toBe(404);
});

it('writes down who made, checked and removed it', async () => {
  const { opened, admin } = await openWithRobot();
  const { body: made } = await makeAccess(admin);
  expect((await admin.call<AccessView>('POST', `/api/admin/accesses/${made.id}/check`)).body.state).toBe(
    'working',
  );
  await admin.call('DELETE', `/api/admin/accesses/${made.id}`);
  const rows = await rowsOf<{ action: string }>(
    opened,
    `select action from audit where subject = 'access' order by action`,
  );
  expect(rows.map(({ action }) => action)).toEqual(['access.checked', 'access.deleted', 'access.made']);
});

it('takes the service account through the company’s own sign-in page, and ends in the console', async () => {
  const app = {
    ...{ clientId: 'lockstep-client', clientSecret: 'adfs-secret', resource: 'https://mail.contoso.test' },
    ...{ authority: 'https://mail.contoso.test/adfs', ewsUrl: EWS_URL },
  };
  const opened = await openApi({ exchangeOauth: app });
  api = opened;
  const { exchange } = opened.services;
  exchange.world.auth = ['basic', 'bearer'];
  exchange.adfs.addClient({ ...app, redirectUris: [`${PUBLIC_URL}/connect/exchange/callback`] });
  const robot = hire(opened, 'robot');
  exchange.setImpersonation('robot', [ANNA.address]);
  const admin = await opened.signIn(ANNA);
  const signInAs = async (sampleMailbox: string) => {
    const begun = await admin.call<{ url: string }>('POST', '/api/admin/accesses/consent', {
      ...{ service: 'exchange', name: 'By token', sampleMailbox },
    });
    admin.keepCookies(begun.headers);
    const body = new URLSearchParams({ UserName: robot.address, Password: robot.password });
    const back = await exchange.fetch(new Request(begun.body.url, { method: 'POST', body }));
    return await admin.comeBack(back.headers.get('location') ?? '');
  };
  expect((await signInAs(BEN.address)).landing).toBe('/admin/access?problem=mailbox.impersonation-denied');
  const { landing } = await signInAs(ANNA.address);
  const list = await admin.call<{ items: AccessView[] }>('GET', '/api/admin/accesses');
  expect(list.body.items).toMatchObject([{ name: 'By token', account: robot.address, state: 'working' }]);
  expect(landing).toBe(`/admin/access?saved=${list.body.items[0]?.id}`);
  const stranger = await opened.signIn(BEN);
  expect((await stranger.comeBack(`${PUBLIC_URL}/connect/exchange/callback?code=x&state=y`)).landing).toBe(
    '/?problem=api.consent-expired',
  );
});

it('reaches the CRM by a key, and only the CRM of the administrator’s own organization', async () => {
  const opened = await openApi();
  api = opened;
  const { salesforce } = opened.services;
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  salesforce.addConnectedApp({
    ...{ clientId: 'company-app', redirectUris: [], publicKey, scopes: ['api', 'id'] },
    preAuthorized: [ANNA.salesforceUsername, OLGA.salesforceUsername],
  });
  const form = {
    ...{ service: 'salesforce', name: 'CRM', host: LOGIN_ORIGIN, clientId: 'company-app', privateKey },
    username: ANNA.salesforceUsername,
  };
  const admin = await opened.signIn(ANNA);
  const make = (more: object) => admin.call<AccessView>('POST', '/api/admin/accesses', { ...form, ...more });
  expect((await make({ username: OLGA.salesforceUsername })).body).toMatchObject({
    code: 'crm.wrong-account',
  });
  expect((await make({ username: BEN.salesforceUsername })).body).toMatchObject({
    code: 'crm.app-not-allowed',
  });
  expect((await make({})).body).toMatchObject({
    side: 'crm',
    account: ANNA.salesforceUsername,
    state: 'working',
  });
  expect([...opened.answers, ...opened.logLines].join()).not.toContain('PRIVATE KEY');
});
