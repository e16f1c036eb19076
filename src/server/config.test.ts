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
});
