/** How people and the application itself sign in to Office 365, against the simulated Entra ID and Graph. */
import { createHash, generateKeyPairSync, X509Certificate } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { HOUR } from '../../src/model/clock.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { failureOf } from '../support/mail-world.ts';
import {
  ANN,
  BEN,
  CLIENT,
  keepLazily,
  none,
  openBench,
  REDIRECT,
  signInBy,
} from '../support/office365-bench.ts';

const signal = new AbortController().signal;

describe('a person who signs in to Office 365', () => {
  it('is sent to the tenant’s page with PKCE, state, nonce, a hint and the least that is needed', async () => {
    const { service } = openBench();
    const start = await service.consent?.begin({ loginHint: ANN });
    const url = new URL(start?.url ?? '');
    expect(`${url.origin}${url.pathname}`).toBe(
      'https://login.microsoftonline.test/organizations/oauth2/v2.0/authorize',
    );
    expect(Object.fromEntries(url.searchParams)).toMatchObject({
      client_id: CLIENT,
      response_type: 'code',
      redirect_uri: REDIRECT,
      scope:
        'openid profile email offline_access User.Read Mail.ReadWrite Calendars.ReadWrite Contacts.ReadWrite Tasks.ReadWrite',
      code_challenge_method: 'S256',
      login_hint: ANN,
      state: start?.state,
    });
    expect(url.searchParams.get('nonce')).toMatch(/^.{20,}$/);
    expect(url.searchParams.has('prompt')).toBe(false);
    const nobody = await service.consent?.begin({ loginHint: null });
    expect(new URL(nobody?.url ?? '').searchParams.get('prompt')).toBe('select_account');
  });

  it('becomes a connection that knows the account, also in a national cloud', async () => {
    for (const [loginOrigin, graphOrigin] of [
      ['https://login.microsoftonline.com', 'https://graph.microsoft.com'],
      ['https://login.microsoftonline.us', 'https://graph.microsoft.us'],
      ['https://login.partner.microsoftonline.cn', 'https://microsoftgraph.chinacloudapi.cn'],
    ] as const) {
      const bench = openBench({ loginOrigin, graphOrigin });
      const connection = await bench.signIn();
      expect(connection).toMatchObject({ account: ANN, settings: { access: 'delegated' } });
      const mail = bench.connect(keepLazily(async () => connection.credential));
      expect((await mail.identify()).address).toBe(ANN);
      const hosts = new Set(bench.sent.map((url) => new URL(url).origin));
      expect([...hosts].toSorted()).toEqual([loginOrigin, graphOrigin].toSorted());
    }
  });

  it.each([
    ['presses Cancel', {}, 'cancel', 'mailbox.consent-declined'],
    ['needs an administrator', { userConsent: 'adminOnly' }, 'cancel', 'mailbox.admin-approval-needed'],
    ['asks an administrator', { userConsent: 'adminRequest' }, 'request', 'mailbox.admin-approval-needed'],
  ] as const)('who %s is told so', async (_, policy, decision, code) => {
    const { service, simulator } = openBench();
    simulator.setConsent('contoso.test', policy);
    expect(await failureOf(signInBy(service, simulator, ANN, { decision }))).toMatchObject({ code });
    expect(service.consent?.approvalUrl).toContain('/v2.0/adminconsent?');
  });

  it('is not taken for somebody whose sign-in began elsewhere', async () => {
    const { service, simulator } = openBench();
    const { consent } = service;
    const [mine, other] = [
      await consent?.begin({ loginHint: ANN }),
      await consent?.begin({ loginHint: ANN }),
    ];
    const body = new URLSearchParams({ loginfmt: ANN, passwd: 'password', decision: 'accept' });
    const back = await simulator.fetch(new Request(mine?.url ?? '', { method: 'POST', body }));
    const url = back.headers.get('location') ?? '';
    const foreign = consent?.complete(other?.details, url, signal) ?? Promise.resolve();
    expect(await failureOf(foreign)).toMatchObject({ vendorCode: 'STATE_MISMATCH' });
    const details = { ...(mine?.details as object), nonce: 'another' };
    const replayed = consent?.complete(details, url, signal) ?? Promise.resolve();
    expect(await failureOf(replayed)).toMatchObject({ vendorCode: 'ID_TOKEN_NONCE' });
  });

  it('is told which permission was left out', async () => {
    const { service, simulator, fetch } = openBench();
    const { createOffice365Service } = await import('../../src/connectors/office365/service.ts');
    const narrowed = createOffice365Service({
      app: {
        ...{ clientId: CLIENT, clientSecret: 'app-secret', certificate: null, tenant: 'organizations' },
        ...{ loginOrigin: 'https://login.microsoftonline.test', graphOrigin: 'https://graph.microsoft.test' },
      },
      clock: { now: () => Date.UTC(2026, 0, 5, 8), sleep: () => new Promise(() => undefined) },
      random: { next: () => 0.5 },
      redirectUri: REDIRECT,
      hintsOrigin: null,
      async fetch(url, init) {
        const answer = await new Response((await fetch(url, init)).body as ReadableStream).json();
        const { refresh_token: _kept, ...rest } = answer as Record<string, unknown>;
        return new Response(
          JSON.stringify({ ...rest, scope: 'https://graph.microsoft.com/user.read openid' }),
        );
      },
    });
    expect(service.service).toBe(narrowed.service);
    expect(await failureOf(signInBy(narrowed, simulator, ANN, {}))).toMatchObject({
      code: 'mailbox.scope-missing',
      fields: [
        'Mail.ReadWrite',
        'Calendars.ReadWrite',
        'Contacts.ReadWrite',
        'Tasks.ReadWrite',
        'offline_access',
      ],
    });
  });
});

