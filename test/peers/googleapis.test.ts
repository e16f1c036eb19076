/**
 * googleapis, Google's own client for Node, against the served simulator: what it gets wrong about the simulator, the
 * simulator has wrong.
 */
import { createHash, randomBytes } from 'node:crypto';
import { type gmail_v1, google } from 'googleapis';
import { afterEach, beforeEach, expect, test } from 'vitest';
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

type OAuth2Client = InstanceType<typeof google.auth.OAuth2>;

let simulator: ReturnType<typeof createTestWorld>['simulator'];
let served: Served;

beforeEach(async () => {
  // The client compares expiries with its own clock, so the simulated one is real here.
  ({ simulator } = createTestWorld({ now: () => Date.now() }));
  served = await simulator.serve();
  simulator.world.accountsOrigin = served.origin;
  simulator.world.apiOrigin = served.origin;
});
afterEach(() => served.close());

function createClient(): OAuth2Client {
  const { origin } = served;
  return new google.auth.OAuth2({
    clientId: CLIENT,
    clientSecret: SECRET,
    redirectUri: REDIRECT,
    issuers: [origin],
    forceRefreshOnFailure: true,
    endpoints: {
      oauth2AuthBaseUrl: `${origin}/o/oauth2/v2/auth`,
      oauth2TokenUrl: `${origin}/token`,
      oauth2RevokeUrl: `${origin}/revoke`,
      tokenInfoUrl: `${origin}/tokeninfo`,
      oauth2FederatedSignonPemCertsUrl: `${origin}/oauth2/v1/certs`,
    },
  });
}

/** Through the consent page as a browser would go, then the code for tokens. */
async function connect(granted = 'all'): Promise<OAuth2Client> {
  const client = createClient();
  const codeVerifier = randomBytes(32).toString('base64url');
  const url = client.generateAuthUrl({
    access_type: 'offline',
    prompt: 'consent',
    scope: ['openid', 'email', MODIFY],
    state: 's',
    // The type names an enum whose value is this text.
    code_challenge_method: 'S256' as never,
    code_challenge: createHash('sha256').update(codeVerifier).digest('base64url'),
  });
  const body = new URLSearchParams({ email: ANN, password: 'password', decision: 'allow', granted });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const code = new URL(answer.headers.get('location') ?? '').searchParams.get('code') ?? '';
  const { tokens } = await client.getToken({ code, codeVerifier });
  client.setCredentials(tokens);
  return client;
}

function gmailOf(client: OAuth2Client): gmail_v1.Gmail {
  return google.gmail({ version: 'v1', auth: client, rootUrl: `${served.origin}/`, retry: false });
}

async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (problem: {
      status?: number;
      response?: { data?: { error?: { errors?: { reason: string }[] } | string } };
    }) => problem,
  );
  const data = error?.response?.data?.error;
  return [error?.status, typeof data === 'string' ? data : data?.errors?.[0]?.reason];
}

test('it signs in, verifies the id token, refreshes and revokes', async () => {
  const client = await connect();
  const { credentials } = client;
  expect(credentials.scope).toContain(MODIFY);
  const info = await client.getTokenInfo(credentials.access_token ?? '');
  expect([info.email, info.aud]).toEqual([ANN, CLIENT]);
  const ticket = await client.verifyIdToken({ idToken: credentials.id_token ?? '', audience: CLIENT });
  expect(ticket.getPayload()?.email).toBe(ANN);
  const before = credentials.access_token;
  simulator.expireAccessTokens();
  const profile = await gmailOf(client).users.getProfile({ userId: 'me' });
  expect(profile.data.emailAddress).toBe(ANN);
  expect(client.credentials.access_token).not.toBe(before);
  await client.revokeCredentials();
  client.setCredentials(credentials);
  expect(await refusalOf(client.refreshAccessToken())).toEqual([400, 'invalid_grant']);
});

