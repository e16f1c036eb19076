/** Each service's way of reaching many mailboxes by one credential: what opens, and what every missing permission is told as. */
import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createSalesforceSimulator } from '../../simulators/salesforce/simulator.ts';
import { createSelfSigned } from '../../simulators/shared/self-signed.ts';
import { createExchangeService } from '../../src/connectors/exchange/service.ts';
import { createHttp } from '../../src/connectors/http.ts';
import {
  createBearerSessions,
  createSalesforceMassAccess,
  ownerOf,
} from '../../src/connectors/salesforce/jwt-bearer.ts';
import { seenThroughAccess } from '../../src/model/access-circuit.ts';
import { HOUR, MINUTE } from '../../src/model/clock.ts';
import type { MailService, PreparedConnection } from '../../src/model/connector.ts';
import { EWS, open as openExchange } from '../support/exchange-bench.ts';
import { createFakeClock } from '../support/fake-clock.ts';
import { MODIFY, openGoogle, SCOPES } from '../support/google-bench.ts';
import { failureOf } from '../support/mail-world.ts';
import { keepLazily, openBench } from '../support/office365-bench.ts';

const ANN = 'ann@contoso.test';
const BEN = 'ben@contoso.test';
const { signal } = new AbortController();

/** The code that somebody's identify ends with; `ok` where it goes through. */
async function outcomeOf(service: MailService, access: PreparedConnection, address: string): Promise<string> {
  const own = service.massAccess?.reach({ address, login: null });
  const connection = { ...access, ...own, settings: { ...access.settings, ...own?.settings } };
  const connector = service.open(connection, { signal, keeper: keepLazily(async () => access.credential) });
  try {
    const { address: found } = await connector.identify();
    return found === address ? 'ok' : found;
  } catch {
    return seenThroughAccess(await failureOf(connector.identify())).code;
  } finally {
    await connector.close();
  }
}

async function prepare(service: MailService, form: object): Promise<PreparedConnection> {
  if (service.massAccess === null) throw new Error('no way in');
  return await service.massAccess.prepareAccess(form, signal);
}

describe('Exchange impersonation', () => {
  const open = () => {
    const world = openExchange();
    world.simulator.addMailbox({ address: BEN, displayName: 'Ben', password: 'pw' });
    world.simulator.addServiceAccount({ userName: 'robot', password: 'secret', impersonates: [ANN] });
    const sent: { readonly anchor: string | null; readonly body: string }[] = [];
    const service = createExchangeService({
      fetch: async (url, init) => {
        sent.push({ anchor: init.headers['x-anchormailbox'] ?? null, body: String(init.body) });
        return world.fetch(url, init);
      },
      clock: world.clock,
      random: { next: () => 0.5 },
      ...{ allowedHosts: [], extraCa: [], resolve: async () => [], allowLoopbackHttp: false },
      ...{ opensSockets: false, streaming: false, oauth: null },
    });
    const form = { login: 'CONTOSO\\robot', password: 'secret', ewsUrl: EWS, sampleMailbox: ANN };
    return { ...world, service, form, sent };
  };

  it('opens what is in the scope, and names the role, the password and the mailbox that is not there', async () => {
    const { simulator, service, form } = open();
    const access = await prepare(service, form);
    expect(await outcomeOf(service, access, ANN)).toBe('ok');
    expect(await outcomeOf(service, access, BEN)).toBe('mailbox.impersonation-denied');
    simulator.setImpersonation('robot', 'all');
    expect(await outcomeOf(service, access, BEN)).toBe('ok');
    expect(await outcomeOf(service, access, 'nobody@contoso.test')).toBe('mailbox.not-found');
    simulator.setImpersonation('robot', []);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.impersonation-denied');
    simulator.setPassword('robot', 'changed');
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.access-refused');
  });

  it('names the mailbox in the header and in the anchor of every request', async () => {
    const { service, form, sent } = open();
    const access = await prepare(service, form);
    sent.length = 0;
    const own = service.massAccess?.reach({ address: ANN, login: null });
    const connection = { ...access, settings: { ...access.settings, ...own?.settings } };
    const keeper = keepLazily(async () => access.credential);
    const connector = service.open(connection, { signal, keeper });
    expect((await connector.check()).every(({ ok }) => ok)).toBe(true);
    const calls = sent.filter(({ body }) => body.includes('Envelope'));
    expect(calls.length).toBeGreaterThan(4);
    for (const { anchor, body } of calls) {
      expect(anchor).toBe(ANN);
      expect(body).toMatch(/<t:ExchangeImpersonation>.*ann@contoso\.test.*<\/t:ExchangeImpersonation>/s);
    }
  });

  it('finds the server by the sample mailbox’s domain where nobody named it', async () => {
    const { service, form } = open();
    const { ewsUrl: _, ...rest } = form;
    expect((await prepare(service, rest)).settings.ewsUrl).toBe(EWS);
  });
});

