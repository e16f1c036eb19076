/**
 * Outlook as a host, through Office.js: whose mailbox it is, which mail is open (also while the pane is pinned), and dialogs for signing in. It reads
 * nothing else of a mail.
 */
/// <reference types="office-js" />
import { consentForms, signInByWindow } from './framed-sign-in.ts';
import type { DialogMessage, Host, OpenMail } from './host.ts';
import { keepHistory } from './keep-history.ts';
import { OFFICE_DIALOG } from './office-dialog.ts';

/** Share of the screen, in percent. */
const DIALOG = { height: 65, width: 35, displayInIframe: false };

/** Null where Office.js did not come or the page does not stand in Outlook. */
export async function createOutlookHost(): Promise<Host | null> {
  keepHistory();
  if (!('Office' in window)) return null;
  const { host } = await Office.onReady();
  const { mailbox } = Office.context;
  if (host !== Office.HostType.Outlook || mailbox === undefined) return null;
  const listeners = new Set<() => void>();
  let open = readOpenMail();
  mailbox.addHandlerAsync(Office.EventType.ItemChanged, () => {
    open = readOpenMail();
    for (const changed of listeners) changed();
  });
  return {
    kind: 'outlook',
    mailboxAddress: mailbox.userProfile.emailAddress.toLowerCase(),
    openMail: () => open,
    subscribe(changed) {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    openDialog,
    ...consentForms,
  };
}

/** Null where nothing is open, or what is no mail that was sent or received: a draft has no Message-ID yet. */
function readOpenMail(): OpenMail | null {
  const { item } = Office.context.mailbox;
  if (!item || item.itemType !== Office.MailboxEnums.ItemType.Message) return null;
  const { internetMessageId, subject } = item as Office.MessageRead;
  if (typeof internetMessageId !== 'string' || internetMessageId === '') return null;
  return { name: { messageId: internetMessageId }, subject: typeof subject === 'string' ? subject : '' };
}

function openDialog(url: string): Promise<DialogMessage> {
  return signInByWindow(url, (address) => {
    const { pathname, search } = new URL(address);
    const start = new URL(OFFICE_DIALOG, window.location.origin);
    start.searchParams.set('to', pathname + search);
    return show(start.href);
  });
}

function show(url: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    Office.context.ui.displayDialogAsync(url, DIALOG, ({ status, value: dialog, error }) => {
      if (status !== Office.AsyncResultStatus.Succeeded) {
        reject(new Error(`the dialog did not open (${error.code})`));
        return;
      }
      dialog.addEventHandler(Office.EventType.DialogMessageReceived, (heard) => {
        if (!('message' in heard)) return;
        if (heard.origin !== undefined && heard.origin !== window.location.origin) return;
        dialog.close();
        resolve(parse(heard.message));
      });
      // Closed by the person, or it left to a page that cannot be shown.
      dialog.addEventHandler(Office.EventType.DialogEventReceived, () =>
        reject(new Error('the dialog was closed')),
      );
    });
  });
}

function parse(message: string): unknown {
  try {
    return JSON.parse(message);
  } catch {
    return null;
  }
}
