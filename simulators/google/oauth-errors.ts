/** How Google's token endpoint refuses: RFC 6749 errors with Google's own descriptions, subtypes and statuses. */
import { json } from './errors.ts';

/** A refused token request. */
export class OAuthError extends Error {
  readonly status: number;
  readonly code: string;
  readonly extra: Readonly<Record<string, string>>;

  constructor(status: number, code: string, description: string, extra: Record<string, string> = {}) {
    super(description);
    this.name = 'OAuthError';
    this.status = status;
    this.code = code;
    this.extra = extra;
  }
}

/** Session control demands that the person signs in again. */
export function refuseReauthentication(): OAuthError {
  return new OAuthError(400, 'invalid_grant', 'reauth related error (invalid_rapt)', {
    error_uri: 'https://support.google.com/a/answer/9368756',
    error_subtype: 'invalid_rapt',
  });
}

/** What every dead refresh token is answered with, whatever killed it. */
export function refuseDeadToken(): OAuthError {
  return new OAuthError(400, 'invalid_grant', 'Token has been expired or revoked.');
}

/** A refusal by code, as a fault rule asks for it. */
export function refuseByCode(code: string, message: string | undefined): OAuthError {
  if (code === 'invalid_rapt') return refuseReauthentication();
  if (code === 'invalid_grant') {
    return message === undefined ? refuseDeadToken() : new OAuthError(400, code, message);
  }
  const isAboutClient = /client$/.test(code);
  const isOfServer = code === 'internal_failure';
  const status = isAboutClient ? 401 : isOfServer ? 500 : code === 'org_internal' ? 403 : 400;
  return new OAuthError(status, code, message ?? 'Bad Request');
}

/** The answer to a refused token request. */
export function toOAuthResponse(error: OAuthError): Response {
  return json(error.status, { error: error.code, error_description: error.message, ...error.extra });
}
