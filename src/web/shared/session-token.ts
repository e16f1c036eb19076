/**
 * The bearer token of the session, for frames in which no cookie is kept: in memory alone, gone with the page. Null where the session is held
 * by its cookie.
 */
let token: string | null = null;

export function sessionToken(): string | null {
  return token;
}

/** Given by a host's sign-in dialog, taken away by logging out. */
export function setSessionToken(given: string | null): void {
  token = given;
}
