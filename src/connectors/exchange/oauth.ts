/**
 * Modern authentication of an Exchange on-premises: authorization code with PKCE at Entra ID (hybrid) or at the company's own AD FS, and renewal, on
 * openid-client. It keeps nothing: verifier, state, nonce and tokens are handed back. Vendor pages: docs/remote-services/exchange.md#modern-authentication.
 */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretPost,
  calculatePKCECodeChallenge,
  None,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client';
import { z } from 'zod';
import { type Clock, type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import type { ConsentStart } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { type Http, NetworkError } from '../http.ts';
import { askOauth, type OauthClient, oauthConfiguration } from '../oauth.ts';
import { networkFailure } from './failures.ts';
import { tokenFailure } from './token-failures.ts';

/** The operator's application, from the configuration (EXCHANGE_OAUTH_*). */
export interface ExchangeOauthApp {
  /** `https://HOST/TENANT` of Entra ID, or `https://HOST/adfs` of AD FS. */
  readonly authority: string;
  readonly clientId: string;
  readonly clientSecret: string | null;
  /** What tokens are for: Exchange's own address, such as `https://mail.acme.com`, without a slash at the end. */
  readonly resource: string;
  /** The full EWS link that takes the tokens. */
  readonly ewsUrl: string;
}

/** Whom to ask, as whom, and by which clock. */
export interface ExchangeOauth {
  readonly app: ExchangeOauthApp;
  readonly redirectUri: string;
  readonly http: Http;
  readonly clock: Clock;
}

/** A connection's tokens as they are sealed in the store. */
export const tokenSchema = z.object({
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  /** From then on the next use renews. */
  renewAt: z.number().default(0),
});
export type ExchangeToken = z.infer<typeof tokenSchema>;

const pendingSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });

/** AD FS names the resource beside the scopes; Entra ID has it in front of the permission's name. */
function isAdfs({ authority }: ExchangeOauthApp): boolean {
  return /\/adfs$/i.test(authority);
}

function askedFor(app: ExchangeOauthApp): Readonly<Record<string, string>> {
  return isAdfs(app)
    ? { resource: app.resource, scope: 'openid profile email' }
    : { scope: `openid profile email offline_access ${app.resource}/EWS.AccessAsUser.All` };
}

/** Begins a sign-in. With nobody named, the page asks. */
export async function beginSignIn(
  oauth: Omit<ExchangeOauth, 'http'>,
  loginHint: string | null,
): Promise<ConsentStart> {
  const pending = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
  const url = buildAuthorizationUrl(oauthConfiguration(clientFor({ ...oauth, http: NO_HTTP })), {
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: oauth.redirectUri,
    ...askedFor(oauth.app),
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint === null || loginHint === '' ? {} : { login_hint: loginHint }),
  });
  return { url: url.href, state: pending.state, details: pending };
}

/** Ends a sign-in: checks the state, swaps the code, and reads who it is. Rejects with `RemoteFailure`. */
export async function completeSignIn(
  oauth: ExchangeOauth,
  details: unknown,
  callbackUrl: string,
): Promise<{ readonly login: string; readonly token: ExchangeToken }> {
  const pending = pendingSchema.parse(details);
  let idToken: string | null = null;
  const client = clientFor(oauth, (token) => {
    idToken = token;
  });
  const reply = await askOauth(client, (config) => {
    // What counts is the query; scheme and host may have been changed by a proxy in front of us.
    const callback = new URL(oauth.redirectUri);
    callback.search = new URL(callbackUrl, oauth.redirectUri).search;
    if (callback.searchParams.get('state') !== pending.state) throw foreign('STATE_MISMATCH');
    const issuer = callback.searchParams.get('iss');
    // RFC 9207; Entra ID names the tenant by its id, whatever it was asked by.
    if (issuer !== null && !isOfAuthority(issuer, oauth.app)) throw foreign('ISSUER_MISMATCH');
    callback.searchParams.delete('iss');
    return authorizationCodeGrant(config, callback, {
      expectedState: pending.state,
      pkceCodeVerifier: pending.codeVerifier,
    });
  });
  const login = readLogin(idToken, oauth, pending.nonce);
  if (reply.refresh_token === undefined)
    throw new RemoteFailure(failure('mailbox.scope-missing', { fields: ['offline_access'] }));
  return { login, token: readToken(reply, null, oauth.clock) };
}

