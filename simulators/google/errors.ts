/**
 * How Google's APIs refuse: one error with its HTTP status, canonical status, legacy `errors[]` and ErrorInfo details,
 * and the table of those that may be asked for by reason. Who refuses and why is elsewhere.
 */

/** What a refusal is made of. `reason` is the legacy reason, `info` the reason of ErrorInfo. */
export interface Refusal {
  readonly code: number;
  /** Absent in the answers of APIs that know legacy errors alone. */
  readonly status?: string;
  readonly reason: string;
  readonly message: string;
  readonly domain?: string;
  /** The text of the legacy entry where it differs from the message. */
  readonly legacyMessage?: string;
  readonly location?: { location: string; locationType: string };
  readonly info?: { reason: string; domain?: string; metadata?: Record<string, string> };
  readonly headers?: Record<string, string>;
}

/** Refusals by legacy reason; an entry's own reason, if it has one, is the one that is sent. */
export type RefusalTable = Readonly<Record<string, Omit<Refusal, 'reason'> & { reason?: string }>>;

/** A call that is refused as a whole. */
export class ApiError extends Error {
  readonly refusal: Refusal;

  constructor(refusal: Refusal) {
    super(refusal.message);
    this.name = 'ApiError';
    this.refusal = refusal;
  }
}

const REALM = 'Bearer realm="https://accounts.google.com/"';
const USAGE = 'usageLimits';
const SERVICE = { service: 'gmail.googleapis.com' };

/** Refusals by legacy reason, as a fault rule or a throttle asks for them. */
const REFUSALS: RefusalTable = {
  rateLimitExceeded: {
    code: 403,
    status: 'PERMISSION_DENIED',
    domain: USAGE,
    message:
      "Quota exceeded for quota metric 'Queries' and limit 'Queries per minute per user' of service 'gmail.googleapis.com' for consumer 'project_number:100000000001'.",
    info: { reason: 'RATE_LIMIT_EXCEEDED', metadata: SERVICE },
  },
  userRateLimitExceeded: {
    code: 403,
    status: 'PERMISSION_DENIED',
    domain: USAGE,
    message: 'User Rate Limit Exceeded',
  },
  dailyLimitExceeded: {
    code: 403,
    status: 'PERMISSION_DENIED',
    domain: USAGE,
    message: 'Daily Limit Exceeded',
  },
  quotaExceeded: {
    code: 403,
    status: 'PERMISSION_DENIED',
    domain: USAGE,
    message: 'Quota exceeded.',
  },
  tooManyRequests: {
    code: 429,
    status: 'RESOURCE_EXHAUSTED',
    domain: USAGE,
    reason: 'rateLimitExceeded',
    message: 'Too many concurrent requests for user',
  },
  domainPolicy: {
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'The domain administrators have disabled Gmail apps.',
  },
  accessNotConfigured: {
    code: 403,
    status: 'PERMISSION_DENIED',
    domain: USAGE,
    message:
      'Gmail API has not been used in project 100000000001 before or it is disabled. Enable it, then retry.',
    info: { reason: 'SERVICE_DISABLED', metadata: SERVICE },
  },
  failedPrecondition: {
    code: 400,
    status: 'FAILED_PRECONDITION',
    message: 'Precondition check failed.',
  },
  invalidArgument: { code: 400, status: 'INVALID_ARGUMENT', message: 'Invalid argument' },
  forbidden: { code: 403, status: 'PERMISSION_DENIED', message: 'Forbidden' },
  notFound: { code: 404, status: 'NOT_FOUND', message: 'Requested entity was not found.' },
  aborted: { code: 409, status: 'ABORTED', message: 'The operation was aborted.' },
  backendError: { code: 503, status: 'UNAVAILABLE', message: 'The service is currently unavailable.' },
  internalError: { code: 500, status: 'INTERNAL', message: 'Internal error encountered.' },
  authError: {
    code: 401,
    status: 'UNAUTHENTICATED',
    message:
      'Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    legacyMessage: 'Invalid Credentials',
    location: { location: 'Authorization', locationType: 'header' },
    headers: { 'www-authenticate': `${REALM}, error="invalid_token"` },
  },
  required: {
    code: 401,
    status: 'UNAUTHENTICATED',
    message:
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    legacyMessage: 'Login Required.',
    location: { location: 'Authorization', locationType: 'header' },
    info: { reason: 'CREDENTIALS_MISSING', metadata: SERVICE },
    headers: { 'www-authenticate': REALM },
  },
  insufficientPermissions: {
    code: 403,
    status: 'PERMISSION_DENIED',
    message: 'Request had insufficient authentication scopes.',
    legacyMessage: 'Insufficient Permission',
    info: { reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', metadata: SERVICE },
  },
};

/** A refusal by its legacy reason; an unknown reason is sent as a 400 that bears it. */
export function refuse(reason: string, message?: string, changes: Partial<Refusal> = {}): ApiError {
  return refuseBy(REFUSALS, reason, message, changes);
}

/** A refusal by an API's own table, else by the common one. */
export function refuseBy(
  table: RefusalTable,
  reason: string,
  message?: string,
  changes: Partial<Refusal> = {},
): ApiError {
  const known = table[reason] ??
    REFUSALS[reason] ?? { code: 400, status: 'INVALID_ARGUMENT', message: reason };
  const text = message ?? known.message;
  return new ApiError({ reason, ...known, message: text, ...changes });
}

/** 403 for a token whose scopes do not suffice; the challenge names the ones that would. */
export function refuseScope(method: string, scopes: readonly string[]): ApiError {
  return refuse('insufficientPermissions', undefined, {
    info: { reason: 'ACCESS_TOKEN_SCOPE_INSUFFICIENT', metadata: { ...SERVICE, method } },
    headers: { 'www-authenticate': `${REALM}, error="insufficient_scope", scope="${scopes.join(' ')}"` },
  });
}

/** The JSON body of a refusal (https://cloud.google.com/apis/design/errors and the legacy `errors` list). */
export function toErrorBody(refusal: Refusal): Record<string, unknown> {
  const entry = {
    message: refusal.legacyMessage ?? refusal.message,
    domain: refusal.domain ?? 'global',
    reason: refusal.reason,
    ...refusal.location,
  };
  const details =
    refusal.info === undefined
      ? {}
      : {
          details: [
            {
              '@type': 'type.googleapis.com/google.rpc.ErrorInfo',
              reason: refusal.info.reason,
              domain: refusal.info.domain ?? 'googleapis.com',
              metadata: refusal.info.metadata,
            },
          ],
        };
  return {
    error: {
      code: refusal.code,
      message: refusal.message,
      errors: [entry],
      status: refusal.status,
      ...details,
    },
  };
}

/** A refusal as an HTTP answer. */
export function toErrorResponse(refusal: Refusal): Response {
  return json(refusal.code, toErrorBody(refusal), refusal.headers);
}

/** JSON as Google sends it. */
export function json(status: number, body: unknown, headers: Record<string, string> = {}): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json; charset=UTF-8', ...headers },
  });
}
