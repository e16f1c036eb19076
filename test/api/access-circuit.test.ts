/**
 * What happens to the people who are reached through an access when it is taken away and given back, when only one mailbox is out of its scope, and when
 * its password is wrong.
 */
import { afterEach, expect, it } from 'vitest';
import {
  accessForm,
  activateThrough,
  hire,
  mailboxesOf,
  makeAccess,
  passHalfAnHour,
  ROBOT,
  rowsOf,
  runAllDue,
  signInsOf,
  tellOf,
} from '../support/access-scenes.ts';
import { ANNA, type Api, EWS_URL, openApi } from '../support/api-harness.ts';

let api: Api | null = null;
afterEach(async () => {
  await api?.[Symbol.asyncDispose]();
  api = null;
});

const NAMES = ['cleo', 'dora', 'emil', 'fred', 'gina', 'hugo', 'iris', 'jana'] as const;

/** Eight people through the access, and the admin herself with a password of her own. */
async function openCompany() {
  const opened = await openApi();
  api = opened;
  const { exchange } = opened.services;
  exchange.addServiceAccount({ userName: ROBOT.userName, password: ROBOT.password, impersonates: 'all' });
  const admin = await opened.signIn(ANNA);
  await admin.activate();
  const { body: access } = await makeAccess(admin);
  const people = NAMES.map((name) => hire(opened, name));
  for (const one of people) await activateThrough(opened, one, access.id);
  await runAllDue(opened);
  return { opened, admin, access, people, exchange };
}

const accessOf = async (opened: Api) =>
  (
    await rowsOf<{ state: string; cause: string | null; rejections: number }>(
      opened,
      `select state, cause, rejections from accesses`,
    )
  )[0];
const statesOf = async (opened: Api) =>
  (await mailboxesOf(opened)).map(({ address, state, cause }) =>
    `${address.split('@')[0]} ${state} ${cause ?? ''}`.trim(),
  );

it('syncs people who never did anything', async () => {
  const { opened, people, exchange } = await openCompany();
  const [cleo] = people;
  const raw = `From: Bob <bob@outside.test>\r\nTo: ${cleo?.address}\r\nSubject: Hi\r\nMessage-ID: <hi@outside.test>\r\nDate: Mon, 23 Nov 2026 09:00:00 +0000\r\n\r\nHello\r\n`;
  exchange.createFolder(cleo?.address ?? '', 'Salesforce Emails');
  exchange.deliver(cleo?.address ?? '', 'Salesforce Emails', Buffer.from(raw));
  await passHalfAnHour(opened);
  const runs = await rowsOf<{ outcome: string }>(opened, `select distinct outcome from runs`);
  expect(runs.map(({ outcome }) => outcome)).toEqual(['done']);
  expect(opened.services.salesforce.records('EmailMessage')).toHaveLength(1);
});

it('stops all its mailboxes within the sixth refusal, tells the administrators once, and all recover when the role is given back', async () => {
  const { opened, exchange } = await openCompany();
  exchange.setImpersonation(ROBOT.userName, []);
  await passHalfAnHour(opened);
  expect(await accessOf(opened)).toMatchObject({ state: 'refused', cause: 'mailbox.impersonation-denied' });
  const stopped = NAMES.map((name) => `${name} suspended mailbox.impersonation-denied`);
  expect(await statesOf(opened)).toEqual([`${ANNA.address.split('@')[0]} active`, ...stopped].toSorted());
  const refusedRuns = await rowsOf(opened, `select from runs where outcome = 'failed'`);
  expect(refusedRuns).toHaveLength(6);

  const [told, ...more] = await tellOf(opened);
  expect(more).toEqual([]);
  expect(told?.subject).toBe('Exchange refuses the access “Contoso”: 8 mailboxes stopped');
  expect(told?.to).toEqual([ANNA.address]);
  await opened.tell();
  opened.clock.advance(11 * 60_000);
  await opened.tell();
  const notices = await rowsOf<{ audience: string; outcome: string }>(
    opened,
    `select audience, outcome from notices where kind = 'stopped'`,
  );
  expect(notices.filter(({ audience }) => audience === 'user')).toHaveLength(8);
  expect(notices.filter(({ audience, outcome }) => audience === 'admins' && outcome === 'sent')).toEqual([]);

  await passHalfAnHour(opened);
  expect(await tellOf(opened)).toEqual([]);
  expect(await accessOf(opened)).toMatchObject({ state: 'refused' });

  exchange.setImpersonation(ROBOT.userName, 'all');
  await passHalfAnHour(opened);
  expect(await accessOf(opened)).toMatchObject({ state: 'working', cause: null, rejections: 0 });
  opened.clock.advance(6 * 60_000);
  await runAllDue(opened);
  expect((await mailboxesOf(opened)).map(({ state }) => state)).toEqual(Array(9).fill('active'));
  expect((await tellOf(opened)).map(({ subject }) => subject)).toEqual([
    'Exchange accepts the access “Contoso” again',
  ]);
});

