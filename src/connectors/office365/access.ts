/**
 * The access token of one connection, for the transport: the person's, renewed over the kept credential, or the application's own, held in memory.
 * It renews before the end and when Graph refuses; what a refusal means is decided by the transport.
 */
import type { Clock } from '../../model/clock.ts';
import type { CredentialKeeper } from '../../model/connector.ts';
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

/** Tokens of the application itself by tenant: one request serves all mailboxes of a process until it ends. */
export interface AppTokens {
  current(tenant: string, http: Http): Promise<string>;
  renew(tenant: string, http: Http, rejected: string, claims: string | null): Promise<string>;
}

export function createAppTokens(app: Office365App, clock: Clock): AppTokens {
  const held = new Map<string, AppToken>();
  const asking = new Map<string, Promise<AppToken>>();
  const ask = async (tenant: string, http: Http, claims: string | null): Promise<string> => {
    let token = asking.get(tenant);
    if (token === undefined) {
      token = askAppToken({ app, clock, http }, tenant, claims).finally(() => asking.delete(tenant));
      asking.set(tenant, token);
    }
    const given = await token;
    held.set(tenant, given);
    return given.accessToken;
  };
  return {
    async current(tenant, http) {
      const token = held.get(tenant);
      return token !== undefined && clock.now() < token.renewAt ? token.accessToken : ask(tenant, http, null);
    },
    async renew(tenant, http, rejected, claims) {
      const token = held.get(tenant);
      return token !== undefined && token.accessToken !== rejected
        ? token.accessToken
        : ask(tenant, http, claims);
    },
  };
}

/** Somebody's mailbox, opened by the application itself. Where the configuration names no tenant, the address's domain does. */
export function applicationAccess(app: Office365App, tokens: AppTokens, http: Http, mailbox: string): Access {
  const domain = mailbox.slice(mailbox.lastIndexOf('@') + 1);
  const tenant = namesOneTenant(app.tenant) ? app.tenant : domain;
  return {
    root: `/users/${encodeURIComponent(mailbox)}`,
    token: () => tokens.current(tenant, http),
    renew: (rejected, claims) => tokens.renew(tenant, http, rejected, claims),
  };
}
