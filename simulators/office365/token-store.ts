/**
 * Tokens, codes and sign-in cookies that Entra ID gave out, and the key it signs id tokens with. It keeps them; whether
 * one is still good is decided where it is used.
 */
import { exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import type { Application, Tenant, UserAccount } from './directory.ts';

export interface AccessToken {
  readonly value: string;
  /** Rises with each token of any kind. */
  readonly number: number;
  readonly app: Application;
  readonly tenant: Tenant;
  /** undefined for an application acting by itself. */
  readonly user: UserAccount | undefined;
  readonly scopes: ReadonlySet<string>;
  readonly roles: ReadonlySet<string>;
  readonly expiresAt: number;
  /** The claims parameter of the request it was given for. */
  readonly claims: string | undefined;
}

export interface RefreshToken {
  readonly value: string;
  readonly number: number;
  readonly app: Application;
  readonly user: UserAccount;
  readonly scopes: ReadonlySet<string>;
  expiresAt: number;
  isReplaced: boolean;
}

export interface AuthorizationCode {
  readonly app: Application;
  readonly user: UserAccount;
  readonly scopes: ReadonlySet<string>;
  readonly redirectUri: string;
  readonly challenge: string | undefined;
  readonly isPlainChallenge: boolean;
  readonly nonce: string | undefined;
  readonly claims: string | undefined;
  readonly expiresAt: number;
  isRedeemed: boolean;
}

export interface SigningKey {
  sign(claims: Record<string, unknown>): Promise<string>;
  jwk: JWK;
}

export interface TokenStore {
  readonly accessTokens: Map<string, AccessToken>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly codes: Map<string, AuthorizationCode>;
  /** Signed-in users by cookie. */
  readonly logins: Map<string, Set<UserAccount>>;
  /** How many refresh tokens were used again after they had been replaced. */
  reuseCount: number;
  refreshCount: number;
  nextNumber(): number;
  signingKey(): Promise<SigningKey>;
}

const KEY_ID = 'simulated-key-1';

/** An empty store; the key pair is made when it is first needed. */
export function createTokenStore(): TokenStore {
  let last = 0;
  let key: Promise<SigningKey> | undefined;
  return {
    accessTokens: new Map(),
    refreshTokens: new Map(),
    codes: new Map(),
    logins: new Map(),
    reuseCount: 0,
    refreshCount: 0,
    nextNumber() {
      last += 1;
      return last;
    },
    signingKey() {
      key ??= makeKey();
      return key;
    },
  };
}

async function makeKey(): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair('RS256', { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid: KEY_ID, use: 'sig', alg: 'RS256' };
  return {
    jwk,
    sign: (claims) =>
      new SignJWT(claims).setProtectedHeader({ typ: 'JWT', alg: 'RS256', kid: KEY_ID }).sign(privateKey),
  };
}