describe('Office 365 by an application of the company’s own', () => {
  const form = { tenant: 'contoso.test', clientId: 'company-app' };
  const open = () => {
    const bench = openBench();
    bench.simulator.addApplication({
      ...{ clientId: form.clientId, name: 'Company', redirectUris: [] },
      secrets: [{ value: 'company-secret' }],
    });
    const grant = (roles = ['Mail.ReadWrite', 'User.Read.All']) =>
      bench.simulator.grantAdminConsent('contoso.test', form.clientId, { roles });
    return { ...bench, grant };
  };

  it('tells a missing consent, a missing role, a mailbox out of scope and a wrong secret apart', async () => {
    const { simulator, service, grant, advance } = open();
    const access = await prepare(service, { ...form, clientSecret: 'company-secret' });
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.app-consent-missing');
    grant();
    expect(await outcomeOf(service, access, ANN)).toBe('ok');
    simulator.setApplicationScope('contoso.test', form.clientId, [ANN]);
    expect(await outcomeOf(service, access, BEN)).toBe('mailbox.outside-app-scope');
    expect(await outcomeOf(service, access, ANN)).toBe('ok');
    simulator.setApplicationScope('contoso.test', form.clientId, undefined);
    simulator.withdrawAdminConsent('contoso.test', form.clientId);
    advance(2 * HOUR);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.app-consent-missing');
    grant(['User.Read.All']);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.app-consent-missing');
    const wrong = await prepare(service, { ...form, clientSecret: 'another' });
    expect(await outcomeOf(service, wrong, ANN)).toBe('mailbox.access-refused');
    const stranger = await prepare(service, { ...form, clientId: 'nobody', clientSecret: 'x' });
    expect(await outcomeOf(service, stranger, ANN)).toBe('mailbox.app-consent-missing');
  });

  it('asks for one token for all its mailboxes, and for another one when the credential was renewed', async () => {
    const { service, grant, sent } = open();
    grant();
    const access = await prepare(service, { ...form, clientSecret: 'company-secret' });
    for (const address of [ANN, BEN, ANN]) expect(await outcomeOf(service, access, address)).toBe('ok');
    expect(sent.filter((url) => url.endsWith('/oauth2/v2.0/token'))).toHaveLength(1);
    const other = await prepare(service, { ...form, clientSecret: 'another' });
    expect(await outcomeOf(service, other, ANN)).toBe('mailbox.access-refused');
  });

  it('takes a certificate with its key in one text, and nothing that cannot sign', async () => {
    const { service } = open();
    const { key, cert } = createSelfSigned('lockstep.test', Date.now());
    const other = createSelfSigned('other.test', Date.now());
    const access = await prepare(service, { ...form, certificate: `${cert}\n${key}` });
    expect(access.credential).toMatchObject({ clientSecret: null, certificate: { key: key.trim() } });
    for (const certificate of [cert, key, 'none', `${other.cert}\n${key}`])
      expect(await failureOf(prepare(service, { ...form, certificate }))).toMatchObject({
        code: 'mailbox.access-unreadable',
      });
    expect(service.massAccess?.approvalUrl(access)).toBe(
      'https://login.microsoftonline.test/contoso.test/adminconsent?client_id=company-app',
    );
  });
});

describe('Gmail by delegation', () => {
  it('tells a missing delegation, other scopes, an unknown person and a deleted key apart', async () => {
    const { simulator, service, clock } = openGoogle();
    const key = simulator.addServiceAccount({ email: 'robot@project.test' });
    const access = await prepare(service, { keyFile: JSON.stringify(key) });
    expect(service.massAccess?.facts(access)).toEqual([
      { label: 'Service account', value: 'robot@project.test' },
      { label: 'Client ID', value: key.client_id },
      { label: 'OAuth scopes', value: SCOPES.join(',') },
    ]);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.delegation-missing');
    simulator.delegate('contoso.test', key.client_id, ['https://www.googleapis.com/auth/gmail.readonly']);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.delegation-missing');
    simulator.delegate('contoso.test', key.client_id, [MODIFY]);
    expect(await outcomeOf(service, access, ANN)).toBe('ok');
    expect(await outcomeOf(service, access, 'nobody@contoso.test')).toBe('mailbox.not-found');
    simulator.delegate('contoso.test', key.client_id, []);
    clock.advance(2 * HOUR);
    expect(await outcomeOf(service, access, ANN)).toBe('mailbox.delegation-missing');
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const forged = { ...key, private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }) };
    const other = await prepare(service, { keyFile: JSON.stringify(forged) });
    simulator.delegate('contoso.test', key.client_id, [MODIFY]);
    expect(await outcomeOf(service, access, ANN)).toBe('ok');
    expect(
      await outcomeOf(
        service,
        { ...other, credential: { ...(other.credential as object), keyId: 'x' } },
        ANN,
      ),
    ).toBe('mailbox.access-refused');
  });

  it('reads nothing but the whole key file of a service account', async () => {
    const { service } = openGoogle();
    for (const keyFile of ['', '{}', '{"type":"authorized_user"}', 'not json'])
      expect(await failureOf(prepare(service, { keyFile }))).toMatchObject({
        code: 'mailbox.access-unreadable',
      });
  });
});

