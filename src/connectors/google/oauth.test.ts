import { expect, test } from 'vitest';
import {
  ACCOUNTS,
  ANN,
  API,
  approve,
  BEN,
  CLIENT,
  createTestWorld,
  MODIFY,
  REDIRECT,
  SECRET,
  targetOf,
} from '../../../simulators/google/test-support.ts';
import type { PreparedConnection } from '../../model/connector.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import { createHttp, type Fetch } from '../http.ts';
import type { GoogleOauth } from './oauth.ts';
import { createGoogleService, type GoogleApp } from './service.ts';
import { createConsentTokens, createDelegatedTokens } from './tokens.ts';

const { signal } = new AbortController();

function open(app: Partial<GoogleApp> = {}) {
  const { clock, simulator } = createTestWorld();
  const fetch: Fetch = (url, { method, headers, body, redirect }) =>
    simulator.fetch(new Request(url, { method, headers, redirect, ...(body === undefined ? {} : { body }) }));
  const time = { now: () => clock.at, sleep: () => new Promise<void>(() => undefined) };
  const whole: GoogleApp = {
    clientId: CLIENT,
    clientSecret: SECRET,
    serviceAccount: null,
    accountsOrigin: ACCOUNTS,
    tokenOrigin: API,
    gmailOrigin: API,
    unitsPerMinute: 15_000,
    ...app,
  };
  const service = createGoogleService({
    app: whole,
    fetch,
    clock: time,
    random: { next: () => 0.5 },
    redirectUri: REDIRECT,
    pubsub: null,
  });
  const { consent } = service;
  if (consent === null) throw new Error('no consent');
  const oauth: GoogleOauth = {
    app: whole,
    http: createHttp({ fetch, clock: time }),
    clock: time,
    redirectUri: REDIRECT,
  };
  /** Signs in as the browser would and comes back. */
  const signIn = async (answers = {}): Promise<PreparedConnection> => {
    const start = await consent.begin({ loginHint: ANN });
    const query = Object.fromEntries(new URL(start.url).searchParams);
    const back = targetOf(await approve(simulator, query, answers));
    return consent.complete(start.details, back.href, signal);
  };
  return { clock, simulator, service, consent, oauth, signIn };
}

const COLLECTIONS = ['calendar.events', 'contacts', 'tasks'].map(
  (name) => `https://www.googleapis.com/auth/${name}`,
);

async function failureOf(call: Promise<unknown>): Promise<Failure> {
  try {
    await call;
  } catch (error) {
    if (error instanceof RemoteFailure) return error.failure;
    throw error;
  }
  throw new Error('nothing was refused');
}

function keep(credential: unknown) {
  let kept = { credential, version: 1 };
  return {
    load: async () => kept,
    exclusive: async (
      work: Parameters<import('../../model/connector.ts').CredentialKeeper['exclusive']>[0],
    ) => {
      kept = await work(kept, async (renewed) => ({ credential: renewed, version: kept.version + 1 }));
      return kept;
    },
  };
}

test('a consent asks offline, by PKCE, with state and nonce, for the least scopes and the address that is meant', async () => {
  const { consent } = open();
  const [one, two] = [await consent.begin({ loginHint: ANN }), await consent.begin({ loginHint: null })];
  const query = new URL(one.url).searchParams;
  expect(one.url.startsWith(`${ACCOUNTS}/o/oauth2/v2/auth?`)).toBe(true);
  expect(Object.fromEntries(query)).toMatchObject({
    access_type: 'offline',
    prompt: 'consent select_account',
    include_granted_scopes: 'true',
    code_challenge_method: 'S256',
    scope: ['openid email', MODIFY, ...COLLECTIONS].join(' '),
    login_hint: ANN,
    state: one.state,
  });
  expect(query.get('nonce')).toMatch(/.{20}/);
  expect(one.state).not.toBe(two.state);
  expect(new URL(two.url).searchParams.has('login_hint')).toBe(false);
});

test('a consent that was given becomes a connection with a refresh token', async () => {
  const { signIn } = open();
  expect(await signIn()).toMatchObject({
    account: ANN,
    credential: { accessToken: expect.any(String), refreshToken: expect.any(String) },
    settings: {},
  });
});

