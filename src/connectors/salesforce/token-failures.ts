/**
 * What a refusal of Salesforce's OAuth endpoints means. `error` is the code; for `invalid_grant` Salesforce says only in the
 * description whether the token, the app, the user or the network is refused, so that is read, and never kept.
 * Vendor page: docs/remote-services/salesforce.md#oauth-errors.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { HOUR } from '../../model/clock.ts';
import { type Failure, failure } from '../../model/failure.ts';

/** Descriptions of `invalid_grant` and of redirects, first match wins. */
const descriptions: readonly (readonly [RegExp, FailureCode])[] = [
  [/login rate exceeded/i, 'crm.throttled'],
  [/authentication failure/i, 'crm.credentials-rejected'],
  [/inactive (user|org)|user is inactive|organization is inactive/i, 'crm.user-inactive'],
  [/ip restricted|invalid login hours|login hours/i, 'crm.login-restricted'],
  [
    /hasn't approved this consumer|not approved|admin approved|OAUTH_APP_BLOCKED|app blocked/i,
    'crm.app-not-allowed',
  ],
  [/invalid assertion|audience is invalid|client identifier|redirect_uri/i, 'crm.app-misconfigured'],
];

/** `error` values. `invalid_grant` without a known description is the token itself. */
const failureByOauthError: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'crm.authorization-revoked',
  access_denied: 'crm.authorization-revoked',
  invalid_app_access: 'crm.app-not-allowed',
  OAUTH_APP_BLOCKED: 'crm.app-not-allowed',
  OAUTH_APP_ACCESS_DENIED: 'crm.app-not-allowed',
  OAUTH_EC_APP_NOT_FOUND: 'crm.app-not-allowed',
  inactive_user: 'crm.user-inactive',
  inactive_org: 'crm.user-inactive',
  invalid_client: 'crm.app-misconfigured',
  invalid_client_id: 'crm.app-misconfigured',
  invalid_client_credentials: 'crm.app-misconfigured',
  invalid_assertion: 'crm.app-misconfigured',
  invalid_scope: 'crm.app-misconfigured',
  redirect_uri_mismatch: 'crm.app-misconfigured',
  redirect_uri_missing: 'crm.app-misconfigured',
  unauthorized_client: 'crm.app-misconfigured',
  unsupported_grant_type: 'crm.app-misconfigured',
  unsupported_response_type: 'crm.app-misconfigured',
  unsupported_token_type: 'crm.authorization-revoked',
  invalid_token: 'crm.authorization-revoked',
  rate_limit_exceeded: 'crm.throttled',
  server_error: 'crm.transient',
  temporarily_unavailable: 'crm.transient',
};

const LOGIN_RATE_WAIT_MS = HOUR;

/** The failure of a token request. A 5xx or 429 is never a refusal, whatever the body says. */
export function tokenFailure(status: number, error: string | null, description: string | null): Failure {
  const vendorCode = error !== null && /^\w{1,60}$/.test(error) ? error : `HTTP ${status}`;
  if (status === 429 || status === 503)
    return failure('crm.throttled', { vendorCode, retryAfterMs: LOGIN_RATE_WAIT_MS / 60 });
  if (status >= 500) return failure('crm.transient', { vendorCode });
  const told = descriptions.find(([pattern]) => pattern.test(description ?? ''))?.[1];
  const code = told ?? byError(error) ?? 'crm.request-invalid';
  return failure(
    code,
    code === 'crm.throttled' ? { vendorCode, retryAfterMs: LOGIN_RATE_WAIT_MS } : { vendorCode },
  );
}

function byError(error: string | null): FailureCode | undefined {
  return error !== null && Object.hasOwn(failureByOauthError, error) ? failureByOauthError[error] : undefined;
}
