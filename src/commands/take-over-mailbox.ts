/**
 * A mailbox that goes on under another CRM account (A15): as the same mailbox with its links in the same organization, or as a new one without
 * links in another, where the old one is closed. The mail account and the settings go along; the old CRM grant is given back.
 */
import { DAY, type Instant } from '../model/clock.ts';
import type { ConnectionId } from '../model/ids.ts';
import { nextMailboxState, noStreak, runsInState } from '../model/mailbox-state.ts';
import { effectiveSettings, type SettingsLayer } from '../model/settings.ts';
import {
  type Connection,
  eraseCredential,
  isConnectionUsed,
  readConnection,
  saveConnection,
} from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import {
  createMailbox,
  handOverMailbox,
  type Mailbox,
  moveMailbox,
  readMailbox,
} from '../store/mailboxes.ts';
import { readOwnSettings, saveLentConnection } from '../store/reached.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import { clearUserSettings, readUserSettings, writeUserSettings } from '../store/users.ts';
import type { CompletedLogin } from './complete-login.ts';
import { giveBackAccess, revokeCrm, switchOff } from './give-back-access.ts';
import { healAfterLogin } from './heal-after-login.ts';
import type { Ports } from './ports.ts';

export interface TakeOver {
  readonly mailbox: Mailbox;
  /** Its mail account, opened. */
  readonly mail: Connection;
  readonly login: CompletedLogin;
}

/** The same organization: the mailbox becomes the other user's, with all that is known of it. */
export async function takeOverMailbox(ports: Ports, { mailbox, mail, login }: TakeOver): Promise<void> {
  const { organizationId, userId, crmConnectionId } = login;
  const now = ports.clock.now();
  const left = await inOrganization(ports.db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const mailboxConnectionId = await adoptMail(tx, ports, login, mail, now);
    await handOverMailbox(tx, { id: mailbox.id, userId, mailboxConnectionId, crmConnectionId });
    await eraseCredential(tx, keys, mail.id, now);
    await adoptSettings(tx, (await readUserSettings(tx, mailbox.userId)).settings, login);
    await clearUserSettings(tx, mailbox.userId);
    await healAfterLogin(tx, keys, { userId, crmConnectionId, now });
    return await takeUnused(tx, ports, mailbox, now);
  });
  if (left !== null) await revokeCrm(ports, left);
}

/** Another organization: the old mailbox is closed, and a new one begins with the same mail account. */
export async function moveToOrganization(
  ports: Ports,
  { mailbox, mail, login }: TakeOver,
  signal: AbortSignal,
): Promise<void> {
  const now = ports.clock.now();
  const settings = await inOrganization(ports.db, mailbox.organizationId, async (tx) => {
    await switchOff(tx, mailbox, now);
    return (await readUserSettings(tx, mailbox.userId)).settings;
  });
  await inOrganization(ports.db, login.organizationId, async (tx) => {
    await adoptSettings(tx, settings, login);
    if (mail.credential !== null && mail.lenderId === null)
      await beginAnew(tx, ports, { mailbox, mail, login }, now);
  });
  await giveBackAccess(ports, mailbox, { removeMarks: false, keepsMailGrant: true }, signal);
}

async function beginAnew(
  tx: Tx,
  ports: Ports,
  { mailbox, mail, login }: TakeOver,
  now: Instant,
): Promise<void> {
  const { organizationId, userId, crmConnectionId } = login;
  const { service, address, addresses, state } = mailbox;
  const mailboxConnectionId = await adoptMail(tx, ports, login, mail, now);
  const inForce = effectiveSettings(await readSettingsLayers(tx, { organizationId, userId }));
  const mailboxId = await createMailbox(tx, {
    ...{ organizationId, userId, service, address, addresses, mailboxConnectionId, crmConnectionId },
    historyFrom: now - inForce.windowDays * DAY,
    now,
  });
  // What ran goes on running; what was paused or never started waits for its start.
  const ran = runsInState[state] !== 'never' || state === 'authorization-required';
  const made = await readMailbox(tx, mailboxId);
  const to = nextMailboxState(made?.state ?? 'not-activated', ran ? 'activate' : 'connect');
  if (made === null || to === 'ignored' || to === 'impossible') return;
  await moveMailbox(tx, { id: mailboxId, from: made.state, to, streak: noStreak, cause: null, now });
  if (to !== 'active') return;
  await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' });
}

/** The mail account under the other user, sealed with his organization's key. */
async function adoptMail(
  tx: Tx,
  ports: Ports,
  { organizationId, userId }: CompletedLogin,
  { service, account, credential, settings, lenderId, ...mail }: Connection,
  now: Instant,
): Promise<ConnectionId> {
  // The same access leads to the same mailbox, whoever of its organization has it; it lends to nobody of another one.
  if (lenderId !== null && mail.organizationId === organizationId) {
    const own = await readOwnSettings(tx, mail.id);
    return await saveLentConnection(tx, {
      ...{ organizationId, userId, service, account, settings: own, lenderId, now },
    });
  }
  const keys = await organizationKeys(tx, ports.keyring, organizationId);
  return await saveConnection(tx, keys, {
    ...{ organizationId, userId, service, account, credential, settings, now },
  });
}

/** A person's own choices go along, unless the other account has made some already. */
async function adoptSettings(tx: Tx, settings: SettingsLayer, { userId }: CompletedLogin): Promise<void> {
  const own = await readUserSettings(tx, userId);
  if (Object.keys(own.settings).length > 0) return;
  await writeUserSettings(tx, { id: userId, seenVersion: own.version, settings });
}

/** The CRM account that the mailbox stood on, erased, if no other mailbox does. */
async function takeUnused(tx: Tx, ports: Ports, mailbox: Mailbox, now: Instant): Promise<Connection | null> {
  const { id: except, organizationId, crmConnectionId: id } = mailbox;
  if (await isConnectionUsed(tx, { id, except })) return null;
  const keys = await organizationKeys(tx, ports.keyring, organizationId);
  const connection = await readConnection(tx, keys, id);
  if (connection?.credential == null) return null;
  await eraseCredential(tx, keys, id, now);
  return connection;
}