test('it lists, gets, labels and follows history', async () => {
  const gmail = gmailOf(await connect());
  const { data: profile } = await gmail.users.getProfile({ userId: 'me' });
  for (let index = 0; index < 5; index += 1) simulator.deliver(ANN, sampleMail(index));
  const first = await gmail.users.messages.list({ userId: 'me', maxResults: 3, labelIds: ['INBOX'] });
  const second = await gmail.users.messages.list({
    userId: 'me',
    maxResults: 3,
    pageToken: first.data.nextPageToken ?? '',
  });
  expect([first.data.messages?.length, second.data.messages?.length, second.data.nextPageToken]).toEqual([
    3,
    2,
    undefined,
  ]);
  const id = first.data.messages?.[0]?.id ?? '';
  const raw = await gmail.users.messages.get({ userId: 'me', id, format: 'raw' });
  expect(Buffer.from(raw.data.raw ?? '', 'base64url').toString()).toBe(sampleMail(4));
  const partial = await gmail.users.messages.get({
    userId: 'me',
    id,
    format: 'metadata',
    metadataHeaders: ['Subject', 'From'],
    fields: 'id,payload/headers',
  });
  expect(partial.data).toEqual({
    id,
    payload: {
      headers: [
        { name: 'From', value: 'Carla Cook <carla@fabrikam.test>' },
        { name: 'Subject', value: 'Sample 4' },
      ],
    },
  });
  const label = await gmail.users.labels.create({ userId: 'me', requestBody: { name: 'Salesforce Emails' } });
  await gmail.users.messages.modify({
    userId: 'me',
    id,
    requestBody: { addLabelIds: [label.data.id ?? ''] },
  });
  await gmail.users.messages.batchModify({
    userId: 'me',
    requestBody: {
      ids: (second.data.messages ?? []).map((each) => each.id ?? ''),
      removeLabelIds: ['UNREAD'],
    },
  });
  const history = await gmail.users.history.list({ userId: 'me', startHistoryId: profile.historyId ?? '' });
  const kinds = (history.data.history ?? []).map((each) => [
    each.messagesAdded?.length ?? 0,
    each.labelsAdded?.length ?? 0,
    each.labelsRemoved?.length ?? 0,
  ]);
  expect(kinds).toEqual([...Array(5).fill([1, 0, 0]), [0, 1, 0], [0, 0, 1], [0, 0, 1]]);
  const found = await gmail.users.messages.list({ userId: 'me', q: 'rfc822msgid:sample-2@fabrikam.test' });
  expect(found.data.messages).toHaveLength(1);
});

test('it sends raw mail and uploads', async () => {
  const gmail = gmailOf(await connect());
  const mail = sampleMail(8).replace('ann@', 'ben@');
  await gmail.users.messages.send({
    userId: 'me',
    requestBody: { raw: Buffer.from(mail).toString('base64url') },
  });
  // For uploads the client forgets the root it was made with.
  const media = { mimeType: 'message/rfc822', body: mail };
  await gmail.users.messages.send({ userId: 'me', media }, { rootUrl: `${served.origin}/` });
  expect(simulator.notificationsSent()).toHaveLength(2);
  const [first, second] = simulator.snapshot(BEN).messages;
  const stored = [first, second].map((each) =>
    simulator.world.accounts[1]?.mailbox.messages.get(each?.id ?? ''),
  );
  expect(stored.map((each) => each?.raw.toString())).toEqual([mail, mail]);
});

test('it sees every refusal with its status and reason', async () => {
  const client = await connect();
  const gmail = gmailOf(client);
  const { data: profile } = await gmail.users.getProfile({ userId: 'me' });
  simulator.expireHistory(ANN);
  const startHistoryId = profile.historyId ?? '';
  expect(await refusalOf(gmail.users.history.list({ userId: 'me', startHistoryId }))).toEqual([
    404,
    'notFound',
  ]);
  expect(await refusalOf(gmail.users.getProfile({ userId: BEN }))).toEqual([403, 'forbidden']);
  simulator.throttle(ANN, 60_000);
  expect(await refusalOf(gmail.users.messages.list({ userId: 'me' }))).toEqual([
    429,
    'userRateLimitExceeded',
  ]);
  simulator.throttle(ANN, 0);
  const unticked = gmailOf(await connect(''));
  expect(await refusalOf(unticked.users.labels.list({ userId: 'me' }))).toEqual([
    403,
    'insufficientPermissions',
  ]);
  simulator.requireReauthentication(ANN);
  expect(await refusalOf(client.refreshAccessToken())).toEqual([400, 'invalid_grant']);
});

test('its service account acts for a person by domain-wide delegation', async () => {
  const key = simulator.addServiceAccount({ email: 'sync@simulated.iam.test' });
  const createJwt = () => {
    const { client_email: email, private_key } = key;
    const jwt = new google.auth.JWT({ email, key: private_key, scopes: [MODIFY], subject: ANN });
    // This client ignores the key's token_uri, so its transport is led to the simulator instead.
    jwt.transporter.interceptors.request.add({
      resolved: async (options) => {
        const { pathname, search } = new URL(String(options.url));
        return Object.assign(options, { url: new URL(`${served.origin}${pathname}${search}`) });
      },
    });
    return jwt;
  };
  await expect(createJwt().authorize()).rejects.toThrow('unauthorized_client');
  simulator.delegate('contoso.test', key.client_id, [MODIFY]);
  const client = createJwt();
  await client.authorize();
  const gmail = google.gmail({ version: 'v1', auth: client, rootUrl: `${served.origin}/`, retry: false });
  expect((await gmail.users.getProfile({ userId: 'me' })).data.emailAddress).toBe(ANN);
});
