/**
 * What people are told by e-mail (N1, N3): the kinds of notices, to whom they go, and which of them follows from a move of a mailbox's state. Words
 * are in `notify`, and whether a notice is still true when it is sent is decided in `decide/judge-notice.ts`.
 */
import { DAY, HOUR, MINUTE } from './clock.ts';
import type { MailboxState } from './mailbox-state.ts';

/** `late`: no run has gone through for longer than the interval allows, whatever the cause. */
export type NoticeKind = 'stopped' | 'recovered' | 'reminder' | 'late';

/** `user`: the mailbox's owner. `admins`: the organization's addresses, several mailboxes in one e-mail. */
export type Audience = 'user' | 'admins';

export const audiences: readonly Audience[] = ['user', 'admins'];

/** `dropped`: it was no longer true, nobody wanted it, or no mail server is set up. `failed`: the mail server did not take it. */
export type NoticeOutcome = 'sent' | 'dropped' | 'failed';

/** From a notice of a stop to the next reminder, and how often one is reminded of the same stop. */
export const REMINDER_INTERVAL_MS = 1 * DAY;
export const REMINDERS_MAX = 30;
/** How long stops are gathered for the administrators' first e-mail, and from one of their e-mails to the next. */
export const DIGEST_GATHER_MS = 10 * MINUTE;
export const DIGEST_INTERVAL_MS = 1 * DAY;
/** A person is told of lateness only when it lasts: an hour's trouble of a service is no reason for everybody's e-mail. */
export const LATE_TO_USER_MS = 4 * HOUR;

/** Whether sync stands still because of an error: what a person is told, reminded of, and told the end of. */
export function isStopped(state: MailboxState): boolean {
  return state === 'authorization-required' || state === 'suspended';
}

/** What a move is told as, if at all. Moves that a person asked for from a running mailbox are no news to him. */
export function noticeOfMove(from: MailboxState, to: MailboxState): 'stopped' | 'recovered' | null {
  if (isStopped(to)) return from === to ? null : 'stopped';
  return isStopped(from) && to === 'active' ? 'recovered' : null;
}
