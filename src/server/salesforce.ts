/**
 * Salesforce wired to the store: logging in, and opening a connection whose tokens are renewed under a row lock, so that of many machines one
 * renews and the others take its result.
 */
import { z } from 'zod';
import { keepStored } from '../commands/keep-credential.ts';
import type { Crm, CrmLogin } from '../commands/ports.ts';
import { createHttp, type Fetch } from '../connectors/http.ts';
import { createKeptTokens } from '../connectors/kept-tokens.ts';
import { createSalesforceConnector } from '../connectors/salesforce/connector.ts';
import { createDescribeCache } from '../connectors/salesforce/describe.ts';
import {
  createBearerSessions,
  createSalesforceMassAccess,
  jwtSettings,
  ownerOf,
} from '../connectors/salesforce/jwt-bearer.ts';
import { normaliseLoginHost, PRODUCTION_LOGIN, SANDBOX_LOGIN } from '../connectors/salesforce/login-host.ts';
import {
  authorizationUrl,
  exchangeCode,
  type OauthApp,
  readIdentity,
  refresh,
  revoke,
} from '../connectors/salesforce/oauth.ts';
import type { SalesforceToken } from '../connectors/salesforce/wire.ts';
import { withBackoffCrm } from '../connectors/with-backoff.ts';
import { type AbortSignalLike, type Clock, MINUTE, type Random } from '../model/clock.ts';
import type { Database } from '../store/database.ts';
import type { Keyring } from '../store/keyring.ts';
import type { SalesforceConfig } from './config.ts';

export interface SalesforceOptions {
  readonly config: SalesforceConfig;
  readonly publicUrl: string;
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: Random;
  readonly db: Database;
  readonly keyring: Keyring;
}

const SERVICE = 'salesforce';
/** A renewal holds a row lock: it must end long before those who wait give up. */
const RENEWAL_DEADLINE_MS = 20_000;

const tokenSchema = z.object({
  accessToken: z.string().nullable(),
  refreshToken: z.string().nullable(),
  identityUrl: z.string(),
  loginUrl: z.string(),
  instanceUrl: z.string(),
}) satisfies z.ZodType<SalesforceToken>;

const pendingSchema = z.object({ state: z.string(), codeVerifier: z.string(), loginUrl: z.string() });

/** The CRM side of the ports. */
export function createSalesforce(options: SalesforceOptions): {
  readonly crm: Crm;
  readonly crmLogin: CrmLogin;
} {
  const { config, fetch, clock, random } = options;
  const describeCache = createDescribeCache();
  const sessions = createBearerSessions(clock.now);
  const app: OauthApp = {
    http: createHttp({ fetch, clock, deadlineMs: RENEWAL_DEADLINE_MS }),
    clientId: config.clientId,
    clientSecret: config.clientSecret,
    redirectUri: `${options.publicUrl}/login/salesforce/callback`,
    extraOrigins: config.extraOrigins,
  };
  const crm: Crm = {
    service: SERVICE,
    displayName: 'Salesforce',
    massAccess: createSalesforceMassAccess((host) => loginOrigin(host, config.extraOrigins)),
    open(connection, signal) {
      const keeper = keepStored(options, connection);
      const connector = createSalesforceConnector({
        fetch,
        clock,
        random,
        tokens:
          jwtSettings(connection.settings) === null
            ? createKeptTokens<SalesforceToken>({
                keeper,
                read: (credential) => tokenSchema.parse(credential),
                refresh: (token) => refresh(app, token),
              })
            : sessions.of(app, connection, keeper),
        ownerId: ownerOf(connection.settings),
        describeCache,
        apiVersion: config.apiVersion,
        signal,
        extraOrigins: config.extraOrigins,
      });
      return withBackoffCrm(connector, { clock, random, signal: signal as AbortSignalLike });
    },
    revoke: (credential) => revoke(app, tokenSchema.parse(credential)),
  };
  return { crm, crmLogin: createLogin(app, config) };
}

function createLogin(app: OauthApp, config: SalesforceConfig): CrmLogin {
  const own = config.extraOrigins.map((origin) => ({ id: origin, label: new URL(origin).host }));
  return {
    hosts: [...own, { id: 'production', label: 'Production' }, { id: 'sandbox', label: 'Sandbox' }],
    ownHostAllowed: true,
    hostOf: (credential) => tokenSchema.safeParse(credential).data?.loginUrl ?? null,
    async begin(host, wish) {
      const loginUrl = loginOrigin(host, config.extraOrigins);
      if (loginUrl === null) return null;
      const { url, state, codeVerifier } = await authorizationUrl(app, loginUrl, wish);
      return { url, state, details: { state, codeVerifier, loginUrl } };
    },
    async complete(details, callbackUrl) {
      const pending = pendingSchema.parse(details);
      const token = await exchangeCode(app, { ...pending, callbackUrl });
      const identity = await readIdentity(app, token);
      return { identity, connection: { account: identity.username, credential: token, settings: {} } };
    },
  };
}

/** `production` and `sandbox` mean the configured organization's own hosts where the operator named some. */
function loginOrigin(host: string, extraOrigins: readonly string[]): string | null {
  if (host === 'production') return PRODUCTION_LOGIN;
  if (host === 'sandbox') return SANDBOX_LOGIN;
  return normaliseLoginHost(host, extraOrigins);
}

/** How long an activation may take in all: Autodiscover may have to wait for several hosts that do not answer. */
export const ACTIVATION_MS = 2 * MINUTE;
