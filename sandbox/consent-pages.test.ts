import { afterAll, beforeAll, expect, test } from 'vitest';
import { redirectUrisOf } from './apps.ts';
import { SANDBOX_PASSWORD } from './cast.ts';
import { type ConsentManner, passConsentPages } from './consent-pages.ts';
import {
  createServices,
  SANDBOX_CLIENT_ID,
  type ServedServices,
  type Services,
  serveServices,
} from './simulated-services.ts';

const PRODUCT = 'http://product.test';
const BEN = 'ben.ochs@contoso.test';
const CARLA = 'carla.dupont@contoso.test';
let services: Services;
let served: ServedServices;

beforeAll(async () => {
  services = createServices({ now: () => Date.now(), seed: 1, redirectUris: redirectUrisOf(PRODUCT) });
  served = await serveServices(services);
});

afterAll(async () => {
  await served.close();
});

async function pass(service: 'office365' | 'google', manner: Omit<ConsentManner, 'password'>) {
  const isGoogle = service === 'google';
  const query = new URLSearchParams({
    client_id: SANDBOX_CLIENT_ID,
    redirect_uri: `${PRODUCT}/connect/${service}/callback`,
    response_type: 'code',
    state: 'the-state',
    prompt: isGoogle ? 'consent' : 'select_account',
    login_hint: isGoogle ? CARLA : BEN,
    scope: isGoogle
      ? 'openid email https://www.googleapis.com/auth/gmail.modify https://www.googleapis.com/auth/gmail.labels'
      : 'openid offline_access Mail.ReadWrite',
  });
  const start = isGoogle
    ? `${served.google.origin}/o/oauth2/v2/auth?${query}`
    : `${served.office365.origin}/organizations/oauth2/v2.0/authorize?${query}`;
  const back = new URL(await passConsentPages(start, PRODUCT, { password: SANDBOX_PASSWORD, ...manner }));
  expect(back.searchParams.get('state')).toBe('the-state');
  return back.searchParams;
}

test('at Microsoft a person cancels, and accepts the next time', async () => {
  const declined = await pass('office365', { account: BEN, decision: 'decline' });
  expect(declined.get('error')).toBe('access_denied');
  expect((await pass('office365', { account: BEN })).get('code')).toBeTruthy();
});

test('where only administrators may consent, a person is sent back without a code', async () => {
  services.office365.withdrawConsent(BEN, SANDBOX_CLIENT_ID);
  services.office365.setConsent('contoso.test', { userConsent: 'adminOnly' });
  const back = await pass('office365', { account: BEN });
  expect([back.get('error'), back.get('error_description')]).toEqual([
    'access_denied',
    expect.stringContaining('AADSTS90094'),
  ]);
  services.office365.setConsent('contoso.test', { userConsent: 'allowed' });
});

test('at Google a person declines, leaves a box unticked, and grants all', async () => {
  expect((await pass('google', { account: CARLA, decision: 'decline' })).get('error')).toBe('access_denied');
  const partly = await pass('google', { account: CARLA, untick: 'gmail.modify' });
  expect(partly.get('scope')).not.toContain('gmail.modify');
  expect((await pass('google', { account: CARLA })).get('scope')).toContain('gmail.modify');
});

test('a page that leads no further is named', async () => {
  services.google.setAppPolicy('contoso.test', SANDBOX_CLIENT_ID, 'blocked');
  await expect(pass('google', { account: CARLA })).rejects.toThrow('Access blocked');
  services.google.setAppPolicy('contoso.test', SANDBOX_CLIENT_ID, 'allowed');
});
