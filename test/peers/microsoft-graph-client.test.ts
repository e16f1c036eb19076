/**
 * Microsoft's own Graph client against the served simulator: what it gets wrong about the simulator, the simulator has
 * wrong. Tokens come by openid-client through the sign-in pages.
 */
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import {
  BatchRequestContent,
  BatchResponseContent,
  Client,
  GraphError,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import * as openid from 'openid-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOffice365Simulator, type Office365Simulator } from '../../simulators/office365/simulator.ts';
import { sampleMail } from '../../simulators/office365/test-support.ts';
import { createRandom } from '../../simulators/shared/random.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import type { Served } from '../../simulators/shared/serve.ts';

const ANN = 'ann@contoso.test';
const BACK = 'http://127.0.0.1:9/callback';
const SCOPE =
  'openid profile email offline_access User.Read Mail.ReadWrite MailboxSettings.ReadWrite Calendars.ReadWrite Contacts.ReadWrite Tasks.ReadWrite';
const IMMUTABLE = 'IdType="ImmutableId"';

let simulator: Office365Simulator;
let served: Served;
let client: Client;
let skewMs = 0;
let trustedBefore: string[] = [];

async function logIn(): Promise<{
  configuration: openid.Configuration;
  tokens: openid.TokenEndpointResponse;
}> {
  const server = new URL(`${served.origin}/contoso.test/v2.0`);
  const [tenant] = simulator.world.tenants;
  server.pathname = `/${tenant?.id ?? ''}/v2.0`;
  const secret = openid.ClientSecretPost('secret-1');
  const configuration = await openid.discovery(server, 'app-1', undefined, secret);
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const expectedNonce = openid.randomNonce();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: BACK,
    scope: SCOPE,
    state: 'state-1',
    nonce: expectedNonce,
    code_challenge: await openid.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  });
  const body = new URLSearchParams({ loginfmt: ANN, passwd: 'password', decision: 'accept' });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  const checks = { pkceCodeVerifier, expectedNonce, expectedState: 'state-1' };
  return { configuration, tokens: await openid.authorizationCodeGrant(configuration, back, checks) };
}

beforeAll(async () => {
  simulator = createOffice365Simulator({
    now: () => Date.now() + skewMs,
    random: createRandom(7),
    loginOrigin: '',
    graphOrigin: '',
  });
  // The client gives its token to https only, and follows links to https only.
  const tls = createSelfSigned('localhost', Date.now());
  trustedBefore = getCACertificates('default');
  setDefaultCACertificates([...trustedBefore, tls.cert]);
  served = await simulator.serve({ host: 'localhost', tls });
  simulator.addMailbox({ address: ANN, displayName: 'Ann Archer' });
  simulator.addApplication({ clientId: 'app-1', redirectUris: [BACK], secrets: [{ value: 'secret-1' }] });
  const { tokens } = await logIn();
  client = Client.init({
    authProvider: (done) => done(null, tokens.access_token),
    baseUrl: `${served.origin}/`,
    customHosts: new Set(['localhost']),
  });
  for (let number = 1; number <= 25; number += 1) {
    simulator.deliver(ANN, 'inbox', sampleMail(number), { receivedAt: Date.UTC(2026, 0, 5, 9, number) });
  }
});

afterAll(async () => {
  setDefaultCACertificates(trustedBefore);
  await served.close();
});

interface Listed {
  id: string;
  subject: string;
}

describe('openid-client', () => {
  it('discovers the tenant, verifies the id token and refreshes with rotation', async () => {
    const { configuration, tokens } = await logIn();
    const granted = tokens as openid.TokenEndpointResponse & openid.TokenEndpointResponseHelpers;
    expect(granted.claims()).toMatchObject({ email: ANN, ver: '2.0' });
    const renewed = await openid.refreshTokenGrant(configuration, tokens.refresh_token ?? '');
    expect(renewed.refresh_token).not.toBe(tokens.refresh_token);
    simulator.revokeTokens(ANN);
    await expect(openid.refreshTokenGrant(configuration, renewed.refresh_token ?? '')).rejects.toMatchObject({
      error: 'invalid_grant',
      cause: { error_codes: [50173] },
    });
  });
});

