import { expect, test } from 'vitest';
import type { FailureCode } from '../../model/catalogue.ts';
import { DAY, SECOND } from '../../model/clock.ts';
import { gmailFailure, type Scope } from './failures.ts';

const NOW = Date.UTC(2026, 5, 1);
const legacy = (reason: string, message = '') => JSON.stringify({ error: { message, errors: [{ reason }] } });
const modern = (status: string, reason?: string) =>
  JSON.stringify({ error: { status, details: reason === undefined ? [] : [{ '@type': 'x', reason }] } });
const told = (status: number, text: string, scope: Scope = 'mailbox', retryAfter: string | null = null) =>
  gmailFailure({ status, text, retryAfter }, scope, 'consent', NOW);

const cases: readonly (readonly [number, string, Scope, FailureCode])[] = [
  [401, legacy('authError'), 'mailbox', 'mailbox.authorization-revoked'],
  [403, legacy('userRateLimitExceeded'), 'item', 'mailbox.throttled'],
  [403, modern('PERMISSION_DENIED', 'RATE_LIMIT_EXCEEDED'), 'mailbox', 'mailbox.throttled'],
  [429, modern('RESOURCE_EXHAUSTED'), 'mailbox', 'mailbox.throttled'],
  [429, '<html>', 'item', 'mailbox.throttled'],
  [403, legacy('dailyLimitExceeded'), 'mailbox', 'mailbox.quota-exhausted'],
  [403, legacy('quotaExceeded', "limit 'Queries per day'"), 'mailbox', 'mailbox.quota-exhausted'],
  [403, legacy('quotaExceeded', "limit 'Queries per minute per user'"), 'mailbox', 'mailbox.throttled'],
  [403, legacy('insufficientPermissions'), 'item', 'mailbox.scope-missing'],
  [403, modern('PERMISSION_DENIED', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT'), 'mailbox', 'mailbox.scope-missing'],
  [403, legacy('domainPolicy'), 'mailbox', 'mailbox.app-blocked'],
  [403, modern('PERMISSION_DENIED', 'SERVICE_DISABLED'), 'mailbox', 'mailbox.app-misconfigured'],
  [400, legacy('failedPrecondition', 'Mail service not enabled'), 'mailbox', 'mailbox.no-licence'],
  [403, legacy('forbidden', 'Delegation denied for somebody'), 'mailbox', 'mailbox.no-licence'],
  [404, legacy('notFound'), 'history', 'mailbox.cursor-expired'],
  [400, legacy('invalidArgument', 'Invalid pageToken'), 'page', 'mailbox.cursor-expired'],
  [404, legacy('notFound'), 'item', 'mailbox.item-gone'],
  [400, legacy('invalidArgument'), 'item', 'mailbox.item-unreadable'],
  [400, legacy('invalidArgument'), 'making', 'mailbox.item-refused'],
  [400, legacy('timeRangeEmpty'), 'write', 'mailbox.item-refused'],
  [412, legacy('conditionNotMet'), 'write', 'mailbox.item-conflict'],
  [409, legacy('duplicate'), 'making', 'mailbox.item-conflict'],
  [403, legacy('insufficientPermissions'), 'making', 'mailbox.scope-missing'],
  [400, legacy('invalidArgument'), 'mailbox', 'mailbox.request-invalid'],
  [503, legacy('backendError'), 'item', 'mailbox.transient'],
  [302, '', 'mailbox', 'mailbox.transient'],
];

test.each(cases)('%i %s of a %s is %s', (status, text, scope, code) => {
  expect(told(status, text, scope).code).toBe(code);
});

test('a service account that may not act is told apart from a person who left a permission out', () => {
  const refusal = {
    status: 400,
    text: legacy('failedPrecondition', 'Precondition check failed.'),
    retryAfter: null,
  };
  expect(gmailFailure(refusal, 'mailbox', 'delegation', NOW).code).toBe('mailbox.delegation-missing');
  const scope = { status: 403, text: legacy('insufficientPermissions'), retryAfter: null };
  expect(gmailFailure(scope, 'mailbox', 'delegation', NOW).code).toBe('mailbox.delegation-missing');
});

test('a wait is read as seconds, as a date, and from the message; an absurd one is bounded', () => {
  const at = new Date(NOW + 90 * SECOND);
  expect(told(429, '', 'mailbox', '17').retryAfterMs).toBe(17 * SECOND);
  expect(told(503, '', 'mailbox', at.toUTCString()).retryAfterMs).toBe(90 * SECOND);
  const text = legacy('userRateLimitExceeded', `User-rate limit exceeded.  Retry after ${at.toISOString()}`);
  expect(told(429, text).retryAfterMs).toBe(90 * SECOND);
  expect(told(429, '', 'mailbox', '99999999').retryAfterMs).toBe(DAY);
  expect(told(429, '', 'mailbox', 'soon').retryAfterMs).toBeUndefined();
});

test('no word of the message leaves with a failure', () => {
  const text = legacy('Delegation denied for ann@contoso.test', 'Delegation denied for ann@contoso.test');
  expect(JSON.stringify(told(403, text))).not.toContain('contoso');
});