test('declined, unticked, and a way back of another consent are told apart', async () => {
  const { consent, signIn, simulator } = open();
  expect(await failureOf(signIn({ decision: 'deny' }))).toMatchObject({ code: 'mailbox.consent-declined' });
  expect(await failureOf(signIn({ granted: 'openid' }))).toMatchObject({
    code: 'mailbox.scope-missing',
    fields: ['gmail.modify'],
  });
  const [mine, other] = [await consent.begin({ loginHint: null }), await consent.begin({ loginHint: null })];
  const query = Object.fromEntries(new URL(other.url).searchParams);
  const back = targetOf(await approve(simulator, query));
  expect(await failureOf(consent.complete(mine.details, back.href, signal))).toMatchObject({
    code: 'mailbox.authorization-revoked',
    vendorCode: 'STATE_MISMATCH',
  });
  // The state alone does not do: the tokens must carry the nonce of the same sign-in.
  const forged = { ...(other.details as object), nonce: 'another' };
  expect(await failureOf(consent.complete(forged, back.href, signal))).toMatchObject({
    vendorCode: 'ID_TOKEN_MISMATCH',
  });
});

test('a policy of the administrator, and a client that is gone, are named', async () => {
  const { consent, simulator, signIn } = open();
  const start = await consent.begin({ loginHint: null });
  const back = (error: string) => `${REDIRECT}?error=${error}&state=${start.state}`;
  const end = (error: string) => failureOf(consent.complete(start.details, back(error), signal));
  expect(await end('admin_policy_enforced')).toMatchObject({ code: 'mailbox.app-blocked' });
  expect(await end('org_internal')).toMatchObject({ code: 'mailbox.app-misconfigured' });
  expect(await end('interaction_required')).toMatchObject({ code: 'mailbox.another-sign-in-step' });
  const query = Object.fromEntries(new URL(start.url).searchParams);
  const given = targetOf(await approve(simulator, query));
  simulator.setClientState(CLIENT, 'deleted');
  expect(await failureOf(consent.complete(start.details, given.href, signal))).toMatchObject({
    code: 'mailbox.app-misconfigured',
    vendorCode: 'deleted_client',
  });
  expect(signIn).toBeDefined();
});

test('a token is renewed shortly before its end, and stored with the refresh token that stays', async () => {
  const { clock, oauth, signIn } = open();
  const { credential } = await signIn();
  const keeper = keep(credential);
  const tokens = createConsentTokens(oauth, keeper);
  const first = await tokens.current();
  clock.at += 50 * 60_000;
  expect(await tokens.current()).toBe(first);
  clock.at += 9 * 60_000;
  const [second, same] = await Promise.all([tokens.current(), tokens.current()]);
  expect(second).not.toBe(first);
  expect(same).toBe(second);
  expect(oauth.http.traffic().requests).toBe(1);
  expect((await keeper.load()).credential).toMatchObject({
    accessToken: second,
    refreshToken: (credential as { refreshToken: string }).refreshToken,
  });
});

test('revoked, password changed, another sign-in step, and trouble of the service are told apart', async () => {
  const cases = [
    [(world: ReturnType<typeof open>) => world.simulator.revokeTokens(ANN), 'mailbox.grant-ended'],
    [(world: ReturnType<typeof open>) => world.simulator.changePassword(ANN, 'new'), 'mailbox.grant-ended'],
    [
      (world: ReturnType<typeof open>) => world.simulator.requireReauthentication(ANN),
      'mailbox.another-sign-in-step',
    ],
    [
      (world: ReturnType<typeof open>) => world.simulator.setAppPolicy('contoso.test', CLIENT, 'blocked'),
      'mailbox.app-blocked',
    ],
    [
      (world: ReturnType<typeof open>) =>
        world.simulator.faults.add({ operation: 'oauth.token', effect: { kind: 'http', status: 503 } }),
      'mailbox.transient',
    ],
    [
      (world: ReturnType<typeof open>) =>
        world.simulator.faults.add({ operation: 'oauth.token', effect: { kind: 'http', status: 429 } }),
      'mailbox.throttled',
    ],
  ] as const;
  for (const [act, code] of cases) {
    const world = open();
    const { credential } = await world.signIn();
    act(world);
    const tokens = createConsentTokens(world.oauth, keep({ ...(credential as object), expiresAt: 0 }));
    expect(await failureOf(tokens.current())).toMatchObject({ code });
  }
});

