/**
 * What Google's guides show: drafts, imports, threads, resumable uploads by googleapis, and hand-written calls as in their
 * examples (batch, errors, tokeninfo, userinfo), against the served simulator; openid-client finds it by discovery.
 */
import { google } from 'googleapis';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  ANN,
  BEN,
  CLIENT,
  createTestWorld,
  MODIFY,
  REDIRECT,
  SECRET,
  sampleMail,
} from '../../simulators/google/test-support.ts';
import type { Served } from '../../simulators/shared/serve.ts';

const WHOLE = 'https://mail.google.com/';

let simulator: ReturnType<typeof createTestWorld>['simulator'];
let served: Served;
let tokens: openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;
let configuration: openid.Configuration;

beforeAll(async () => {
  ({ simulator } = createTestWorld({ now: () => Date.now() }));
  served = await simulator.serve();
  simulator.world.accountsOrigin = served.origin;
  simulator.world.apiOrigin = served.origin;
  configuration = await openid.discovery(
    new URL(served.origin),
    CLIENT,
    undefined,
    openid.ClientSecretBasic(SECRET),
    {
      execute: [openid.allowInsecureRequests],
    },
  );
  tokens = await logIn();
});
afterAll(() => served.close());

/** Through the pages with a plain challenge, as the guide allows. */
async function logIn(scope = `openid email profile ${MODIFY} ${WHOLE}`) {
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: REDIRECT,
    scope,
    access_type: 'offline',
    prompt: 'consent',
    code_challenge: pkceCodeVerifier,
    code_challenge_method: 'plain',
  });
  const body = new URLSearchParams({ email: ANN, password: 'password', decision: 'allow', granted: 'all' });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  return openid.authorizationCodeGrant(configuration, back, {
    pkceCodeVerifier,
    idTokenExpected: scope.includes('openid'),
  });
}

function gmail() {
  const auth = new google.auth.OAuth2();
  auth.setCredentials({ access_token: tokens.access_token });
  return google.gmail({ version: 'v1', auth, rootUrl: `${served.origin}/`, retry: false });
}

/** A hand-written call; paths below `/gmail/v1/users/me/` unless they start with a slash. */
async function call(method: string, path: string, init: RequestInit = {}) {
  const headers = {
    authorization: `Bearer ${tokens.access_token}`,
    'content-type': 'application/json',
    ...init.headers,
  };
  const url = `${served.origin}${path.startsWith('/') ? path : `/gmail/v1/users/me/${path}`}`;
  const response = await fetch(url, { ...init, method, headers });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') === true;
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: isJson && text !== '' ? JSON.parse(text) : undefined,
  };
}

it('is found by discovery, and shows userinfo and the id token', async () => {
  const claims = tokens.claims();
  const info = await openid.fetchUserInfo(configuration, tokens.access_token, claims?.sub ?? '');
  expect(info).toMatchObject({ email: ANN, email_verified: true, given_name: 'Ann', family_name: 'Archer' });
  const told = await call('GET', `/tokeninfo?id_token=${tokens.id_token}`);
  expect(told.body).toMatchObject({ email: ANN, aud: CLIENT, email_verified: 'true', alg: 'RS256' });
  const refused = await call('GET', '/v1/userinfo', { headers: { authorization: 'Bearer nothing' } });
  expect([refused.status, refused.body]).toEqual([
    401,
    { error: 'invalid_request', error_description: 'Invalid Credentials' },
  ]);
  const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
  expect(renewed.refresh_token).toBeUndefined();
});