it('never sends a wrong password again once it is refused, but for its own probe and whoever asks', async () => {
  const { opened, admin, access, exchange } = await openCompany();
  exchange.setPassword(ROBOT.userName, 'changed');
  await passHalfAnHour(opened);
  expect(await accessOf(opened)).toMatchObject({ state: 'refused', cause: 'mailbox.access-refused' });
  const asked = signInsOf(opened);
  opened.clock.advance(10 * 60_000);
  await runAllDue(opened);
  await admin.call('GET', '/api/mailbox');
  const cleo = await opened.signIn(hireAgain('cleo'));
  await cleo.call('POST', '/api/mailbox/sync');
  await runAllDue(opened);
  expect(signInsOf(opened) - asked).toBe(0);
  const again = await admin.call('POST', `/api/admin/accesses/${access.id}/check`);
  expect(again.body).toMatchObject({ state: 'refused', cause: { code: 'mailbox.access-refused' } });
  const renewed = await admin.call('PUT', `/api/admin/accesses/${access.id}`, {
    ...accessForm,
    password: 'changed',
  });
  expect(renewed.body).toMatchObject({ state: 'working' });
  opened.clock.advance(6 * 60_000);
  await runAllDue(opened);
  expect((await mailboxesOf(opened)).map(({ state }) => state)).toEqual(Array(9).fill('active'));
});

const hireAgain = (name: string) =>
  ({
    name,
    address: `${name}@contoso.test`,
    aliases: [],
    service: 'exchange',
    userName: name,
    password: `${name}-pass-1`,
    salesforceUsername: `${name}@acme.test`,
  }) as const;

it('suspends a mailbox outside the scope alone, and its owner connects it himself', async () => {
  const { opened, exchange } = await openCompany();
  exchange.setImpersonation(
    ROBOT.userName,
    NAMES.slice(1).map((name) => `${name}@contoso.test`),
  );
  for (let round = 0; round < 7; round += 1) await passHalfAnHour(opened);
  expect(await accessOf(opened)).toMatchObject({ state: 'working' });
  const stopped = (await mailboxesOf(opened)).filter(({ state }) => state !== 'active');
  expect(stopped).toEqual([
    { address: 'cleo@contoso.test', state: 'suspended', cause: 'mailbox.impersonation-denied' },
  ]);
  expect(await tellOf(opened)).toEqual([]);

  const cleo = await opened.signIn(hireAgain('cleo'));
  const answer = await cleo.activate({
    login: 'cleo@contoso.test',
    password: 'cleo-pass-1',
    ewsUrl: EWS_URL,
  });
  expect(answer.status).toBe(200);
  await runAllDue(opened);
  expect((await cleo.mailbox()).state).toBe('active');
  const [own] = await rowsOf<{ via: string | null }>(
    opened,
    `select c.via_connection_id as via from mailboxes m join connections c on c.id = m.mailbox_connection_id
     where m.address = 'cleo@contoso.test'`,
  );
  expect(own?.via).toBeNull();
});

it('heals a mailbox that was outside the scope when the scope is given back', async () => {
  const { opened, exchange } = await openCompany();
  exchange.setImpersonation(
    ROBOT.userName,
    NAMES.slice(1).map((name) => `${name}@contoso.test`),
  );
  for (let round = 0; round < 7; round += 1) await passHalfAnHour(opened);
  exchange.setImpersonation(ROBOT.userName, 'all');
  for (let round = 0; round < 7; round += 1) await passHalfAnHour(opened);
  expect((await mailboxesOf(opened)).map(({ state }) => state)).toEqual(Array(9).fill('active'));
});
