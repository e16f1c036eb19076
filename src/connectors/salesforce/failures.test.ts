import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { failureCodes } from '../../model/catalogue.ts';
import { RemoteFailure } from '../../model/failure.ts';
import { NetworkError } from '../http.ts';
import { failureByErrorCode, isEcho, recordFailure, requestFailure, translateNetwork } from './failures.ts';

const error = (code: string, message = '', fields: string[] = []) => ({ code, message, fields });

test('every row of the table is a Salesforce code of the catalogue', () => {
  for (const [code, ours] of Object.entries(failureByErrorCode)) {
    expect(failureCodes).toContain(ours);
    expect(ours, code).toMatch(/^crm\./);
  }
});

test('every HTTP status and every unknown code has a failure', () => {
  for (let status = 100; status < 600; status += 1) {
    expect(requestFailure(status, []).code).toMatch(/^crm\./);
    expect(requestFailure(status, [error('NEVER_SEEN')]).vendorCode).toBe('NEVER_SEEN');
  }
  expect(recordFailure([error('NEVER_SEEN')], 'Task').code).toBe('crm.record-refused');
  expect(recordFailure([], 'Task').code).toBe('crm.record-refused');
  expect(recordFailure([error('MAX_ANYTHING_EXCEEDED')], 'Task').code).toBe('crm.storage-full');
});

test('every code of the taxonomy is known', (context) => {
  const path = '../shared/contracts/error-taxonomy.json';
  if (!existsSync(path)) {
    context.skip('../shared/contracts is not there');
    return;
  }
  const text = readFileSync(path, 'utf8');
  const codes = [...text.matchAll(/"provider":\s*"Salesforce"[^}]*/g)]
    .flatMap(([row]) => row.match(/\b[A-Z][A-Z]+(?:_[A-Z]+)+\b/g) ?? [])
    .filter((code) => !/^(MAX_|INSUFFICIENT_ACCESS$)/.test(code));
  for (const code of codes) expect(Object.keys(failureByErrorCode), code).toContain(code);
});

test('the day allowance and too many long requests share a code and are told apart', () => {
  expect(requestFailure(429, [error('SERVER_UNAVAILABLE')]).code).toBe('crm.throttled');
  const day = requestFailure(403, [error('REQUEST_LIMIT_EXCEEDED', 'TotalRequests Limit exceeded.')]);
  const many = requestFailure(403, [
    error('REQUEST_LIMIT_EXCEEDED', 'ConcurrentRequests (Concurrent API Requests) Limit exceeded.'),
  ]);
  expect([day.code, many.code]).toEqual(['crm.api-limit', 'crm.throttled']);
});

test('echoes of another record are not what a record failed of', () => {
  const errors = [error('PROCESSING_HALTED'), error('REQUIRED_FIELD_MISSING', '', ['Reason__c'])];
  expect(recordFailure(errors, 'EmailMessage')).toEqual({
    code: 'crm.required-field-missing',
    kind: 'bad-item',
    vendorCode: 'REQUIRED_FIELD_MISSING',
    fields: ['EmailMessage.Reason__c'],
  });
  expect(isEcho(errors)).toBe(false);
  expect(isEcho([error('PROCESSING_HALTED')])).toBe(true);
});

test('no value of a record reaches a failure', () => {
  const told = recordFailure(
    [error('STRING_TOO_LONG', 'data value too large: Dear Anna', ['Subject', 'Dear Anna, hello', 'x@y'])],
    'EmailMessage',
  );
  expect(JSON.stringify(told)).not.toContain('Anna');
  expect(told.fields).toEqual(['EmailMessage.Subject']);
});

test('network trouble is unreachable or an untrusted certificate', () => {
  expect(translateNetwork(new NetworkError('timeout', 'DEADLINE'))).toMatchObject({
    failure: { code: 'crm.unreachable', vendorCode: 'DEADLINE' },
  });
  expect(translateNetwork(new NetworkError('certificate', 'CERT_HAS_EXPIRED'))).toMatchObject({
    failure: { code: 'crm.certificate-untrusted' },
  });
  const other = new RemoteFailure({ code: 'crm.throttled', kind: 'throttled' });
  expect(translateNetwork(other)).toBe(other);
});
