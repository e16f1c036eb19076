/**
 * Deactivation (R5): sync stops, the grants are given back, the credentials are erased at once. What is known of the mailbox stays for 30 days, so that
 * coming back doubles nothing, or is forgotten with it when asked. Nothing is deleted on either side.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { deleteUnusedConnections } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { deleteMailbox, type Mailbox, readCurrentMailbox, readMailbox } from '../store/mailboxes.ts';
import { KEEP_MS } from '../store/purge.ts';
import { clearUserSettings } from '../store/users.ts';
import { type GivenBack, giveBackAccess, switchOff } from './give-back-access.ts';
import type { Ports } from './ports.ts';

export interface Deactivation {
  readonly organizationId: OrganizationId;
  readonly mailboxId: MailboxId;
  readonly actor: Actor;
  /** Forgets links, runs and the person's settings at once. */
  readonly purge: boolean;
  readonly removeMarks: boolean;
}

export interface Deactivated extends GivenBack {
  /** When everything is forgotten; null: it is. */
  readonly purgeAt: Instant | null;
}

/** Null when there is no such mailbox. One that is off already is given back and forgotten all the same. Never rejects for what a service says. */
export async function deactivateSync(
  ports: Ports,
  wish: Deactivation,
  signal: AbortSignal,
): Promise<Deactivated | null> {
  const { organizationId, mailboxId, actor, purge } = wish;
  const now = ports.clock.now();
  const mailbox = await inOrganization(ports.db, organizationId, async (tx) => {
    const found = await readMailbox(tx, mailboxId);
    if (found === null) return null;
    const switchedOff = await switchOff(tx, found, now);
    if (switchedOff) {
      await recordAudit(tx, {
        organizationId,
        actor,
        now,
        action: 'mailbox.deactivated',
        subject: 'mailbox',
        subjectId: mailboxId,
        details: { purge, removeMarks: wish.removeMarks },
      });
    }
    return { ...found, stateAt: switchedOff ? now : found.stateAt };
  });
  if (mailbox === null) return null;
  const given = await giveBackAccess(
    ports,
    mailbox,
    { removeMarks: wish.removeMarks, keepsMailGrant: false },
    signal,
  );
  if (!purge) return { ...given, purgeAt: mailbox.stateAt + KEEP_MS };
  await forget(ports, mailbox, actor);
  return { ...given, purgeAt: null };
}

async function forget(ports: Ports, mailbox: Mailbox, actor: Actor): Promise<void> {
  const { organizationId, userId, id, mailboxConnectionId, crmConnectionId } = mailbox;
  await inOrganization(ports.db, organizationId, async (tx) => {
    await deleteMailbox(tx, id);
    await deleteUnusedConnections(tx, [mailboxConnectionId, crmConnectionId]);
    if ((await readCurrentMailbox(tx, userId)) === null) await clearUserSettings(tx, userId);
    await recordAudit(tx, {
      organizationId,
      actor,
      action: 'mailbox.forgotten',
      subject: 'mailbox',
      subjectId: id,
      now: ports.clock.now(),
    });
  });
}
