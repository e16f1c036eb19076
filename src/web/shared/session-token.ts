/**
 * The bearer token of the session, for frames in which no cookie is kept: in memory, and in this tab's own storage, so that loading a mail client's
 * page anew is no reason to log in again. Null where the session is held by its cookie.
 */
const KEY = 'lockstep.session';
const isFramed = window.parent !== window;

let token: string | null = isFramed ? read() : null;

export function sessionToken(): string | null {
  return token;
}

/** Given by a host's sign-in dialog, taken away by logging out. */
export function setSessionToken(given: string | null): void {
  token = given;
  if (!isFramed) return;
  try {
    if (given === null) window.sessionStorage.removeItem(KEY);
    else window.sessionStorage.setItem(KEY, given);
  } catch {
    // No storage: in memory alone.
  }
}

function read(): string | null {
  try {
    return window.sessionStorage.getItem(KEY);
  } catch {
    return null;
  }
}
