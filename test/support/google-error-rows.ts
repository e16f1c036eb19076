/** The taxonomy's rows about Google's sign-in, Gmail, Calendar and People, and how the connector comes to their places in the catalogue. */
import { apis } from '../../src/connectors/google/apis.ts';
import { type Scope as GmailScope, gmailFailure } from '../../src/connectors/google/failures.ts';
import { tokenFailure as googleToken } from '../../src/connectors/google/token-failures.ts';
import { rowsOf, type Translate } from './error-row.ts';

const google =
  (status: number, grant: 'consent' | 'delegation', ...errors: readonly string[]): Translate =>
  () =>
    errors.map((one) => {
      const [error = '', description = null] = one.split('|');
      return googleToken({ status, error, description, details: {} }, grant, 0);
    });

const gmail =
  (
    status: number,
    scope: GmailScope,
    reasons: readonly string[],
    message = '',
    grant: 'consent' | 'delegation' = 'consent',
  ): Translate =>
  () =>
    reasons.map((reason) => {
      const text = JSON.stringify({ error: { message, errors: [{ reason }] } });
      return gmailFailure({ status, text, retryAfter: null }, scope, grant, 0);
    });

/** A refusal of another of Google's APIs. */
const api =
  (
    name: 'calendar' | 'people',
    status: number,
    scope: GmailScope,
    reasons: readonly string[],
    message = '',
  ): Translate =>
  () =>
    reasons.map((reason) => {
      const text = JSON.stringify({ error: { message, errors: [{ reason }] } });
      return gmailFailure({ status, text, retryAfter: null }, scope, 'consent', 0, apis[name]);
    });

const all = 'Gmail/Calendar/People/Tasks';
export const googleRows = [
  ...rowsOf(
    'Google token',
    [
      '400 invalid_grant "Token has been',
      'mailbox.grant-ended',
      google(400, 'consent', 'invalid_grant|Token has been expired or revoked.'),
    ],
    [
      '400 invalid_grant with error_subtype',
      'mailbox.another-sign-in-step',
      google(400, 'consent', 'invalid_grant|reauth related error (invalid_rapt)'),
    ],
    [
      '400 invalid_grant "Invalid email',
      'mailbox.not-found',
      google(400, 'delegation', 'invalid_grant|Invalid email or User ID', 'invalid_grant|Not a valid email'),
    ],
    [
      '400 invalid_grant "Invalid JWT',
      'mailbox.app-misconfigured',
      google(400, 'delegation', 'invalid_grant|Invalid JWT: Token must be a short-lived token'),
    ],
    [
      '401 unauthorized_client',
      'mailbox.delegation-missing',
      google(401, 'delegation', 'unauthorized_client'),
    ],
    [
      '401 invalid_client',
      'mailbox.app-misconfigured',
      google(401, 'consent', 'invalid_client', 'deleted_client', 'disabled_client', 'org_internal'),
    ],
    ['access_denied; 400 admin_policy', 'mailbox.consent-declined', google(400, 'consent', 'access_denied')],
    ['5xx, internal_failure', 'mailbox.transient', google(400, 'consent', 'internal_failure')],
  ),
  ...rowsOf(
    all,
    [
      '401 authError',
      'mailbox.authorization-revoked',
      gmail(401, 'mailbox', ['authError', 'UNAUTHENTICATED']),
    ],
    [
      '403 insufficientPermissions',
      'mailbox.scope-missing',
      gmail(403, 'mailbox', ['insufficientPermissions', 'ACCESS_TOKEN_SCOPE_INSUFFICIENT']),
    ],
    ['403 domainPolicy', 'mailbox.app-blocked', gmail(403, 'mailbox', ['domainPolicy'])],
    [
      '403 rateLimitExceeded',
      'mailbox.throttled',
      gmail(403, 'item', [
        'rateLimitExceeded',
        'userRateLimitExceeded',
        'quotaExceeded',
        'RESOURCE_EXHAUSTED',
      ]),
    ],
    [
      '500, 502',
      'mailbox.transient',
      (match) => [500, 502, 503, 504].flatMap((status) => gmail(status, 'item', ['backendError'])(match)),
    ],
    [
      '400 invalid',
      'mailbox.request-invalid',
      gmail(400, 'mailbox', ['invalid', 'badRequest', 'invalidArgument', 'required']),
    ],
  ),
  ...rowsOf(
    'Gmail',
    [
      '400 failedPrecondition "Mail service',
      'mailbox.no-licence',
      (match) => [
        ...gmail(400, 'mailbox', ['failedPrecondition'], 'Mail service not enabled')(match),
        ...gmail(403, 'mailbox', ['forbidden'], 'Delegation denied for anna')(match),
      ],
    ],
    [
      '400 failedPrecondition "Precondition',
      'mailbox.delegation-missing',
      gmail(400, 'mailbox', ['failedPrecondition'], 'Precondition check failed.', 'delegation'),
    ],
    [
      '429 "User-rate limit',
      'mailbox.throttled',
      gmail(
        429,
        'mailbox',
        ['rateLimitExceeded'],
        'User-rate limit exceeded.  Retry after 2026-01-05T08:00:00Z',
      ),
    ],
    ['404 notFound on history', 'mailbox.cursor-expired', gmail(404, 'history', ['notFound'])],
    ['404 notFound on messages', 'mailbox.item-gone', gmail(404, 'item', ['notFound'])],
  ),
  ...rowsOf('Gmail/Calendar', [
    '403 dailyLimitExceeded',
    'mailbox.quota-exhausted',
    (match) => [
      ...gmail(403, 'mailbox', ['dailyLimitExceeded'])(match),
      ...api('calendar', 403, 'item', ['quotaExceeded'], 'Calendar usage limits exceeded.')(match),
    ],
  ]),
  ...rowsOf(
    'Calendar',
    [
      '410 fullSyncRequired',
      'mailbox.cursor-expired',
      api('calendar', 410, 'history', ['fullSyncRequired', 'updatedMinTooLongAgo']),
    ],
    ['410 deleted', 'mailbox.item-gone', api('calendar', 410, 'item', ['deleted'])],
    ['412 conditionNotMet', 'mailbox.item-conflict', api('calendar', 412, 'write', ['conditionNotMet'])],
    ['409 duplicate', 'mailbox.item-conflict', api('calendar', 409, 'item', ['duplicate'])],
    [
      '403 forbiddenForNonOrganizer',
      'mailbox.item-access-denied',
      api('calendar', 403, 'write', ['forbiddenForNonOrganizer']),
    ],
    ['404 notFound on the calendar', 'mailbox.not-found', api('calendar', 404, 'mailbox', ['notFound'])],
  ),
  ...rowsOf(
    'People',
    [
      '400 FAILED_PRECONDITION',
      'mailbox.cursor-expired',
      api('people', 400, 'history', ['EXPIRED_SYNC_TOKEN']),
    ],
    [
      '400 failedPrecondition "person',
      'mailbox.item-conflict',
      api('people', 400, 'write', ['failedPrecondition']),
    ],
  ),
];
