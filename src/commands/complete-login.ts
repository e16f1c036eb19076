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
import { activateAtLogin } from './activate-at-login.ts';
import { healAfterLogin } from './heal-after-login.ts';
import type { Ports } from './ports.ts';

/** How long a session lasts. */
export const LOGIN_MS = 12 * HOUR;

export interface KnownPerson {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  readonly crmConnectionId: ConnectionId;
}

export interface CompletedLogin extends KnownPerson {
  /** For the cookie; only its digest is stored. */
  readonly token: string;
  readonly expiresAt: number;
}

/** As the CRM told who it is, and what it granted. */
interface CrmGrant {
  readonly identity: CrmIdentity;
  readonly connection: PreparedConnection;
}

/** Makes or finds organization, user and CRM connection, switches on whom a roll-out left waiting for this, and begins a session. */
export async function completeLogin(ports: Ports, login: CrmGrant): Promise<CompletedLogin> {
  const person = await knowPerson(ports, login);
  const { organizationId, userId } = person;
  await activateAtLogin(ports, person);
  const now = ports.clock.now();
  const token = randomBytes(32).toString('base64url');
  const expiresAt = now + LOGIN_MS;
  await inOrganization(ports.db, organizationId, (tx) =>
    createLogin(tx, { userId, organizationId, tokenHash: hashToken(token), expiresAt, now }),
  );
  return { ...person, token, expiresAt };
}

/** As `completeLogin`, without a session. */
export async function knowPerson(ports: Ports, login: CrmGrant): Promise<KnownPerson> {
  const { identity, connection } = login;
  const now = ports.clock.now();
  const organizationId = await acrossOrganizations(ports.db, (tx) =>
    upsertOrganization(tx, ports.keyring, { crmOrganizationId: identity.organizationId, now }),
  );
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
    return { organizationId, userId, crmConnectionId };
  });
}

/** What is stored of a session's token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
