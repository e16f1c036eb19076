/**
 * What Node's and undici's error constants mean: a certificate that is not trusted, a time-out, or a peer that cannot be reached. It
 * knows no service and throws nothing.
 */
/** Node's names of TLS verification failures (node:tls, "X509 certificate error codes"), and of a name that does not match. */
const CERTIFICATE_CODES = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_DECRYPT_CERT_SIGNATURE',
  'UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY',
  'CERT_SIGNATURE_FAILURE',
  'CERT_NOT_YET_VALID',
  'CERT_HAS_EXPIRED',
  'CERT_CHAIN_TOO_LONG',
  'CERT_REVOKED',
  'CERT_UNTRUSTED',
  'CERT_REJECTED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'INVALID_CA',
  'INVALID_PURPOSE',
  'PATH_LENGTH_EXCEEDED',
  'HOSTNAME_MISMATCH',
  'ERR_TLS_CERT_ALTNAME_INVALID',
  'ERR_TLS_CERT_ALTNAME_FORMAT',
]);
const TIMEOUT_CODES = new Set([
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ERR_SOCKET_CONNECTION_TIMEOUT',
]);

/** Our own constant: the host has not answered others either, and was not asked again. Never repeated within a run. */
export const HOST_SILENT = 'HOST_SILENT';

/** Everything that is neither is `unreachable`. */
export function networkKind(code: string): 'certificate' | 'timeout' | 'unreachable' {
  if (CERTIFICATE_CODES.has(code)) return 'certificate';
  return TIMEOUT_CODES.has(code) ? 'timeout' : 'unreachable';
}

/** The innermost constant in an error's chain of causes; null where there is none. Messages are never read. */
export function networkCode(error: unknown, depth = 0): string | null {
  if (typeof error !== 'object' || error === null || depth > 5) return null;
  const { code, cause, errors } = error as { code?: unknown; cause?: unknown; errors?: unknown };
  const inner =
    networkCode(cause, depth + 1) ?? (Array.isArray(errors) ? networkCode(errors[0], depth + 1) : null);
  return inner ?? (typeof code === 'string' && /^[A-Z][A-Z0-9_]{1,80}$/.test(code) ? code : null);
}