/** Renews. A refresh token that comes back takes the place of the old one. Rejects with `RemoteFailure`. */
export async function refresh(oauth: ExchangeOauth, token: ExchangeToken): Promise<ExchangeToken> {
  const { refreshToken } = token;
  if (refreshToken === null) throw foreign('NO_REFRESH_TOKEN');
  const asked = isAdfs(oauth.app) ? { resource: oauth.app.resource } : {};
  const reply = await askOauth(clientFor(oauth), (config) => refreshTokenGrant(config, refreshToken, asked));
  return readToken(reply, refreshToken, oauth.clock);
}

const claimsSchema = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  iss: z.string(),
  exp: z.number(),
  nonce: z.string().nullish(),
  upn: z.string().nullish(),
  preferred_username: z.string().nullish(),
  email: z.string().nullish(),
});

/** How wrong a clock may be. */
const CLOCK_ERROR_MS = 5 * MINUTE;

/** Whom the ID token names. It came over TLS from the token endpoint, where its signature need not be checked (OpenID Connect Core, 3.1.3.7). */
function readLogin(idToken: string | null, { app, clock }: ExchangeOauth, nonce: string): string {
  const parsed = claimsSchema.safeParse(decodePayload(idToken ?? ''));
  if (!parsed.success) throw foreign('ID_TOKEN');
  const { aud, iss, exp, nonce: shown, upn, preferred_username: name, email } = parsed.data;
  if (![aud].flat().includes(app.clientId)) throw foreign('ID_TOKEN_AUDIENCE');
  if (exp * SECOND + CLOCK_ERROR_MS < clock.now()) throw foreign('ID_TOKEN_EXPIRED');
  if (shown !== nonce) throw foreign('ID_TOKEN_NONCE');
  if (!isOfAuthority(iss, app)) throw foreign('ID_TOKEN_ISSUER');
  const login = upn ?? name ?? email ?? '';
  if (login === '') throw foreign('ID_TOKEN_NAMELESS');
  return login.toLowerCase();
}

function decodePayload(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

function isOfAuthority(issuer: string, { authority }: ExchangeOauthApp): boolean {
  return URL.canParse(issuer) && new URL(issuer).host === new URL(authority).host;
}

/** Not the sign-in that was begun here, whatever it is. */
function foreign(vendorCode: string): RemoteFailure {
  return new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode }));
}

/** Building an address sends nothing. */
const NO_HTTP: Http = {
  send: () => Promise.reject(new TypeError('nothing is sent here')),
  traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0, byOperation: {} }),
};

function clientFor(
  { app, http }: Pick<ExchangeOauth, 'app' | 'http'>,
  takeIdToken: (token: string) => void = () => undefined,
): OauthClient {
  const endpoints = `${app.authority}/oauth2${isAdfs(app) ? '' : '/v2.0'}`;
  return {
    http,
    clientId: app.clientId,
    authentication: app.clientSecret === null ? None() : ClientSecretPost(app.clientSecret),
    server: {
      issuer: app.authority,
      authorization_endpoint: `${endpoints}/authorize`,
      token_endpoint: `${endpoints}/token`,
    },
    failureOf: tokenFailure,
    translate: (error) =>
      error instanceof NetworkError ? new RemoteFailure(networkFailure(error), error) : error,
    unexpected: failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }),
    takeIdToken,
  };
}

function readToken(reply: TokenEndpointResponse, before: string | null, clock: Clock): ExchangeToken {
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? before,
    renewAt: renewAt(reply.expires_in, clock),
  };
}

/** A tenth of the lifetime before its end, but no more than this. */
const RENEW_AHEAD_MS_MAX = 5 * MINUTE;
/** Where the service tells no lifetime. */
const LIFETIME_MS = 60 * MINUTE;

function renewAt(expiresIn: number | undefined, clock: Clock): Instant {
  const lifetimeMs = expiresIn === undefined ? LIFETIME_MS : expiresIn * SECOND;
  return clock.now() + lifetimeMs - Math.min(RENEW_AHEAD_MS_MAX, lifetimeMs / 10);
}
