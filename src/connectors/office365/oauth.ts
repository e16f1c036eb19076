/**
 * Entra ID's OAuth 2.0: authorization code with PKCE for a confidential client, renewal, and client credentials, on openid-client. It keeps
 * nothing: verifier, state, nonce and tokens are handed back to the caller. Vendor page: docs/remote-services/office365.md#sign-in.
 */
import {
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  clientCredentialsGrant,
  randomNonce,
  randomPKCECodeVerifier,
  randomState,
  refreshTokenGrant,
  type TokenEndpointResponse,
} from 'openid-client';
import { z } from 'zod';
import { type Clock, type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import type { ConsentStart, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { Http } from '../http.ts';
import { askOauth, type OauthClient, oauthConfiguration } from '../oauth.ts';
import { clientAuthentication } from './client-assertion.ts';
import { translateNetwork } from './failures.ts';
import { readIdToken } from './id-token.ts';
import type { Office365App } from './service.ts';
import { tokenFailure } from './token-failures.ts';

/** Whom to ask, as whom, and by which clock. */
export interface Office365Oauth {
  readonly app: Office365App;
  readonly redirectUri: string;
  readonly http: Http;
  readonly clock: Clock;
}

/** A connection's tokens as they are sealed in the store. */
export const tokenSchema = z.object({
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  /** From then on the next use renews; 0 where the service told no lifetime. */
  renewAt: z.number().default(0),
  /** What was granted, as the service wrote it; null where it did not say. */
  scope: z.string().nullable().default(null),
});
export type Office365Token = z.infer<typeof tokenSchema>;

/** A token of the application's own; held in memory only. */
export interface AppToken {
  readonly accessToken: string;
  readonly renewAt: Instant;
}

const SIGN_IN_SCOPES = ['openid', 'profile', 'email', 'offline_access'] as const;
/**
 * `User.Read`: whose mailbox it is. `Mail.ReadWrite`: mail is read, categories are written, one folder is made. The others: events, contacts and tasks
 * are kept in step both ways.
 */
const GRAPH_SCOPES = [
  'User.Read',
  'Mail.ReadWrite',
  'Calendars.ReadWrite',
  'Contacts.ReadWrite',
  'Tasks.ReadWrite',
] as const;

const pendingSchema = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string() });

/** Begins a sign-in. With nobody named, the person picks the account. */
export async function beginConsent(
  oauth: Omit<Office365Oauth, 'http'>,
  loginHint: string | null,
): Promise<ConsentStart> {
  const pending = { state: randomState(), nonce: randomNonce(), codeVerifier: randomPKCECodeVerifier() };
  const url = buildAuthorizationUrl(oauthConfiguration(clientFor({ ...oauth, http: NO_HTTP })), {
    response_type: 'code',
    response_mode: 'query',
    redirect_uri: oauth.redirectUri,
    scope: askedScopes(oauth.app),
    state: pending.state,
    nonce: pending.nonce,
    code_challenge: await calculatePKCECodeChallenge(pending.codeVerifier),
    code_challenge_method: 'S256',
    ...(loginHint === null || loginHint === '' ? { prompt: 'select_account' } : { login_hint: loginHint }),
  });
  return { url: url.href, state: pending.state, details: pending };
}

/** Ends a sign-in: checks the state, swaps the code, compares what was granted with what was asked for. */
export async function completeConsent(
  oauth: Office365Oauth,
  details: unknown,
  callbackUrl: string,
): Promise<PreparedConnection> {
  const pending = pendingSchema.parse(details);
  let idToken: string | null = null;
  const client = clientFor(oauth, (token) => {
    idToken = token;
  });
  const reply = await askOauth(client, (config) => {
    // What counts is the query; scheme and host may have been changed by a proxy in front of us.
    const callback = new URL(oauth.redirectUri);
    callback.search = new URL(callbackUrl, oauth.redirectUri).search;
    // A foreign state, or none: not the sign-in that was begun here.
    if (callback.searchParams.get('state') !== pending.state)
      throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'STATE_MISMATCH' }));
    refuseForeignIssuer(callback, oauth.app);
    return authorizationCodeGrant(config, callback, {
      expectedState: pending.state,
      pkceCodeVerifier: pending.codeVerifier,
    });
  });
  if (idToken === null)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'NO_ID_TOKEN' }));
  const { app, clock } = oauth;
  const claims = readIdToken(idToken, { clientId: app.clientId, nonce: pending.nonce, now: clock.now() });
  refuseMissingScopes(reply);
  return {
    account: (claims.preferred_username ?? claims.upn ?? claims.email ?? '').toLowerCase(),
    credential: readToken(reply, { refreshToken: null, scope: null }, clock) satisfies Office365Token,
    settings: { access: 'delegated', ...(claims.tid == null ? {} : { tenantId: claims.tid }) },
  };
}

/**
 * Where the answer names its issuer (RFC 9207), that is the person's own tenant even where `organizations` was asked, so only the host can be
 * compared; the library would want the very address.
 */
function refuseForeignIssuer(callback: URL, app: Office365App): void {
  const issuer = callback.searchParams.get('iss');
  if (issuer === null) return;
  if (!URL.canParse(issuer) || new URL(issuer).origin !== app.loginOrigin)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'ISSUER_MISMATCH' }));
  callback.searchParams.delete('iss');
}

/**
 * Renews. A refresh token that comes back takes the place of the old one; where none comes the old one goes on. `claims` is what a challenge of
 * Graph asked for, as JSON.
 */
