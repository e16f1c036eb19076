import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigFault, readConfig } from './config.ts';

const key = Buffer.alloc(32, 7).toString('base64');

function faultsOf(environment: Record<string, string>): readonly string[] {
  try {
    readConfig(environment);
    return [];
  } catch (error) {
    return error instanceof ConfigFault ? error.faults : [String(error)];
  }
}

describe('configuration', () => {
  test('one variable is enough to start on the embedded database', () => {
    const config = readConfig({ SALESFORCE_CLIENT_ID: 'id' });
    expect(config.database.kind).toBe('embedded');
    expect(config.masterKey.kind).toBe('file');
    expect(config.salesforce.apiVersion).toBe('v62.0');
  });

  test('all faults are reported at once, each with its variable', () => {
    const faults = faultsOf({
      PORT: '99999',
      PUBLIC_URL: 'x',
      LOG_LEVEL: 'loud',
      RUNS_AT_ONCE: '0',
      SALESFORCE_API_VERSION: '7',
    });
    for (const name of [
      'PORT',
      'PUBLIC_URL',
      'LOG_LEVEL',
      'RUNS_AT_ONCE',
      'SALESFORCE_CLIENT_ID',
      'SALESFORCE_API_VERSION',
    ]) {
      expect(faults.filter((fault) => fault.includes(name))).toHaveLength(1);
    }
  });

  test('a shared database needs a shared key, and a fault never repeats a secret', () => {
    const shared = { SALESFORCE_CLIENT_ID: 'id', DATABASE_URL: 'postgres://db/lockstep' };
    expect(faultsOf(shared)).toHaveLength(1);
    expect(faultsOf({ ...shared, MASTER_KEY: key })).toEqual([]);
    expect(faultsOf({ ...shared, MASTER_KEY: 'c2hvcnQ=' }).join()).not.toContain('c2hvcnQ=');
  });

  test('a mail service whose application is not named is not offered', () => {
    const config = readConfig({ SALESFORCE_CLIENT_ID: 'id' });
    expect([config.office365, config.google]).toEqual([null, null]);
  });

  test('an application is named with its secret; hosts follow the national cloud', () => {
    const { office365, google } = readConfig({
      SALESFORCE_CLIENT_ID: 'id',
      OFFICE365_CLIENT_ID: 'app',
      OFFICE365_CLIENT_SECRET: 'secret',
      OFFICE365_CLOUD: 'china',
      GOOGLE_CLIENT_ID: 'app',
      GOOGLE_CLIENT_SECRET: 'secret',
    });
    expect(office365).toMatchObject({
      tenant: 'organizations',
      loginOrigin: 'https://login.partner.microsoftonline.cn',
      graphOrigin: 'https://microsoftgraph.chinacloudapi.cn',
    });
    expect(google).toMatchObject({ serviceAccount: null, gmailOrigin: 'https://gmail.googleapis.com' });
  });

  test('a secret, a certificate or a key file that is missing is named with its variable', () => {
    const faults = faultsOf({
      SALESFORCE_CLIENT_ID: 'id',
      OFFICE365_CLIENT_ID: 'app',
      OFFICE365_CLOUD: 'moon',
      OFFICE365_CERTIFICATE_FILE: '/nowhere.pem',
      OFFICE365_GRAPH_ORIGIN: 'http://graph.example',
      GOOGLE_CLIENT_ID: 'app',
      GOOGLE_SERVICE_ACCOUNT_FILE: '/nowhere.json',
      GOOGLE_UNITS_PER_MINUTE: 'many',
    });
    for (const name of [
      'OFFICE365_CLIENT_SECRET',
      'OFFICE365_CLOUD',
      'OFFICE365_CERTIFICATE_FILE must',
      'OFFICE365_GRAPH_ORIGIN',
      'GOOGLE_CLIENT_SECRET',
      'GOOGLE_SERVICE_ACCOUNT_FILE',
      'GOOGLE_UNITS_PER_MINUTE',
    ])
      expect(
        faults.filter((fault) => fault.includes(name)),
        name,
      ).toHaveLength(1);
  });

  test('modern authentication of Exchange is all there or not at all', () => {
    const basic = { SALESFORCE_CLIENT_ID: 'id' };
    const all = {
      ...basic,
      EXCHANGE_OAUTH_CLIENT_ID: 'client',
      EXCHANGE_OAUTH_AUTHORITY: 'https://sts.acme.com/adfs/',
      EXCHANGE_OAUTH_RESOURCE: 'https://mail.acme.com/',
      EXCHANGE_EWS_URL: 'https://mail.acme.com/EWS/Exchange.asmx',
    };
    expect(readConfig(basic).exchangeOauth).toBeNull();
    expect(readConfig(all).exchangeOauth).toEqual({
      authority: 'https://sts.acme.com/adfs',
      clientId: 'client',
      clientSecret: null,
      resource: 'https://mail.acme.com',
      ewsUrl: 'https://mail.acme.com/EWS/Exchange.asmx',
    });
    expect(faultsOf({ ...basic, EXCHANGE_OAUTH_CLIENT_ID: 'client' })).toHaveLength(3);
    expect(faultsOf({ ...all, EXCHANGE_OAUTH_AUTHORITY: 'http://sts.acme.com/adfs' })).toHaveLength(1);
  });

  test('who may frame the sidebar, and what may lie inside the network, are named one by one', () => {
    const basic = { SALESFORCE_CLIENT_ID: 'id' };
    const config = readConfig({
      ...basic,
      FRAME_ANCESTORS: 'https://mail.acme.com, https://owa.acme.com:8443',
      EWS_ALLOWED_HOSTS: 'Mail.Acme.com *.corp.example 10.1.0.0/16 fd00:1::/32',
    });
    expect(config.frameAncestors).toEqual(['https://mail.acme.com', 'https://owa.acme.com:8443']);
    expect(config.ewsAllowedHosts).toEqual(['mail.acme.com', '*.corp.example', '10.1.0.0/16', 'fd00:1::/32']);
    for (const origin of ['https://*.acme.com', 'http://mail.acme.com', 'https://mail.acme.com/owa', '*'])
      expect(faultsOf({ ...basic, FRAME_ANCESTORS: origin }), origin).toHaveLength(1);
    for (const range of ['10.1.0.0/33', '10.1.0/16', 'mail.acme.com/24', '::/129'])
      expect(faultsOf({ ...basic, EWS_ALLOWED_HOSTS: range }), range).toHaveLength(1);
  });

  test('hints are on where a service can reach us or we it, and HINTS=off ends all of them', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-config-'));
    const file = join(folder, 'key.json');
    writeFileSync(file, JSON.stringify({ client_email: 'pull@p.iam.test', private_key: 'PEM' }));
    const basic = { SALESFORCE_CLIENT_ID: 'id' };
    const google = { GOOGLE_CLIENT_ID: 'g', GOOGLE_CLIENT_SECRET: 's', GOOGLE_SERVICE_ACCOUNT_FILE: file };
    const topic = {
      GOOGLE_PUBSUB_TOPIC: 'projects/p/topics/t',
      GOOGLE_PUBSUB_SUBSCRIPTION: 'projects/p/subscriptions/s',
    };
    const hintsOf = (more: Record<string, string>) => readConfig({ ...basic, ...more }).hints;
    expect(hintsOf({})).toEqual({ origin: null, pubsub: null, ewsStreaming: false });
    for (const url of [
      'http://lockstep.acme.com',
      'https://localhost:3000',
      'https://127.0.0.1',
      'https://[::1]',
    ])
      expect(hintsOf({ PUBLIC_URL: url }).origin, url).toBeNull();
    const all = { PUBLIC_URL: 'https://lockstep.acme.com', EWS_STREAMING: 'on', ...google, ...topic };
    expect(hintsOf(all)).toMatchObject({
      origin: 'https://lockstep.acme.com',
      pubsub: { topic: 'projects/p/topics/t', origin: 'https://pubsub.googleapis.com' },
      ewsStreaming: true,
    });
    expect(hintsOf({ ...all, HINTS_ORIGIN: 'http://127.0.0.1:9/' }).origin).toBe('http://127.0.0.1:9');
    expect(hintsOf({ ...all, HINTS: 'off' })).toEqual({ origin: null, pubsub: null, ewsStreaming: false });
    const faults = faultsOf({
      ...basic,
      HINTS: 'yes',
      EWS_STREAMING: 'maybe',
      HINTS_ORIGIN: 'x',
      GOOGLE_PUBSUB_TOPIC: 't',
      GOOGLE_PUBSUB_ORIGIN: 'y',
    });
    expect(faults).toHaveLength(7);
    rmSync(folder, { recursive: true });
  });

  test('a secret may be given as a file, named by its variable with _FILE behind it', () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockstep-secrets-'));
    const file = join(folder, 'secret');
    const secret = ['postgres://lockstep', 'hush@db/lockstep'].join(':');
    writeFileSync(file, `${secret}\n`);
    const config = readConfig({
      SALESFORCE_CLIENT_ID: 'id',
      MASTER_KEY: key,
      DATABASE_URL_FILE: file,
      SALESFORCE_CLIENT_SECRET_FILE: file,
    });
    expect(config.database).toEqual({ kind: 'server', url: secret });
    expect(config.salesforce.clientSecret).toBe(secret);
    const wrong = faultsOf({
      SALESFORCE_CLIENT_ID: 'id',
      SALESFORCE_CLIENT_SECRET: 'hush',
      SALESFORCE_CLIENT_SECRET_FILE: file,
      SMTP_URL_FILE: join(folder, 'nowhere'),
      PREVIOUS_MASTER_KEYS_FILE: folder,
    });
    expect(wrong).toEqual([
      'PREVIOUS_MASTER_KEYS_FILE must name a readable file of at most 64 KiB that holds the value.',
      'Set SALESFORCE_CLIENT_SECRET or SALESFORCE_CLIENT_SECRET_FILE, not both.',
      'SMTP_URL_FILE must name a readable file of at most 64 KiB that holds the value.',
    ]);
    expect(wrong.join()).not.toMatch(/hush|lockstep-secrets/);
    rmSync(folder, { recursive: true });
  });
});
