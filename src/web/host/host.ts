/**
 * What the page knows of where it stands: beside a mail client, inside a mail site, or alone in a browser. Types alone; each kind of host has a
 * file of its own beside this one, and no page asks which kind it is where one of these members answers.
 */
import type { ConsentForm } from '../../api-schema/mailbox.ts';
import type { MailName } from '../../api-schema/mails.ts';

/** The mail that the reader has open beside the page. Its subject is shown and never sent. */
export interface OpenMail {
  readonly name: MailName;
  readonly subject: string;
}

/** How a sign-in page ended. In a browser it never comes back this way: the page itself has left, and is loaded anew. */
export interface DialogMessage {
  /** The bearer token of a new session, for frames without cookies. */
  readonly token: string | null;
  /** The consent that is to be completed. */
  readonly consentId: string | null;
  /** The code of what went wrong. */
  readonly problem: string | null;
}

export interface Host {
  readonly kind: 'outlook' | 'gmail' | 'browser';
  /** The mailbox that the page stands in; null where none is known (A10). */
  readonly mailboxAddress: string | null;
  /** The same object until it changes, so that it can be compared. */
  readonly openMail: () => OpenMail | null;
  /** Calls `changed` whenever another mail is opened, or none; the answer ends it. */
  readonly subscribe: (changed: () => void) => () => void;
  /** Shows a sign-in page. Rejects when the person closes it, or when it cannot be opened. */
  readonly openDialog: (url: string) => Promise<DialogMessage>;
  /** What a consent is begun with, so that its sign-in page ends in a dialog; nothing in a browser. */
  readonly beginForm: () => Promise<Pick<ConsentForm, 'display' | 'challenge'>>;
  /** What a consent that a dialog brought is completed with; nothing in a browser. */
  readonly endForm: () => { readonly verifier?: string };
}
