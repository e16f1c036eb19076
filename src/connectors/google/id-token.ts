/**
 * Reads the id token that came with a code's tokens, straight from the token endpoint over TLS: for whom, from whom, until when, and the nonce
 * of the sign-in that was begun. Its signature needs no check there (OpenID Connect Core 3.1.3.7, 6).
 */
import { decodeJwt } from 'jose';
import { z } from 'zod';
import { type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';

const SKEW_MS = 5 * MINUTE;

const claimsSchema = z.looseObject({
  iss: z.string(),
  aud: z.union([z.string(), z.array(z.string())]),
  exp: z.number(),
  sub: z.string(),
  nonce: z.string().optional(),
  email: z.string().optional(),
});

export interface ExpectedIdToken {
  readonly issuers: readonly string[];
  readonly clientId: string;
  readonly nonce: string;
  readonly now: Instant;
}

/** Whom the token names: the address where it has one, else Google's number of the account. Rejects a token of another sign-in. */
export function readIdToken(token: string, expected: ExpectedIdToken): string {
  const claims = parse(token);
  const audiences = typeof claims.aud === 'string' ? [claims.aud] : claims.aud;
  const fits =
    expected.issuers.includes(claims.iss) &&
    audiences.includes(expected.clientId) &&
    claims.nonce === expected.nonce &&
    claims.exp * SECOND > expected.now - SKEW_MS;
  if (!fits) throw refused('ID_TOKEN_MISMATCH');
  return claims.email?.toLowerCase() ?? claims.sub;
}

function parse(token: string): z.infer<typeof claimsSchema> {
  try {
    return claimsSchema.parse(decodeJwt(token));
  } catch (error) {
    throw refused('ID_TOKEN_UNREADABLE', error);
  }
}

function refused(vendorCode: string, cause?: unknown): RemoteFailure {
  return new RemoteFailure(failure('mailbox.authorization-revoked', { vendorCode }), cause);
}
