/**
 * The access token of one connection, for the transport: the person's, renewed over the kept credential, or the application's own, held in memory.
 * It renews before the end and when Graph refuses; what a refusal means is decided by the transport.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../model/clock.ts';
import type { CredentialKeeper } from '../../model/connector.ts';
import { type FailureKind, RemoteFailure } from '../../model/failure.ts';
import type { Http } from '../http.ts';
import { createKeptTokens } from '../kept-tokens.ts';
import {
  type AppToken,
  askAppToken,
  namesOneTenant,
  type Office365Oauth,
  refresh,
  tokenSchema,
} from './oauth.ts';
import type { Office365App } from './service.ts';

export interface Access {
  /** The token to use now. Rejects with `RemoteFailure`. */
  token(): Promise<string>;
  /** The token that takes the place of one which Graph refused; `claims` is what its challenge asked for, as JSON. */
  renew(rejected: string, claims: string | null): Promise<string>;
  /** Where the mailbox is below `/v1.0`. */
  readonly root: string;
}

/** A person's own mailbox. */
export function delegatedAccess(oauth: Office365Oauth, keeper: CredentialKeeper): Access {
  let challenge: string | null = null;
  const tokens = createKeptTokens({
    keeper,
    read: (credential) => tokenSchema.parse(credential),
    refresh: (token) => refresh(oauth, token, challenge),
  });
  return {
    root: '/me',
    async token() {
      const token = await tokens.current();
      if (oauth.clock.now() < token.renewAt) return token.accessToken;
      return (await tokens.renew(token.accessToken)).accessToken;
    },
    async renew(rejected, claims) {
      challenge = claims;
      try {
        return (await tokens.renew(rejected)).accessToken;
      } finally {
        challenge = null;
      }
    },
  };
}

/** An application's tokens by application, credential and tenant: one request serves all mailboxes of a process until it ends. */
export interface AppTokens {
  current(asking: AppAsking): Promise<string>;
  renew(asking: AppAsking, rejected: string, claims: string | null): Promise<string>;
}

export interface AppAsking {
  readonly app: Office365App;
  readonly tenant: string;
  readonly http: Http;
}

/** Tokens held at most: one for each company that brings its own application. */
const HELD_MAX = 1_000;

export function createAppTokens(clock: Clock): AppTokens {
  const held = new Map<string, AppToken>();
  const asking = new Map<string, Promise<AppToken>>();
  const ask = async (whom: AppAsking, claims: string | null): Promise<string> => {
    const key = keyOf(whom);
    let token = asking.get(key);
    if (token === undefined) {
      const { app, tenant, http } = whom;
      token = askAppToken({ app, clock, http }, tenant, claims).finally(() => asking.delete(key));
      asking.set(key, token);
    }
    const given = await token;
    held.delete(key);
    held.set(key, given);
    const [oldest] = held.keys();
    if (held.size > HELD_MAX && oldest !== undefined) held.delete(oldest);
    return given.accessToken;
  };
  return {
    async current(whom) {
      const token = held.get(keyOf(whom));
      return token !== undefined && clock.now() < token.renewAt ? token.accessToken : ask(whom, null);
    },
    async renew(whom, rejected, claims) {
      const token = held.get(keyOf(whom));
      return token !== undefined && token.accessToken !== rejected ? token.accessToken : ask(whom, claims);
    },
  };
}

/** With the credential in it, as a digest: a renewed one is tried, and never proven by a token of the one before. */
function keyOf({ app, tenant }: AppAsking): string {
  const { clientId, clientSecret, certificate } = app;
  const secret = createHash('sha256')
    .update(certificate?.key ?? clientSecret ?? '')
    .digest('base64url');
  return JSON.stringify([tenant, clientId, secret]);
}

/** Somebody's mailbox, opened by an application itself. Where its tenant is not named, the address's domain names it. */
export function applicationAccess(
  appOf: () => Promise<Office365App>,
  tokens: AppTokens,
  http: Http,
  mailbox: string,
): Access {
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  const whom = async (): Promise<AppAsking> => {
    const app = await appOf();
    return { app, http, tenant: namesOneTenant(app.tenant) ? app.tenant : domain };
  };
  let refused: RemoteFailure | null = null;
  /** What was refused once is not asked again by the same connector: the answer would be the same. */
  const once = async (ask: () => Promise<string>): Promise<string> => {
    if (refused !== null) throw refused;
    try {
      return await ask();
    } catch (error) {
      if (error instanceof RemoteFailure && LASTING.has(error.failure.kind)) refused = error;
      throw error;
    }
  };
  return {
    root: `/users/${encodeURIComponent(mailbox)}`,
    token: () => once(async () => tokens.current(await whom())),
    renew: (rejected, claims) => once(async () => tokens.renew(await whom(), rejected, claims)),
  };
}

const LASTING: ReadonlySet<FailureKind> = new Set([
  'request-invalid',
  'permission-missing',
  'credentials-rejected',
  'authorization-revoked',
]);
