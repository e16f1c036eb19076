/**
 * `/token`: authorization codes and refresh tokens of OAuth clients. Service accounts are next door, in
 * service-account-grant.ts.
 */
import { json } from './errors.ts';
import { signIdToken } from './id-tokens.ts';
import { OAuthError, refuseDeadToken, refuseReauthentication } from './oauth-errors.ts';
import { isMailScope, readScopes } from './scopes.ts';
import { answerAssertion } from './service-account-grant.ts';
import {
  ACCESS_LIFE_MS,
  type AccessToken,
  addAccessToken,
  addRefreshToken,
  CODE_LIFE_MS,
  findRefreshToken,
  fitsChallenge,
  type RefreshToken,
  TESTING_LIFE_MS,
} from './tokens.ts';
import type { OAuthClient, World } from './world.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/** Answers the token endpoint. Throws `OAuthError` for what is refused. */
export async function answerToken(world: World, form: URLSearchParams, authorization: string | null) {
  const grantType = form.get('grant_type');
  if (grantType === null)
    throw new OAuthError(400, 'invalid_request', 'Missing required parameter: grant_type');
  if (grantType === JWT_BEARER) return answerAssertion(world, form.get('assertion'));
  const client = authenticate(world, form, authorization);
  switch (grantType) {
    case 'authorization_code':
      return redeemCode(world, client, form);
    case 'refresh_token':
      return refresh(world, client, form);
    default:
      throw new OAuthError(400, 'unsupported_grant_type', `Invalid grant_type: ${grantType}`);
  }
}

function authenticate(world: World, form: URLSearchParams, authorization: string | null): OAuthClient {
  const basic = /^Basic (.+)$/i.exec(authorization ?? '')?.[1];
  const [basicId, basicSecret] =
    basic === undefined ? [] : Buffer.from(basic, 'base64').toString('utf8').split(':').map(decoded);
  const clientId = basicId ?? form.get('client_id');
  if (clientId === null)
    throw new OAuthError(400, 'invalid_request', 'Could not determine client ID from request.');
  const client = world.clients.get(clientId);
  if (client === undefined) throw new OAuthError(401, 'invalid_client', 'The OAuth client was not found.');
  if (client.state !== 'active') {
    throw new OAuthError(401, `${client.state}_client`, `The OAuth client was ${client.state}.`);
  }
  const secret = basicSecret ?? form.get('client_secret');
  if (secret === null) throw new OAuthError(400, 'invalid_request', 'client_secret is missing.');
  if (secret !== client.clientSecret) {
    throw new OAuthError(401, 'invalid_client', 'The provided client secret is invalid.');
  }
  return client;
}

/** The text as a form would mean it; as it stands where it is no escaped text. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}

async function redeemCode(world: World, client: OAuthClient, form: URLSearchParams): Promise<Response> {
  const text = form.get('code');
  if (text === null) throw new OAuthError(400, 'invalid_request', 'Missing required parameter: code');
  if (!text.startsWith('4/')) throw new OAuthError(400, 'invalid_grant', 'Malformed auth code.');
  const code = world.tokens.codes.get(text);
  world.tokens.codes.delete(text);
  const now = world.now();
  if (code === undefined || now - code.madeAt > CODE_LIFE_MS) {
    throw new OAuthError(400, 'invalid_grant', 'Bad Request');
  }
  if (code.clientId !== client.clientId) throw new OAuthError(401, 'unauthorized_client', 'Unauthorized');
  if (code.redirectUri !== form.get('redirect_uri')) {
    throw new OAuthError(400, 'redirect_uri_mismatch', 'Bad Request');
  }
  if (code.challenge !== undefined) {
    const verifier = form.get('code_verifier');
    if (verifier === null) throw new OAuthError(400, 'invalid_grant', 'Missing code verifier.');
    if (!fitsChallenge(verifier, code.challenge, code.isPlainChallenge)) {
      throw new OAuthError(400, 'invalid_grant', 'Invalid code verifier.');
    }
  }
  const { account, scopes } = code;
  const isTemporary = client.userType === 'external' && client.publishing === 'testing';
  const expiresAt = isTemporary ? now + TESTING_LIFE_MS : undefined;
  const refreshToken = code.wantsRefreshToken
    ? addRefreshToken(world.tokens, { account, clientId: client.clientId, scopes, expiresAt }, now)
    : undefined;
  const token = addAccessToken(
    world.tokens,
    { account, clientId: client.clientId, scopes, refreshToken: refreshToken?.token },
    now,
  );
  return json(200, await describeToken(world, token, refreshToken, true, code.nonce));
}

async function refresh(world: World, client: OAuthClient, form: URLSearchParams): Promise<Response> {
  const text = form.get('refresh_token');
  if (text === null)
    throw new OAuthError(400, 'invalid_request', 'Missing required parameter: refresh_token');
  const now = world.now();
  const refreshToken = findRefreshToken(world.tokens, text, now);
  if (refreshToken === undefined) throw refuseDeadToken();
  if (refreshToken.clientId !== client.clientId) {
    throw new OAuthError(401, 'unauthorized_client', 'Unauthorized');
  }
  const { account } = refreshToken;
  if (account.state === 'deleted') throw new OAuthError(400, 'invalid_grant', 'Account has been deleted');
  if (account.state === 'suspended') throw refuseDeadToken();
  if (account.needsReauthentication) throw refuseReauthentication();
  const policy = account.domain?.appPolicies.get(client.clientId) ?? 'allowed';
  const isBarred = policy === 'blocked' || (policy === 'limited' && refreshToken.scopes.some(isMailScope));
  if (isBarred) throw new OAuthError(400, 'admin_policy_enforced', 'Bad Request');
  const asked = readScopes(form.get('scope'));
  if (asked.some((scope) => !refreshToken.scopes.includes(scope))) {
    throw new OAuthError(400, 'invalid_scope', 'Bad Request');
  }
  refreshToken.usedAt = now;
  const scopes = asked.length === 0 ? refreshToken.scopes : asked;
  const token = addAccessToken(
    world.tokens,
    { account, clientId: client.clientId, scopes, refreshToken: refreshToken.token },
    now,
  );
  return json(200, await describeToken(world, token, refreshToken, false));
}

async function describeToken(
  world: World,
  token: AccessToken,
  refreshToken: RefreshToken | undefined,
  isFirst: boolean,
  nonce?: string,
): Promise<Record<string, unknown>> {
  const { account, clientId, scopes } = token;
  const now = world.now();
  const expiresAt = refreshToken?.expiresAt;
  const idToken =
    account !== undefined && scopes.includes('openid')
      ? {
          id_token: await signIdToken({
            issuer: world.accountsOrigin,
            account,
            clientId,
            scopes,
            accessToken: token.token,
            nonce,
            now,
          }),
        }
      : {};
  return {
    access_token: token.token,
    expires_in: ACCESS_LIFE_MS / 1000 - 1,
    ...(isFirst && refreshToken !== undefined ? { refresh_token: refreshToken.token } : {}),
    ...(expiresAt === undefined ? {} : { refresh_token_expires_in: Math.floor((expiresAt - now) / 1000) }),
    scope: scopes.join(' '),
    token_type: 'Bearer',
    ...idToken,
  };
}
