/**
 * Salesforce by OAuth 2.0 JWT bearer (M5): a key whose certificate stands in the app opens a session of any user that an administrator approved. There is
 * no refresh token: when a session dies, another assertion is signed. Set-up: docs/remote-services/salesforce.md#jwt-bearer.
 */
import { createHash, createPrivateKey } from 'node:crypto';
import { importPKCS8, SignJWT } from 'jose';
import { genericGrantRequest } from 'openid-client';
import { z } from 'zod';
import { MINUTE, SECOND } from '../../model/clock.ts';
import type { CredentialKeeper, PreparedConnection } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { CrmAccountName, MassAccess } from '../../model/mass-access.ts';
import { askOauth } from '../oauth.ts';
import type { TokenSource } from '../token-source.ts';
import { clientFor, type OauthApp, readToken } from './oauth.ts';
import type { SalesforceToken } from './wire.ts';

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
/** Salesforce takes three minutes at most; the rest is room for a clock that goes wrong. */
const LIFETIME_MS = 2 * MINUTE;
/** Sessions held in memory at most. */
const HELD_MAX = 10_000;

const formSchema = z.object({
  host: z.string(),
  clientId: z.string(),
  privateKey: z.string(),
  username: z.string(),
  actsAs: z.enum(['each-user', 'service-account']).default('each-user'),
});

const credentialSchema = z.object({ privateKey: z.string() });
const settingsSchema = z.object({
  jwt: z.object({
    loginUrl: z.string(),
    clientId: z.string(),
    username: z.string(),
    actsAs: z.enum(['each-user', 'service-account']),
  }),
  /** Whom a person's connection is about; absent in the access's own. */
  person: z.object({ username: z.string(), userId: z.string() }).optional(),
});

/** Null where a connection has a grant of its own. */
export function jwtSettings(settings: PreparedConnection['settings']): z.infer<typeof settingsSchema> | null {
  return settingsSchema.safeParse(settings).data ?? null;
}

/** Whose records are written where the session is another's: the person of a service account's connection. */
export function ownerOf(settings: PreparedConnection['settings']): string | null {
  const of = jwtSettings(settings);
  return of?.jwt.actsAs === 'service-account' ? (of.person?.userId ?? null) : null;
}

/** `loginUrlOf`: from what was typed to an origin that may see the assertion, or null. */
export function createSalesforceMassAccess(
  loginUrlOf: (host: string) => string | null,
): MassAccess<CrmAccountName> {
  return {
    async prepareAccess(form) {
      const { host, clientId, privateKey, username, actsAs } = formSchema.parse(form);
      const loginUrl = loginUrlOf(host);
      if (loginUrl === null) throw unreadable('UNTRUSTED_HOST');
      checkKey(privateKey);
      return {
        account: username,
        credential: { privateKey },
        settings: { jwt: { loginUrl, clientId, username, actsAs } },
      };
    },
    reach: ({ username, userId }) => ({ account: username, settings: { person: { username, userId } } }),
    facts({ settings }) {
      const { jwt } = settingsSchema.parse(settings);
      return [
        { label: 'Login host', value: new URL(jwt.loginUrl).host },
        { label: 'Consumer key', value: jwt.clientId },
        { label: 'Service account', value: jwt.username },
        { label: 'Acts as', value: jwt.actsAs === 'each-user' ? 'each user' : 'the service account' },
        { label: 'OAuth scopes', value: 'api, id, refresh_token' },
      ];
    },
    approvalUrl: () => null,
  };
}

/** Sessions of one process by key and user. */
export interface BearerSessions {
  of(app: OauthApp, connection: PreparedConnection, keeper: CredentialKeeper): TokenSource<SalesforceToken>;
}

