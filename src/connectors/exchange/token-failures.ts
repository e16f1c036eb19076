/**
 * What a refusal of Entra ID or AD FS means for an Exchange mailbox, at the token endpoint and on the way back from the sign-in page. `error` tells the
 * class (RFC 6749, 5.2 and 4.1.2.1), a number of Entra ID or AD FS tells which one it was.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { type Failure, failure } from '../../model/failure.ts';
import type { OauthRefusal } from '../oauth.ts';
import { readRetryAfter } from './failures.ts';

const codeByError: Readonly<Record<string, FailureCode>> = {
  invalid_grant: 'mailbox.grant-ended',
  interaction_required: 'mailbox.another-sign-in-step',
  login_required: 'mailbox.another-sign-in-step',
  consent_required: 'mailbox.consent-declined',
  access_denied: 'mailbox.consent-declined',
  invalid_client: 'mailbox.app-misconfigured',
  unauthorized_client: 'mailbox.app-misconfigured',
  invalid_request: 'mailbox.app-misconfigured',
  invalid_resource: 'mailbox.app-misconfigured',
  invalid_scope: 'mailbox.app-misconfigured',
  unsupported_response_type: 'mailbox.app-misconfigured',
};

/** Entra ID's numbers for "an administrator must approve first", which come under more than one `error`. */
const APPROVAL = /\bAADSTS(90094|90095|90093)\b/;

/** A 429 or 5xx is never a refusal of the person's, nor is anything that nobody knows. */
export function tokenFailure({ status, error, description, retryAfter }: OauthRefusal): Failure {
  const number = /\b(AADSTS\d{4,7}|MSIS\d{3,5})\b/.exec(description ?? '')?.[1];
  const vendorCode = number ?? (error !== null && /^[a-z_]{1,40}$/.test(error) ? error : `HTTP ${status}`);
  if (status === 429) {
    const waitMs = readRetryAfter(retryAfter ?? null, 0);
    return failure('mailbox.throttled', {
      vendorCode,
      ...(waitMs === null ? {} : { retryAfterMs: waitMs }),
    });
  }
  if (status >= 500) return failure('mailbox.transient', { vendorCode });
  if (APPROVAL.test(description ?? '')) return failure('mailbox.admin-approval-needed', { vendorCode });
  return failure(codeByError[error ?? ''] ?? 'mailbox.transient', { vendorCode });
}
