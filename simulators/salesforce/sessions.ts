/**
 * What was handed out to clients: access tokens, refresh tokens with their families, authorization codes, browser
 * logins and approvals. It keeps and expires them; the OAuth endpoints decide.
 */
import { createHash, randomBytes } from 'node:crypto';
import type { UserAccount } from './organization.ts';

/** An access token in use. Activity after half of its life renews it. */
export interface Session {
  readonly token: string;
  readonly user: UserAccount;
  readonly clientId: string;
  readonly scopes: readonly string[];
  /** The host it is valid on: it dies when the organization moves. */
  readonly instanceOrigin: string;
  readonly refreshToken: string | undefined;
  renewedAt: number;
}

/** A refresh token. With rotation, all tokens that came of one approval are a family. */
export interface RefreshToken {
  readonly token: string;
  readonly user: UserAccount;
  readonly clientId: string;
  readonly scopes: readonly string[];
  readonly family: string;
  readonly madeAt: number;
  isUsed: boolean;
}

/** A code on its way from the browser to the token endpoint. */
export interface AuthorizationCode {
  readonly user: UserAccount;
  readonly clientId: string;
  readonly redirectUri: string;
  readonly scopes: readonly string[];
  readonly challenge: string | undefined;
  readonly madeAt: number;
}

const APPROVALS_MAX = 5;
export const CODE_LIFE_MS = 15 * 60 * 1000;

export interface Sessions {
  readonly codes: Map<string, AuthorizationCode>;
  readonly usedCodes: Set<string>;
  readonly sessions: Map<string, Session>;
  readonly refreshTokens: Map<string, RefreshToken>;
  /** Browser logins by cookie. */
  readonly logins: Map<string, UserAccount>;
  /** `userId clientId` of what was approved. */
  readonly approvals: Set<string>;
}

/** Nothing handed out yet. */
export function createSessions(): Sessions {
  return {
    codes: new Map(),
    usedCodes: new Set(),
    sessions: new Map(),
    refreshTokens: new Map(),
    logins: new Map(),
    approvals: new Set(),
  };
}

/** Something that cannot be guessed, in the characters tokens have. */
export function makeSecret(bytes = 48): string {
  return randomBytes(bytes).toString('base64url').replaceAll('-', '.');
}

/** Opens a session on the user's organization. */
export function openSession(
  sessions: Sessions,
  user: UserAccount,
  clientId: string,
  scopes: readonly string[],
  refreshToken: string | undefined,
  now: number,
): Session {
  const token = `${user.organization.id.slice(0, 15)}!${makeSecret(60)}`;
  const session: Session = {
    token,
    user,
    clientId,
    scopes,
    instanceOrigin: user.organization.instanceOrigin,
    refreshToken,
    renewedAt: now,
  };
  sessions.sessions.set(token, session);
  return session;
}

/** The session of a token, renewed if it is half over; undefined when it is unknown, expired or its user inactive. */
export function findSession(sessions: Sessions, token: string, now: number): Session | undefined {
  const session = sessions.sessions.get(token);
  if (session === undefined) return undefined;
  const lifeMs = session.user.organization.settings.sessionTimeoutMs;
  const age = now - session.renewedAt;
  const hasMoved = session.instanceOrigin !== session.user.organization.instanceOrigin;
  if (age >= lifeMs || hasMoved || !session.user.active) {
    sessions.sessions.delete(token);
    return undefined;
  }
  if (age > lifeMs / 2) session.renewedAt = now;
  return session;
}

/** Makes a refresh token; at most five families a user and app, the oldest goes. */
export function addRefreshToken(
  sessions: Sessions,
  user: UserAccount,
  clientId: string,
  scopes: readonly string[],
  now: number,
  family = makeSecret(12),
): RefreshToken {
  const token: RefreshToken = {
    token: `5Aep${makeSecret(60)}`,
    user,
    clientId,
    scopes,
    family,
    madeAt: now,
    isUsed: false,
  };
  sessions.refreshTokens.set(token.token, token);
  const families: string[] = [];
  for (const other of sessions.refreshTokens.values()) {
    const isSame = other.user === user && other.clientId === clientId;
    if (isSame && !families.includes(other.family)) families.push(other.family);
  }
  const [oldest] = families;
  if (families.length > APPROVALS_MAX && oldest !== undefined) revokeFamily(sessions, oldest);
  return token;
}

/** Ends a family of refresh tokens and every session that came of it. */
export function revokeFamily(sessions: Sessions, family: string): void {
  const gone = new Set<string>();
  for (const token of sessions.refreshTokens.values()) if (token.family === family) gone.add(token.token);
  for (const token of gone) sessions.refreshTokens.delete(token);
  for (const session of sessions.sessions.values()) {
    if (session.refreshToken !== undefined && gone.has(session.refreshToken)) {
      sessions.sessions.delete(session.token);
    }
  }
}

/** Whether a PKCE verifier fits an S256 challenge. */
export function fitsChallenge(verifier: string, challenge: string): boolean {
  return createHash('sha256').update(verifier).digest('base64url') === challenge;
}