it('keeps drafts, which get another message at each edit, and sends them', async () => {
  const { drafts } = gmail().users;
  const raw = (number: number) =>
    Buffer.from(sampleMail(number).replace('ann@', 'ben@')).toString('base64url');
  const { data: made } = await drafts.create({ userId: 'me', requestBody: { message: { raw: raw(1) } } });
  expect(made.message?.labelIds).toEqual(['DRAFT']);
  const id = made.id ?? '';
  const { data: edited } = await drafts.update({
    userId: 'me',
    id,
    requestBody: { message: { raw: raw(2) } },
  });
  expect(edited).toMatchObject({ id, message: { threadId: made.message?.threadId } });
  expect(edited.message?.id).not.toBe(made.message?.id);
  const { data: listed } = await drafts.list({ userId: 'me' });
  expect(listed.drafts?.map((each) => each.id)).toEqual([id]);
  const { data: read } = await drafts.get({ userId: 'me', id, format: 'metadata' });
  expect(read.message?.payload?.headers).toContainEqual({ name: 'Subject', value: 'Sample 2' });
  const before = simulator.snapshot(BEN).messages.length;
  const { data: sent } = await drafts.send({ userId: 'me', requestBody: { id } });
  expect(sent.labelIds).toEqual(['SENT']);
  expect(simulator.snapshot(BEN).messages).toHaveLength(before + 1);
  expect((await drafts.list({ userId: 'me' })).data).toEqual({ resultSizeEstimate: 0 });
});

it('imports by the date of the mail, inserts by now, and takes resumable uploads', async () => {
  const { messages } = gmail().users;
  const raw = Buffer.from(sampleMail(3)).toString('base64url');
  const dateOf = async (id: string | null | undefined) =>
    Number((await messages.get({ userId: 'me', id: id ?? '', format: 'minimal' })).data.internalDate);
  const imported = await messages.import({ userId: 'me', requestBody: { raw, labelIds: ['INBOX'] } });
  expect(await dateOf(imported.data.id)).toBe(Date.UTC(2026, 5, 1, 8));
  const inserted = await messages.insert({ userId: 'me', requestBody: { raw } });
  expect(await dateOf(inserted.data.id)).toBeGreaterThan(Date.UTC(2026, 5, 1, 8));
  const start = await call(
    'POST',
    '/upload/gmail/v1/users/me/messages?uploadType=resumable&internalDateSource=dateHeader',
    {
      headers: { 'x-upload-content-type': 'message/rfc822' },
      body: JSON.stringify({ labelIds: ['STARRED'] }),
    },
  );
  const mail = sampleMail(4);
  const target = (start.headers.get('location') ?? '').slice(served.origin.length);
  const half = mail.length >> 1;
  const first = await call('PUT', target, {
    headers: { 'content-range': `bytes 0-${half - 1}/${mail.length}` },
    body: mail.slice(0, half),
  });
  expect([first.status, first.headers.get('range')]).toEqual([308, `bytes=0-${half - 1}`]);
  const last = await call('PUT', target, {
    headers: { 'content-range': `bytes ${half}-${mail.length - 1}/${mail.length}` },
    body: mail.slice(half),
  });
  expect(last.body.labelIds).toEqual(['STARRED']);
  const whole = await messages.get({ userId: 'me', id: last.body.id, format: 'raw' });
  expect(Buffer.from(whole.data.raw ?? '', 'base64url').toString()).toBe(mail);
  const wrong = await call('POST', '/upload/gmail/v1/users/me/messages?uploadType=media', {
    headers: { 'content-type': 'text/plain' },
    body: 'no mail',
  });
  expect([wrong.status, wrong.body.error.errors[0].reason]).toEqual([400, 'badContent']);
});

it('changes whole threads', async () => {
  const { threads } = gmail().users;
  simulator.deliver(ANN, sampleMail(10));
  const reply = simulator.deliver(
    ANN,
    sampleMail(11, ['Subject: Re: Sample 10', 'In-Reply-To: <sample-10@fabrikam.test>']),
  );
  const { data } = await gmail().users.messages.get({ userId: 'me', id: reply, format: 'minimal' });
  const id = data.threadId ?? '';
  const changed = await threads.modify({ userId: 'me', id, requestBody: { addLabelIds: ['STARRED'] } });
  expect(changed.data.messages?.map((each) => each.labelIds?.includes('STARRED'))).toEqual([true, true]);
  await threads.trash({ userId: 'me', id });
  const { data: listed } = await threads.list({ userId: 'me', q: 'subject:"Sample 10"' });
  expect(listed.threads ?? []).toEqual([]);
  await threads.delete({ userId: 'me', id });
  await expect(threads.get({ userId: 'me', id })).rejects.toMatchObject({ status: 404 });
});

