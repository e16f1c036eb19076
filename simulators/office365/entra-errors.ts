/**
 * The refusals of Entra ID: an AADSTS number, the OAuth error it comes as and its wording, and the JSON body of the token endpoint. Which refusal applies is decided elsewhere.
 * https://learn.microsoft.com/entra/identity-platform/reference-error-codes
 */
import { randomUUID } from 'node:crypto';

interface Known {
  error: string;
  text: string;
  status?: number;
  suberror?: string;
}

const grant = (text: string, suberror?: string): Known => ({
  error: 'invalid_grant',
  text,
  ...(suberror === undefined ? {} : { suberror }),
});
const client = (text: string): Known => ({ error: 'invalid_client', text, status: 401 });
const interaction = (text: string, suberror = 'basic_action'): Known => ({
  error: 'interaction_required',
  text,
  suberror,
});
const request = (text: string): Known => ({ error: 'invalid_request', text });
const passing = (text: string): Known => ({ error: 'temporarily_unavailable', text, status: 503 });

const KNOWN: Record<number, Known> = {
  40010: passing('The identity provider could not be reached for a while.'),
  50011: request(
    'The redirect URI specified in the request does not match the redirect URIs configured for the application.',
  ),
  50027: client('JWT token is invalid or malformed.'),
  50033: passing('A transient error has occurred. Please try again.'),
  50034: grant(
    'The user account does not exist in the directory. To sign into this application, the account must be added to the directory.',
  ),
  50053: grant(
    'The account is locked, you have tried to sign in too many times with an incorrect user ID or password.',
  ),
  50055: grant('The password is expired.'),
  50057: grant('The user account is disabled.'),
  50058: {
    error: 'login_required',
    text: 'A silent sign-in request was sent but no user is signed in.',
  },
  50059: request(
    'No tenant-identifying information found in either the request or implied by any provided credentials.',
  ),
  50072: interaction(
    'Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.',
  ),
  50076: interaction(
    'Due to a configuration change made by your administrator, or because you moved to a new location, you must use multi-factor authentication.',
  ),
  50079: interaction(
    'Due to a configuration change made by your administrator, you must enroll in multi-factor authentication.',
  ),
  50089: grant('Authentication failed due to flow token expired.'),
  50105: {
    error: 'access_denied',
    text: 'Your administrator has configured the application to block users unless they are specifically granted access to it.',
  },
  50126: grant('Error validating credentials due to invalid username or password.'),
  50132: grant('The session is not valid due to password expiration or recent password change.'),
  50133: grant('The session is not valid due to password expiration or recent password change.'),
  50158: interaction('External security challenge was not satisfied.'),
  50173: grant(
    'The provided grant has expired due to it being revoked, a fresh auth token is needed. The user might have changed or reset their password.',
    'bad_token',
  ),
  50194: request('Application is not configured as a multi-tenant application.'),
  50196: {
    error: 'invalid_grant',
    text: 'The server terminated an operation because it encountered a client request loop.',
    status: 429,
  },
  53000: interaction('Device is not in required device state.', 'message_only'),
  53003: {
    error: 'access_denied',
    text: 'Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.',
    suberror: 'message_only',
  },
  54005: grant(
    'OAuth2 Authorization code was already redeemed, please retry with a new valid code or use an existing refresh token.',
  ),
  65001: grant(
    'The user or administrator has not consented to use the application. Send an interactive authorization request for this user and resource.',
    'consent_required',
  ),
  65004: {
    error: 'access_denied',
    text: 'User declined to consent to access the app.',
    suberror: 'user_cancelled',
  },
  70000: grant('The provided grant is invalid or malformed.', 'bad_token'),
  70008: grant(
    'The provided authorization code or refresh token has expired due to inactivity. Send a new interactive authorization request for this user and resource.',
  ),
  70011: { error: 'invalid_scope', text: 'The provided value for the input parameter scope is not valid.' },
  70043: grant(
    'The refresh token has expired or is invalid due to sign-in frequency checks by conditional access.',
    'bad_token',
  ),
  90002: request(
    'Tenant not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud.',
  ),
  90033: passing('A transient error has occurred. Please try again.'),
  90036: passing('An unexpected, non-retryable error occurred in the directory service.'),
  90094: {
    error: 'access_denied',
    text: 'Administrator consent is required. An administrator of the tenant has set a policy that prevents you from granting the application the permissions it needs.',
  },
  90095: {
    error: 'access_denied',
    text: 'Admin consent is required for the permissions requested by the application. An admin consent request may be sent to the admin.',
  },
  501481: grant('The Code_Verifier does not match the code_challenge supplied in the authorization request.'),
  501491: request('Invalid size of Code_Challenge parameter.'),
  700016: {
    error: 'unauthorized_client',
    text: 'Application with that identifier was not found in the directory.',
  },
  700024: client('Client assertion is not within its valid time range.'),
  700027: client(
    'The certificate with identifier used to sign the client assertion is not registered on application.',
  ),
  700082: grant('The refresh token has expired due to inactivity.', 'bad_token'),
  700084: grant(
    'The refresh token was issued to a single page app, and therefore has a fixed, limited lifetime.',
  ),
  900144: request('The request body must contain a parameter that is missing.'),
  900561: request('The endpoint only accepts POST requests. Received a GET request.'),
  1002012: {
    error: 'invalid_scope',
    text: 'The provided value for scope is not valid. Client credential flows must have a scope value with /.default suffixed to the resource identifier.',
  },
  7000112: { error: 'unauthorized_client', text: 'Application is disabled.' },
  7000215: client(
    'Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, not the client secret ID.',
  ),
  7000218: client(
    'The request body must contain the following parameter: client_assertion or client_secret.',
  ),
  7000222: client('The provided client secret keys are expired.'),
  7000229: client('The client application is missing service principal in the tenant.'),
  70003: { error: 'unsupported_grant_type', text: 'The app requested an unsupported grant type.' },
  70005: { error: 'unsupported_response_type', text: 'The app requested an unsupported response type.' },
};

