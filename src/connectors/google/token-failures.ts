/**
 * What a refusal of Google's sign-in and token endpoints means. `error` is the code; for `invalid_grant` Google tells some causes only in
 * `error_subtype` or in the description, so these are read, and never kept. Vendor pages: docs/remote-services/google.md#token-errors.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import type { Instant } from '../../model/clock.ts';
import { type Failure, failure } from '../../model/failure.ts';
import type { OauthRefusal } from '../oauth.ts';
import { readWait } from './failures.ts';

/** Whether a person consented or the operator's service account acts: the same code may mean two things. */
export type GrantKind = 'consent' | 'delegation';

const failureByError: Readonly<Record<string, FailureCode>> = {
  access_denied: 'mailbox.consent-declined',
  admin_policy_enforced: 'mailbox.app-blocked',
  policy_enforced: 'mailbox.app-blocked',
  invalid_token: 'mailbox.authorization-revoked',
  interaction_required: 'mailbox.another-sign-in-step',
  login_required: 'mailbox.another-sign-in-step',
  consent_required: 'mailbox.another-sign-in-step',
  account_selection_required: 'mailbox.another-sign-in-step',
  invalid_rapt: 'mailbox.another-sign-in-step',
  invalid_client: 'mailbox.app-misconfigured',
  deleted_client: 'mailbox.app-misconfigured',
  disabled_client: 'mailbox.app-misconfigured',
  org_internal: 'mailbox.app-misconfigured',
  redirect_uri_mismatch: 'mailbox.app-misconfigured',
  invalid_scope: 'mailbox.app-misconfigured',
  unsupported_grant_type: 'mailbox.app-misconfigured',
  unsupported_response_type: 'mailbox.app-misconfigured',
  internal_failure: 'mailbox.transient',
  server_error: 'mailbox.transient',
  temporarily_unavailable: 'mailbox.transient',
};

/** Causes of `invalid_grant` that its description tells, first match wins; without one the grant itself has ended. */
const grantCauses: readonly (readonly [RegExp, FailureCode])[] = [
  [/invalid_rapt|reauth/i, 'mailbox.another-sign-in-step'],
  [/invalid email|not a valid email|account has been deleted/i, 'mailbox.not-found'],
  // The assertion itself: the clock of this machine, the key, the audience, the service account's address.
  [/short-lived|timeframe|invalid jwt|invalid grant: account not found/i, 'mailbox.app-misconfigured'],
];

/**
 * The failure of a token request or of a consent page. A 5xx or 429 is never a refusal, whatever the body says, and a 429 is no failed run either: it is
 * obeyed as long as it asks.
 */
export function tokenFailure(refusal: OauthRefusal, grant: GrantKind, now: Instant): Failure {
  const { status, error, retryAfter } = refusal;
  const vendorCode = error !== null && /^\w{1,60}$/.test(error) ? error : `HTTP ${status}`;
  const waitMs = readWait(retryAfter ?? null, '', now);
  return failure(codeOf(refusal, grant), {
    vendorCode,
    ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
  });
}

function codeOf({ status, error, description, details }: OauthRefusal, grant: GrantKind): FailureCode {
  if (status === 429) return 'mailbox.throttled';
  if (status === 408 || status >= 500) return 'mailbox.transient';
  if (error === 'invalid_grant') {
    const told = `${String(details.error_subtype ?? '')} ${description ?? ''}`;
    return grantCauses.find(([pattern]) => pattern.test(told))?.[1] ?? 'mailbox.grant-ended';
  }
  if (error === 'unauthorized_client')
    return grant === 'delegation' ? 'mailbox.delegation-missing' : 'mailbox.app-misconfigured';
  if (error !== null && Object.hasOwn(failureByError, error))
    return failureByError[error] ?? 'mailbox.request-invalid';
  return status === 401 ? 'mailbox.app-misconfigured' : 'mailbox.request-invalid';
}