it('tells an id that is none from one that does not exist, and says nothing of ids that are gone', async () => {
  for (const [id, status, reason] of [
    ['18c9a1b2c3d4e5f6', 404, 'notFound'],
    ['abc123', 404, 'notFound'],
    ['nosuchmessageid', 400, 'invalidArgument'],
    ['ffffffffffffffff', 400, 'invalidArgument'],
    ['18c9a1b2c3d4e5f6aa', 400, 'invalidArgument'],
  ] as const) {
    const { status: given, body } = await call('GET', `messages/${id}`);
    expect([id, given, body.error.errors[0].reason]).toEqual([id, status, reason]);
  }
  const ids = ['18c9a1b2c3d4e5f6'];
  expect((await call('POST', 'messages/batchDelete', { body: JSON.stringify({ ids }) })).status).toBe(204);
  const fixed = { ids, addLabelIds: ['SENT'] };
  expect((await call('POST', 'messages/batchModify', { body: JSON.stringify(fixed) })).status).toBe(400);
});

it('refuses single parts of a batch and answers the others', async () => {
  const id = simulator.deliver(ANN, sampleMail(20));
  const part = (name: string, text: string) =>
    `--batch_x\r\nContent-Type: application/http\r\nContent-ID: <${name}>\r\n\r\n${text}\r\n\r\n`;
  const body = [
    'this is a preamble\r\n',
    part('one', `GET /gmail/v1/users/me/messages/${id}?format=minimal&fields=id HTTP/1.1`),
    part('two', 'GET /gmail/v1/users/me/messages/%E0%A4%A HTTP/1.1\r\nHost: x'),
    part('three', 'TRACE /gmail/v1/users/me/profile'),
    part(
      'four',
      'POST /gmail/v1/users/me/messages/batchModify\r\nContent-Type: application/json\r\n\r\n{"ids":',
    ),
    '--batch_x--\r\nepilogue',
  ].join('');
  const headers = { 'content-type': 'multipart/mixed; boundary="batch_x"' };
  const { status, text } = await call('POST', '/batch/gmail/v1', { headers, body });
  expect(status).toBe(200);
  const answers = [...text.matchAll(/Content-ID: <response-(\w+)>\r\n\r\nHTTP\/1\.1 (\d+)/g)];
  expect(answers.map(([, name, code]) => [name, code])).toEqual([
    ['one', '200'],
    ['two', '404'],
    ['three', '400'],
    ['four', '400'],
  ]);
  expect(text).toContain(JSON.stringify({ id }));
});

it('answers malformed requests as refusals and not as failures', async () => {
  const form = { 'content-type': 'application/json' };
  expect((await call('POST', '/token', { headers: form, body: '{"grant_type":' })).status).toBe(400);
  const basic = {
    authorization: `Basic ${Buffer.from('%zz:%zz').toString('base64')}`,
    'content-type': 'application/x-www-form-urlencoded',
  };
  expect(
    (await call('POST', '/token', { headers: basic, body: 'grant_type=refresh_token&refresh_token=x' }))
      .status,
  ).toBe(401);
  expect((await call('GET', '/gmail/v1/users/%E0%A4%A/profile')).status).toBe(404);
  expect((await call('POST', 'messages/batchModify', { body: '[]' })).status).toBe(400);
  expect((await call('HEAD', 'profile')).status).toBe(200);
  expect((await call('OPTIONS', 'profile')).status).toBeLessThan(500);
});
