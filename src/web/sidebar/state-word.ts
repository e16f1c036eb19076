/** A mailbox's state in one or two words for the header; the whole sentence is the API's and stands on the status page. */
import type { MailboxView } from '../../api-schema/mailbox.ts';
import type { Tone } from '../shared/notice.tsx';

const words: Readonly<Record<MailboxView['state'], { readonly word: string; readonly tone: Tone }>> = {
  'not-activated': { word: 'Not set up', tone: 'waiting' },
  active: { word: 'Active', tone: 'good' },
  paused: { word: 'Paused', tone: 'waiting' },
  'authorization-required': { word: 'Sign-in needed', tone: 'bad' },
  suspended: { word: 'Suspended', tone: 'bad' },
  deactivated: { word: 'Switched off', tone: 'waiting' },
};

/** The word and its tone; a run under way shows as such. */
export function stateWord(mailbox: MailboxView | null): { readonly word: string; readonly tone: Tone } {
  if (mailbox === null) return words['not-activated'];
  if (mailbox.running) return { word: 'Syncing', tone: 'busy' };
  const { word, tone } = words[mailbox.state];
  return mailbox.state === 'active' ? { word, tone: mailbox.status.tone } : { word, tone };
}