describe('a grant for Office 365', () => {
  it('is renewed shortly before its end, once for all connectors, and the new refresh token is kept', async () => {
    const bench = openBench();
    const { simulator, advance } = bench;
    simulator.settings.oldRefreshTokens = 'refused';
    const keeper = keepLazily(async () => (await bench.signIn()).credential);
    const [one, two] = [bench.connect(keeper), bench.connect(keeper)];
    await Promise.all([one.identify(), two.identify()]);
    for (let hour = 1; hour <= 3; hour += 1) {
      advance(62 * 60_000);
      await Promise.all([one.identify(), two.identify(), one.listFeeds({ cursor: null, feeds: none })]);
      expect(simulator.world.tokens.refreshCount).toBe(hour);
    }
    expect(simulator.world.tokens.reuseCount).toBe(0);
    expect(simulator.requests.recent().filter(({ status }) => status === 401)).toEqual([]);
  });

  it('is renewed when Graph refuses it, and a second refusal ends it', async () => {
    const bench = openBench();
    const { simulator } = bench;
    const keeper = keepLazily(async () => (await bench.signIn()).credential);
    const mail = bench.connect(keeper);
    await mail.identify();
    simulator.expireAccessTokens(ANN);
    expect((await mail.identify()).address).toBe(ANN);
    expect(simulator.world.tokens.refreshCount).toBe(1);
    const refused = { kind: 'service', code: 'InvalidAuthenticationToken' } as const;
    simulator.faults.add({ operation: '$batch', count: 5, effect: refused });
    const before = mail.traffic().requests;
    expect(await failureOf(mail.identify())).toMatchObject({ kind: 'authorization-revoked' });
    // The call, a renewal, the call again; and nothing any more.
    expect(mail.traffic().requests - before).toBe(3);
    expect(await failureOf(mail.identify())).toMatchObject({ kind: 'authorization-revoked' });
    expect(mail.traffic().requests - before).toBe(3);
  });

  it('answers a claims challenge with a token that satisfies it', async () => {
    const bench = openBench();
    const { simulator } = bench;
    const mail = bench.connect(keepLazily(async () => (await bench.signIn()).credential));
    await mail.identify();
    simulator.challenge(ANN, '{"access_token":{"nbf":{"essential":true,"value":"1"}}}');
    expect((await mail.identify()).address).toBe(ANN);
    expect(simulator.world.tokens.refreshCount).toBe(1);
    simulator.challenge(ANN);
    simulator.setTokenFailure(ANN, 50076);
    expect(await failureOf(mail.identify())).toMatchObject({ code: 'mailbox.another-sign-in-step' });
  });

  it.each([
    [50173, 'mailbox.grant-ended'],
    [50076, 'mailbox.another-sign-in-step'],
    [65001, 'mailbox.consent-declined'],
    [53003, 'mailbox.sign-in-policy'],
    [50105, 'mailbox.not-assigned'],
    [50034, 'mailbox.not-found'],
    [50057, 'mailbox.account-locked'],
    [7000222, 'mailbox.app-misconfigured'],
    [90033, 'mailbox.transient'],
    [50196, 'mailbox.throttled'],
  ] as const)('refused with AADSTS%i is told as %s', async (number, code) => {
    const bench = openBench({ clock: createFakeClock() });
    const { simulator, clock } = bench;
    const { credential } = await bench.signIn();
    simulator.setTokenFailure(ANN, number);
    const mail = bench.connect(keepLazily(async () => ({ ...(credential as object), accessToken: null })));
    const told = (clock as ReturnType<typeof createFakeClock>).advanceUntil(failureOf(mail.identify()));
    expect(await told).toMatchObject({ code, vendorCode: `AADSTS${number}` });
  });
});

