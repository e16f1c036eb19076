/**
 * What was handed out: authorization codes, access tokens, refresh tokens, browser sessions. It keeps and expires them;
 * the OAuth endpoints decide who gets which.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { Account } from './world.ts';

export const ACCESS_LIFE_MS = 3_600_000;
export const CODE_LIFE_MS = 600_000;
export const TESTING_LIFE_MS = 7 * 86_400_000;
const IDLE_LIFE_MS = 183 * 86_400_000;
const REFRESH_TOKENS_MAX = 100;

/** A code on its way from the browser to the token endpoint. */
export interface AuthorizationCode {
  readonly account: Account;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly isPlainChallenge: boolean;
  readonly nonce: string | undefined;
  readonly wantsRefreshToken: boolean;
  readonly madeAt: number;
}

/** A refresh token; `expiresAt` only for apps in testing. */
export interface RefreshToken {
  readonly token: string;
  readonly account: Account;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly expiresAt: number | undefined;
  usedAt: number;
}

/** An access token. A service account's own token has no account. */
export interface AccessToken {
  readonly token: string;
  readonly account: Account | undefined;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly refreshToken: string | undefined;
  readonly expiresAt: number;
}

export interface Tokens {
  readonly codes: Map<string, AuthorizationCode>;
  readonly access: Map<string, AccessToken>;
  readonly refresh: Map<string, RefreshToken>;
  /** Accounts signed in, by browser cookie, the last one first. */
  readonly browsers: Map<string, Account[]>;
}

/** Nothing handed out yet. */
export function createTokens(): Tokens {
  return { codes: new Map(), access: new Map(), refresh: new Map(), browsers: new Map() };
}

/** Something that cannot be guessed. */
export function makeSecret(bytes = 48): string {
  return randomBytes(bytes).toString('base64url');
}

/** Makes an access token of an hour. */
export function addAccessToken(
  tokens: Tokens,
  given: Omit<AccessToken, 'token' | 'expiresAt'>,
  now: number,
): AccessToken {
  for (const old of tokens.access.values()) if (old.expiresAt <= now) tokens.access.delete(old.token);
  const token = { ...given, token: `ya29.a0${makeSecret(90)}`, expiresAt: now + ACCESS_LIFE_MS };
  tokens.access.set(token.token, token);
  return token;
}

/** Makes a refresh token; of over a hundred of one account and client the oldest dies without a word. */
export function addRefreshToken(
  tokens: Tokens,
  given: Omit<RefreshToken, 'token' | 'usedAt'>,
  now: number,
): RefreshToken {
  const token = { ...given, token: `1//0${makeSecret(60)}`, usedAt: now };
  tokens.refresh.set(token.token, token);
  const same = [...tokens.refresh.values()].filter(
    (each) => each.account === given.account && each.clientId === given.clientId,
  );
  const [oldest] = same;
  if (same.length > REFRESH_TOKENS_MAX && oldest !== undefined) endRefreshToken(tokens, oldest);
  return token;
}

/** The access token if it still lives. */
export function findAccessToken(tokens: Tokens, text: string, now: number): AccessToken | undefined {
  const token = tokens.access.get(text);
  return token === undefined || token.expiresAt <= now ? undefined : token;
}

/** The refresh token if it still lives: not past its end and used within six months. */
export function findRefreshToken(tokens: Tokens, text: string, now: number): RefreshToken | undefined {
  const token = tokens.refresh.get(text);
  if (token === undefined) return undefined;
  const isOver = token.expiresAt !== undefined && token.expiresAt <= now;
  if (!isOver && now - token.usedAt < IDLE_LIFE_MS) return token;
  tokens.refresh.delete(text);
  return undefined;
}

/** Ends a refresh token and the access tokens that came of it. */
export function endRefreshToken(tokens: Tokens, token: RefreshToken): void {
  tokens.refresh.delete(token.token);
  for (const access of tokens.access.values()) {
    if (access.refreshToken === token.token) tokens.access.delete(access.token);
  }
}

/** Ends what an account gave a client (all clients when absent): tokens, codes and the consent. */
export function endGrants(tokens: Tokens, account: Account, clientId?: string): void {
  const isMeant = (each: { account: Account | undefined; clientId: string }) =>
    each.account === account && (clientId === undefined || each.clientId === clientId);
  for (const token of tokens.refresh.values()) if (isMeant(token)) tokens.refresh.delete(token.token);
  for (const token of tokens.access.values()) if (isMeant(token)) tokens.access.delete(token.token);
  for (const [code, value] of tokens.codes) if (isMeant(value)) tokens.codes.delete(code);
  if (clientId === undefined) account.grants.clear();
  else account.grants.delete(clientId);
}

/** Whether a PKCE verifier fits its challenge, by S256 or plainly. */
export function fitsChallenge(verifier: string, challenge: string, isPlain: boolean): boolean {
  if (isPlain) return verifier === challenge;
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
