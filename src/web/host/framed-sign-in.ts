/**
 * Signing in from inside of a frame: prepares the address of the window, and makes of what the window says what the page understands. How a window
 * is opened and heard is the host's.
 */
import type { SessionToken } from '../../api-schema/dialog.ts';
import type { DialogMessage, Host } from './host.ts';
import { lastVerifier, makeChallenge } from './proof.ts';
import { isWindowMessage, type WindowMessage } from './window-message.ts';

/** Shows a window and resolves with what it said at its end; rejects when it was closed or could not be opened. */
export type ShowWindow = (url: string) => Promise<unknown>;

const LOGIN = '/login/';

/** As `Host.openDialog`. */
export async function signInByWindow(url: string, show: ShowWindow): Promise<DialogMessage> {
  const said = await show(await addressOf(url));
  return isWindowMessage(said) ? meaningOf(said) : { ...nothing, problem: 'api.internal' };
}

/** How every host with windows begins and ends a consent. */
export const consentForms: Pick<Host, 'beginForm' | 'endForm'> = {
  beginForm: async () => ({ display: 'dialog', challenge: await makeChallenge() }),
  endForm: () => ({ verifier: lastVerifier() }),
};

const nothing: DialogMessage = { token: null, consentId: null, problem: null };

/** A login gets its challenge here; a consent was begun with one. */
async function addressOf(url: string): Promise<string> {
  const address = new URL(url, window.location.href);
  if (address.pathname.startsWith(LOGIN)) {
    address.searchParams.set('display', 'dialog');
    address.searchParams.set('challenge', await makeChallenge());
  }
  return address.href;
}

async function meaningOf(said: WindowMessage): Promise<DialogMessage> {
  if (said.kind === 'problem') return { ...nothing, problem: said.code };
  if (said.kind === 'consent') return { ...nothing, consentId: said.id };
  const token = await exchange(said.code);
  return token === null ? { ...nothing, problem: 'api.login-expired' } : { ...nothing, token };
}

/** Null when the code is too old or was used already. */
async function exchange(code: string): Promise<string | null> {
  const answer = await fetch('/api/session/exchange', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ code, verifier: lastVerifier() }),
    credentials: 'omit',
    cache: 'no-store',
  });
  return answer.ok ? ((await answer.json()) as SessionToken).token : null;
}