describe('Salesforce by JWT bearer', () => {
  const LOGIN = 'https://login.salesforce.test';
  const open = async (actsAs: 'each-user' | 'service-account' = 'each-user') => {
    const clock = createFakeClock(Date.UTC(2026, 10, 2, 10));
    const simulator = createSalesforceSimulator({ now: clock.now, origin: LOGIN, instanceOrigin: LOGIN });
    for (const name of ['anna', 'ben', 'robot'])
      simulator.addUser({ username: `${name}@acme.test`, password: 'x', email: `${name}@acme.test` });
    const pair = () =>
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
        privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      });
    const { privateKey, publicKey } = pair();
    simulator.addConnectedApp({
      ...{ clientId: 'company-app', redirectUris: [], publicKey, scopes: ['api', 'id'] },
      preAuthorized: ['anna@acme.test', 'robot@acme.test'],
    });
    const asked: string[] = [];
    const http = createHttp({
      fetch: (url, init) => {
        asked.push(url);
        return simulator.fetch(
          new Request(url, {
            method: init.method,
            headers: init.headers,
            ...(init.body === undefined ? {} : { body: init.body }),
          }),
        );
      },
      clock,
    });
    const app = {
      http,
      clientId: 'operator',
      clientSecret: 'theirs',
      redirectUri: '',
      extraOrigins: [LOGIN],
    };
    const way = createSalesforceMassAccess((host) => (host === 'production' ? LOGIN : null));
    const form = {
      host: 'production',
      clientId: 'company-app',
      privateKey,
      username: 'robot@acme.test',
      actsAs,
    };
    const access = await way.prepareAccess(form, signal);
    const sessions = createBearerSessions(clock.now);
    const connectionOf = (name: string, lender = access) => {
      const own = way.reach({ username: `${name}@acme.test`, userId: `005${name}` });
      return { ...lender, ...own, settings: { ...lender.settings, ...own.settings } };
    };
    const of = (name: string, lender = access) =>
      sessions.of(
        app,
        connectionOf(name, lender),
        keepLazily(async () => lender.credential),
      );
    const told = async (name: string, lender = access) =>
      seenThroughAccess(await failureOf(of(name, lender).current())).code;
    return { simulator, clock, asked, way, form, pair, of, told, connectionOf };
  };

  it('opens each person’s own session, one assertion for many who ask at once, and another when it has died', async () => {
    const { of, asked, simulator } = await open();
    const [one, two] = await Promise.all([of('anna').current(), of('anna').current()]);
    expect(one.accessToken).toBe(two.accessToken);
    const robot = await of('robot').current();
    expect(robot.identityUrl).not.toBe(one.identityUrl);
    expect(asked).toHaveLength(2);
    simulator.endSessions();
    const renewed = await of('anna').renew(one.accessToken);
    expect(renewed.accessToken).not.toBe(one.accessToken);
    expect((await of('anna').renew(one.accessToken)).accessToken).toBe(renewed.accessToken);
    expect(asked).toHaveLength(3);
  });

  it('opens the service account’s session for everybody where that was chosen, and knows whose the records are', async () => {
    const { of, connectionOf } = await open('service-account');
    const [anna, ben] = [await of('anna').current(), await of('ben').current()];
    expect(anna.identityUrl).toBe(ben.identityUrl);
    expect(ownerOf(connectionOf('ben').settings)).toBe('005ben');
    expect(ownerOf((await open()).connectionOf('ben').settings)).toBeNull();
  });

  it('tells who is not approved, who is inactive, a foreign key and a wrong clock apart', async () => {
    const { told, simulator, way, form, pair, clock, of } = await open();
    expect(await told('ben')).toBe('crm.app-not-allowed');
    expect(await told('nobody')).toBe('crm.app-not-allowed');
    simulator.changeConnectedApp('company-app', { preAuthorized: ['anna@acme.test', 'ben@acme.test'] });
    expect((await of('ben').current()).accessToken).toBeTruthy();
    const foreign = await way.prepareAccess({ ...form, privateKey: pair().privateKey }, signal);
    expect(await told('anna', foreign)).toBe('crm.access-refused');
    simulator.changeUser('anna@acme.test', { active: false });
    expect(await told('anna')).toBe('crm.user-inactive');
    simulator.changeConnectedApp('company-app', { publicKey: pair().publicKey });
    simulator.changeUser('anna@acme.test', { active: true });
    expect(await told('anna')).toBe('crm.access-refused');
    await clock.advance(MINUTE);
    simulator.changeConnectedApp('company-app', { isBlocked: true });
    expect(await told('anna')).toBe('crm.app-not-allowed');
  });

  it('takes an RSA key as PKCS #8 and a host of Salesforce, and nothing else', async () => {
    const { way, form } = await open();
    const { privateKey } = generateKeyPairSync('ec', {
      namedCurve: 'P-256',
      publicKeyEncoding: { type: 'spki', format: 'pem' },
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    });
    for (const wrong of [{ privateKey }, { privateKey: 'none' }, { host: 'elsewhere.test' }])
      expect(await failureOf(way.prepareAccess({ ...form, ...wrong }, signal))).toMatchObject({
        code: 'crm.access-unreadable',
      });
  });
});
