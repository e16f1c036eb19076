/**
 * Salesforce's OAuth 2.0 web-server flow with PKCE, renewal and revocation, on openid-client. It keeps nothing: verifier, state and tokens are
 * handed back to the caller. Vendor page: docs/remote-services/salesforce.md#oauth.
 */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  None,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  tokenRevocation,
} from 'openid-client';
import { z } from 'zod';
import type { CrmIdentity } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Http } from '../http.ts';
import { askOauth, type OauthClient, oauthConfiguration } from '../oauth.ts';
import { translateNetwork } from './failures.ts';
import { isTrustedOrigin } from './login-host.ts';
import { toLongId } from './record-id.ts';
import { tokenFailure } from './token-failures.ts';
import type { SalesforceToken } from './wire.ts';

/** The app that a Salesforce admin made for this installation (salesforce/README.md). */
export interface OauthApp {
  readonly http: Http;
  readonly clientId: string;
  /** Null where the app asks for none ("Require secret for Web Server Flow" off). */
  readonly clientSecret: string | null;
  readonly redirectUri: string;
  /** Login origins besides Salesforce's own. */
  readonly extraOrigins?: readonly string[];
}

/** `api`: data; `refresh_token`: work while nobody is there; `id`: who it is. */
const SCOPE = 'api refresh_token id';

export interface AuthorizationStart {
  /** Where to send the browser. */
  readonly url: string;
  /** Both are kept for the callback, sealed, and used once. */
  readonly state: string;
  readonly codeVerifier: string;
}

/**
 * Begins a login at a trusted origin (`normaliseLoginHost`). `loginHint` fills the user name in; `asksWho` shows the login page even to somebody who is
 * logged in.
 */
export async function authorizationUrl(
  app: OauthApp,
  loginUrl: string,
  { loginHint, asksWho = false }: { readonly loginHint?: string; readonly asksWho?: boolean } = {},
): Promise<AuthorizationStart> {
  const codeVerifier = randomPKCECodeVerifier();
  const state = randomState();
  const url = buildAuthorizationUrl(oauthConfiguration(clientFor(app, loginUrl)), {
    response_type: 'code',
    redirect_uri: app.redirectUri,
    scope: SCOPE,
    state,
    code_challenge: await calculatePKCECodeChallenge(codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint === undefined ? {} : { login_hint: loginHint }),
    ...(asksWho ? { prompt: 'login' } : {}),
  });
  return { url: url.href, state, codeVerifier };
}

/** Ends a login: checks the state, swaps the code. `callbackUrl` is the whole URL that the browser came back to. */
export async function exchangeCode(
  app: OauthApp,
  login: { readonly loginUrl: string; readonly callbackUrl: string } & Omit<AuthorizationStart, 'url'>,
): Promise<SalesforceToken> {
  const reply = await askOauth(clientFor(app, login.loginUrl), (config) => {
    // What counts is the query; scheme and host may have been changed by a proxy in front of us.
    const callback = new URL(app.redirectUri);
    callback.search = new URL(login.callbackUrl, app.redirectUri).search;
    // A foreign state, or none: not the login that was begun here.
    if (callback.searchParams.get('state') !== login.state)
      throw new RemoteFailure(failure('crm.authorization-revoked', { vendorCode: 'STATE_MISMATCH' }));
    return authorizationCodeGrant(config, callback, {
      expectedState: login.state,
      pkceCodeVerifier: login.codeVerifier,
    });
  });
  return readToken(app, reply, { refreshToken: null, identityUrl: null, loginUrl: login.loginUrl });
}

/** Renews. A refresh token that comes back takes the place of the old one, and the org's address is read anew. */
export async function refresh(app: OauthApp, token: SalesforceToken): Promise<SalesforceToken> {
  const { refreshToken } = token;
  if (refreshToken === null)
    throw new RemoteFailure(failure('crm.authorization-revoked', { vendorCode: 'NO_REFRESH_TOKEN' }));
  const reply = await askOauth(clientFor(app, token.loginUrl), (config) =>
    refreshTokenGrant(config, refreshToken),
  );
  return readToken(app, reply, token);
}

