/** What a login at the CRM mends by itself (A14): a mailbox that had stopped for want of it runs again, with the grant that the login brought. */
import { catalogue } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { ConnectionId, UserId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { readConnectionFacts } from '../store/connections.ts';
import type { Tx } from '../store/database.ts';
import type { OrganizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import { handOverMailbox, moveMailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { alignWithProfile } from './align-with-profile.ts';

/** Puts the person's mailbox on this connection, and sets it going where nothing but the CRM's access was missing. */
export async function healAfterLogin(
  tx: Tx,
  keys: OrganizationKeys,
  login: { readonly userId: UserId; readonly crmConnectionId: ConnectionId; readonly now: Instant },
): Promise<void> {
  const { userId, crmConnectionId, now } = login;
  const mailbox = await readCurrentMailbox(tx, userId);
  if (mailbox === null || mailbox.state === 'deactivated') return;
  const { id, state: from, mailboxConnectionId, cause } = mailbox;
  // A renamed user logs in under another name, and is the same account.
  if (mailbox.crmConnectionId !== crmConnectionId)
    await handOverMailbox(tx, { id, userId, mailboxConnectionId, crmConnectionId });
  const isMended =
    from === 'authorization-required' &&
    cause !== null &&
    (catalogue[cause].side === 'crm' || cause === 'lockstep.credentials-forgotten') &&
    (await readConnectionFacts(tx, keys, mailboxConnectionId)).hasCredential;
  const to = nextMailboxState(from, 'connect');
  if (!isMended || to !== 'active') return;
  await moveMailbox(tx, { id, from, to, streak: noStreak, cause: null, now });
  await setDue(tx, { mailboxId: id, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' });
  await alignWithProfile(tx, userId, now);
}