export async function refresh(
  oauth: Office365Oauth,
  token: Office365Token,
  claims: string | null,
): Promise<Office365Token> {
  const { refreshToken } = token;
  if (refreshToken === null)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'NO_REFRESH_TOKEN' }));
  const reply = await askOauth(clientFor(oauth), (config) =>
    refreshTokenGrant(config, refreshToken, {
      // Never more than was granted (RFC 6749, 6); `offline_access` is not told among it.
      ...(token.scope === null ? {} : { scope: token.scope }),
      ...(claims === null ? {} : { claims }),
    }),
  );
  return readToken(reply, token, oauth.clock);
}

/** A token for the application itself, in the tenant of the mailbox where the configuration names none. */
export async function askAppToken(
  oauth: Omit<Office365Oauth, 'redirectUri'>,
  tenant: string,
  claims: string | null,
): Promise<AppToken> {
  const { app, clock } = oauth;
  const client = clientFor({ ...oauth, app: { ...app, tenant } });
  const reply = await askOauth(client, (config) =>
    clientCredentialsGrant(config, {
      scope: `${app.graphOrigin}/.default`,
      ...(claims === null ? {} : { claims }),
    }),
  ).catch(notInTenant);
  return { accessToken: reply.access_token, renewAt: renewAt(reply, clock) };
}

/** The application is unknown in the tenant, or was taken out of it: nobody's credential is wrong, the administrator's consent is missing. */
function notInTenant(error: unknown): never {
  const { vendorCode = '' } = error instanceof RemoteFailure ? error.failure : {};
  if (vendorCode !== 'AADSTS700016' && vendorCode !== 'AADSTS7000229') throw error;
  throw new RemoteFailure(failure('mailbox.app-consent-missing', { vendorCode }), error);
}

/** The page where an administrator approves for everybody, application permissions included. */
export function adminConsentUrl({ app, redirectUri }: Pick<Office365Oauth, 'app' | 'redirectUri'>): string {
  const query = new URLSearchParams({
    client_id: app.clientId,
    scope: `${app.graphOrigin}/.default`,
    redirect_uri: redirectUri,
  });
  return `${app.loginOrigin}/${encodeURIComponent(app.tenant)}/v2.0/adminconsent?${query}`;
}

/** The tenants that stand for many. */
export function namesOneTenant(tenant: string): boolean {
  return !['organizations', 'common', 'consumers'].includes(tenant.toLowerCase());
}

/** National clouds want Graph's address before a permission's name; the worldwide one takes the bare name for Graph's. */
function askedScopes(app: Office365App): string {
  const isNational = /\.(us|cn)$/.test(new URL(app.graphOrigin).hostname);
  const graph = GRAPH_SCOPES.map((scope) => (isNational ? `${app.graphOrigin}/${scope}` : scope));
  return [...SIGN_IN_SCOPES, ...graph].join(' ');
}

/** No `scope` means that all was granted (RFC 6749, 5.1); no refresh token means that `offline_access` was not. */
function refuseMissingScopes(reply: TokenEndpointResponse): void {
  const granted = new Set(
    (reply.scope ?? GRAPH_SCOPES.join(' '))
      .split(/\s+/)
      .map((scope) => scope.replace(/^.*\//, '').toLowerCase()),
  );
  const missing: string[] = GRAPH_SCOPES.filter((scope) => !granted.has(scope.toLowerCase()));
  if (reply.refresh_token === undefined) missing.push('offline_access');
  if (missing.length > 0) throw new RemoteFailure(failure('mailbox.scope-missing', { fields: missing }));
}

/** Building an address sends nothing. */
const NO_HTTP: Http = {
  send: () => Promise.reject(new TypeError('nothing is sent here')),
  traffic: () => ({ requests: 0, bytesSent: 0, bytesReceived: 0, byOperation: {} }),
};

function clientFor(
  { app, http, clock }: Omit<Office365Oauth, 'redirectUri'>,
  takeIdToken: (token: string) => void = () => undefined,
): OauthClient {
  const tenant = `${app.loginOrigin}/${encodeURIComponent(app.tenant)}`;
  const tokenEndpoint = `${tenant}/oauth2/v2.0/token`;
  return {
    http,
    clientId: app.clientId,
    authentication: clientAuthentication(app, tokenEndpoint, clock),
    server: {
      issuer: `${tenant}/v2.0`,
      authorization_endpoint: `${tenant}/oauth2/v2.0/authorize`,
      token_endpoint: tokenEndpoint,
    },
    failureOf: (refusal) => tokenFailure(refusal, clock.now()),
    translate: translateNetwork,
    unexpected: failure('mailbox.transient', { vendorCode: 'UNEXPECTED_ANSWER' }),
    takeIdToken,
  };
}

function readToken(
  reply: TokenEndpointResponse,
  before: Pick<Office365Token, 'refreshToken' | 'scope'>,
  clock: Clock,
): Office365Token {
  return {
    accessToken: reply.access_token,
    refreshToken: reply.refresh_token ?? before.refreshToken,
    renewAt: renewAt(reply, clock),
    scope: reply.scope ?? before.scope,
  };
}

/** A tenth of the lifetime before its end, but no more than this. */
const RENEW_AHEAD_MS_MAX = 5 * MINUTE;
/** Where the service tells no lifetime: an hour is the least that Entra ID gives. */
const LIFETIME_MS = 60 * MINUTE;

function renewAt(reply: TokenEndpointResponse, clock: Clock): Instant {
  const lifetimeMs = reply.expires_in === undefined ? LIFETIME_MS : reply.expires_in * SECOND;
  return clock.now() + lifetimeMs - Math.min(RENEW_AHEAD_MS_MAX, lifetimeMs / 10);
}
