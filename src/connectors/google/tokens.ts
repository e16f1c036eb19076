/**
 * The access token of one opened connection: kept and renewed for people's consents, held in memory for delegated mailboxes. It renews shortly
 * before the end, and when Gmail refuses a token that should still live.
 */
import { createHash } from 'node:crypto';
import { type Clock, MINUTE } from '../../model/clock.ts';
import type { CredentialKeeper } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import { createKeptTokens } from '../kept-tokens.ts';
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

/** Tokens of service accounts for many mailboxes, held by account, key and address while they live. */
export interface DelegatedTokens {
  /** `oauthOf` is asked once: it reads the service account's key. */
  of(oauthOf: () => Promise<GoogleOauth>, mailbox: string): AccessTokens;
}

const HELD_MAX = 10_000;

export function createDelegatedTokens(): DelegatedTokens {
  const held = new Map<string, Promise<GoogleToken>>();
  const ask = (oauth: GoogleOauth, mailbox: string): Promise<GoogleToken> => {
    const asked = delegatedToken(oauth, mailbox);
    const key = keyOf(oauth, mailbox);
    held.delete(key);
    held.set(key, asked);
    const [oldest] = held.keys();
    if (held.size > HELD_MAX && oldest !== undefined) held.delete(oldest);
    asked.catch(() => {
      if (held.get(key) === asked) held.delete(key);
    });
    return asked;
  };
  const current = async (oauth: GoogleOauth, mailbox: string): Promise<GoogleToken> => {
    const key = keyOf(oauth, mailbox);
    const known = held.get(key);
    const token = await known;
    if (token !== undefined && !isSpent(token, oauth.clock)) return token;
    // Somebody else may have asked while this one looked.
    const now = held.get(key);
    return now !== undefined && now !== known ? now : ask(oauth, mailbox);
  };
  return {
    of(oauthOf, mailbox) {
      let made: Promise<GoogleOauth> | null = null;
      const oauth = (): Promise<GoogleOauth> => {
        made ??= oauthOf();
        return made;
      };
      return {
        current: async () => textOf(await current(await oauth(), mailbox)),
        async renew(rejected) {
          const token = await current(await oauth(), mailbox);
          return textOf(token.accessToken === rejected ? await ask(await oauth(), mailbox) : token);
        },
      };
    },
  };
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
