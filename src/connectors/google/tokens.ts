/**
 * The access token of one opened connection: kept and renewed for people's consents, held in memory for delegated mailboxes. It renews shortly
 * before the end, and when Gmail refuses a token that should still live.
 */
import { createHash } from 'node:crypto';
import { type Clock, HOUR, type Instant, MINUTE } from '../../model/clock.ts';
import type { CredentialKeeper } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { createKeptTokens } from '../kept-tokens.ts';
import { API_SCOPES, type ApiName, scopeOf } from './apis.ts';
import {
  delegatedToken,
  type GoogleOauth,
  type GoogleToken,
  googleTokenSchema,
  renewToken,
} from './oauth.ts';

export interface AccessTokens {
  /** The token to send now. */
  current(): Promise<string>;
  /** After Gmail refused `rejected`: the one that took its place. */
  renew(rejected: string): Promise<string>;
}

/** A token this close to its end is renewed first: a batch in flight must not outlive it. */
const RENEW_BEFORE_MS = 2 * MINUTE;

function isSpent({ expiresAt }: GoogleToken, clock: Clock): boolean {
  return expiresAt !== null && expiresAt - clock.now() < RENEW_BEFORE_MS;
}

/** Tokens of a person's consent. */
export function createConsentTokens(oauth: GoogleOauth, keeper: CredentialKeeper): AccessTokens {
  const source = createKeptTokens<GoogleToken>({
    keeper,
    read: readCredential,
    refresh: (token) => renewToken(oauth, token),
  });
  return {
    async current() {
      const token = await source.current();
      if (!isSpent(token, oauth.clock)) return token.accessToken;
      return (await source.renew(token.accessToken)).accessToken;
    },
    renew: async (rejected) => (await source.renew(rejected)).accessToken,
  };
}

/** What is stored, as a token. A credential that was erased, or is another service's, is none. */
export function readCredential(credential: unknown): GoogleToken {
  const parsed = googleTokenSchema.safeParse(credential);
  if (!parsed.success)
    throw new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode: 'NO_CREDENTIAL' }));
  return parsed.data;
}

/** Tokens of service accounts for many mailboxes, held by account, key, address and scopes while they live. */
export interface DelegatedTokens {
  /** `oauthOf` is asked once: it reads the service account's key. */
  of(oauthOf: () => Promise<GoogleOauth>, mailbox: string): (api: ApiName) => AccessTokens;
}

const HELD_MAX = 10_000;
/** Mail has a token of its own, whatever else the administrator listed; the collections share one. */
const COLLECTIONS = API_SCOPES.filter((scope) => scope !== scopeOf('gmail')).join(' ');
/** How long a delegation that lacks a scope is believed to lack it. */
const PARTIAL_MS = HOUR;

export function createDelegatedTokens(): DelegatedTokens {
  const takeHeld = createHeldTokens();
  /** Where the administrator listed some of the collections' scopes only: each has its own token until then. */
  const partialUntil = new Map<string, Instant>();
  /** A token other than `rejected`. */
  const take = async (
    oauth: GoogleOauth,
    mailbox: string,
    api: ApiName,
    rejected: string | null,
  ): Promise<string> => {
    const key = keyOf(oauth, mailbox);
    if (api !== 'gmail' && (partialUntil.get(key) ?? 0) <= oauth.clock.now()) {
      try {
        return textOf(await takeHeld(oauth, mailbox, COLLECTIONS, rejected));
      } catch (error) {
        if (!(error instanceof RemoteFailure) || error.failure.code !== 'mailbox.delegation-missing')
          throw error;
        remember(partialUntil, key, oauth.clock.now() + PARTIAL_MS);
      }
    }
    return textOf(await takeHeld(oauth, mailbox, scopeOf(api), rejected));
  };
  return {
    of(oauthOf, mailbox) {
      let made: Promise<GoogleOauth> | null = null;
      const oauth = (): Promise<GoogleOauth> => {
        made ??= oauthOf();
        return made;
      };
      return (api) => ({
        current: async () => take(await oauth(), mailbox, api, null),
        renew: async (rejected) => take(await oauth(), mailbox, api, rejected),
      });
    },
  };
}

type TakeHeld = (
  oauth: GoogleOauth,
  mailbox: string,
  scopes: string,
  rejected: string | null,
) => Promise<GoogleToken>;

/** Asks once for what several want, and again when it is spent or was rejected. */
function createHeldTokens(): TakeHeld {
  const held = new Map<string, Promise<GoogleToken>>();
  const ask = (oauth: GoogleOauth, mailbox: string, scopes: string): Promise<GoogleToken> => {
    const asked = delegatedToken(oauth, mailbox, scopes);
    const key = `${keyOf(oauth, mailbox)} ${scopes}`;
    remember(held, key, asked);
    asked.catch(() => {
      if (held.get(key) === asked) held.delete(key);
    });
    return asked;
  };
  const current = async (oauth: GoogleOauth, mailbox: string, scopes: string): Promise<GoogleToken> => {
    const key = `${keyOf(oauth, mailbox)} ${scopes}`;
    const known = held.get(key);
    const token = await known;
    if (token !== undefined && !isSpent(token, oauth.clock)) return token;
    // Somebody else may have asked while this one looked.
    const now = held.get(key);
    return now !== undefined && now !== known ? now : ask(oauth, mailbox, scopes);
  };
  return async (oauth, mailbox, scopes, rejected) => {
    const token = await current(oauth, mailbox, scopes);
    return token.accessToken === rejected ? ask(oauth, mailbox, scopes) : token;
  };
}

/** The latest are kept. */
function remember<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > HELD_MAX && oldest !== undefined) map.delete(oldest);
}

/** With the key in it: a renewed one is tried, and never proven by a token of the one before. */
function keyOf({ app }: GoogleOauth, mailbox: string): string {
  const { email = '', keyId = null, privateKey = '' } = app.serviceAccount ?? {};
  return JSON.stringify([
    mailbox,
    email,
    keyId ?? createHash('sha256').update(privateKey).digest('base64url'),
  ]);
}

function textOf({ accessToken }: GoogleToken): string {
  if (accessToken === null) throw new TypeError('a delegated token has no access token');
  return accessToken;
}