describe("Microsoft's Graph client", () => {
  it('reads the user and follows pages to their end', async () => {
    expect(await client.api('/me').select('mail,userPrincipalName').get()).toMatchObject({ mail: ANN });
    const first: PageCollection = await client
      .api('/me/mailFolders/inbox/messages')
      .top(10)
      .orderby('receivedDateTime')
      .get();
    const subjects: string[] = [];
    const pages = new PageIterator(client, first, (message: Listed) => {
      subjects.push(message.subject);
      return true;
    });
    await pages.iterate();
    expect(subjects).toHaveLength(25);
    expect(subjects[0]).toBe('Sample 1');
  });

  it('goes through a delta query and comes back with its link', async () => {
    const headers = { Prefer: `${IMMUTABLE}, odata.maxpagesize=10` };
    const first: PageCollection = await client
      .api('/me/mailFolders/inbox/messages/delta')
      .headers(headers)
      .select('subject')
      .get();
    const seen: Listed[] = [];
    const pages = new PageIterator(client, first, (message: Listed) => seen.push(message) > 0, { headers });
    await pages.iterate();
    expect(seen).toHaveLength(25);
    const link = pages.getDeltaLink() ?? '';
    const late = simulator.deliver(ANN, 'inbox', sampleMail(26));
    const second = await client.api(link).headers(headers).get();
    expect(second.value).toMatchObject([{ id: late, subject: 'Sample 26' }]);
    simulator.expireDeltaTokens(ANN, 'inbox');
    const gone = await client
      .api(link)
      .get()
      .catch((error: unknown) => error);
    expect(gone).toBeInstanceOf(GraphError);
    expect(gone).toMatchObject({ statusCode: 410, code: 'syncStateNotFound' });
  });

  it('sends a batch with dependencies and reads each answer', async () => {
    // Only the origin is cut off by the client, and the version is no part of an address in a batch.
    const request = (path: string) => new Request(`${served.origin}${path}`, { method: 'GET' });
    const content = new BatchRequestContent([
      { id: '1', request: request('/me/mailFolders/inbox') },
      { id: '2', request: request('/me/messages/not-an-id'), dependsOn: ['1'] },
      { id: '3', request: request('/me'), dependsOn: ['2'] },
    ]);
    const answer = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
    expect(await answer.getResponseById('1').json()).toMatchObject({ displayName: 'Inbox' });
    expect(answer.getResponseById('2').status).toBe(400);
    expect(answer.getResponseById('3').status).toBe(424);
  });

  it('reads MIME, sets categories and gets a conflict as a GraphError', async () => {
    const { value } = (await client.api('/me/messages').top(1).header('Prefer', IMMUTABLE).get()) as {
      value: (Listed & { '@odata.etag': string })[];
    };
    const [message] = value;
    const path = `/me/messages/${message?.id ?? ''}`;
    const mime: ReadableStream = await client.api(`${path}/$value`).getStream();
    expect(await new Response(mime).text()).toContain('Message-ID:');
    const etag = message?.['@odata.etag'] ?? '';
    const patch = () =>
      client
        .api(path)
        .header('If-Match', etag)
        .patch({ categories: ['Blue'] });
    expect(await patch()).toMatchObject({ categories: ['Blue'] });
    const refused: unknown = await patch().catch((error: unknown) => error);
    expect(refused).toBeInstanceOf(GraphError);
    expect(refused).toMatchObject({ statusCode: 412, code: 'ErrorIrresolvableConflict' });
    expect((refused as GraphError).requestId).toMatch(/^[0-9a-f-]{36}$/);
  });

  it('waits as Retry-After tells and asks again', async () => {
    const effect = { kind: 'throttle', backOffMs: 1000 } as const;
    simulator.faults.add({ operation: 'folders.list', count: 1, effect });
    const before = simulator.requests.count('folders.list');
    expect((await client.api('/me/mailFolders').get()).value.length).toBeGreaterThan(0);
    expect(simulator.requests.count('folders.list') - before).toBe(2);
  });

  it('makes a series, follows its view and gets outdated writes as GraphErrors', async () => {
    const master = await client.api('/me/events').post({
      subject: 'Weekly',
      start: { dateTime: '2026-01-05T10:00:00', timeZone: 'W. Europe Standard Time' },
      end: { dateTime: '2026-01-05T11:00:00', timeZone: 'W. Europe Standard Time' },
      recurrence: {
        pattern: { type: 'weekly', interval: 1, daysOfWeek: ['monday'] },
        range: { type: 'numbered', startDate: '2026-01-05', numberOfOccurrences: 12 },
      },
    });
    const headers = { Prefer: `${IMMUTABLE}, odata.maxpagesize=5` };
    const first: PageCollection = await client
      .api('/me/calendarView/delta')
      .query({ startDateTime: '2026-01-01T00:00:00Z', endDateTime: '2026-06-01T00:00:00Z' })
      .headers(headers)
      .get();
    const seen: { type: string; id: string }[] = [];
    const pages = new PageIterator(client, first, (event) => seen.push(event) > 0, { headers });
    await pages.iterate();
    expect(seen.map(({ type }) => type).sort()).toEqual([...Array(12).fill('occurrence'), 'seriesMaster']);
    await client.api(`/me/events/${seen[3]?.id}`).patch({ subject: 'Once' });
    const second = await client
      .api(pages.getDeltaLink() ?? '')
      .headers(headers)
      .get();
    expect(second.value).toMatchObject([{ type: 'exception', subject: 'Once' }, { type: 'seriesMaster' }]);
    const refused: unknown = await client
      .api(`/me/events/${master.id}`)
      .header('If-Match', master['@odata.etag'])
      .patch({ categories: ['Salesforce'] })
      .catch((error: unknown) => error);
    expect(refused).toMatchObject({ statusCode: 412, code: 'ErrorIrresolvableConflict' });
    expect(await client.api(`/me/events/${master.id}`).delete()).toBeUndefined();
    expect(simulator.notificationsSent()).toEqual([]);
  });

  it('finds contacts, completes tasks and gets 410 for an expired round', async () => {
    const emailAddresses = [{ address: 'carla@fabrikam.test', name: 'Carla Cook' }];
    await client.api('/me/contacts').post({ givenName: 'Carla', surname: 'Cook', emailAddresses });
    const found = await client
      .api('/me/contacts')
      .filter("emailAddresses/any(a:a/address eq 'carla@fabrikam.test')")
      .select(['displayName', 'emailAddresses'])
      .get();
    expect(found.value).toMatchObject([{ displayName: 'Carla Cook', emailAddresses }]);
    const round = await client.api('/me/contacts/delta').get();
    simulator.expireTokensOf(ANN, 'contacts', 'resyncRequired');
    const gone: unknown = await client
      .api(round['@odata.deltaLink'])
      .get()
      .catch((error: unknown) => error);
    expect(gone).toMatchObject({ statusCode: 410, code: 'resyncRequired' });
    const { value: lists } = await client.api('/me/todo/lists').filter("displayName eq 'Tasks'").get();
    const tasks = `/me/todo/lists/${lists[0].id}/tasks`;
    const task = await client.api(tasks).post({ title: 'Call Carla' });
    const done = await client.api(`${tasks}/${task.id}`).patch({ status: 'completed' });
    expect(done.completedDateTime.timeZone).toBe('UTC');
  });

  it('gets missing permissions and expired tokens as GraphErrors', async () => {
    const forbidden: unknown = await client
      .api('/me/sendMail')
      .post({ message: {} })
      .catch((error: unknown) => error);
    expect(forbidden).toMatchObject({ statusCode: 403, code: 'ErrorAccessDenied' });
    skewMs = 2 * 3_600_000;
    const late: unknown = await client
      .api('/me')
      .get()
      .catch((error: unknown) => error);
    skewMs = 0;
    expect(late).toMatchObject({ statusCode: 401, code: 'InvalidAuthenticationToken' });
  });
});
