/**
 * The one beginning of every session, and the log's word of it: a login in a browser, a frame that takes one over, the link of an e-mail. Whoever calls
 * has made the token and sends it; here only its digest arrives.
 */
import type { Instant } from '../model/clock.ts';
import type { MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import type { SessionPlace } from '../model/session.ts';
import { inOrganization } from '../store/database.ts';
import { createLogin } from '../store/logins.ts';
import type { Ports } from './ports.ts';

export interface SessionToBegin {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly place: SessionPlace;
  /** SHA-256 of the token, as text. */
  readonly tokenHash: string;
  readonly lastsMs: number;
  /** The one mailbox that it may connect again, and do nothing else. */
  readonly reconnects?: MailboxId;
}

/** Begins it; when it ends at the latest. */
export async function beginSession(ports: Ports, begun: SessionToBegin): Promise<Instant> {
  const { organizationId, userId, place, lastsMs, ...rest } = begun;
  const now = ports.clock.now();
  const expiresAt = now + lastsMs;
  const session = await inOrganization(ports.db, organizationId, (tx) =>
    createLogin(tx, { organizationId, userId, place, expiresAt, now, ...rest }),
  );
  ports.log('session.began', { organization: organizationId, user: userId, session, place });
  ports.telemetry.signInEnded('began');
  return expiresAt;
}
