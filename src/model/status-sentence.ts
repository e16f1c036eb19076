/**
 * The one sentence about a mailbox: the same in the sidebar, in e-mails and in the admins' lists. Pure; times of day are left to whoever
 * knows the reader's zone.
 */
import { catalogue, type FailureCode } from './catalogue.ts';
import type { MailboxState } from './mailbox-state.ts';

export interface StatusSentence {
  readonly tone: 'good' | 'busy' | 'waiting' | 'bad';
  readonly text: string;
}

export interface StatusFacts {
  readonly state: MailboxState;
  /** The failure behind the state, or behind the last run if that failed. */
  readonly cause: FailureCode | null;
  readonly running: boolean;
  /** Whether any run ever went through. */
  readonly everSucceeded: boolean;
  /** The last run stopped at its budget and goes on in a moment. */
  readonly more: boolean;
  /** A pause that ends by itself. */
  readonly endsByItself: boolean;
  /** Who paused it; null in every other state. `profile`: an administrator switched the whole profile off (R7). */
  readonly pausedBy: 'user' | 'admin' | 'profile' | null;
  /** Whether a mailbox is there at all. */
  readonly connected: boolean;
  /** The organization's share of the CRM's API allowance is used up, and runs wait. */
  readonly guarded: boolean;
  /** The last success is older than the interval allows (N3). */
  readonly isLate: boolean;
  /** Eligible mails that the last daily check found missing in the CRM (D4). */
  readonly missing: number;
}

const LATE = ' No run has gone through for longer than it should take; what comes meanwhile is caught up.';

/** A mailbox of which there is nothing to say: for whoever knows only some of the facts. */
export const calmFacts: StatusFacts = {
  state: 'active',
  cause: null,
  running: false,
  everSucceeded: true,
  more: false,
  endsByItself: false,
  pausedBy: null,
  connected: true,
  guarded: false,
  isLate: false,
  missing: 0,
};

export function statusSentence(facts: StatusFacts): StatusSentence {
  const because = facts.cause === null ? '' : ` ${catalogue[facts.cause].user}`;
  switch (facts.state) {
    case 'not-activated':
      return {
        tone: 'waiting',
        text: facts.connected ? 'Connected, not started.' : 'No mailbox is connected yet.',
      };
    case 'deactivated':
      return { tone: 'waiting', text: 'Sync is switched off.' };
    case 'paused':
      return { tone: 'waiting', text: pausedText(facts) };
    case 'authorization-required':
      return { tone: 'bad', text: `Sync has stopped and needs you.${because}` };
    case 'suspended':
      return { tone: 'bad', text: `Sync is suspended due to an error and tries again by itself.${because}` };
    case 'active':
      return activeSentence(facts, because);
  }
}

function pausedText({ endsByItself, pausedBy }: StatusFacts): string {
  if (pausedBy === 'profile') return 'Sync is switched off for the whole profile by an administrator.';
  const by = pausedBy === 'admin' ? ' by an administrator' : '';
  return `Sync is paused${by}${endsByItself ? ' and goes on by itself' : ''}.`;
}

function activeSentence(facts: StatusFacts, because: string): StatusSentence {
  if (facts.running || facts.more) {
    return { tone: 'busy', text: facts.everSucceeded ? 'Syncing now.' : 'The first sync is under way.' };
  }
  if (facts.guarded) return { tone: 'waiting', text: `Sync waits. ${catalogue['crm.api-share-used'].user}` };
  if (facts.isLate) return { tone: 'bad', text: `Sync is late.${because}${LATE}` };
  if (facts.cause !== null) return { tone: 'waiting', text: `The last run did not go through.${because}` };
  if (facts.everSucceeded && facts.missing > 0) {
    const mails = facts.missing === 1 ? '1 mail was' : `${facts.missing} mails were`;
    return {
      tone: 'waiting',
      text: `${mails} found missing in Salesforce; the next run saves what is missing.`,
    };
  }
  return facts.everSucceeded
    ? { tone: 'good', text: 'In step with Salesforce.' }
    : { tone: 'busy', text: 'The first sync starts in a moment.' };
}
