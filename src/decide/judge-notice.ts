/**
 * Whether a notice is still true when its time has come: between the moment in which it was written and the one in which it is sent, a mailbox may
 * have healed, been paused or stopped again. Pure; who gets it and in which words is elsewhere.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import { isStopped, type NoticeKind } from '../model/notice.ts';

export interface JudgedNotice {
  readonly kind: NoticeKind;
  readonly aboutAt: Instant;
}

export interface NoticeFacts {
  readonly state: MailboxState;
  readonly stateAt: Instant;
  readonly isLate: boolean;
  /** Of the same audience: whether a stop was told and its end was not, and whether somebody is telling one at this moment. */
  readonly stopTold: boolean;
  readonly stopInHand: boolean;
}

/** `wait`: only what is under way elsewhere tells. */
export type NoticeVerdict = 'send' | 'drop' | 'wait';

export function judgeNotice(notice: JudgedNotice, facts: NoticeFacts): NoticeVerdict {
  switch (notice.kind) {
    case 'stopped':
    case 'reminder':
      return stands(notice, facts) ? 'send' : 'drop';
    case 'recovered':
      if (facts.state !== 'active') return 'drop';
      if (facts.stopInHand) return 'wait';
      // Nobody is told that something goes on again of which he never heard that it had stopped.
      return facts.stopTold ? 'send' : 'drop';
    case 'late':
      return facts.state === 'active' && facts.isLate ? 'send' : 'drop';
  }
}

/** Whether the stop that a notice is about has not ended. */
export function stands(notice: JudgedNotice, facts: Pick<NoticeFacts, 'state' | 'stateAt'>): boolean {
  return isStopped(facts.state) && facts.stateAt === notice.aboutAt;
}
