/**
 * Everything that a run, or a look at one mailbox, needs of the store: the mailbox, its two connections, the settings in force, the rhythm and
 * what is to be left out. It opens nothing.
 */
import { compileRules, type Gap, type Rules } from '../decide/rules.ts';
import type { Instant } from '../model/clock.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { MailboxId, OrganizationId } from '../model/ids.ts';
import type { ApiGuard, Rhythm } from '../model/schedule.ts';
import { effectiveSettings, type SettingsLayers, type SyncSettings } from '../model/settings.ts';
import { type Access, readLendingAccesses } from '../store/accesses.ts';
import { type Connection, readConnections } from '../store/connections.ts';
import type { Tx } from '../store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../store/keyring.ts';
import { type Mailbox, readMailbox } from '../store/mailboxes.ts';
import { readGaps } from '../store/pauses.ts';
import { readStanding } from '../store/standing.ts';
import type { Ports } from './ports.ts';

export interface LoadedMailbox {
  readonly mailbox: Mailbox;
  readonly keys: OrganizationKeys;
  /** The layers that the settings in force were made of. */
  readonly layers: SettingsLayers;
  readonly settings: SyncSettings;
  readonly gaps: readonly Gap[];
  readonly rhythm: Rhythm;
  readonly guard: ApiGuard;
  /** When the organization's allowance was last kept as heard; null: never. */
  readonly usageHeardAt: Instant | null;
  readonly mailConnection: Connection | null;
  readonly crmConnection: Connection | null;
  /** The administrator's accesses that lend to either of them; most mailboxes have none. */
  readonly accesses: readonly Access[];
}

/** Null when there is no such mailbox in this scope. */
export async function loadMailbox(
  ports: Pick<Ports, 'keyring'>,
  tx: Tx,
  { mailboxId, organizationId }: { readonly mailboxId: MailboxId; readonly organizationId: OrganizationId },
  /** As this transaction has read it, or is reading it, already. */
  known?: { readonly mailbox: Mailbox; readonly keys: Promise<OrganizationKeys> },
): Promise<LoadedMailbox | null> {
  const mailbox = known?.mailbox ?? (await readMailbox(tx, mailboxId));
  if (mailbox === null) return null;
  const wrapped = known?.keys ?? organizationKeys(tx, ports.keyring, organizationId);
  const ids = [mailbox.mailboxConnectionId, mailbox.crmConnectionId];
  const [keys, standing, connections, gaps] = await Promise.all([
    wrapped,
    readStanding(tx, mailbox),
    readConnections(tx, wrapped, ids),
    readGaps(tx, mailboxId),
  ]);
  const [mailConnection = null, crmConnection = null] = connections;
  const accesses = await readLendingAccesses(tx, [mailConnection?.lenderId, crmConnection?.lenderId]);
  const settings = effectiveSettings(standing.layers);
  return { ...standing, mailbox, keys, settings, gaps, mailConnection, crmConnection, accesses };
}

/** Why nothing is opened through these accesses now: one of them is refused, and only its own probe asks again. Null: nothing forbids it. */
export function refusalOf(accesses: readonly Access[]): Failure | null {
  const refused = accesses.find(({ state }) => state === 'refused');
  return refused === undefined ? null : failure(refused.cause ?? `${refused.side}.access-refused`);
}

/** The rules of a loaded mailbox; `historyFrom` tries another window out. */
export function rulesOf(
  ports: Pick<Ports, 'facts'>,
  { mailbox, settings, gaps }: LoadedMailbox,
  historyFrom: Instant = mailbox.historyFrom,
): Rules {
  const { addresses, skipping } = mailbox;
  return compileRules({ settings, addresses, historyFrom, gaps, skipping, facts: ports.facts });
}

/**
 * Why nothing can be opened where a credential is missing: it was erased, or the process that held it has ended. A lent one is its administrator's to
 * give anew.
 */
export function credentialMissing(
  { keyring }: Pick<Ports, 'keyring'>,
  side: 'mailbox' | 'crm',
  connection: Pick<Connection, 'lenderId'> | null = null,
): Failure {
  if (connection?.lenderId != null) return failure(`${side}.access-refused`, { vendorCode: 'NO_CREDENTIAL' });
  return failure(keyring.held === null ? `${side}.authorization-revoked` : 'lockstep.credentials-forgotten');
}
