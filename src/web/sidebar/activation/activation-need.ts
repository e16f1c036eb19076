/**
 * Whether the activation dialog must open by itself (A4, A5), and whether the person has skipped exactly this occasion already.
 * An occasion is named, so that a later one (another refusal) opens the dialog again.
 */
import type { MailboxView } from '../../../api-schema/mailbox.ts';

/** The name of the occasion to open the dialog, or null when there is none. A person who deactivated sync is not asked again. */
export function activationNeed(username: string, mailbox: MailboxView | null): string | null {
  if (mailbox === null || mailbox.state === 'not-activated') return `lockstep.skipped.${username}`;
  if (mailbox.state === 'authorization-required') {
    return `lockstep.skipped.${username}.${mailbox.id}.${mailbox.stateSince}`;
  }
  return null;
}

/** Whether sync has been activated before, so that the menu speaks of settings. */
export function isActivated(mailbox: MailboxView | null): mailbox is MailboxView {
  return mailbox !== null && mailbox.state !== 'not-activated' && mailbox.state !== 'deactivated';
}

/** Connected and checked, and left before *Start*: the preview is next (A12). */
export function awaitsStart(mailbox: MailboxView | null): boolean {
  return mailbox?.state === 'not-activated' && mailbox.mailboxConnection.isUsable;
}

/** Remembered until the browser window is closed; a page without storage asks again after loading. */
export function rememberSkip(need: string): void {
  try {
    window.sessionStorage.setItem(need, 'yes');
  } catch {
    // Embedded pages may have no storage: nothing to remember in.
  }
}

export function wasSkipped(need: string): boolean {
  try {
    return window.sessionStorage.getItem(need) !== null;
  } catch {
    return false;
  }
}
