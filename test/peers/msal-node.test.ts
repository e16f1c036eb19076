/**
 * @azure/msal-node, Microsoft's own sign-in library, and openid-client's userinfo against the served Entra ID simulator:
 * the authority is trusted by its metadata alone, and nothing of the library is patched.
 */
import { generateKeyPairSync } from 'node:crypto';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { ConfidentialClientApplication, type Configuration, CryptoProvider } from '@azure/msal-node';
import * as openid from 'openid-client';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createOffice365Simulator, type Office365Simulator } from '../../simulators/office365/simulator.ts';
import { createRandom } from '../../simulators/shared/random.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import type { Served } from '../../simulators/shared/serve.ts';

const ANN = 'ann@contoso.test';
const BACK = 'http://localhost:9/callback';
const SCOPES = ['User.Read', 'Mail.ReadWrite'];

let simulator: Office365Simulator;
let served: Served;
let trustedBefore: string[] = [];
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
const privateKey = rsa.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
const thumbprintSha256 = 'ab'.repeat(32);

beforeAll(async () => {
  simulator = createOffice365Simulator({
    now: () => Date.now(),
    random: createRandom(7),
    loginOrigin: '',
    graphOrigin: '',
  });
  const tls = createSelfSigned('localhost', Date.now());
  trustedBefore = getCACertificates('default');
  setDefaultCACertificates([...trustedBefore, tls.cert]);
  served = await simulator.serve({ host: 'localhost', tls });
  simulator.addMailbox({ address: ANN, displayName: 'Ann Archer' });
  const publicKey = rsa.publicKey.export({ type: 'spki', format: 'pem' }).toString();
  simulator.addApplication({
    clientId: 'app-1',
    redirectUris: [BACK],
    secrets: [{ value: 'secret-1' }],
    certificates: [{ thumbprint: thumbprintSha256, publicKey }],
    roles: ['Mail.Read'],
  });
});

afterAll(async () => {
  setDefaultCACertificates(trustedBefore);
  await served.close();
});

function createApplication(
  auth: Partial<Configuration['auth']> = { clientSecret: 'secret-1' },
  tenant = 'organizations',
) {
  const { host } = new URL(served.origin);
  return new ConfidentialClientApplication({
    auth: { clientId: 'app-1', authority: `${served.origin}/${tenant}`, knownAuthorities: [host], ...auth },
  });
}

/** Through the pages as a browser would go; gives the code. */
async function approve(application: ConfidentialClientApplication, challenge: string): Promise<string> {
  const url = await application.getAuthCodeUrl({
    scopes: SCOPES,
    redirectUri: BACK,
    codeChallenge: challenge,
    codeChallengeMethod: 'S256',
    state: 'state-1',
  });
  const body = new URLSearchParams({ loginfmt: ANN, passwd: 'password', decision: 'accept' });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  expect(back.searchParams.get('state')).toBe('state-1');
  return back.searchParams.get('code') ?? '';
}

it('signs a person in, keeps the account and renews silently with a rotated refresh token', async () => {
  const application = createApplication();
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const code = await approve(application, challenge);
  const first = await application.acquireTokenByCode({
    code,
    codeVerifier: verifier,
    scopes: SCOPES,
    redirectUri: BACK,
  });
  expect(first.account).toMatchObject({ username: ANN, name: 'Ann Archer' });
  expect(first.scopes).toEqual(expect.arrayContaining(SCOPES));
  const account = first.account;
  if (account === null) throw new Error('no account was kept');
  expect(account.homeAccountId).toBe(`${account.localAccountId}.${account.tenantId}`);
  const cached = await application.acquireTokenSilent({ account, scopes: ['Mail.ReadWrite'] });
  expect(cached.fromCache).toBe(true);
  const renewed = await application.acquireTokenSilent({
    account,
    scopes: ['Mail.ReadWrite'],
    forceRefresh: true,
  });
  expect(renewed.accessToken).not.toBe(first.accessToken);
  expect(simulator.world.tokens.refreshCount).toBe(1);
  simulator.revokeTokens(ANN);
  const refused = application.acquireTokenSilent({ account, scopes: ['Mail.ReadWrite'], forceRefresh: true });
  await expect(refused).rejects.toMatchObject({
    errorCode: 'invalid_grant',
    errorMessage: expect.stringContaining('AADSTS50173'),
  });
});

