/** What a person may do with his mailbox in its present state, as the table of states has it; the API decides. */
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { nextMailboxState } from '../../../model/mailbox-state.ts';

export function mayPause(mailbox: MailboxView | null): boolean {
  return mailbox !== null && nextMailboxState(mailbox.state, 'pause') === 'paused';
}

/** Suspended mailboxes may be resumed too (R8). */
export function mayResume(mailbox: MailboxView | null): boolean {
  return (
    mailbox !== null && mailbox.state !== 'active' && nextMailboxState(mailbox.state, 'resume') === 'active'
  );
}

export function mayDeactivate(mailbox: MailboxView | null): boolean {
  return mailbox !== null && nextMailboxState(mailbox.state, 'deactivate') === 'deactivated';
}
