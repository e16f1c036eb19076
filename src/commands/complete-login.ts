/**
 * The end of *Log in with Salesforce* (A8): the person and the organization become known, the login's own grant becomes the sync's CRM
 * connection, and a session begins. The first person of an organization is its platform admin.
 */
import { createHash, randomBytes } from 'node:crypto';
import { HOUR } from '../model/clock.ts';
import type { CrmIdentity, PreparedConnection } from '../model/connector.ts';
import type { ConnectionId, OrganizationId, UserId } from '../model/ids.ts';
import { saveConnection } from '../store/connections.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { createLogin } from '../store/logins.ts';
import { upsertOrganization } from '../store/organizations.ts';
import { upsertUser } from '../store/users.ts';
import { healAfterLogin } from './heal-after-login.ts';
import type { Ports } from './ports.ts';

/** How long a session lasts. */
export const LOGIN_MS = 12 * HOUR;

export interface CompletedLogin {
  /** For the cookie; only its digest is stored. */
  readonly token: string;
  readonly expiresAt: number;
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly crmConnectionId: ConnectionId;
}

/** Makes or finds organization, user and CRM connection, and begins a session. */
export async function completeLogin(
  ports: Ports,
  login: { readonly identity: CrmIdentity; readonly connection: PreparedConnection },
): Promise<CompletedLogin> {
  const { identity, connection } = login;
  const now = ports.clock.now();
  const organizationId = await acrossOrganizations(ports.db, (tx) =>
    upsertOrganization(tx, ports.keyring, { crmOrganizationId: identity.organizationId, now }),
  );
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now + LOGIN_MS;
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const { username, email, timeZone } = identity;
    const userId = await upsertUser(tx, {
      organizationId,
      crmUserId: identity.userId,
      username,
      email,
      timeZone,
      now,
    });
    const crmConnectionId = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service: ports.crm.service,
      ...connection,
      now,
    });
    await healAfterLogin(tx, keys, { userId, crmConnectionId, now });
    await createLogin(tx, { userId, organizationId, tokenHash: hashToken(token), expiresAt, now });
    return { token, expiresAt, organizationId, userId, crmConnectionId };
  });
}

/** What is stored of a session's token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