it('tells a needed sign-in step as an interaction with its claims', async () => {
  const application = createApplication();
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const code = await approve(application, challenge);
  const { account } = await application.acquireTokenByCode({
    code,
    codeVerifier: verifier,
    scopes: SCOPES,
    redirectUri: BACK,
  });
  simulator.setTokenFailure(ANN, 50076);
  const refused = application.acquireTokenSilent({
    account: account ?? expect.fail(),
    scopes: SCOPES,
    forceRefresh: true,
  });
  await expect(refused).rejects.toMatchObject({
    name: 'InteractionRequiredAuthError',
    claims: expect.stringContaining('capolids'),
    correlationId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
  simulator.setTokenFailure(ANN, undefined);
});

it('acts by itself with a secret and with a certificate', async () => {
  simulator.grantAdminConsent('contoso.test', 'app-1', { roles: ['Mail.Read'] });
  const scopes = ['https://graph.microsoft.com/.default'];
  const clientCertificate = { thumbprintSha256, privateKey };
  for (const auth of [{ clientSecret: 'secret-1' }, { clientCertificate }]) {
    const given = await createApplication(auth, 'contoso.test').acquireTokenByClientCredential({ scopes });
    const response = await fetch(`${served.origin}/v1.0/users/${ANN}/messages?$select=id`, {
      headers: { authorization: `Bearer ${given?.accessToken}` },
    });
    expect(response.status).toBe(200);
  }
  const wrong = createApplication({ clientSecret: 'wrong' }, 'contoso.test').acquireTokenByClientCredential({
    scopes,
  });
  await expect(wrong).rejects.toMatchObject({ errorCode: 'invalid_client' });
});

it('takes a plain challenge, any port of this machine and a correlation id, and shows userinfo', async () => {
  const [tenant] = simulator.world.tenants;
  const server = new URL(`/${tenant?.id ?? ''}/v2.0`, served.origin);
  const configuration = await openid.discovery(
    server,
    'app-1',
    undefined,
    openid.ClientSecretPost('secret-1'),
  );
  const pkceCodeVerifier = openid.randomPKCECodeVerifier();
  const url = openid.buildAuthorizationUrl(configuration, {
    redirect_uri: 'http://localhost:12345/callback',
    scope: 'openid profile email User.Read',
    code_challenge: pkceCodeVerifier,
  });
  const body = new URLSearchParams({ loginfmt: ANN, passwd: 'password', decision: 'accept' });
  const answer = await fetch(url, { method: 'POST', body, redirect: 'manual' });
  const back = new URL(answer.headers.get('location') ?? '');
  const tokens = await openid.authorizationCodeGrant(configuration, back, {
    pkceCodeVerifier,
    idTokenExpected: true,
  });
  const subject = tokens.claims()?.sub ?? '';
  expect(await openid.fetchUserInfo(configuration, tokens.access_token, subject)).toMatchObject({
    email: ANN,
  });
  const refused = await fetch(
    new URL(`${server.pathname.replace(/v2\.0$/, '')}oauth2/v2.0/token`, served.origin),
    {
      method: 'POST',
      headers: { 'client-request-id': '7f9c8d1e-0000-4000-8000-000000000001' },
      body: new URLSearchParams({ client_id: 'app-1', client_secret: 'secret-1' }),
    },
  );
  expect([refused.status, await refused.json()]).toMatchObject([
    400,
    {
      error: 'invalid_request',
      error_codes: [900144],
      correlation_id: '7f9c8d1e-0000-4000-8000-000000000001',
    },
  ]);
});
