/**
 * Activation (A1 to A3, A10, A11): find the service or finish the consent, sign in, see whose mailbox it is, try every capability on both sides,
 * and only when all of it passed save the connection and switch sync on. A second activation of the same address keeps links, cursors and
 * settings (A15); one at another service keeps links and settings and reads anew (A16). Another mailbox, where that was asked for, closes the old one.
 */

import { seenThroughAccess } from '../model/access-circuit.ts';
import { DAY } from '../model/clock.ts';
import { isCollection } from '../model/collection.ts';
import type {
  CheckResult,
  MailboxIdentity,
  MailConnector,
  MailService,
  PreparedConnection,
} from '../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { AccessId, ConnectionId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { activationEvent, nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { effectiveSettings } from '../model/settings.ts';
import { readAccess, readLendingAccesses } from '../store/accesses.ts';
import { type Actor, type AuditAction, recordAudit } from '../store/audit.ts';
import { eraseCredential, readConnection, saveConnection } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import {
  createMailbox,
  findMailboxOf,
  forgetPlaces,
  listOtherMailboxes,
  type Mailbox,
  moveMailbox,
  readCurrentMailbox,
  readMailbox,
} from '../store/mailboxes.ts';
import { isProfileDisabled } from '../store/profiles.ts';
import { readSettingsLayers } from '../store/settings-layers.ts';
import { alignWithProfile } from './align-with-profile.ts';
import { giveBackAccess, switchOff } from './give-back-access.ts';
import { keepInMemory } from './keep-credential.ts';
import { credentialMissing, refusalOf } from './load-mailbox.ts';
import type { OpenedConnection, Ports } from './ports.ts';
import { connectMailboxThrough, openMailbox, usableAccess } from './reach-through-access.ts';

export interface Activation {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  /** A key of `Ports.mailServices`. */
  readonly service: string;
  readonly access: Access;
  /** The mailbox that is meant (A10); null takes whichever the access opens. */
  readonly expectedAddress: string | null;
  readonly crmConnectionId: ConnectionId;
  /** Unless told, an activation that starts at once. */
  readonly wish?: ActivationWish;
  /** Who does it; unless told, the person himself. */
  readonly actor?: Actor;
  /** Runs in the transaction that saves, after everything else; what it throws undoes the activation. */
  readonly alongside?: (tx: Tx, mailboxId: MailboxId) => Promise<void>;
}

/** `refresh` renews what is connected, `change` may open another mailbox; without `start` a mailbox that never ran waits for its start. */
export interface ActivationWish {
  readonly intent: 'activate' | 'refresh' | 'change';
  readonly start: boolean;
}

const startAtOnce: ActivationWish = { intent: 'activate', start: true };

/**
 * The mailbox that an activation must open (A10): the one that the person has, unless he changes it or has switched it off; then the one that was
 * named, if any.
 */
export function expectedAddressOf(
  current: Pick<Mailbox, 'address' | 'state'> | null,
  wish: { readonly intent: ActivationWish['intent']; readonly address: string | null },
): string | null {
  const named = wish.address?.toLowerCase() ?? null;
  if (current === null || wish.intent === 'change') return named;
  if (current.state === 'deactivated' && wish.intent === 'activate') return named;
  return current.address;
}

/** By a form, by a consent that came back from the service, or through an administrator's access to the mailbox that is expected. */
export type Access =
  | { readonly kind: 'through'; readonly accessId: AccessId; readonly login: string | null }
  | { readonly kind: 'form'; readonly form: unknown }
  | { readonly kind: 'consent'; readonly details: unknown; readonly callbackUrl: string };

/** Which mailbox was meant and which one was authorised: told to the person, never logged. */
export interface Accounts {
  readonly expected: string;
  readonly authorised: string;
}

export interface Refused {
  readonly kind: 'refused';
  /** The first thing that must be mended. Nothing was saved. */
  readonly failure: Failure;
  readonly checks: readonly CheckResult[];
  /** Present for `mailbox.wrong-account`. */
  readonly accounts?: Accounts;
}

export type ActivationResult =
  | { readonly kind: 'connected'; readonly mailboxId: MailboxId; readonly checks: readonly CheckResult[] }
  | Refused;

