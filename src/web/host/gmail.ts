/**
 * Gmail as a host: the extension beside the mail tells the mailbox's address and the open mail; windows of its own sign in. It believes the page that
 * frames it, and that page only as Gmail.
 */
import { consentForms, signInByWindow } from './framed-sign-in.ts';
import type { DialogMessage, Host, OpenMail } from './host.ts';

const GMAIL = 'https://mail.google.com';
/** The extension answers at once; without it the page goes on and knows no mailbox. */
const ANSWER_MS = 3_000;
const CLOSED_LOOK_MS = 400;

/** What the extension says. */
interface Told {
  readonly address: string | null;
  readonly mail: { readonly itemId: string; readonly subject: string } | null;
}

/** Asks the extension what is open; resolves when it has answered, or does not. */
export async function createGmailHost(): Promise<Host> {
  const listeners = new Set<() => void>();
  let told: Told = { address: null, mail: null };
  let open: OpenMail | null = null;
  const answered = Promise.withResolvers<void>();
  window.addEventListener('message', ({ origin, source, data }) => {
    if (origin !== GMAIL || source !== window.parent || !isTold(data)) return;
    const isOther = data.mail?.itemId !== told.mail?.itemId || data.mail?.subject !== told.mail?.subject;
    told = data;
    if (isOther) {
      open = toOpenMail(told);
      for (const changed of listeners) changed();
    }
    // Gmail itself may still be loading and not know whose it is.
    if (told.address !== null) answered.resolve();
  });
  window.parent.postMessage({ source: 'lockstep-sidebar', kind: 'ready' }, GMAIL);
  const timer = setTimeout(answered.resolve, ANSWER_MS);
  await answered.promise;
  clearTimeout(timer);
  return {
    kind: 'gmail',
    get mailboxAddress() {
      return told.address;
    },
    openMail: () => open,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    openDialog,
    ...consentForms,
  };
}

function toOpenMail({ mail }: Told): OpenMail | null {
  return mail === null ? null : { name: { itemId: mail.itemId }, subject: mail.subject };
}

function isTold(data: unknown): data is Told {
  if (typeof data !== 'object' || data === null) return false;
  const { source, address, mail } = data as Record<string, unknown>;
  if (source !== 'lockstep-extension' || (address !== null && typeof address !== 'string')) return false;
  if (mail === null) return true;
  const { itemId, subject } = (mail ?? {}) as Record<string, unknown>;
  return typeof itemId === 'string' && typeof subject === 'string';
}

function openDialog(url: string): Promise<DialogMessage> {
  return signInByWindow(url, (address) => {
    const opened = window.open(address, 'lockstep-sign-in', 'popup,width=540,height=720');
    return opened === null ? Promise.reject(new Error('the window was blocked')) : hear(opened);
  });
}

/** Only this window, and only as a page of our own origin. */
function hear(opened: Window): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const end = () => {
      window.removeEventListener('message', listen);
      clearInterval(looking);
    };
    const listen = ({ origin, source, data }: MessageEvent) => {
      if (origin !== window.location.origin || source !== opened) return;
      end();
      resolve(data);
    };
    window.addEventListener('message', listen);
    const looking = setInterval(() => {
      if (!opened.closed) return;
      end();
      reject(new Error('the window was closed'));
    }, CLOSED_LOOK_MS);
  });
}