test('withdrawing ends the grant, and one that is dead counts as withdrawn', async () => {
  const { consent, oauth, signIn } = open();
  const { credential } = await signIn();
  await consent.revoke(credential, signal);
  await consent.revoke(credential, signal);
  await consent.revoke({}, signal);
  const tokens = createConsentTokens(oauth, keep({ ...(credential as object), expiresAt: 0 }));
  expect(await failureOf(tokens.current())).toMatchObject({ code: 'mailbox.grant-ended' });
});

test('a delegated mailbox needs no secret, one token serves all runs, and what is missing is named', async () => {
  const { clock, oauth, simulator, service } = open();
  expect(await failureOf(service.prepare({ mailbox: BEN }, signal))).toMatchObject({
    code: 'mailbox.service-not-set-up',
  });
  const key = simulator.addServiceAccount({ email: 'robot@project.test' });
  const serviceAccount = { email: key.client_email, keyId: key.private_key_id, privateKey: key.private_key };
  const world = { ...oauth, app: { ...oauth.app, serviceAccount } };
  const tokens = createDelegatedTokens();
  expect(
    await failureOf(
      tokens
        .of(
          async () => world,
          BEN,
        )('gmail')
        .current(),
    ),
  ).toMatchObject({
    code: 'mailbox.delegation-missing',
  });
  simulator.delegate('contoso.test', key.client_id, [MODIFY]);
  const [first, again] = [
    await tokens
      .of(
        async () => world,
        BEN,
      )('gmail')
      .current(),
    await tokens
      .of(
        async () => world,
        BEN,
      )('gmail')
      .current(),
  ];
  expect(again).toBe(first);
  const renewed = await tokens
    .of(
      async () => world,
      BEN,
    )('gmail')
    .renew(first);
  expect(renewed).not.toBe(first);
  expect(
    await tokens
      .of(
        async () => world,
        BEN,
      )('gmail')
      .renew(first),
  ).toBe(renewed);
  expect(
    await failureOf(
      tokens
        .of(
          async () => world,
          'nobody@contoso.test',
        )('gmail')
        .current(),
    ),
  ).toMatchObject({
    code: 'mailbox.not-found',
  });
  const late = { now: () => clock.at - 86_400_000, sleep: world.clock.sleep };
  expect(
    await failureOf(
      tokens
        .of(
          async () => ({ ...world, clock: late }),
          ANN,
        )('gmail')
        .current(),
    ),
  ).toMatchObject({
    code: 'mailbox.app-misconfigured',
  });
  const broken = { ...serviceAccount, privateKey: 'none' };
  expect(
    await failureOf(
      tokens
        .of(
          async () => ({ ...world, app: { ...oauth.app, serviceAccount: broken } }),
          ANN,
        )('gmail')
        .current(),
    ),
  ).toMatchObject({ code: 'mailbox.app-misconfigured', vendorCode: 'PRIVATE_KEY' });
});

test('a delegation that lacks a scope opens the APIs that it names, and is asked for all again an hour later', async () => {
  const { clock, oauth, simulator } = open();
  const key = simulator.addServiceAccount({ email: 'robot@project.test' });
  const serviceAccount = { email: key.client_email, keyId: key.private_key_id, privateKey: key.private_key };
  const tokens = createDelegatedTokens().of(
    async () => ({ ...oauth, app: { ...oauth.app, serviceAccount } }),
    BEN,
  );
  simulator.delegate('contoso.test', key.client_id, [MODIFY, ...COLLECTIONS.slice(1)]);
  expect(await failureOf(tokens('calendar').current())).toMatchObject({ code: 'mailbox.delegation-missing' });
  expect(await tokens('people').current()).not.toBe(await tokens('tasks').current());
  simulator.delegate('contoso.test', key.client_id, [MODIFY, ...COLLECTIONS]);
  clock.at += 3_600_001;
  expect(await tokens('people').current()).toBe(await tokens('calendar').current());
});