describe('the application itself', () => {
  const mailbox = { access: 'application', mailbox: BEN };

  it('opens the mailboxes that it may, by secret, with one token for all of them', async () => {
    const bench = openBench();
    const { simulator, service, sent, advance } = bench;
    simulator.grantAdminConsent('contoso.test', CLIENT, { roles: ['Mail.ReadWrite'] });
    const prepared = await service.prepare({ mailbox: 'Ben@Contoso.test' }, signal);
    expect(prepared).toEqual({ account: BEN, credential: {}, settings: mailbox });
    const keeper = keepLazily(async () => null);
    const ben = service.open(prepared, { signal, keeper });
    expect(await ben.identify()).toEqual({ address: BEN, addresses: [BEN] });
    // The application may read mail alone, and is told what it lacks for the rest.
    expect((await ben.check()).filter(({ ok }) => !ok)).toMatchObject(
      [
        ['events', 'Calendars.ReadWrite'],
        ['contacts', 'Contacts.ReadWrite'],
        ['tasks', 'Tasks.ReadWrite.All'],
      ].map(([capability, name]) => ({ capability, failure: { fields: [name] } })),
    );
    const ann = service.open({ ...prepared, settings: { mailbox: ANN } }, { signal, keeper });
    expect((await ann.identify()).address).toBe(ANN);
    const tokens = () => sent.filter((url) => url.endsWith('/token'));
    expect(tokens()).toEqual(['https://login.microsoftonline.test/contoso.test/oauth2/v2.0/token']);
    advance(2 * HOUR);
    expect((await ann.identify()).address).toBe(ANN);
    expect(tokens()).toHaveLength(2);
    simulator.setApplicationScope('contoso.test', CLIENT, [BEN]);
    expect(await failureOf(ann.identify())).toMatchObject({ code: 'mailbox.outside-app-scope' });
    expect((await ben.identify()).address).toBe(BEN);
  });

  it('proves itself by its certificate where it has one', async () => {
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = createSelfSigned('lockstep.test', Date.UTC(2026, 0, 5)).cert;
    const thumbprint = createHash('sha256').update(new X509Certificate(pem).raw).digest('hex');
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    const bench = openBench({ app: { tenant: 'contoso.test', certificate: { key, certificate: pem } } });
    const { simulator } = bench;
    const registered = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    simulator.addApplication({
      clientId: CLIENT,
      redirectUris: [REDIRECT],
      certificates: [{ thumbprint, publicKey: registered }],
    });
    simulator.grantAdminConsent('contoso.test', CLIENT, { roles: ['Mail.ReadWrite'] });
    const mail = bench.connect(
      keepLazily(async () => null),
      mailbox,
    );
    expect((await mail.identify()).address).toBe(BEN);
    expect((await bench.signIn()).account).toBe(ANN);
  });

  it('says who has to act where it is not allowed in the tenant, or is not what it says', async () => {
    const bench = openBench();
    const open = () =>
      bench.connect(
        keepLazily(async () => null),
        mailbox,
      );
    expect(await failureOf(open().identify())).toMatchObject({ code: 'mailbox.app-consent-missing' });
    bench.simulator.addApplication({ clientId: CLIENT, secrets: [{ value: 'another' }] });
    expect(await failureOf(open().identify())).toMatchObject({
      code: 'mailbox.app-misconfigured',
      vendorCode: 'AADSTS7000215',
    });
  });
});
