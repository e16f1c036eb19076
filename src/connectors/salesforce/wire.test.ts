import { expect, test } from 'vitest';
import { createHttp, type Fetch } from '../http.ts';
import { createWire, type SalesforceToken } from './wire.ts';

const old: SalesforceToken & { accessToken: string } = {
  accessToken: 'old',
  refreshToken: 'refresh',
  instanceUrl: 'https://old.my.salesforce.com',
  identityUrl: 'https://login.salesforce.com/id/00D/005',
  loginUrl: 'https://login.salesforce.com',
};

function open(
  answer: (url: string, token: string) => Response,
  renewedUrl = 'https://new.my.salesforce.com',
) {
  const seen: string[] = [];
  let renewals = 0;
  const fetch: Fetch = async (url, init) => {
    seen.push(url);
    return answer(url, init.headers.authorization ?? '');
  };
  const clock = { now: () => 0, sleep: () => new Promise<void>(() => undefined) };
  const wire = createWire({
    http: createHttp({ fetch, clock }),
    tokens: {
      current: async () => old,
      renew: async () => {
        renewals += 1;
        return { ...old, accessToken: 'new', instanceUrl: renewedUrl };
      },
    },
  });
  const call = () => wire.call({ method: 'GET', path: '/services/data/v62.0', operation: 'resources' });
  return { wire, call, seen, renewals: () => renewals };
}

const expired = () =>
  Response.json([{ message: 'Session expired or invalid', errorCode: 'INVALID_SESSION_ID' }], {
    status: 401,
  });

test('an expired session is renewed once, and the call goes where the org is now', async () => {
  const { call, seen, renewals } = open((_, token) =>
    token === 'Bearer new' ? Response.json({ ok: true }) : expired(),
  );
  expect(await call()).toEqual({ ok: true });
  expect(seen).toEqual([
    'https://old.my.salesforce.com/services/data/v62.0',
    'https://new.my.salesforce.com/services/data/v62.0',
  ]);
  expect(renewals()).toBe(1);
});

test('a refusal of renewed tokens is final', async () => {
  const { call, renewals } = open(expired);
  await expect(call()).rejects.toMatchObject({ failure: { code: 'crm.authorization-revoked' } });
  expect(renewals()).toBe(2);
});

test('the token is never sent to a foreign host', async () => {
  const { call, seen } = open(expired, 'https://evil.example');
  await expect(call()).rejects.toMatchObject({ failure: { vendorCode: 'UNTRUSTED_HOST' } });
  expect(seen).toHaveLength(1);
});

test('the allowance is read from every answer, also from a refusal', async () => {
  const { wire, call } = open(() =>
    Response.json([{ errorCode: 'REQUEST_LIMIT_EXCEEDED', message: 'TotalRequests Limit exceeded.' }], {
      status: 403,
      headers: { 'Sforce-Limit-Info': 'api-usage=15000/15000, per-app-api-usage=1/250(appName=x)' },
    }),
  );
  expect(wire.usage()).toBeNull();
  await expect(call()).rejects.toMatchObject({ failure: { code: 'crm.api-limit' } });
  expect(wire.usage()).toEqual({ used: 15_000, max: 15_000 });
});

test('a page instead of JSON is temporary trouble, with whatever status', async () => {
  for (const status of [200, 503])
    await expect(open(() => new Response('<html>maintenance', { status })).call()).rejects.toMatchObject({
      failure: { code: 'crm.transient' },
    });
});
