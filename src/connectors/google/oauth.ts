/**
 * Google's OAuth 2.0: authorization code with PKCE for people, signed assertions of a service account for whole domains, renewal and
 * revocation, on openid-client. It keeps nothing. Vendor pages: docs/remote-services/google.md#signing-in.
 */
import { importPKCS8, SignJWT } from 'jose';
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  genericGrantRequest,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
  tokenRevocation,
} from 'openid-client';
import { z } from 'zod';
import { type Clock, HOUR, type Instant, SECOND } from '../../model/clock.ts';
import type { ConsentStart } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Http } from '../http.ts';
import { askOauth, type OauthClient, oauthConfiguration } from '../oauth.ts';
import { API_SCOPES, scopeOf } from './apis.ts';
import { readIdToken } from './id-token.ts';
import { translateNetwork } from './network-failures.ts';
import type { GoogleApp } from './service.ts';
import { type GrantKind, tokenFailure } from './token-failures.ts';

/** The operator's application with what it needs to ask Google. */
export interface GoogleOauth {
  readonly app: GoogleApp;
  readonly http: Http;
  readonly clock: Clock;
  readonly redirectUri: string;
}

/** Kept, sealed. The refresh token is not rotated, but one that comes back takes the old one's place. */
export const googleTokenSchema = z.object({
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  /** When the access token ends; null where Google did not say. */
  expiresAt: z.number().nullable(),
});

export type GoogleToken = z.infer<typeof googleTokenSchema>;

/** The whole mailbox: more than is asked, but an earlier grant to the same app may bring it. */
const WHOLE_SCOPE = 'https://mail.google.com/';
const SCOPES = ['openid', 'email', ...API_SCOPES];
/** Google writes its own name in these two ways. https://developers.google.com/identity/openid-connect/openid-connect#validatinganidtoken */
const ISSUERS = ['https://accounts.google.com', 'accounts.google.com'];

const detailsSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });

/** Begins a consent; `details` are kept, sealed, and used once. */
export async function beginConsent(oauth: GoogleOauth, loginHint: string | null): Promise<ConsentStart> {
  const details = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
  const url = buildAuthorizationUrl(oauthConfiguration(clientOf(oauth, 'consent')), {
    response_type: 'code',
    redirect_uri: oauth.redirectUri,
    scope: SCOPES.join(' '),
    state: details.state,
    nonce: details.nonce,
    code_challenge: await calculatePKCECodeChallenge(details.codeVerifier),
    code_challenge_method: 'S256',
    // Without both, a second consent brings no refresh token.
    access_type: 'offline',
    prompt: 'consent select_account',
    include_granted_scopes: 'true',
    ...(loginHint === null ? {} : { login_hint: loginHint }),
  });
  return { url: url.href, state: details.state, details };
}

/** Ends a consent: checks state and nonce, swaps the code, compares the scopes. Rejects with `RemoteFailure`. */
export async function completeConsent(
  oauth: GoogleOauth,
  kept: unknown,
  callbackUrl: string,
): Promise<{ readonly account: string; readonly token: GoogleToken }> {
  const details = detailsSchema.parse(kept);
  const callback = readCallback(oauth, callbackUrl, details.state);
  let idToken: string | null = null;
  const client = clientOf(oauth, 'consent', (token) => {
    idToken = token;
  });
  const reply = await askOauth(client, (config) =>
    authorizationCodeGrant(config, callback, {
      expectedState: details.state,
      pkceCodeVerifier: details.codeVerifier,
    }),
  );
  if (idToken === null) throw refused('mailbox.authorization-revoked', 'NO_ID_TOKEN');
  const account = readIdToken(idToken, {
    issuers: issuersOf(oauth),
    clientId: oauth.app.clientId,
    nonce: details.nonce,
    now: oauth.clock.now(),
  });
  checkScopes(reply.scope);
  const token = tokenOf(reply, null, oauth.clock.now());
  if (token.refreshToken === null) throw refused('mailbox.grant-ended', 'NO_REFRESH_TOKEN');
  return { account, token };
}

/** Renews the access token. */
export async function renewToken(oauth: GoogleOauth, token: GoogleToken): Promise<GoogleToken> {
  const { refreshToken } = token;
  if (refreshToken === null) throw refused('mailbox.grant-ended', 'NO_REFRESH_TOKEN');
  const client = clientOf(oauth, 'consent', () => undefined);
  const reply = await askOauth(client, (config) => refreshTokenGrant(config, refreshToken));
  checkScopes(reply.scope);
  return tokenOf(reply, refreshToken, oauth.clock.now());
}