/** A refusal of Entra ID. `claims` is what an interactive sign-in has to satisfy (JSON). */
export class EntraError extends Error {
  readonly number: number;
  readonly error: string;
  readonly status: number;
  readonly suberror: string | undefined;
  readonly claims: string | undefined;

  constructor(number: number, options: { text?: string; claims?: string } = {}) {
    const known = KNOWN[number] ?? grant('The request was refused.');
    super(options.text ?? known.text);
    this.name = 'EntraError';
    this.number = number;
    this.error = known.error;
    this.status = known.status ?? 400;
    this.suberror = known.suberror;
    this.claims = options.claims;
  }
}

/** The refusal of a request that lacks a parameter. */
export function missing(name: string): EntraError {
  return new EntraError(900144, {
    text: `The request body must contain the following parameter: '${name}'.`,
  });
}

/** `AADSTS50173: ... Trace ID: ... Correlation ID: ... Timestamp: ...`, with those three apart. */
export function describeRefusal(error: EntraError, at: number, known?: string) {
  const trace = randomUUID();
  const correlation = known ?? randomUUID();
  const timestamp = new Date(at).toISOString().replace('T', ' ').replace(/\.\d+/, '');
  const description = `AADSTS${error.number}: ${error.message} Trace ID: ${trace} Correlation ID: ${correlation} Timestamp: ${timestamp}`;
  return { description, trace, correlation, timestamp };
}

/** The answer of the token endpoint to a refused request. */
/** `known` is the client-request-id, which comes back as the correlation id. */
export function refuseToken(error: EntraError, at: number, loginOrigin: string, known?: string): Response {
  const { description, trace, correlation, timestamp } = describeRefusal(error, at, known);
  const body = {
    error: error.error,
    error_description: description,
    error_codes: [error.number],
    timestamp,
    trace_id: trace,
    correlation_id: correlation,
    error_uri: `${loginOrigin}/error?code=${error.number}`,
    ...(error.suberror === undefined ? {} : { suberror: error.suberror }),
    ...(error.claims === undefined ? {} : { claims: error.claims }),
  };
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'cache-control': 'no-store, no-cache',
    pragma: 'no-cache',
    'client-request-id': correlation,
    'x-ms-request-id': trace,
  };
  return new Response(JSON.stringify(body), {
    status: error.status,
    headers: error.status === 429 ? { ...headers, 'retry-after': '10' } : headers,
  });
}
