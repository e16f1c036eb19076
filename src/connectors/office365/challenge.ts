/**
 * Reads the claims that Graph asks for when it refuses a token (continuous access evaluation, authentication contexts).
 * https://learn.microsoft.com/entra/identity-platform/claims-challenge
 */

const CLAIMS_LENGTH_MAX = 4_096;

/** The claims as JSON, from a `WWW-Authenticate` header; null where it asks for none or is no JSON. */
export function readClaims(header: string | null): string | null {
  const given = /\bclaims="([^"]+)"/i.exec(header ?? '')?.[1];
  if (given === undefined || given.length > CLAIMS_LENGTH_MAX) return null;
  for (const text of [given, Buffer.from(given, 'base64').toString('utf8'), decoded(given)]) {
    if (isObject(text)) return text;
  }
  return null;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

function isObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null;
  } catch {
    return false;
  }
}
