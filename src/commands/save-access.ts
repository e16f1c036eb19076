/**
 * Making an access, and giving one another credential: prepared, tried on a sample account, and stored only when that passes. The credential goes in and
 * never comes out again.
 */
import { seenThroughAccess } from '../model/access-circuit.ts';
import { isCollection } from '../model/collection.ts';
import type { CheckResult, PreparedConnection } from '../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { AccessId, ConnectionId, OrganizationId } from '../model/ids.ts';
import {
  type AccessSide,
  insertAccess,
  readAccess,
  renameAccess,
  renewLender,
  saveLender,
} from '../store/accesses.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { findOrganization } from '../store/organizations.ts';
import type { Admin } from './admin.ts';
import { keepInMemory } from './keep-credential.ts';
import type { Ports } from './ports.ts';
import { concludeWorking } from './probe-access.ts';

export interface AccessWish {
  readonly service: string;
  readonly name: string;
  /** A mailbox that the access must open; absent at the CRM, where the service account itself is tried. */
  readonly sampleMailbox?: string | undefined;
  /** The service's own form, or what its sign-in gave. */
  readonly given: GivenAccess;
}

export type GivenAccess =
  | { readonly kind: 'form'; readonly form: unknown }
  | { readonly kind: 'prepared'; readonly prepared: PreparedConnection };

export type AccessResult =
  /** `checks`: what was tried on the sample mailbox; events, contacts and tasks may have failed. */
  | { readonly kind: 'saved'; readonly id: AccessId; readonly checks: readonly CheckResult[] }
  | { readonly kind: 'refused'; readonly failure: Failure }
  /** The name is taken, or there are as many as there may be. */
  | { readonly kind: 'taken' }
  /** No such access, or it is another service's. */
  | { readonly kind: 'unknown' };

/** Makes an access that works. Nothing is stored where it does not. */
export async function saveAccess(
  ports: Ports,
  { organizationId, actor }: Admin,
  wish: AccessWish,
  signal: AbortSignal,
): Promise<AccessResult> {
  const tried = await tryAccess(ports, organizationId, wish, signal);
  if (tried.kind === 'refused') return tried;
  const { service, name } = wish;
  const { prepared, side, checks } = tried;
  const now = ports.clock.now();
  try {
    return await inOrganization(ports.db, organizationId, async (tx) => {
      const keys = await organizationKeys(tx, ports.keyring, organizationId);
      const connectionId = await saveLender(tx, keys, { organizationId, service, prepared, now });
      const id = await insertAccess(tx, { organizationId, name, side, service, connectionId, now });
      // Undoes the lender, too.
      if (id === null) throw new NameTaken();
      await recordAudit(tx, {
        ...{ organizationId, actor, action: 'access.made', subject: 'access', subjectId: id, now },
        details: { service },
      });
      return { kind: 'saved', id, checks };
    });
  } catch (error) {
    if (error instanceof NameTaken) return { kind: 'taken' };
    throw error;
  }
}

/** Another credential for the same access, tried first; everybody who is reached through it goes on with the new one. */
export async function renewAccess(
  ports: Ports,
  { organizationId, actor }: Admin,
  { id, ...wish }: AccessWish & { readonly id: AccessId },
  signal: AbortSignal,
): Promise<AccessResult> {
  const read = (tx: Tx) => readAccess(tx, { id, organizationId });
  const before = await inOrganization(ports.db, organizationId, read);
  if (before === null || before.service !== wish.service) return { kind: 'unknown' };
  const tried = await tryAccess(ports, organizationId, wish, signal);
  if (tried.kind === 'refused') return tried;
  const now = ports.clock.now();
  const access = await inOrganization(ports.db, organizationId, async (tx) => {
    if (!(await renameAccess(tx, { id, organizationId, name: wish.name }))) return null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    await renewLender(tx, keys, { id: before.connectionId, prepared: tried.prepared, now });
    await recordAudit(tx, {
      ...{ organizationId, actor, action: 'access.changed', subject: 'access', subjectId: id, now },
    });
    return await read(tx);
  });
  if (access === null) return { kind: 'taken' };
  await concludeWorking(ports, access);
  return { kind: 'saved', id, checks: tried.checks };
}

class NameTaken extends Error {}

interface Working {
  readonly prepared: PreparedConnection;
  readonly checks: readonly CheckResult[];
}

type Tried =
  | ({ readonly kind: 'works'; readonly side: AccessSide } & Working)
  | { readonly kind: 'refused'; readonly failure: Failure };

async function tryAccess(
  ports: Ports,
  organizationId: OrganizationId,
  wish: AccessWish,
  signal: AbortSignal,
): Promise<Tried> {
  try {
    if (wish.service === ports.crm.service)
      return {
        ...{ kind: 'works', side: 'crm', checks: [] },
        prepared: await tryCrm(ports, organizationId, wish, signal),
      };
    return { kind: 'works', side: 'mailbox', ...(await tryMailbox(ports, wish, signal)) };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { kind: 'refused', failure: seenThroughAccess(error.failure) };
  }
}

/** Opens the sample mailbox and tries every capability on it, as an activation does: mail must work, a collection that is refused is told. */
async function tryMailbox(
  ports: Ports,
  { service: name, sampleMailbox = '', given }: AccessWish,
  signal: AbortSignal,
): Promise<Working> {
  const service = ports.mailServices.get(name);
  const way = service?.massAccess;
  if (service === undefined || way == null) throw new RemoteFailure(failure('mailbox.service-not-set-up'));
  const prepared = given.kind === 'form' ? await way.prepareAccess(given.form, signal) : given.prepared;
  const keeper = keepInMemory(prepared.credential);
  const own = way.reach({ address: sampleMailbox, login: null });
  const settings = { ...prepared.settings, ...own.settings };
  let checks: readonly CheckResult[];
  const connector = service.open(
    { ...prepared, account: own.account, settings },
    { signal, keeper, unproven: true },
  );
  try {
    const { addresses } = await connector.identify();
    if (!addresses.includes(sampleMailbox.toLowerCase()))
      throw new RemoteFailure(failure('mailbox.wrong-account'));
    checks = await connector.check();
    const failed = checks.find(({ capability, ok }) => !ok && !isCollection(capability));
    if (failed !== undefined) throw new RemoteFailure(failed.failure ?? failure('lockstep.internal'));
  } finally {
    await connector.close();
  }
  return {
    checks,
    prepared: {
      ...prepared,
      credential: keeper.latest(),
      settings: { ...prepared.settings, sampleMailbox: sampleMailbox.toLowerCase() },
    },
  };
}

/** Logs the service account in; it must be one of the same CRM organization. */
async function tryCrm(
  ports: Ports,
  organizationId: OrganizationId,
  { given }: AccessWish,
  signal: AbortSignal,
): Promise<PreparedConnection> {
  const way = ports.crm.massAccess;
  if (way === null) throw new RemoteFailure(failure('crm.access-refused'));
  const prepared = given.kind === 'form' ? await way.prepareAccess(given.form, signal) : given.prepared;
  const unstored = {
    id: '' as ConnectionId,
    organizationId,
    service: ports.crm.service,
    credentialVersion: 0,
  };
  const crm = ports.crm.open({ ...unstored, ...prepared }, signal);
  try {
    const identity = await crm.identify();
    const found = await inOrganization(ports.db, organizationId, (tx) =>
      findOrganization(tx, identity.organizationId),
    );
    if (found !== organizationId) throw new RemoteFailure(failure('crm.wrong-account'));
  } finally {
    await crm.close();
  }
  return prepared;
}
