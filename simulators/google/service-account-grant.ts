/**
 * The JWT bearer grant of service accounts with domain-wide delegation: the assertion is verified, then the
 * delegation. https://developers.google.com/identity/protocols/oauth2/service-account
 */
import { decodeJwt, decodeProtectedHeader, type JWTPayload, jwtVerify } from 'jose';
import { json } from './errors.ts';
import { OAuthError } from './oauth-errors.ts';
import { isKnownScope, readScopes } from './scopes.ts';
import { addAccessToken } from './tokens.ts';
import { type Account, findAccount, type ServiceAccount, type World } from './world.ts';

const PUBLIC_TOKEN_URL = 'https://oauth2.googleapis.com/token';
const SKEW_S = 300;

/** Answers an assertion with an access token. Throws `OAuthError` for what is refused. */
export async function answerAssertion(world: World, assertion: string | null): Promise<Response> {
  if (assertion === null)
    throw new OAuthError(400, 'invalid_request', 'Missing required parameter: assertion');
  const claims = readClaims(assertion);
  const serviceAccount = world.serviceAccounts.get(claims.iss ?? '');
  if (serviceAccount === undefined) {
    throw new OAuthError(400, 'invalid_grant', 'Invalid grant: account not found');
  }
  await verifySignature(assertion, serviceAccount);
  checkTimes(claims, world.now());
  const audiences = [PUBLIC_TOKEN_URL, `${world.apiOrigin}/token`, `${world.accountsOrigin}/token`];
  if (typeof claims.aud !== 'string' || !audiences.includes(claims.aud)) {
    const text = `Invalid JWT: Failed audience check. The right audience is ${PUBLIC_TOKEN_URL}`;
    throw new OAuthError(400, 'invalid_grant', text);
  }
  const scopes = readScopes(typeof claims.scope === 'string' ? claims.scope : null);
  if (scopes.length === 0 || !scopes.every(isKnownScope)) {
    throw new OAuthError(400, 'invalid_scope', 'Invalid OAuth scope or ID token audience provided.');
  }
  const account =
    claims.sub === undefined || claims.sub === serviceAccount.email
      ? undefined
      : findSubject(world, serviceAccount, claims.sub, scopes);
  const token = addAccessToken(
    world.tokens,
    { account, clientId: serviceAccount.clientId, scopes, refreshToken: undefined },
    world.now(),
  );
  return json(200, { access_token: token.token, expires_in: 3599, token_type: 'Bearer' });
}

function readClaims(assertion: string): JWTPayload {
  try {
    if (decodeProtectedHeader(assertion).alg !== 'RS256') throw new Error('algorithm');
    return decodeJwt(assertion);
  } catch {
    throw new OAuthError(400, 'invalid_grant', 'Invalid JWT: Not a valid assertion');
  }
}

async function verifySignature(assertion: string, serviceAccount: ServiceAccount): Promise<void> {
  try {
    // Times are checked apart, against the simulated clock.
    await jwtVerify(assertion, serviceAccount.publicKey, { algorithms: ['RS256'], currentDate: new Date(0) });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_JWT_CLAIM_VALIDATION_FAILED' || code === 'ERR_JWT_EXPIRED') return;
    throw new OAuthError(400, 'invalid_grant', 'Invalid JWT Signature.');
  }
}

function checkTimes(claims: JWTPayload, now: number): void {
  const seconds = now / 1000;
  const { iat, exp } = claims;
  const isFine =
    iat !== undefined &&
    exp !== undefined &&
    exp - iat <= 3600 &&
    iat <= seconds + SKEW_S &&
    exp > seconds - SKEW_S;
  if (isFine) return;
  throw new OAuthError(
    400,
    'invalid_grant',
    'Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. Check your iat and exp values in the JWT claim.',
  );
}

function findSubject(
  world: World,
  serviceAccount: ServiceAccount,
  subject: string,
  scopes: readonly string[],
): Account {
  if (!subject.includes('@')) throw new OAuthError(400, 'invalid_grant', 'Not a valid email or user ID.');
  const account = findAccount(world, subject);
  if (account === undefined || account.state === 'suspended') {
    throw new OAuthError(400, 'invalid_grant', 'Invalid email or User ID');
  }
  const delegated = account.domain?.delegations.get(serviceAccount.clientId);
  if (delegated === undefined || !scopes.every((scope) => delegated.has(scope))) {
    throw new OAuthError(
      401,
      'unauthorized_client',
      'Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the scopes requested.',
    );
  }
  return account;
}
