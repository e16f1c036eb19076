/** The taxonomy's rows about Google's sign-in, Gmail, Calendar and People, and how the connector comes to their places in the catalogue. */
import { type Scope as GmailScope, gmailFailure } from '../../src/connectors/google/failures.ts';
import { tokenFailure as googleToken } from '../../src/connectors/google/token-failures.ts';
import { nothingYet, rowsOf, type Translate } from './error-row.ts';

const google =
  (status: number, grant: 'consent' | 'delegation', ...errors: readonly string[]): Translate =>
  () =>
    errors.map((one) => {
      const [error = '', description = null] = one.split('|');
      return googleToken({ status, error, description, details: {} }, grant);
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
    gmail(403, 'mailbox', ['dailyLimitExceeded']),
  ]),
  // Calendar and contacts are not read yet; their errors have their place already.
  ...rowsOf(
    'Calendar',
    ['410 fullSyncRequired', 'mailbox.cursor-expired', nothingYet],
    ['410 deleted', 'mailbox.item-gone', nothingYet],
    ['412 conditionNotMet', 'mailbox.item-conflict', nothingYet],
    ['409 duplicate', 'mailbox.item-conflict', nothingYet],
    ['403 forbiddenForNonOrganizer', 'mailbox.item-access-denied', nothingYet],
    ['404 notFound on the calendar', 'mailbox.not-found', nothingYet],
  ),
  ...rowsOf(
    'People',
    ['400 FAILED_PRECONDITION', 'mailbox.cursor-expired', nothingYet],
    ['400 failedPrecondition "person', 'mailbox.item-conflict', nothingYet],
  ),
];
