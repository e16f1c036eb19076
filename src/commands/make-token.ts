/** Service tokens as platform admins make and end them. The token itself is shown once and kept nowhere; its hash is. */
import { randomBytes } from 'node:crypto';
import { DAY } from '../model/clock.ts';
import type { ProfileId, ServiceTokenId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { createServiceToken, deleteServiceToken, type TokenScope } from '../store/service-tokens.ts';
import type { Admin } from './admin.ts';
import { hashToken } from './complete-login.ts';
import type { Ports } from './ports.ts';

/** By which a token is told from a session's, also by scanners for leaked secrets. */
export const SERVICE_TOKEN_PREFIX = 'lst_';

/** What is stored of a service token: another print than a session's, so that neither can be used as the other. */
export function hashServiceToken(token: string): string {
  return hashToken(`service:${token}`);
}

/** Null when there are as many as there may be, or there is no such profile. */
export async function makeToken(
  ports: Ports,
  { organizationId, actor }: Admin,
  wish: {
    readonly name: string;
    readonly scopes: readonly TokenScope[];
    readonly profileId: ProfileId | null;
    readonly days: number;
  },
): Promise<{ readonly id: ServiceTokenId; readonly token: string } | null> {
  const now = ports.clock.now();
  const token = `${SERVICE_TOKEN_PREFIX}${randomBytes(32).toString('base64url')}`;
  const { name, profileId, days } = wish;
  const scopes = [...new Set(wish.scopes)];
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const id = await createServiceToken(tx, {
      ...{ organizationId, name, scopes, profileId, now },
      tokenHash: hashServiceToken(token),
      createdBy: actor.userId,
      expiresAt: now + days * DAY,
    });
    if (id === null) return null;
    await recordAudit(tx, {
      ...{ organizationId, actor, now },
      action: 'token.made',
      subject: 'token',
      subjectId: id,
      details: { scopes, profileId, days },
    });
    return { id, token };
  });
}

/** Ends a token at once; false when there is none of this id. */
export async function endToken(
  ports: Ports,
  { organizationId, actor }: Admin,
  id: ServiceTokenId,
): Promise<boolean> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await deleteServiceToken(tx, id))) return false;
    await recordAudit(tx, {
      ...{ organizationId, actor },
      action: 'token.ended',
      subject: 'token',
      subjectId: id,
      now: ports.clock.now(),
    });
    return true;
  });
}