/** Connects a mailbox for a user; its run is due at once unless it is to wait for its start. Never rejects for what a service says. */
export async function activateMailbox(
  ports: Ports,
  activation: Activation,
  signal: AbortSignal,
): Promise<ActivationResult> {
  const service = ports.mailServices.get(activation.service);
  if (service === undefined) throw new Error(`no mail service named ${activation.service}`);
  const { keys, before, disabled } = await inOrganization(ports.db, activation.organizationId, async (tx) => {
    const found = await organizationKeys(tx, ports.keyring, activation.organizationId);
    const isDisabled = await isProfileDisabled(tx, activation);
    return { keys: found, before: await settingsBefore(tx, found, activation), disabled: isDisabled };
  });
  if (disabled) return refusedAt('profile', failure('lockstep.profile-disabled'));
  const reached = await reachMailbox(ports, service, activation, before, signal);
  if (reached.kind === 'refused') return reached;
  const crmChecks = await checkCrm(ports, keys, activation, signal);
  const checks = [...reached.checks, ...crmChecks];
  // A collection that is refused, on either side, is no reason to go without mail.
  const failed = checks.find(({ capability, ok }) => !ok && !isCollection(capability));
  if (failed !== undefined) {
    return { kind: 'refused', failure: failed.failure ?? failure('lockstep.internal'), checks };
  }
  const { mailboxId, closed } = await saveConnected(ports, keys, activation, reached);
  for (const mailbox of closed)
    await giveBackAccess(ports, mailbox, { removeMarks: false, keepsMailGrant: false }, signal);
  return { kind: 'connected', mailboxId, checks };
}

/** The settings of the connection that is renewed; null where there is none, or another mailbox is meant. */
async function settingsBefore(
  tx: Tx,
  keys: OrganizationKeys,
  { userId, service, wish }: Activation,
): Promise<PreparedConnection['settings'] | null> {
  const current = await readCurrentMailbox(tx, userId);
  if (current === null || current.service !== service || wish?.intent === 'change') return null;
  return (await readConnection(tx, keys, current.mailboxConnectionId))?.settings ?? null;
}

interface Reached {
  readonly kind: 'reached';
  /** With the credential as it was last renewed; null where an access's is borrowed. */
  readonly prepared: PreparedConnection | null;
  readonly identity: MailboxIdentity;
  readonly checks: readonly CheckResult[];
}

/** A mailbox that is open for its check, and what is to be stored of the way in. */
interface Opened {
  readonly connector: MailConnector;
  readonly prepared: () => PreparedConnection | null;
}

async function openUnproven(
  ports: Ports,
  service: MailService,
  { access, expectedAddress, organizationId }: Activation,
  before: PreparedConnection['settings'] | null,
  signal: AbortSignal,
): Promise<Opened> {
  if (access.kind === 'through') {
    if (expectedAddress === null) throw new Error('an access opens the mailbox that is named');
    const loaded = await usableAccess(ports, { organizationId, accessId: access.accessId });
    const account = { address: expectedAddress, login: access.login };
    return { connector: openMailbox(ports, loaded, account, signal), prepared: () => null };
  }
  const prepared = await prepare(service, access, before, signal);
  const keeper = keepInMemory(prepared.credential);
  const connector = service.open(prepared, { signal, keeper, unproven: true });
  return { connector, prepared: () => ({ ...prepared, credential: keeper.latest() }) };
}

async function reachMailbox(
  ports: Ports,
  service: MailService,
  activation: Activation,
  before: PreparedConnection['settings'] | null,
  signal: AbortSignal,
): Promise<Reached | Refused> {
  const { access, expectedAddress } = activation;
  let connector: MailConnector | null = null;
  try {
    const opened = await openUnproven(ports, service, activation, before, signal);
    connector = opened.connector;
    const identity = await connector.identify();
    if (expectedAddress !== null && !identity.addresses.includes(expectedAddress.toLowerCase()))
      return otherAccount(expectedAddress, identity);
    const checks = await connector.check();
    return {
      kind: 'reached',
      prepared: opened.prepared(),
      identity,
      checks: [
        { capability: 'sign-in', ok: true },
        { capability: 'right-mailbox', ok: true },
        ...checks.filter(({ capability, ok }) => !ok || capability !== 'sign-in'),
      ],
    };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return refusedAt('sign-in', access.kind === 'through' ? seenThroughAccess(error.failure) : error.failure);
  } finally {
    await connector?.close();
  }
}

function prepare(
  service: MailService,
  access: Exclude<Access, { readonly kind: 'through' }>,
  before: PreparedConnection['settings'] | null,
  signal: AbortSignal,
): Promise<PreparedConnection> {
  if (access.kind === 'form') return service.prepare(access.form, signal, before);
  if (service.consent === null) throw new RemoteFailure(failure('mailbox.service-not-set-up'));
  return service.consent.complete(access.details, access.callbackUrl, signal);
}

function otherAccount(expected: string, identity: MailboxIdentity): Refused {
  return {
    ...refusedAt('right-mailbox', failure('mailbox.wrong-account'), [{ capability: 'sign-in', ok: true }]),
    accounts: { expected, authorised: identity.address },
  };
}

function refusedAt(capability: string, why: Failure, before: readonly CheckResult[] = []): Refused {
  return { kind: 'refused', failure: why, checks: [...before, { capability, ok: false, failure: why }] };
}

