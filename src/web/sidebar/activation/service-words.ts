/**
 * What differs between mail services in words: what happens when one connects, the buttons, and what is checked. The only place of the pages that
 * knows services by name; one that is not here gets the same words with its own display name.
 */
import type { MailboxView, MailServiceView } from '../../../api-schema/mailbox.ts';

export interface ServiceWords {
  /** What happens next; null where the form says it. */
  readonly about: string | null;
  readonly connect: string;
  /** To mend a connection that was there. */
  readonly again: string;
  /** What is tried before it counts as connected. */
  readonly firstSteps: readonly string[];
}

const consentWords: Readonly<Record<string, Pick<ServiceWords, 'about' | 'again'>>> = {
  office365: {
    about:
      'You sign in on Microsoft’s own page and accept that Lockstep reads and marks your mail. Lockstep never sees your password.',
    again: 'Sign in to Office 365 again',
  },
  google: {
    about:
      'You sign in on Google’s own page and tick every permission that Lockstep asks for. Lockstep never sees your password.',
    again: 'Sign in with Google again',
  },
};

/** The words for a service. */
export function wordsOf({ service, displayName, activatedBy }: MailServiceView): ServiceWords {
  const connect = `Connect to ${displayName}`;
  if (activatedBy === 'form') {
    const firstSteps = [`Find the ${displayName} server`, 'Sign in to the mailbox'];
    return { about: null, connect, again: 'Connect again', firstSteps };
  }
  const own = consentWords[service] ?? {
    about: `You sign in on ${displayName}’s own page and accept what Lockstep asks for. Lockstep never sees your password.`,
    again: `Sign in to ${displayName} again`,
  };
  return { ...own, connect, firstSteps: [`Take the permission from ${displayName}`, 'Open the mailbox'] };
}

/** What the button is called that mends a stopped mailbox. Trouble on the other side is none of the mail service's. */
export function repairWords(mailbox: MailboxView, services: readonly MailServiceView[]): string {
  const service = services.find((one) => one.service === mailbox.serviceId);
  const isMail = mailbox.cause === null || mailbox.cause.code.startsWith('mailbox.');
  return service === undefined || !isMail ? 'Connect again' : wordsOf(service).again;
}
