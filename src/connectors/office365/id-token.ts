/**
 * Reads the ID token that came with tokens over TLS from the token endpoint, where its signature need not be checked (OpenID Connect Core,
 * 3.1.3.7). It says who signed in, and proves by its nonce that the sign-in is the one begun here.
 */
import { z } from 'zod';
import { MINUTE, SECOND } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';

const claimsSchema = z.object({
  aud: z.union([z.string(), z.array(z.string())]),
  iss: z.string(),
  exp: z.number(),
  nonce: z.string().nullish(),
  tid: z.string().nullish(),
  preferred_username: z.string().nullish(),
  email: z.string().nullish(),
  upn: z.string().nullish(),
});

export type IdTokenClaims = z.infer<typeof claimsSchema>;

export interface IdTokenWish {
  readonly clientId: string;
  readonly nonce: string;
  readonly now: number;
}

/** How wrong a clock may be. */
const CLOCK_ERROR_MS = 5 * MINUTE;

/**
 * The claims, once audience, time and nonce are right. The issuer is the tenant's own (`https://HOST/TENANT-ID/v2.0`) even where `organizations` was
 * asked, so it only has to agree with the tenant that the token names.
 */
export function readIdToken(token: string, wish: IdTokenWish): IdTokenClaims {
  const parsed = claimsSchema.safeParse(decodePayload(token));
  if (!parsed.success) throw refused('ID_TOKEN');
  const claims = parsed.data;
  if (![claims.aud].flat().includes(wish.clientId)) throw refused('ID_TOKEN_AUDIENCE');
  if (claims.exp * SECOND + CLOCK_ERROR_MS < wish.now) throw refused('ID_TOKEN_EXPIRED');
  if (claims.nonce !== wish.nonce) throw refused('ID_TOKEN_NONCE');
  if (!agrees(claims.iss, claims.tid ?? null)) throw refused('ID_TOKEN_ISSUER');
  return claims;
}

/** A templated issuer (`{tenantid}`) is what the metadata of `organizations` says; a token names the tenant. */
function agrees(issuer: string, tenantId: string | null): boolean {
  if (!URL.canParse(issuer)) return false;
  return tenantId === null || issuer.includes(tenantId) || /\{tenantid\}|%7Btenantid%7D/i.test(issuer);
}

function decodePayload(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return null;
  }
}

/** Not the sign-in that was begun here, whatever it is. */
function refused(vendorCode: string): RemoteFailure {
  return new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode }));
}