async function checkCrm(
  ports: Ports,
  keys: OrganizationKeys,
  activation: Activation,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const { connection, refusal } = await inOrganization(ports.db, activation.organizationId, async (tx) => {
    const found = await readConnection(tx, keys, activation.crmConnectionId);
    return { connection: found, refusal: refusalOf(await readLendingAccesses(tx, [found?.lenderId])) };
  });
  if (refusal !== null) return [{ capability: 'crm-sign-in', ok: false, failure: refusal }];
  if (connection === null || connection.credential === null) {
    return [{ capability: 'crm-sign-in', ok: false, failure: credentialMissing(ports, 'crm') }];
  }
  const crm = ports.crm.open(connection satisfies OpenedConnection, signal);
  try {
    return await crm.check();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const why = connection.lenderId === null ? error.failure : seenThroughAccess(error.failure);
    return [{ capability: 'crm-sign-in', ok: false, failure: why }];
  } finally {
    await crm.close();
  }
}

/** The mailbox, and those of the same person that it takes the place of: switched off, and still to be given back. */
interface Saved {
  readonly mailboxId: MailboxId;
  readonly closed: readonly Mailbox[];
}

async function saveConnected(
  ports: Ports,
  keys: OrganizationKeys,
  activation: Activation,
  reached: Reached,
): Promise<Saved> {
  const { organizationId, userId, service, crmConnectionId } = activation;
  const { identity } = reached;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailboxConnectionId = await saveWayIn(tx, ports, keys, activation, reached.prepared, now);
    const settings = effectiveSettings(await readSettingsLayers(tx, { organizationId, userId }));
    // The mailbox under whichever of its addresses it is known by: a move between services may change the primary one.
    const known = await findMailboxOf(tx, { userId, ...identity });
    const mailboxId = await createMailbox(tx, {
      organizationId,
      userId,
      service,
      address: known?.address ?? identity.address,
      addresses: identity.addresses,
      mailboxConnectionId,
      crmConnectionId,
      historyFrom: now - settings.windowDays * DAY,
      now,
    });
    if (known !== null && known.service !== service) await forgetPlaces(tx, mailboxId);
    if (known !== null && known.mailboxConnectionId !== mailboxConnectionId)
      await eraseCredential(tx, keys, known.mailboxConnectionId, now);
    await moveConnected(tx, mailboxId, activation, now);
    const closed: Mailbox[] = [];
    for (const other of await listOtherMailboxes(tx, { userId, except: mailboxId }))
      if (await switchOff(tx, other, now)) closed.push(other);
    await activation.alongside?.(tx, mailboxId);
    return { mailboxId, closed };
  });
}

async function saveWayIn(
  tx: Tx,
  ports: Ports,
  keys: OrganizationKeys,
  { organizationId, userId, service, access, expectedAddress }: Activation,
  prepared: PreparedConnection | null,
  now: number,
): Promise<ConnectionId> {
  if (prepared !== null)
    return await saveConnection(tx, keys, { organizationId, userId, service, ...prepared, now });
  if (access.kind !== 'through' || expectedAddress === null) throw new Error('nothing is to be stored');
  const lending = await readAccess(tx, { id: access.accessId, organizationId });
  if (lending === null) throw new Error('the access vanished while a mailbox was connected through it');
  const account = { address: expectedAddress, login: access.login };
  return await connectMailboxThrough(tx, ports, { access: lending, userId, now, ...account });
}

/** What the given access makes of the mailbox's state and schedule, and its line in the list of what people did. */
async function moveConnected(
  tx: Tx,
  mailboxId: MailboxId,
  { organizationId, userId, wish = startAtOnce, actor = { kind: 'user', userId } }: Activation,
  now: number,
): Promise<void> {
  const mailbox = await readMailbox(tx, mailboxId);
  if (mailbox === null) throw new Error('the mailbox vanished while it was connected');
  const { state: from } = mailbox;
  const event = activationEvent(from, wish);
  const to = nextMailboxState(from, event);
  if (to === 'impossible') throw new Error(`${event} is impossible in ${from}`);
  if (to !== 'ignored') {
    await moveMailbox(tx, { id: mailboxId, from, to, streak: noStreak, cause: null, now });
    const next = to === 'active' ? ({ dueAt: now, lane: 'fresh' } as const) : null;
    await setDue(tx, { mailboxId, next, trigger: 'activation' });
    // The profile may have been switched off while the service was asked.
    await alignWithProfile(tx, userId, now);
  }
  await recordAudit(tx, {
    organizationId,
    actor,
    action: actionOf(wish, event),
    subject: 'mailbox',
    subjectId: mailboxId,
    now,
  });
}

function actionOf({ intent }: ActivationWish, event: 'activate' | 'connect'): AuditAction {
  if (intent === 'refresh') return 'mailbox.refreshed';
  if (intent === 'change') return 'mailbox.changed';
  return event === 'activate' ? 'mailbox.activated' : 'mailbox.connected';
}