export function createBearerSessions(now: () => number): BearerSessions {
  const held = new Map<string, Promise<SalesforceToken>>();
  return {
    of(app, { settings }, keeper) {
      const { jwt, person } = settingsSchema.parse(settings);
      const subject = jwt.actsAs === 'each-user' ? (person?.username ?? jwt.username) : jwt.username;
      let key: Promise<Held> | null = null;
      const readKey = () => {
        key ??= keyOf(keeper, [jwt.loginUrl, jwt.clientId, subject]);
        return key;
      };
      // Nothing is awaited between looking and holding: of many who ask at once one signs.
      const ask = ({ privateKey, name }: Held): Promise<SalesforceToken> => {
        const asked = askSession(app, { ...jwt, privateKey, subject, now: now() });
        held.delete(name);
        held.set(name, asked);
        const [oldest] = held.keys();
        if (held.size > HELD_MAX && oldest !== undefined) held.delete(oldest);
        asked.catch(() => {
          if (held.get(name) === asked) held.delete(name);
        });
        return asked;
      };
      const current = async () => {
        const found = await readKey();
        return usable(await (held.get(found.name) ?? ask(found)));
      };
      return {
        current,
        async renew(rejected) {
          const found = await readKey();
          const known = held.get(found.name);
          const token = known === undefined ? null : await known.catch(() => null);
          if (token !== null && token.accessToken !== rejected) return usable(token);
          // Somebody else may have signed one while this one looked.
          const latest = held.get(found.name);
          return usable(await (latest !== undefined && latest !== known ? latest : ask(found)));
        },
      };
    },
  };
}

/** The key, and the name that sessions made with it are held by. */
interface Held {
  readonly privateKey: string;
  readonly name: string;
}

async function keyOf(keeper: CredentialKeeper, parts: readonly string[]): Promise<Held> {
  const parsed = credentialSchema.safeParse((await keeper.load()).credential);
  if (!parsed.success)
    throw new RemoteFailure(failure('crm.authorization-revoked', { vendorCode: 'NO_CREDENTIAL' }));
  const { privateKey } = parsed.data;
  // With the key in it: a renewed one is tried, and never proven by a session of the one before.
  const digest = createHash('sha256').update(privateKey).digest('base64url');
  return { privateKey, name: JSON.stringify([...parts, digest]) };
}

interface Assertion {
  readonly loginUrl: string;
  readonly clientId: string;
  readonly privateKey: string;
  readonly subject: string;
  readonly now: number;
}

/** One session. https://help.salesforce.com/s/articleView?id=xcloud.remoteaccess_oauth_jwt_flow.htm */
async function askSession(app: OauthApp, of: Assertion): Promise<SalesforceToken> {
  const { loginUrl, clientId, privateKey, subject, now } = of;
  const assertion = await new SignJWT()
    .setProtectedHeader({ alg: 'RS256' })
    .setIssuer(clientId)
    .setSubject(subject)
    .setAudience(loginUrl)
    .setExpirationTime(Math.floor((now + LIFETIME_MS) / SECOND))
    .sign(await importPKCS8(privateKey, 'RS256'));
  // An assertion signs itself: nothing of the operator's app belongs beside it.
  const client = {
    ...clientFor({ ...app, clientId, clientSecret: null }, loginUrl),
    authentication: () => undefined,
  };
  const reply = await askOauth(client, (config) => genericGrantRequest(config, JWT_BEARER, { assertion }));
  return readToken(app, reply, { refreshToken: null, identityUrl: null, loginUrl });
}

function checkKey(pem: string): void {
  try {
    if (createPrivateKey(pem).asymmetricKeyType !== 'rsa' || !pem.includes('BEGIN PRIVATE KEY'))
      throw unreadable('PRIVATE_KEY');
  } catch (error) {
    throw error instanceof RemoteFailure ? error : unreadable('PRIVATE_KEY', error);
  }
}

function unreadable(vendorCode: string, cause?: unknown): RemoteFailure {
  return new RemoteFailure(failure('crm.access-unreadable', { vendorCode }), cause);
}

function usable(token: SalesforceToken): SalesforceToken & { readonly accessToken: string } {
  const { accessToken } = token;
  if (accessToken === null) throw new TypeError('a session has no access token');
  return { ...token, accessToken };
}
