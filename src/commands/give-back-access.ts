/**
 * Gives back the access to a mailbox that runs no more, in the order that leaves nothing behind: the watch and the marks first, which need the
 * credential; then the grants at the services; then the credentials, whatever the services said. The schedule was stopped before, by whoever calls.
 */
import { RemoteFailure } from '../model/failure.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { type Connection, eraseCredential, isConnectionUsed, readConnection } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import { type Mailbox, moveMailbox } from '../store/mailboxes.ts';
import type { Ports } from './ports.ts';
import { removeMarks } from './remove-marks.ts';
import { endWatch } from './renew-watches.ts';
import { describeFault } from './sync-mailbox.ts';

/** Whether the mail service took its grant back; the credential is erased in any case. */
export type Revoked = 'done' | 'not-possible' | 'failed';

export interface GivenBack {
  readonly revoked: Revoked;
  /** Mails that lost Lockstep's categories; null: not asked for. */
  readonly marksRemoved: number | null;
}

/** Stops the schedule of a mailbox and ends a run under way after its chunk; false when it was off already. */
export async function switchOff(tx: Tx, mailbox: Mailbox, now: number): Promise<boolean> {
  const { id, state: from } = mailbox;
  const to = nextMailboxState(from, 'deactivate');
  if (to === 'ignored' || to === 'impossible') return false;
  const moved = await moveMailbox(tx, { id, from, to, streak: noStreak, cause: null, now });
  if (!moved) return false;
  await setDue(tx, { mailboxId: id, next: null });
  return true;
}

/**
 * Gives back what a switched-off mailbox has. `keepsMailGrant`: the same grant goes on elsewhere, so it is erased here and not withdrawn. Never rejects
 * for what a service says.
 */
export async function giveBackAccess(
  ports: Ports,
  mailbox: Mailbox,
  wish: { readonly removeMarks: boolean; readonly keepsMailGrant: boolean },
  signal: AbortSignal,
): Promise<GivenBack> {
  const { id: mailboxId, organizationId, service } = mailbox;
  await endWatch(ports, { mailboxId, organizationId, service }, signal);
  const held = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    return {
      keys,
      mail: await findUnshared(tx, keys, mailbox, mailbox.mailboxConnectionId),
      crm: await findUnshared(tx, keys, mailbox, mailbox.crmConnectionId),
    };
  });
  const marksRemoved = wish.removeMarks ? await removeMarks(ports, mailbox, signal) : null;
  const revoked = wish.keepsMailGrant ? 'not-possible' : await revokeMail(ports, mailbox, held.mail, signal);
  if (held.mail !== null) await erase(ports, held.keys, held.mail);
  if (held.crm !== null) {
    await revokeCrm(ports, held.crm);
    await erase(ports, held.keys, held.crm);
  }
  return { revoked, marksRemoved };
}

/** The connection with its credential; null where there is none, or another mailbox goes on with it. */
async function findUnshared(
  tx: Tx,
  keys: OrganizationKeys,
  mailbox: Mailbox,
  id: Mailbox['mailboxConnectionId'],
): Promise<Connection | null> {
  if (await isConnectionUsed(tx, { id, except: mailbox.id })) return null;
  const connection = await readConnection(tx, keys, id);
  return connection?.credential == null ? null : connection;
}

async function revokeMail(
  ports: Ports,
  mailbox: Mailbox,
  connection: Connection | null,
  signal: AbortSignal,
): Promise<Revoked> {
  const consent = ports.mailServices.get(mailbox.service)?.consent ?? null;
  if (consent === null || connection === null || connection.lenderId !== null) return 'not-possible';
  try {
    return await consent.revoke(connection.credential, signal);
  } catch (error) {
    logFailed(ports, mailbox.id, error, signal);
    return 'failed';
  }
}

/** Gives the CRM's grant of a connection back; what goes wrong is logged by its code and stops nothing. */
export async function revokeCrm(ports: Ports, connection: Connection): Promise<void> {
  // Others go on with what an administrator lent.
  if (connection.lenderId !== null) return;
  await ports.crm
    .revoke(connection.credential)
    .catch((error: unknown) => logFailed(ports, connection.id, error, null));
}

function logFailed(ports: Ports, of: string, error: unknown, signal: AbortSignal | null): void {
  if (!(error instanceof RemoteFailure) && signal?.aborted !== true)
    ports.log('revoke.fault', { of, ...describeFault(error) });
  else ports.log('revoke.failed', { of, ...describeFault(error) });
}

async function erase(
  ports: Ports,
  keys: OrganizationKeys,
  { id, organizationId }: Connection,
): Promise<void> {
  await inOrganization(ports.db, organizationId, (tx) => eraseCredential(tx, keys, id, ports.clock.now()));
}
