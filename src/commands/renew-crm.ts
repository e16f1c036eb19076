/**
 * The CRM account of a person who is here already: *Refresh* renews the same one, *Change* goes on with another one (A9, A15). Another user of the same
 * organization takes the mailbox over with its links, for the records are the same; another organization begins with the same mail account and no links.
 */
import type { FailureCode } from '../model/catalogue.ts';
import type { CrmIdentity, PreparedConnection } from '../model/connector.ts';
import type { OrganizationId, UserId } from '../model/ids.ts';
import { recordAudit } from '../store/audit.ts';
import { type Connection, findConnection, readConnection, saveConnection } from '../store/connections.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { readCurrentMailbox } from '../store/mailboxes.ts';
import { findOrganization } from '../store/organizations.ts';
import { findUser, readUser } from '../store/users.ts';
import { type CompletedLogin, completeLogin } from './complete-login.ts';
import { healAfterLogin } from './heal-after-login.ts';
import type { Ports } from './ports.ts';
import { moveToOrganization, takeOverMailbox } from './take-over-mailbox.ts';

interface Who {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
}

/** Who came back from the CRM's page, and with which grant. */
export interface CrmAccount {
  readonly identity: CrmIdentity;
  readonly connection: PreparedConnection;
}

export type CrmRenewal =
  | { readonly kind: 'refreshed' }
  /** The session is the other user's from now on. */
  | { readonly kind: 'changed'; readonly login: CompletedLogin }
  | { readonly kind: 'refused'; readonly code: FailureCode };

/** Renews the CRM account of a person; anybody else's is refused, and then nothing changed. */
export async function refreshCrm(ports: Ports, who: Who, account: CrmAccount): Promise<CrmRenewal> {
  if (!(await isSame(ports, who, account.identity))) return { kind: 'refused', code: 'crm.wrong-account' };
  const { organizationId, userId } = who;
  const now = ports.clock.now();
  await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const { service } = ports.crm;
    const id = await saveConnection(tx, keys, { ...who, service, ...account.connection, now });
    await healAfterLogin(tx, keys, { userId, crmConnectionId: id, now });
    await recordAudit(tx, {
      organizationId,
      actor: { kind: 'user', userId },
      action: 'crm.refreshed',
      subject: 'user',
      subjectId: userId,
      now,
    });
  });
  return { kind: 'refreshed' };
}

/** Goes on with another CRM account; with the same one it is a refresh. */
export async function changeCrm(
  ports: Ports,
  who: Who,
  account: CrmAccount,
  signal: AbortSignal,
): Promise<CrmRenewal> {
  if (await isSame(ports, who, account.identity)) return await refreshCrm(ports, who, account);
  if (await hasMailbox(ports, account.identity)) return { kind: 'refused', code: 'crm.account-in-use' };
  const held = await readHeld(ports, who);
  const login = await completeLogin(ports, account);
  if (held !== null) {
    const change = { ...held, login };
    if (login.organizationId === who.organizationId) await takeOverMailbox(ports, change);
    else await moveToOrganization(ports, change, signal);
  }
  await inOrganization(ports.db, who.organizationId, (tx) =>
    recordAudit(tx, {
      organizationId: who.organizationId,
      actor: { kind: 'user', userId: who.userId },
      action: 'crm.changed',
      subject: 'user',
      subjectId: who.userId,
      details: { otherOrganization: login.organizationId !== who.organizationId },
      now: ports.clock.now(),
    }),
  );
  return { kind: 'changed', login };
}

async function isSame(ports: Ports, who: Who, identity: CrmIdentity): Promise<boolean> {
  const organizationId = await acrossOrganizations(ports.db, (tx) =>
    findOrganization(tx, identity.organizationId),
  );
  if (organizationId !== who.organizationId) return false;
  const user = await inOrganization(ports.db, organizationId, (tx) => readUser(tx, who.userId));
  return user?.crmUserId === identity.userId;
}

/** Whether that CRM user has a mailbox of his own here that is not deactivated. */
async function hasMailbox(ports: Ports, identity: CrmIdentity): Promise<boolean> {
  const organizationId = await acrossOrganizations(ports.db, (tx) =>
    findOrganization(tx, identity.organizationId),
  );
  if (organizationId === null) return false;
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const userId = await findUser(tx, organizationId, identity.userId);
    const mailbox = userId === null ? null : await readCurrentMailbox(tx, userId);
    return mailbox !== null && mailbox.state !== 'deactivated';
  });
}

/** The person's mailbox with its mail account, opened; null where there is none that could go on. */
async function readHeld(ports: Ports, { organizationId, userId }: Who) {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readCurrentMailbox(tx, userId);
    if (mailbox === null) return null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const mail: Connection | null = await readConnection(tx, keys, mailbox.mailboxConnectionId);
    return mail === null ? null : { mailbox, mail };
  });
}

/** Where the person's CRM account logs in: an id or host for `CrmLogin.begin`. */
export async function ownLoginHost(ports: Ports, { organizationId, userId }: Who): Promise<string> {
  const connection = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const id = await findConnection(tx, keys, userId, ports.crm.service);
    return id === null ? null : await readConnection(tx, keys, id);
  });
  const [first] = ports.crmLogin.hosts;
  return ports.crmLogin.hostOf(connection?.credential) ?? first?.id ?? '';
}
