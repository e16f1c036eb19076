/** A mailbox's state in one or two words for the header; the whole sentence is the API's and stands in the status line. */
import type { MailboxView } from '../../api-schema/mailbox.ts';
import type { Tone } from '../shared/notice.tsx';
import { awaitsStart } from './activation/activation-need.ts';

const words: Readonly<Record<MailboxView['state'], { readonly word: string; readonly tone: Tone }>> = {
  'not-activated': { word: 'Not set up', tone: 'waiting' },
  active: { word: 'Active', tone: 'good' },
  paused: { word: 'Paused', tone: 'waiting' },
  'authorization-required': { word: 'Sign-in needed', tone: 'bad' },
  suspended: { word: 'Suspended', tone: 'bad' },
  deactivated: { word: 'Switched off', tone: 'waiting' },
};

/** The word and its tone; a run under way, and a run that is late, show as such. */
export function stateWord(mailbox: MailboxView | null): { readonly word: string; readonly tone: Tone } {
  if (mailbox === null) return words['not-activated'];
  if (mailbox.running) return { word: 'Syncing', tone: 'busy' };
  if (awaitsStart(mailbox)) return { word: 'Not started', tone: 'waiting' };
  const { word, tone } = words[mailbox.state];
  if (mailbox.state !== 'active') return { word, tone };
  return mailbox.isLate ? { word: 'Late', tone: 'waiting' } : { word, tone: mailbox.status.tone };
}
