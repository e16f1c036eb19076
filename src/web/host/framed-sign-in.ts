/**
 * Signing in from inside of a frame: prepares the address of the window, and makes of what the window says what the page understands. How a window
 * is opened and heard is the host's.
 */
import type { RenewalStart, Renewed, SessionToken, TakeOverForm } from '../../api-schema/dialog.ts';
import { sendJson } from '../shared/api-client.ts';
import { problemOf } from '../shared/api-problem.ts';
import type { DialogMessage, Host } from './host.ts';
import { lastVerifier, makeChallenge } from './proof.ts';
import { isWindowMessage } from './window-message.ts';

/** Shows a window and resolves with what it said at its end; rejects when it was closed or could not be opened. */
export type ShowWindow = (url: string) => Promise<unknown>;

const LOGIN = '/login/';
const nothing: DialogMessage = { token: null, consentId: null, problem: null };

/** As `Host.openDialog`. */
export async function signInByWindow(url: string, show: ShowWindow): Promise<DialogMessage> {
  const { address, end } = await wayOf(new URL(url, window.location.href));
  const said = await show(address);
  if (!isWindowMessage(said)) return { ...nothing, problem: 'api.internal' };
  if (said.kind === 'problem') return { ...nothing, problem: said.code };
  if (said.kind === 'consent') return { ...nothing, consentId: said.id };
  try {
    return { ...nothing, token: await end({ code: said.code, verifier: lastVerifier() }) };
  } catch (error) {
    return { ...nothing, problem: problemOf(error).code };
  }
}

interface Way {
  readonly address: string;
  /** From what the window brought to the token of a new session, if there is one. */
  readonly end: (form: TakeOverForm) => Promise<string | null>;
}

/** A consent was begun with its challenge; a login gets one here, and the renewal of an account is begun by the frame, whose session it is. */
async function wayOf(address: URL): Promise<Way> {
  const intent = address.searchParams.get('intent');
  if (!address.pathname.startsWith(LOGIN)) return { address: address.href, end: exchange };
  const challenge = await makeChallenge();
  if (intent !== null) {
    const host = address.searchParams.get('host');
    const form = { intent, challenge, ...(host === null ? {} : { host }) };
    const { url } = await sendJson<RenewalStart>('POST', '/api/crm/renewal', null, form);
    return { address: url, end: completeRenewal };
  }
  address.searchParams.set('display', 'dialog');
  address.searchParams.set('challenge', challenge);
  return { address: address.href, end: exchange };
}

async function exchange(form: TakeOverForm): Promise<string> {
  return (await sendJson<SessionToken>('POST', '/api/session/exchange', null, form)).token;
}

async function completeRenewal(form: TakeOverForm): Promise<string | null> {
  const { session } = await sendJson<Renewed>('POST', '/api/crm/renewal/complete', null, form);
  return session?.token ?? null;
}

/** How every host with windows begins and ends a consent. */
export const consentForms: Pick<Host, 'beginForm' | 'endForm'> = {
  beginForm: async () => ({ display: 'dialog', challenge: await makeChallenge() }),
  endForm: () => ({ verifier: lastVerifier() }),
};
