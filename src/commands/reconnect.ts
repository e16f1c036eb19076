/**
 * The link of an e-mail that says that sync has stopped (A14): made when the e-mail is written, pinned to one mailbox and its owner, good for a week and
 * once. Using it begins a session that may do nothing but connect this mailbox again.
 */
import { randomBytes } from 'node:crypto';
import { DAY, HOUR, type Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { isStopped } from '../model/notice.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { type Mailbox, readCurrentMailbox } from '../store/mailboxes.ts';
import { saveReconnectLink, useReconnectLink } from '../store/reconnect-links.ts';
import { beginSession } from './begin-session.ts';
import { hashToken } from './complete-login.ts';
import type { Ports } from './ports.ts';

/** How long a link is good, and how long the session that it begins lasts. */
export const RECONNECT_LINK_MS = 7 * DAY;
export const RECONNECT_SESSION_MS = 1 * HOUR;

/** By which a token of such a session is told from a full one's before anybody looks it up; it is part of what is hashed. */
export const RECONNECT_PREFIX = 'reconnect.';

/** A new link for this mailbox. The token stands behind `#`, so that no server's log and no Referer ever holds it. */
export async function makeReconnectLink(
  ports: Ports,
  mailbox: Pick<Mailbox, 'id' | 'organizationId' | 'userId'>,
  publicUrl: string,
): Promise<{ readonly url: string; readonly expiresAt: Instant }> {
  const token = randomBytes(32).toString('base64url');
  const now = ports.clock.now();
  const expiresAt = now + RECONNECT_LINK_MS;
  const { id: mailboxId, organizationId, userId } = mailbox;
  await inOrganization(ports.db, organizationId, (tx) =>
    saveReconnectLink(tx, {
      mailboxId,
      organizationId,
      userId,
      tokenHash: hashToken(token),
      now,
      expiresAt,
    }),
  );
  return { url: `${publicUrl}/#/reconnect/${token}`, expiresAt };
}

export interface OpenedLink {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly mailboxId: MailboxId;
}

/**
 * Takes a link: used from now on, whatever comes of it. Null when it is unknown, replaced, used or expired, or when its mailbox does not stand still
 * any more, or is no longer the one that its owner's pages are about.
 */
export async function openReconnectLink(ports: Ports, token: string): Promise<OpenedLink | null> {
  const link = await acrossOrganizations(ports.db, (tx) =>
    useReconnectLink(tx, hashToken(token), ports.clock.now()),
  );
  if (link === null) return null;
  const { organizationId, userId, mailboxId } = link;
  const mailbox = await inOrganization(ports.db, organizationId, (tx) => readCurrentMailbox(tx, userId));
  return mailbox?.id === mailboxId && isStopped(mailbox.state) ? { organizationId, userId, mailboxId } : null;
}

/** Begins the session of an opened link; the token is for the cookie, and only its digest is stored. */
export async function beginReconnectSession(ports: Ports, link: OpenedLink): Promise<string> {
  const token = RECONNECT_PREFIX + randomBytes(32).toString('base64url');
  const { organizationId, userId, mailboxId } = link;
  await beginSession(ports, {
    organizationId,
    userId,
    place: 'link',
    reconnects: mailboxId,
    tokenHash: hashToken(token),
    lastsMs: RECONNECT_SESSION_MS,
  });
  return token;
}
