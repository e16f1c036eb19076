/**
 * Activation (A1, A11): find the service, sign in, try every capability on both sides, and only when all of it passed save the connection and
 * switch sync on. A second activation of the same address keeps links, cursors and settings (A15).
 */

import { DAY } from '../model/clock.ts';
import type {
  CheckResult,
  MailboxIdentity,
  MailConnector,
  MailService,
  PreparedConnection,
} from '../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { ConnectionId, MailboxId, OrganizationId, UserId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { effectiveSettings } from '../model/settings.ts';
import { readConnection, saveConnection } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../store/keyring.ts';
import { setDue } from '../store/leases.ts';
import { createMailbox, moveMailbox, readMailbox } from '../store/mailboxes.ts';
import { readOrganizationSettings } from '../store/organizations.ts';
import { readUserSettings } from '../store/users.ts';
import type { OpenedConnection, Ports } from './ports.ts';

export interface Activation {
  readonly organizationId: OrganizationId;
  readonly userId: UserId;
  /** A key of `Ports.mailServices`. */
  readonly service: string;
  readonly form: unknown;
  readonly crmConnectionId: ConnectionId;
}

/** `refused`: nothing was saved; `failure` is the first thing that must be mended. */
export type ActivationResult =
  | { readonly kind: 'active'; readonly mailboxId: MailboxId; readonly checks: readonly CheckResult[] }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly checks: readonly CheckResult[] };

/** Activates a mailbox for a user, whose first run is due at once. Never rejects for what a service says. */
export async function activateMailbox(
  ports: Ports,
  activation: Activation,
  signal: AbortSignal,
): Promise<ActivationResult> {
  const service = ports.mailServices.get(activation.service);
  if (service === undefined) throw new Error(`no mail service named ${activation.service}`);
  const keys = await inOrganization(ports.db, activation.organizationId, (tx) =>
    organizationKeys(tx, ports.keyring, activation.organizationId),
  );
  const reached = await reachMailbox(service, activation.form, signal);
  if (reached.kind === 'refused') return { ...reached, checks: reached.checks };
  const crmChecks = await checkCrm(ports, keys, activation, signal);
  const checks = [...reached.checks, ...crmChecks];
  const failed = checks.find((check) => !check.ok);
  if (failed !== undefined) {
    return { kind: 'refused', failure: failed.failure ?? failure('lockstep.internal'), checks };
  }
  const mailboxId = await saveActive(ports, keys, activation, reached);
  return { kind: 'active', mailboxId, checks };
}

type Reached =
  | {
      readonly kind: 'reached';
      readonly prepared: PreparedConnection;
      readonly identity: MailboxIdentity;
      readonly checks: readonly CheckResult[];
    }
  | { readonly kind: 'refused'; readonly failure: Failure; readonly checks: readonly CheckResult[] };

async function reachMailbox(service: MailService, form: unknown, signal: AbortSignal): Promise<Reached> {
  let connector: MailConnector | null = null;
  try {
    const prepared = await service.prepare(form, signal);
    connector = service.open(prepared, signal, true);
    const identity = await connector.identify();
    const checks = await connector.check();
    return { kind: 'reached', prepared, identity, checks: [{ capability: 'sign-in', ok: true }, ...checks] };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return {
      kind: 'refused',
      failure: error.failure,
      checks: [{ capability: 'sign-in', ok: false, failure: error.failure }],
    };
  } finally {
    await connector?.close();
  }
}

async function checkCrm(
  ports: Ports,
  keys: OrganizationKeys,
  activation: Activation,
  signal: AbortSignal,
): Promise<readonly CheckResult[]> {
  const connection = await inOrganization(ports.db, activation.organizationId, (tx) =>
    readConnection(tx, keys, activation.crmConnectionId),
  );
  if (connection === null || connection.credential === null) {
    return [{ capability: 'crm-sign-in', ok: false, failure: failure('crm.authorization-revoked') }];
  }
  const crm = ports.crm.open(connection satisfies OpenedConnection, signal);
  try {
    return await crm.check();
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return [{ capability: 'crm-sign-in', ok: false, failure: error.failure }];
  } finally {
    await crm.close();
  }
}

async function saveActive(
  ports: Ports,
  keys: OrganizationKeys,
  activation: Activation,
  reached: Extract<Reached, { kind: 'reached' }>,
): Promise<MailboxId> {
  const { organizationId, userId, service, crmConnectionId } = activation;
  const { prepared, identity } = reached;
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailboxConnectionId = await saveConnection(tx, keys, {
      organizationId,
      userId,
      service,
      ...prepared,
      now,
    });
    const settings = effectiveSettings(
      (await readOrganizationSettings(tx, organizationId)).settings,
      (await readUserSettings(tx, userId)).settings,
    );
    const mailboxId = await createMailbox(tx, {
      organizationId,
      userId,
      service,
      address: identity.address,
      addresses: identity.addresses,
      mailboxConnectionId,
      crmConnectionId,
      historyFrom: now - settings.windowDays * DAY,
      now,
    });
    const mailbox = await readMailbox(tx, mailboxId);
    if (mailbox === null) throw new Error('the mailbox vanished while it was activated');
    const to = nextMailboxState(mailbox.state, 'activate');
    if (to === 'ignored' || to === 'impossible') throw new Error(`activation is ${to} in ${mailbox.state}`);
    await moveMailbox(tx, { id: mailboxId, from: mailbox.state, to, streak: noStreak, cause: null, now });
    await setDue(tx, { mailboxId, next: { dueAt: now, lane: 'fresh' }, trigger: 'activation' });
    return mailboxId;
  });
}
