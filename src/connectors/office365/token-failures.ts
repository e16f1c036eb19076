/**
 * What a refusal of Entra ID means, at the token endpoint and on the way back from its pages. `error` tells the class, AADSTS numbers tell more;
 * a number that is not listed falls to its class. Vendor page: docs/remote-services/office365.md#sign-in-errors.
 */
import type { FailureCode } from '../../model/catalogue.ts';
import { MINUTE } from '../../model/clock.ts';
import { type Failure, failure } from '../../model/failure.ts';
import type { OauthRefusal } from '../oauth.ts';
import { readRetryAfter } from './retry-after.ts';

const codeByNumber = new Map<number, FailureCode>();
const say = (code: FailureCode, ...numbers: readonly number[]): void => {
  for (const number of numbers) codeByNumber.set(number, code);
};

// https://learn.microsoft.com/entra/identity-platform/reference-error-codes
say('mailbox.grant-ended', 50173, 70008, 700082, 70000, 50089, 700084, 50132, 50133);
say('mailbox.another-sign-in-step', 50058, 50072, 50074, 50076, 50078, 50079, 50158, 70043);
say('mailbox.consent-declined', 65001, 65004, 65005);
say('mailbox.admin-approval-needed', 90093, 90094, 90095, 7000229);
say('mailbox.sign-in-policy', 53000, 53001, 53002, 53003, 53004, 530032, 530035, 50097, 50131);
say('mailbox.not-assigned', 50105);
say('mailbox.not-found', 50034, 51004, 90072, 500341);
say('mailbox.account-locked', 50053, 50055, 50056, 50057, 50064, 50126, 50144);
say(
  'mailbox.app-misconfigured',
  ...[7000215, 7000218, 7000222, 700024, 700027, 70002, 700016, 7000112, 700025],
  ...[50011, 50027, 50059, 50194, 501481, 70011, 90002, 1002012],
);
say('mailbox.transient', 90033, 90036, 50033, 80002, 40010);
say('mailbox.throttled', 50196);

/** `error` values of RFC 6749 and of OpenID Connect, for numbers that are not listed. */
const codeByError = new Map<string, FailureCode>([
  ['invalid_grant', 'mailbox.grant-ended'],
  ['interaction_required', 'mailbox.another-sign-in-step'],
  ['login_required', 'mailbox.another-sign-in-step'],
  ['account_selection_required', 'mailbox.another-sign-in-step'],
  ['consent_required', 'mailbox.consent-declined'],
  ['access_denied', 'mailbox.consent-declined'],
  ['temporarily_unavailable', 'mailbox.transient'],
  ['server_error', 'mailbox.transient'],
]);

/** After a loop was noticed, or where no wait is named: no token is asked for so long. */
const LOOP_WAIT_MS = 15 * MINUTE;

/**
 * The failure of a refused request. A 429 or 5xx is never a refusal, and an `error` that accuses the application is never turned into one of the
 * person's.
 */
export function tokenFailure(refusal: OauthRefusal, now: number): Failure {
  const { status, error, retryAfter } = refusal;
  const numbers = readNumbers(refusal);
  const number = numbers.find((each) => codeByNumber.has(each)) ?? numbers[0];
  const vendorCode = number === undefined ? wordOf(error, status) : `AADSTS${number}`;
  const told = number === undefined ? undefined : codeByNumber.get(number);
  if (status === 429 || told === 'mailbox.throttled')
    return failure('mailbox.throttled', {
      vendorCode,
      retryAfterMs: readRetryAfter(retryAfter, now) ?? LOOP_WAIT_MS,
    });
  const waitMs = readRetryAfter(retryAfter, now);
  const details = { vendorCode, ...(waitMs === null ? {} : { retryAfterMs: waitMs }) };
  if (status >= 500 || told === 'mailbox.transient') return failure('mailbox.transient', details);
  const byClass = codeByError.get(error ?? '');
  if (byClass === 'mailbox.transient') return failure(byClass, details);
  if (byClass !== undefined) return failure(told ?? byClass, details);
  return failure(isOfAdministrators(told) ? told : 'mailbox.app-misconfigured', details);
}

/** What an administrator has to do may come under an `error` that accuses the application: it is not in his tenant, or is switched off there. */
function isOfAdministrators(code: FailureCode | undefined): code is FailureCode {
  return (
    code === 'mailbox.admin-approval-needed' ||
    code === 'mailbox.not-assigned' ||
    code === 'mailbox.sign-in-policy'
  );
}

/** `error_codes` of the token endpoint; on the way back from a page the number stands in `error_uri` or before the description. */
function readNumbers({ details, description }: OauthRefusal): readonly number[] {
  const listed = Array.isArray(details.error_codes) ? details.error_codes.map(Number) : [];
  const uri = typeof details.error_uri === 'string' ? details.error_uri : '';
  const inUri = URL.canParse(uri) ? Number(new URL(uri).searchParams.get('code') ?? Number.NaN) : Number.NaN;
  const subtype = `${details.error_subtype ?? ''} ${details.error_subcode ?? ''} ${details.suberror ?? ''}`;
  const named = [...`${subtype} ${description ?? ''}`.matchAll(/\b(?:AADSTS)?(\d{5,7})\b/g)]
    .slice(0, 1)
    .map((match) => Number(match[1]));
  return [...listed, inUri, ...named].filter((number) => Number.isInteger(number));
}

/** A constant of theirs, never a message. */
function wordOf(error: string | null, status: number): string {
  return error !== null && /^\w{1,60}$/.test(error) ? error : `HTTP ${status}`;
}
