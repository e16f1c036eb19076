/** A person's sessions that are good now: for himself, and for an administrator who reaches him, who may also end them all. */
import type { UserId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { type ListedLogin, listLogins } from '../store/logins.ts';
import { readPerson } from '../store/people.ts';
import type { Admin } from './admin.ts';
import { endSessionsOf } from './end-sessions.ts';
import type { Who } from './open-mailbox.ts';
import type { Ports } from './ports.ts';

/** So many are told, those used last; nobody has more browsers. */
const SESSIONS_MAX = 100;

export async function readSessions(ports: Ports, who: Who): Promise<readonly ListedLogin[]> {
  const { organizationId, userId } = who;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, (tx) =>
    listLogins(tx, {
      organizationId,
      userId,
      now,
      restedAt: now - ports.sessions.idleMs,
      limit: SESSIONS_MAX,
    }),
  );
}

/** Null when there is nobody of this id within reach. */
export async function readSessionsOf(
  ports: Ports,
  admin: Admin,
  userId: UserId,
): Promise<readonly ListedLogin[] | null> {
  const { organizationId } = admin;
  if (!(await isWithinReach(ports, admin, userId))) return null;
  return await readSessions(ports, { organizationId, userId });
}

/** Ends all of them, and says so in the audit log; how many there were, null when there is nobody of this id within reach. */
export async function endAllSessionsOf(ports: Ports, admin: Admin, userId: UserId): Promise<number | null> {
  const { organizationId, actor } = admin;
  if (!(await isWithinReach(ports, admin, userId))) return null;
  const ended = await endSessionsOf(ports, { organizationId, userId }, 'by-admin');
  await inOrganization(ports.db, organizationId, (tx) =>
    recordAudit(tx, {
      ...{ organizationId, actor, now: ports.clock.now() },
      action: 'sessions.ended',
      subject: 'user',
      subjectId: userId,
      details: { ended },
    }),
  );
  return ended;
}

async function isWithinReach(ports: Ports, { organizationId, reach }: Admin, id: UserId): Promise<boolean> {
  return await inOrganization(
    ports.db,
    organizationId,
    async (tx) => (await readPerson(tx, { organizationId, reach, id })) !== null,
  );
}
