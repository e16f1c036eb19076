/**
 * Switches one person's sync on through the accesses of his profile (M1): the pre-flight anew, then an ordinary activation with all its checks that
 * starts at once, without preview and without him. What it writes beside the activation is written in the same transaction, so that nothing is done twice.
 */
import type { AccessFindings } from '../model/access-findings.ts';
import { SECOND } from '../model/clock.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { ConnectionId, MailboxId, UserId } from '../model/ids.ts';
import { readAccess } from '../store/accesses.ts';
import type { Actor } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { setDue } from '../store/leases.ts';
import { readRhythm } from '../store/licenses.ts';
import { readMailbox } from '../store/mailboxes.ts';
import { activateMailbox } from './activate-mailbox.ts';
import {
  addressOf,
  type CheckedPerson,
  type CrmUsersSeen,
  checkPerson,
  type Who,
} from './check-user-access.ts';
import type { Ports } from './ports.ts';
import { connectCrmThrough } from './reach-through-access.ts';

export interface ThroughAccessWish {
  /** As the audit names who did it. */
  readonly actor: Actor;
  /** People who are switched on together: their first runs come one a second, and within one interval. */
  readonly together: number;
  /** In the transaction that switches on, after everything else; what it throws undoes all of it. */
  readonly alongside: (tx: Tx) => Promise<void>;
}

export type ThroughAccessResult =
  | { readonly kind: 'active' }
  /** The pre-flight says that he is left alone, or to himself, or needs his login; nothing was written. */
  | { readonly kind: 'not-tried'; readonly findings: AccessFindings }
  | { readonly kind: 'failed'; readonly failure: Failure };

/** Null when there is no such person. Never rejects for what a service says. */
export async function activateThroughAccess(
  ports: Ports,
  who: Who,
  seen: CrmUsersSeen,
  wish: ThroughAccessWish,
  signal: AbortSignal,
): Promise<ThroughAccessResult | null> {
  const checked = await checkPerson(ports, who, seen, signal);
  if (checked === null) return null;
  const { findings } = checked;
  if (findings.predicted === 'unknown')
    return { kind: 'failed', failure: findings.failure ?? failure('lockstep.internal') };
  if (findings.predicted !== 'active') return { kind: 'not-tried', findings };
  return await activate(ports, who, checked, wish, signal);
}

async function activate(
  ports: Ports,
  who: Who,
  { person, mailbox, crmConnectionId }: CheckedPerson,
  wish: ThroughAccessWish,
  signal: AbortSignal,
): Promise<ThroughAccessResult> {
  const { organizationId, userId } = who;
  const accessId = person.profile?.mailAccessId ?? null;
  const address = addressOf(person, mailbox);
  if (accessId === null || address === null) throw new Error('nobody is switched on without an access');
  const access = await inOrganization(ports.db, organizationId, (tx) =>
    readAccess(tx, { id: accessId, organizationId }),
  );
  const crm = (await borrowCrm(ports, who, person)) ?? crmConnectionId;
  if (access === null || crm === null) return { kind: 'failed', failure: failure('lockstep.interrupted') };
  const result = await activateMailbox(
    ports,
    {
      organizationId,
      userId,
      service: access.service,
      access: { kind: 'through', accessId, login: person.mailboxLogin },
      expectedAddress: address,
      crmConnectionId: crm,
      actor: wish.actor,
      alongside: async (tx, mailboxId) => {
        await spreadFirstRun(ports, tx, userId, mailboxId, wish.together);
        await wish.alongside(tx);
      },
    },
    signal,
  );
  return result.kind === 'connected' ? { kind: 'active' } : { kind: 'failed', failure: result.failure };
}

/** His account at the CRM through the profile's access; null where it has none. */
async function borrowCrm(
  ports: Ports,
  { organizationId, userId }: Who,
  { profile, username, crmUserId }: CheckedPerson['person'],
): Promise<ConnectionId | null> {
  const accessId = profile?.crmAccessId ?? null;
  if (accessId === null) return null;
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const access = await readAccess(tx, { id: accessId, organizationId });
    if (access === null) return null;
    const crm = { username, userId: crmUserId };
    return await connectCrmThrough(tx, ports, { access, userId, now: ports.clock.now(), crm });
  });
}

async function spreadFirstRun(
  ports: Ports,
  tx: Tx,
  userId: UserId,
  mailboxId: MailboxId,
  together: number,
): Promise<void> {
  // A profile that was disabled meanwhile has paused him.
  if ((await readMailbox(tx, mailboxId))?.state !== 'active') return;
  const { intervalMs } = await readRhythm(tx, userId);
  const spreadMs = Math.min(intervalMs, (together - 1) * SECOND);
  const dueAt = ports.clock.now() + Math.floor(ports.random.next() * spreadMs);
  await setDue(tx, { mailboxId, next: { dueAt, lane: 'fresh' }, trigger: 'activation' });
}
