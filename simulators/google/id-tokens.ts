/**
 * The simulated Google's own signing key and the id tokens it signs (RS256). The key is made once per process: it
 * guards nothing.
 */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { exportJWK, type JWK, type JWTVerifyResult, jwtVerify, SignJWT } from 'jose';
import type { Account } from './world.ts';

const KEY_ID = 'simulated-google-key-1';
let pair: ReturnType<typeof makePair> | undefined;

function makePair() {
  return generateKeyPairSync('rsa', { modulusLength: 2048 });
}

function keys() {
  pair ??= makePair();
  return pair;
}

/** What `/oauth2/v3/certs` shows. */
export async function listKeys(): Promise<{ keys: JWK[] }> {
  const jwk = await exportJWK(keys().publicKey);
  return { keys: [{ ...jwk, kid: KEY_ID, alg: 'RS256', use: 'sig' }] };
}

/** What `/oauth2/v1/certs` shows, for clients that want PEM: public keys, where Google sends whole certificates. */
export function listPemKeys(): Record<string, string> {
  return { [KEY_ID]: keys().publicKey.export({ type: 'spki', format: 'pem' }).toString() };
}

/** An id token's claims, if it is ours and not expired. Throws otherwise. */
export function verifyIdToken(text: string, now: number): Promise<JWTVerifyResult> {
  return jwtVerify(text, keys().publicKey, { algorithms: ['RS256'], currentDate: new Date(now) });
}

/** What goes into an id token. `now` in milliseconds. */
export interface IdTokenInput {
  issuer: string;
  account: Account;
  clientId: string;
  scopes: readonly string[];
  accessToken: string;
  nonce: string | undefined;
  now: number;
}

/** An id token of an hour (https://developers.google.com/identity/openid-connect/openid-connect#an-id-tokens-payload). */
export function signIdToken(input: IdTokenInput): Promise<string> {
  const { account } = input;
  const issuedAt = Math.floor(input.now / 1000);
  const half = createHash('sha256').update(input.accessToken).digest().subarray(0, 16);
  const hasEmail = input.scopes.some((scope) => scope.endsWith('/userinfo.email'));
  const hasProfile = input.scopes.some((scope) => scope.endsWith('/userinfo.profile'));
  return new SignJWT({
    azp: input.clientId,
    ...(account.domain === undefined ? {} : { hd: account.domain.name }),
    ...(hasEmail ? { email: account.email, email_verified: true } : {}),
    ...(hasProfile ? { name: account.displayName, given_name: account.displayName.split(' ')[0] } : {}),
    ...(input.nonce === undefined ? {} : { nonce: input.nonce }),
    at_hash: half.toString('base64url'),
  })
    .setProtectedHeader({ alg: 'RS256', kid: KEY_ID, typ: 'JWT' })
    .setIssuer(input.issuer)
    .setAudience(input.clientId)
    .setSubject(account.id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 3600)
    .sign(keys().privateKey);
}