/** Withdraws the whole grant; one that is dead already is withdrawn too. */
export async function revokeToken(oauth: GoogleOauth, token: GoogleToken): Promise<void> {
  const secret = token.refreshToken ?? token.accessToken;
  if (secret === null) return;
  try {
    await askOauth(clientOf(oauth, 'consent'), (config) => tokenRevocation(config, secret));
  } catch (error) {
    if (error instanceof RemoteFailure && error.failure.kind === 'authorization-revoked') return;
    throw error;
  }
}

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';

/**
 * A token for a mailbox of a domain whose administrator delegated to the operator's service account. `scopes` is a list with blanks between: one more
 * than the administrator listed fails the whole request.
 */
export async function delegatedToken(
  oauth: GoogleOauth,
  mailbox: string,
  scopes: string,
): Promise<GoogleToken> {
  const { serviceAccount, tokenOrigin } = oauth.app;
  if (serviceAccount === null) throw refused('mailbox.service-not-set-up', 'NO_SERVICE_ACCOUNT');
  const issuedAt = Math.floor(oauth.clock.now() / SECOND);
  const { keyId, email } = serviceAccount;
  const assertion = await new SignJWT({ scope: scopes })
    .setProtectedHeader({ alg: 'RS256', typ: 'JWT', ...(keyId === null ? {} : { kid: keyId }) })
    .setIssuer(email)
    .setSubject(mailbox)
    .setAudience(`${tokenOrigin}/token`)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + HOUR / SECOND)
    .sign(await readKey(serviceAccount.privateKey));
  const client = clientOf(oauth, 'delegation', () => undefined);
  const reply = await askOauth(client, (config) => genericGrantRequest(config, JWT_BEARER, { assertion }));
  return tokenOf(reply, null, oauth.clock.now());
}

async function readKey(pem: string) {
  try {
    return await importPKCS8(pem, 'RS256');
  } catch (error) {
    throw new RemoteFailure(failure('mailbox.app-misconfigured', { vendorCode: 'PRIVATE_KEY' }), error);
  }
}

/** What counts is the query; scheme and host may have been changed by a proxy in front of us. */
function readCallback(oauth: GoogleOauth, callbackUrl: string, state: string): URL {
  const callback = new URL(oauth.redirectUri);
  callback.search = new URL(callbackUrl, oauth.redirectUri).search;
  // A foreign state, or none: not the consent that was begun here.
  if (callback.searchParams.get('state') !== state)
    throw refused('mailbox.authorization-revoked', 'STATE_MISMATCH');
  const issuer = callback.searchParams.get('iss');
  if (issuer !== null && !issuersOf(oauth).includes(issuer))
    throw refused('mailbox.authorization-revoked', 'ISSUER_MISMATCH');
  callback.searchParams.delete('iss');
  return callback;
}

const issuersOf = ({ app }: GoogleOauth): readonly string[] => [app.accountsOrigin, ...ISSUERS];

/**
 * Compares with what was asked: people may untick scopes one by one. Without the one for mail there is no connection; a collection whose scope is missing is
 * refused when it is listed. A reply without `scope` grants what was asked (RFC 6749, 5.1).
 */
function checkScopes(granted: string | undefined): void {
  if (granted === undefined) return;
  const scopes = granted.split(/\s+/);
  if (scopes.includes(scopeOf('gmail')) || scopes.includes(WHOLE_SCOPE)) return;
  throw new RemoteFailure(failure('mailbox.scope-missing', { fields: ['gmail.modify'] }));
}

function tokenOf(reply: TokenEndpointResponse, refreshToken: string | null, now: Instant): GoogleToken {
  const { expires_in: seconds } = reply;
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? refreshToken,
    expiresAt: seconds === undefined ? null : now + seconds * SECOND,
  };
}

/** `takeIdToken` receives the id token in the library's stead, which knows one issuer only and not our clock. */
function clientOf(
  { app, http, clock }: GoogleOauth,
  grant: GrantKind,
  takeIdToken?: (idToken: string) => void,
): OauthClient {
  return {
    http,
    clientId: app.clientId,
    // An assertion signs itself: nothing of the OAuth client belongs beside it.
    authentication: grant === 'consent' ? ClientSecretPost(app.clientSecret) : () => undefined,
    server: {
      issuer: app.accountsOrigin,
      authorization_endpoint: `${app.accountsOrigin}/o/oauth2/v2/auth`,
      token_endpoint: `${app.tokenOrigin}/token`,
      revocation_endpoint: `${app.tokenOrigin}/revoke`,
    },
    failureOf: (refusal) => tokenFailure(refusal, grant, clock.now()),
    translate: translateNetwork,
    unexpected: failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }),
    ...(takeIdToken === undefined ? {} : { takeIdToken }),
  };
}

function refused(code: Parameters<typeof failure>[0], vendorCode: string): RemoteFailure {
  return new RemoteFailure(failure(code, { vendorCode }));
}
