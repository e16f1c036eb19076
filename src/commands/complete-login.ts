/**
 * The end of *Log in with Salesforce* (A8): the person and the organization become known, the login's own grant becomes the sync's CRM
 * connection, and a session begins. The first person of an organization is its platform admin.
 */
import { createHash, randomBytes } from 'node:crypto';
import { catalogue } from '../model/catalogue.ts';
import { HOUR } from '../model/clock.ts';
import type { CrmIdentity, PreparedConnection } from '../model/connector.ts';
import type { ConnectionId, OrganizationId, UserId } from '../model/ids.ts';
import { isStopped } from '../model/notice.ts';
import { saveConnection } from '../store/connections.ts';
import { acrossOrganizations, inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { readCurrentMailbox } from '../store/mailboxes.ts';
import { upsertOrganization } from '../store/organizations.ts';
import { findLentConnection } from '../store/reached.ts';
import { upsertUser } from '../store/users.ts';
import { activateAtLogin } from './activate-at-login.ts';
import { beginSession } from './begin-session.ts';
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
  const token = randomBytes(32).toString('base64url');
  const expiresAt = await beginSession(ports, {
    organizationId,
    userId,
    place: 'browser',
    tokenHash: hashToken(token),
    lastsMs: LOGIN_MS,
  });
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
    const service = ports.crm.service;
    const crmConnectionId =
      (await findStandingLoan(tx, { userId, service, account: connection.account })) ??
      (await saveConnection(tx, keys, { organizationId, userId, service, ...connection, now }));
    await healAfterLogin(tx, keys, { userId, crmConnectionId, now });
    return { organizationId, userId, crmConnectionId };
  });
}

/**
 * Who is reached through an administrator's access is so after a login, too, and the login's own grant is not kept; unless his sync stands still for
 * want of the CRM, which his own grant mends.
 */
async function findStandingLoan(
  tx: Tx,
  of: { readonly userId: UserId; readonly service: string; readonly account: string },
): Promise<ConnectionId | null> {
  const lent = await findLentConnection(tx, of);
  if (lent === null) return null;
  const mailbox = await readCurrentMailbox(tx, of.userId);
  const cause = mailbox !== null && isStopped(mailbox.state) ? mailbox.cause : null;
  return cause !== null && catalogue[cause].side === 'crm' ? null : lent;
}

/** What is stored of a session's token. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}
