/** Whom to ask, in words, for each mender that the catalogue names. */
import type { Mender } from '../model/catalogue-entry.ts';

export interface MenderWords {
  /** To the mailbox's owner. */
  readonly ask: string;
  /** What goes before the administrator's text where it is worth passing on; null where he is not needed. */
  readonly forward: string | null;
  /** Who it is, in a list for administrators. */
  readonly who: string;
}

export const menderWords: Readonly<Record<Mender, MenderWords>> = {
  user: {
    ask: 'You can mend this yourself, with the button above. If it does not help, ask whoever looks after Lockstep in your company.',
    forward: null,
    who: 'the mailbox’s owner',
  },
  'mail-admin': {
    ask: 'Your mail administrator can mend this: pass this e-mail’s next lines on to him.',
    forward: 'For the mail administrator:',
    who: 'the mail administrator',
  },
  'crm-admin': {
    ask: 'Your Salesforce administrator can mend this: pass this e-mail’s next lines on to him.',
    forward: 'For the Salesforce administrator:',
    who: 'the Salesforce administrator',
  },
  operator: {
    ask: 'Whoever operates Lockstep in your company can mend this: pass this e-mail’s next lines on to him.',
    forward: 'For the operator:',
    who: 'the operator of Lockstep',
  },
  nobody: {
    ask: 'Nobody need do anything: it heals by itself, and you are told when it has. If it lasts, ask whoever looks after Lockstep in your company.',
    forward: null,
    who: 'nobody: it heals by itself',
  },
};
