/**
 * *Sync now* (R2): makes a mailbox due at once, at most once a minute; refused with the reason where its state runs nothing.
 */
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { runsInState } from '../model/mailbox-state.ts';
import { inOrganization } from '../store/database.ts';
import { requestRun } from '../store/leases.ts';
import { readMailbox } from '../store/mailboxes.ts';
import type { Ports } from './ports.ts';

export type SyncNowResult = 'requested' | 'too-soon' | 'not-running' | 'unknown-mailbox';

export async function syncNow(
  ports: Ports,
  request: { readonly organizationId: OrganizationId; readonly mailboxId: MailboxId },
): Promise<SyncNowResult> {
  return await inOrganization(ports.db, request.organizationId, async (tx) => {
    const mailbox = await readMailbox(tx, request.mailboxId);
    if (mailbox === null) return 'unknown-mailbox';
    if (runsInState[mailbox.state] === 'never') return 'not-running';
    return await requestRun(tx, { mailboxId: mailbox.id, now: ports.clock.now(), trigger: 'user' });
  });
}
