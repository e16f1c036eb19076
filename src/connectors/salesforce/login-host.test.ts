import { expect, test } from 'vitest';
import { isTrustedOrigin, normaliseLoginHost } from './login-host.ts';

test('takes production, sandbox and My Domain hosts in every way people type them', () => {
  expect(normaliseLoginHost('login.salesforce.com')).toBe('https://login.salesforce.com');
  expect(normaliseLoginHost(' https://Acme.My.Salesforce.com/ ')).toBe('https://acme.my.salesforce.com');
  expect(normaliseLoginHost('acme--dev.sandbox.my.salesforce.com/one/one.app')).toBe(
    'https://acme--dev.sandbox.my.salesforce.com',
  );
});

test('refuses other hosts, look-alikes, plain http, ports and user names', () => {
  for (const typed of [
    'example.com',
    'salesforce.com.example.com',
    'notsalesforce.com',
    'http://login.salesforce.com',
    'https://login.salesforce.com:8443',
    'https://user@login.salesforce.com',
    'ftp://login.salesforce.com',
    '',
    'https://',
  ])
    expect(normaliseLoginHost(typed), typed).toBeNull();
});

test('takes hosts that the operator configured, plain http on loopback only', () => {
  const extra = ['http://127.0.0.1:4000', 'http://crm.internal:4000', 'https://crm.internal:8443'];
  expect(normaliseLoginHost('http://127.0.0.1:4000/x', extra)).toBe('http://127.0.0.1:4000');
  expect(normaliseLoginHost('https://crm.internal:8443', extra)).toBe('https://crm.internal:8443');
  expect(isTrustedOrigin('http://crm.internal:4000', extra)).toBe(false);
});
