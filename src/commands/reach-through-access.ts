/**
 * Reaching one person's accounts through an administrator's access: tried without writing anything (the pre-flight), and connected, so that activation
 * goes on with a connection that borrows the access's credential. While an access is refused nothing is asked through it.
 */
import { seenThroughAccess } from '../model/access-circuit.ts';
import type { CollectionFinding } from '../model/access-findings.ts';
import type { Instant } from '../model/clock.ts';
import type { CrmIdentity, MailboxIdentity, PreparedConnection } from '../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { AccessId, ConnectionId, OrganizationId, UserId } from '../model/ids.ts';
import type { CrmAccountName, MailboxAccount } from '../model/mass-access.ts';
import { type Access, readAccess } from '../store/accesses.ts';
import { type Connection, readConnection } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { saveLentConnection } from '../store/reached.ts';
import { keepStored } from './keep-credential.ts';
import { credentialMissing } from './load-mailbox.ts';
import { collectionsOfCrm, collectionsOfMailbox } from './look-at-collections.ts';
import type { Ports } from './ports.ts';

export interface ThroughAccess {
  readonly organizationId: OrganizationId;
  readonly accessId: AccessId;
}

/** An access with its opened connection. */
export interface LoadedAccess {
  readonly access: Access;
  readonly lender: Connection;
}

/** Null when there is no such access in this organization. */
export async function loadAccess(
  ports: Pick<Ports, 'db' | 'keyring'>,
  { organizationId, accessId }: ThroughAccess,
): Promise<LoadedAccess | null> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const access = await readAccess(tx, { id: accessId, organizationId });
    if (access === null) return null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const lender = await readConnection(tx, keys, access.connectionId);
    return lender === null ? null : { access, lender };
  });
}

export type Reached<Identity> =
  | {
      readonly ok: true;
      readonly identity: Identity;
      /** Empty where they were not asked for. */
      readonly collections: readonly CollectionFinding[];
    }
  | { readonly ok: false; readonly failure: Failure };

/** How far to look: whether it opens at all, or at calendar, contacts and tasks as well. */
export interface Look {
  readonly collections: boolean;
}

/** Asks the mail service whose mailbox this is: it is there and the access may open it. Writes nothing anywhere. */
export async function reachMailboxThrough(
  ports: Ports,
  of: ThroughAccess & MailboxAccount & Look,
  signal: AbortSignal,
): Promise<Reached<MailboxIdentity>> {
  return await tried(async () => {
    const loaded = await usableAccess(ports, of);
    const connector = openMailbox(ports, loaded, of, signal);
    try {
      const identity = await connector.identify();
      const collections = of.collections ? await collectionsOfMailbox(connector, ports.clock.now()) : [];
      return { identity, collections };
    } finally {
      await connector.close();
    }
  });
}

/** The mailbox of a loaded access, opened for a look or for an activation's check. */
export function openMailbox(
  ports: Ports,
  { access, lender }: LoadedAccess,
  account: MailboxAccount,
  signal: AbortSignal,
) {
  const service = ports.mailServices.get(access.service);
  const way = service?.massAccess;
  if (service === undefined || way == null) throw new RemoteFailure(failure('mailbox.service-not-set-up'));
  const keeper = keepStored(ports, lender);
  return service.open(laidOver(lender, way.reach(account)), { signal, keeper, unproven: true });
}

/** Asks the CRM who is logged in through the access: the person, or the service account where that acts for all. Writes nothing anywhere. */
export async function reachCrmThrough(
  ports: Ports,
  of: ThroughAccess & CrmAccountName & Look,
  signal: AbortSignal,
): Promise<Reached<CrmIdentity>> {
  return await tried(async () => {
    const { lender } = await usableAccess(ports, of);
    const way = ports.crm.massAccess;
    if (way === null) throw new RemoteFailure(failure('crm.access-refused'));
    const crm = ports.crm.open(
      { ...lender, ...laidOver(lender, way.reach(of)), lenderId: lender.id },
      signal,
    );
    try {
      const identity = await crm.identify();
      return { identity, collections: of.collections ? await collectionsOfCrm(crm) : [] };
    } finally {
      await crm.close();
    }
  });
}

/** Stores that a person's mailbox is reached through the access; his own credential for the same account, if any, is forgotten. */
export async function connectMailboxThrough(
  tx: Tx,
  ports: Pick<Ports, 'mailServices'>,
  of: { readonly access: Access; readonly userId: UserId; readonly now: Instant } & MailboxAccount,
): Promise<ConnectionId> {
  const way = ports.mailServices.get(of.access.service)?.massAccess;
  if (way == null) throw new Error(`no access to ${of.access.service}`);
  return await saveLent(tx, of, way.reach(of));
}

/** As `connectMailboxThrough`, for his account at the CRM. */
export async function connectCrmThrough(
  tx: Tx,
  ports: Pick<Ports, 'crm'>,
  of: {
    readonly access: Access;
    readonly userId: UserId;
    readonly now: Instant;
    readonly crm: CrmAccountName;
  },
): Promise<ConnectionId> {
  const way = ports.crm.massAccess;
  if (way === null) throw new Error('no access to the CRM');
  return await saveLent(tx, of, way.reach(of.crm));
}

async function saveLent(
  tx: Tx,
  { access, userId, now }: { readonly access: Access; readonly userId: UserId; readonly now: Instant },
  own: Pick<PreparedConnection, 'account' | 'settings'>,
): Promise<ConnectionId> {
  const { organizationId, service, connectionId: lenderId } = access;
  return await saveLentConnection(tx, { organizationId, userId, service, ...own, lenderId, now });
}

/** Rejects where nothing may be asked through it. */
export async function usableAccess(ports: Ports, of: ThroughAccess): Promise<LoadedAccess> {
  const loaded = await loadAccess(ports, of);
  if (loaded === null) throw new Error('no such access');
  const { access, lender } = loaded;
  if (access.state === 'refused')
    throw new RemoteFailure(failure(access.cause ?? `${access.side}.access-refused`));
  if (lender.credential === null) throw new RemoteFailure(credentialMissing(ports, access.side));
  return loaded;
}

function laidOver(
  lender: PreparedConnection,
  own: Pick<PreparedConnection, 'account' | 'settings'>,
): PreparedConnection {
  return {
    account: own.account,
    credential: lender.credential,
    settings: { ...lender.settings, ...own.settings },
  };
}

async function tried<Identity>(
  ask: () => Promise<{ readonly identity: Identity; readonly collections: readonly CollectionFinding[] }>,
): Promise<Reached<Identity>> {
  try {
    return { ok: true, ...(await ask()) };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { ok: false, failure: seenThroughAccess(error.failure) };
  }
}