/** Withdraws the token at Salesforce; one that is dead already is withdrawn too. */
export async function revoke(app: OauthApp, token: SalesforceToken): Promise<void> {
  const secret = token.refreshToken ?? token.accessToken;
  if (secret === null) return;
  try {
    await askOauth(clientFor(app, token.loginUrl), (config) => tokenRevocation(config, secret));
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'authorization-revoked') return;
    throw error;
  }
}

const identitySchema = z.object({
  organization_id: z.string(),
  user_id: z.string(),
  username: z.string(),
  email: z.string().nullish(),
  timezone: z.string().nullish(),
  active: z.boolean().nullish(),
});

/** Who a token belongs to. Vendor page: docs/remote-services/salesforce.md#identity */
export async function readIdentity(app: OauthApp, token: SalesforceToken): Promise<CrmIdentity> {
  const url = new URL(token.identityUrl, token.instanceUrl);
  if (!isTrustedOrigin(url.origin, app.extraOrigins)) throw untrusted();
  try {
    const response = await app.http.send({
      method: 'GET',
      url: url.href,
      headers: { accept: 'application/json', authorization: `Bearer ${token.accessToken ?? ''}` },
      operation: 'identity',
    });
    const text = await response.text();
    // The identity service refuses a dead token by 403 "Bad_OAuth_Token".
    if (response.status === 401 || response.status === 403)
      throw new RemoteFailure(
        failure('crm.authorization-revoked', { vendorCode: `HTTP ${response.status}` }),
      );
    if (response.status !== 200)
      throw new RemoteFailure(failure('crm.transient', { vendorCode: `HTTP ${response.status}` }));
    return toIdentity(JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RemoteFailure(failure('crm.transient', { vendorCode: 'UNEXPECTED_ANSWER' }), error);
    throw translateNetwork(error);
  }
}

/** The identity service's answer in our words. Rejects a user or organization that is not active. */
export function toIdentity(body: unknown): CrmIdentity {
  const parsed = identitySchema.safeParse(body);
  if (!parsed.success)
    throw new RemoteFailure(failure('crm.transient', { vendorCode: 'UNEXPECTED_ANSWER' }), parsed.error);
  const { data } = parsed;
  if (data.active === false) throw new RemoteFailure(failure('crm.user-inactive'));
  return {
    organizationId: toLongId(data.organization_id),
    userId: toLongId(data.user_id),
    username: data.username,
    email: (data.email ?? '').toLowerCase(),
    timeZone: data.timezone ?? 'UTC',
  };
}

/** The endpoints of a trusted login origin. */
export function clientFor(app: OauthApp, loginUrl: string): OauthClient {
  if (!isTrustedOrigin(loginUrl, app.extraOrigins)) throw untrusted();
  return {
    http: app.http,
    clientId: app.clientId,
    authentication: app.clientSecret === null ? None() : ClientSecretPost(app.clientSecret),
    server: {
      issuer: loginUrl,
      authorization_endpoint: `${loginUrl}/services/oauth2/authorize`,
      token_endpoint: `${loginUrl}/services/oauth2/token`,
      revocation_endpoint: `${loginUrl}/services/oauth2/revoke`,
    },
    failureOf: ({ status, error, description }) => tokenFailure(status, error, description),
    translate: translateNetwork,
    unexpected: failure('crm.transient', { vendorCode: 'UNEXPECTED_ANSWER' }),
  };
}

/** The answer of a token endpoint, for an org that may see the token. */
export function readToken(
  app: OauthApp,
  reply: TokenEndpointResponse,
  before: Pick<SalesforceToken, 'refreshToken' | 'loginUrl'> & { readonly identityUrl: string | null },
): SalesforceToken {
  const instanceUrl = typeof reply.instance_url === 'string' ? reply.instance_url : '';
  const identityUrl = typeof reply.id === 'string' ? reply.id : before.identityUrl;
  if (identityUrl === null || !URL.canParse(instanceUrl))
    throw new RemoteFailure(failure('crm.transient', { vendorCode: 'UNEXPECTED_ANSWER' }));
  const { origin } = new URL(instanceUrl);
  if (!isTrustedOrigin(origin, app.extraOrigins)) throw untrusted();
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? before.refreshToken,
    instanceUrl: origin,
    identityUrl,
    loginUrl: before.loginUrl,
  };
}

function untrusted(): RemoteFailure {
  return new RemoteFailure(failure('crm.request-invalid', { vendorCode: 'UNTRUSTED_HOST' }));
}
