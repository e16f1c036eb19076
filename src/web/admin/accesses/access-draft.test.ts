import { describe, expect, test } from 'vitest';
import { accessFormSchema } from '../../../api-schema/admin/accesses.ts';
import { accessFormOf, accessServices, emptyAccess, findAccessErrors, readKeyFile } from './access-draft.ts';
import { setUpOf } from './set-up-steps.ts';

const keyFile = JSON.stringify({
  type: 'service_account',
  client_id: '1148',
  client_email: 'sync@acme.iam.example',
  private_key: 'canned',
});
const pem = '-----BEGIN PRIVATE KEY-----\ncanned\n-----END PRIVATE KEY-----';
const filled = {
  ...emptyAccess,
  name: ' Head office ',
  sampleMailbox: 'anna@acme.example',
  login: 'ACME\\svc-sync',
  password: ' keeps its blanks ',
  tenant: 'acme.example',
  clientId: 'client-1',
  certificate: `${pem}\n-----BEGIN CERTIFICATE-----\ncanned\n-----END CERTIFICATE-----`,
  keyFile,
  privateKey: pem,
  username: 'sync@acme.example',
};

describe('the forms of the four services', () => {
  test.each(accessServices)('%s: what is complete is sent as the API takes it', (service) => {
    expect(findAccessErrors(service, filled)).toEqual({});
    const form = accessFormOf(service, filled);
    expect(accessFormSchema.parse(form)).toMatchObject({ service, name: 'Head office' });
  });

  test.each(accessServices)('%s: what is missing is named, the first one first', (service) => {
    const errors = findAccessErrors(service, emptyAccess);
    expect(Object.keys(errors)[0]).toBe('name');
    expect(Object.keys(errors).length).toBeGreaterThan(2);
  });

  test('a password is sent to the letter', () => {
    expect(accessFormOf('exchange', filled)).toMatchObject({ password: ' keeps its blanks ' });
  });

  test('one of secret and certificate is sent', () => {
    const secret = { ...filled, proof: 'secret', clientSecret: 'canned-secret' } as const;
    expect(accessFormOf('office365', secret)).toHaveProperty('clientSecret');
    expect(accessFormOf('office365', secret)).not.toHaveProperty('certificate');
    expect(accessFormOf('office365', filled)).not.toHaveProperty('clientSecret');
  });

  test('any other JSON is no key file', () => {
    expect(readKeyFile('{"type":"authorized_user"}')).toBeNull();
    expect(readKeyFile('not JSON')).toBeNull();
    expect(readKeyFile(keyFile)).toEqual({ clientId: '1148', email: 'sync@acme.iam.example' });
  });
});

describe('the steps in the service’s own console', () => {
  const codes = (service: (typeof accessServices)[number], draft = filled) =>
    setUpOf(service, draft).steps.flatMap(({ code }) => (code === undefined ? [] : [code]));

  test('the role is assigned to the login that was typed', () => {
    expect(codes('exchange')[1]).toContain("-User 'ACME\\svc-sync'");
  });

  test('a quote in a login stays inside its string', () => {
    expect(codes('exchange', { ...filled, login: "o'neil" })[1]).toContain("-User 'o''neil'");
  });

  test('the consent link names tenant and application', () => {
    expect(codes('office365')[1]).toBe(
      'https://login.microsoftonline.com/acme.example/adminconsent?client_id=client-1',
    );
  });

  test('the client id comes from the key file', () => {
    const scopes = ['gmail.modify', 'calendar.events', 'contacts', 'tasks'];
    expect(codes('google')).toEqual([
      '1148',
      scopes.map((scope) => `https://www.googleapis.com/auth/${scope}`).join(','),
    ]);
  });

  test('who is pre-authorized depends on whose session a run has', () => {
    const text = (actsAs: 'each-user' | 'service-account') =>
      setUpOf('salesforce', { ...filled, actsAs })
        .steps.map((step) => step.text)
        .join(' ');
    expect(text('each-user')).toContain('to everybody who is to be synced');
    expect(text('service-account')).toContain('to the service account alone');
  });
});
