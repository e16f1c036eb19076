import { expect, test } from 'vitest';
import type { OauthRefusal } from '../oauth.ts';
import { tokenFailure } from './token-failures.ts';

const refusal = (more: Partial<OauthRefusal>): OauthRefusal => ({
  status: 400,
  error: 'invalid_grant',
  description: null,
  details: {},
  ...more,
});

test.each([
  ['a number that is listed', { details: { error_codes: [50173] } }, 'mailbox.grant-ended'],
  [
    'the first number that is listed',
    { details: { error_codes: [1, 50076] } },
    'mailbox.another-sign-in-step',
  ],
  ['an unknown number falls to its class', { details: { error_codes: [99999] } }, 'mailbox.grant-ended'],
  ['a session rule', { details: { error_codes: [70043] } }, 'mailbox.another-sign-in-step'],
  ['interaction without a number', { error: 'interaction_required' }, 'mailbox.another-sign-in-step'],
  ['a declined consent', { error: 'access_denied' }, 'mailbox.consent-declined'],
  [
    'a page’s number in its description',
    { error: 'access_denied', description: 'AADSTS90094: Administrator consent is required.' },
    'mailbox.admin-approval-needed',
  ],
  [
    'a page’s number in its address',
    { error: 'access_denied', details: { error_uri: 'https://login.test/error?code=90095' } },
    'mailbox.admin-approval-needed',
  ],
  [
    'a page’s number in its subtype',
    { error: 'access_denied', details: { error_subtype: 'AADSTS90093' } },
    'mailbox.admin-approval-needed',
  ],
  ['an accused application', { error: 'invalid_client' }, 'mailbox.app-misconfigured'],
  [
    'an accused application whatever else is said',
    { error: 'invalid_client', details: { error_codes: [50173] } },
    'mailbox.app-misconfigured',
  ],
  ['an unknown error', { error: 'what_is_this' }, 'mailbox.app-misconfigured'],
  ['no JSON at all', { error: null }, 'mailbox.app-misconfigured'],
  ['an outage is never a refusal', { status: 503, details: { error_codes: [50173] } }, 'mailbox.transient'],
  ['a passing trouble by number', { details: { error_codes: [90033] } }, 'mailbox.transient'],
  ['too many requests', { status: 429, details: { error_codes: [50173] } }, 'mailbox.throttled'],
] as const)('%s', (_, more, code) => {
  expect(tokenFailure(refusal(more), 0).code).toBe(code);
});

test('a loop is left alone for a quarter of an hour, or as long as is asked', () => {
  const loop = { details: { error_codes: [50196] } };
  expect(tokenFailure(refusal(loop), 0).retryAfterMs).toBe(900_000);
  expect(tokenFailure(refusal({ ...loop, retryAfter: '7' }), 0).retryAfterMs).toBe(7_000);
});

test('the vendor’s code is a constant, never a sentence', () => {
  const told = tokenFailure(refusal({ error: 'see ann@contoso.test', description: 'ann@contoso.test' }), 0);
  expect(JSON.stringify(told)).not.toContain('ann');
});
