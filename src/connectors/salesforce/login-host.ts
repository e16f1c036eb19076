/**
 * Which hosts may see a Salesforce credential: the vendor's own families and hosts that the operator configured. It is about names
 * only; whether the certificate fits is TLS's business.
 */

/** Families of login and instance hosts (docs/remote-services/salesforce.md#login-hosts). */
const FAMILIES = ['salesforce.com', 'force.com', 'salesforce.mil', 'cloudforce.com', 'database.com'];
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

export const PRODUCTION_LOGIN = 'https://login.salesforce.com';
export const SANDBOX_LOGIN = 'https://test.salesforce.com';

/**
 * The origin of a login host that a person typed (`acme.my.salesforce.com`, with or without scheme, path or port), or null when it is
 * neither Salesforce's nor among `extraOrigins` (full origins, such as `https://crm.internal:8443`; http only on loopback).
 */
export function normaliseLoginHost(typed: string, extraOrigins: readonly string[] = []): string | null {
  const text = typed.trim();
  const url = parseUrl(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
  if (url === null || url.username !== '' || url.password !== '') return null;
  return isTrustedOrigin(url.origin, extraOrigins) ? url.origin : null;
}

/** Whether credentials may be sent to this origin. */
export function isTrustedOrigin(origin: string, extraOrigins: readonly string[] = []): boolean {
  const url = parseUrl(origin);
  if (url === null || url.origin !== origin) return false;
  if (extraOrigins.includes(origin)) return url.protocol === 'https:' || isLoopback(url);
  if (url.protocol !== 'https:' || url.port !== '') return false;
  return FAMILIES.some((family) => url.hostname.endsWith(`.${family}`));
}

function isLoopback(url: URL): boolean {
  return url.protocol === 'http:' && LOOPBACK.has(url.hostname);
}

function parseUrl(text: string): URL | null {
  return URL.canParse(text) ? new URL(text) : null;
}
