/**
 * Asks an access itself, through the mailboxes that succeeded last, whether it still works (identify only), and does what follows: stops every mailbox
 * that is reached through it, or sets them going again. What the answers mean is decided in `model/access-circuit.ts`.
 */
import {
  ACCESS_REJECTIONS_MAX,
  goesOnProbing,
  isRejectionOf,
  judgeProbe,
  nextAccessState,
  PROBE_MAILBOXES_MAX,
  type ProbeAnswer,
  type ProbeVerdict,
  probeAgainMs,
  RECOVERY_SPREAD_MS,
  seenThroughAccess,
} from '../model/access-circuit.ts';
import type { FailureCode } from '../model/catalogue.ts';
import { MINUTE } from '../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { MailboxId } from '../model/ids.ts';
import { nextMailboxState, noStreak } from '../model/mailbox-state.ts';
import { type Access, claimDueProbe, claimProbe, endProbe } from '../store/accesses.ts';
import { type Actor, recordAudit } from '../store/audit.ts';
import { readConnection } from '../store/connections.ts';
import { acrossOrganizations, inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { moveMailbox } from '../store/mailboxes.ts';
import { dropAdminNotices } from '../store/notices.ts';
import {
  listProbeCandidates,
  listReachedMailboxes,
  type ReachedMailbox,
  setDueSpread,
} from '../store/reached.ts';
import { keepStored } from './keep-credential.ts';
import type { Ports } from './ports.ts';
import { type LoadedAccess, loadAccess, openMailbox, type ThroughAccess } from './reach-through-access.ts';

/** Longer than a probe can take; afterwards somebody else may. */
const HOLD_MS = 10 * MINUTE;
/** One identify of a probe. */
const ASK_MS = 1 * MINUTE;
const PAGE = 200;
const product: Actor = { kind: 'product', userId: null };

export interface ProbeWish extends ThroughAccess {
  /** Somebody asks now, whenever the next probe would be due. */
  readonly anyTime: boolean;
}

/** Probes once; null when there is no such access, or somebody else probes it. Rejects for faults of the database. */
export async function probeAccess(
  ports: Ports,
  { anyTime, ...of }: ProbeWish,
  signal: AbortSignal,
): Promise<ProbeVerdict | null> {
  const { organizationId, accessId: id } = of;
  const now = ports.clock.now();
  const claimed = await inOrganization(ports.db, organizationId, (tx) =>
    claimProbe(tx, { id, now, holdMs: HOLD_MS, anyTime }),
  );
  return claimed ? await probeClaimed(ports, of, signal) : null;
}

/** Probes one access that is due anywhere; 0 when none is. */
export async function probeDueAccess(ports: Ports, signal: AbortSignal): Promise<number> {
  const now = ports.clock.now();
  const due = await acrossOrganizations(ports.db, (tx) => claimDueProbe(tx, { now, holdMs: HOLD_MS }));
  if (due === null) return 0;
  await probeClaimed(ports, { organizationId: due.organizationId, accessId: due.id }, signal);
  return 1;
}

async function probeClaimed(
  ports: Ports,
  of: ThroughAccess,
  signal: AbortSignal,
): Promise<ProbeVerdict | null> {
  const loaded = await loadAccess(ports, of);
  if (loaded === null) return null;
  const { access } = loaded;
  const verdict = judgeProbe(access.side, await ask(ports, loaded, signal));
  await conclude(ports, access, verdict);
  return verdict;
}

/** One answer per mailbox tried; without any mailbox, the sample that the access was made with. */
async function ask(ports: Ports, loaded: LoadedAccess, signal: AbortSignal): Promise<readonly ProbeAnswer[]> {
  const { access, lender } = loaded;
  const { side, connectionId: lenderId, organizationId } = access;
  if (lender.credential === null) return [failure(`${side}.access-refused`, { vendorCode: 'NO_CREDENTIAL' })];
  const candidates = await inOrganization(ports.db, organizationId, (tx) =>
    listProbeCandidates(tx, { lenderId, side, limit: PROBE_MAILBOXES_MAX }),
  );
  const tries = candidates.length === 0 ? [null] : candidates;
  const answers: ProbeAnswer[] = [];
  for (const candidate of tries) {
    if (!goesOnProbing(side, answers)) break;
    const bounded = AbortSignal.any([signal, AbortSignal.timeout(ASK_MS)]);
    answers.push(await askOne(ports, loaded, candidate, bounded));
  }
  return answers;
}

async function askOne(
  ports: Ports,
  loaded: LoadedAccess,
  candidate: ReachedMailbox | null,
  signal: AbortSignal,
): Promise<ProbeAnswer> {
  try {
    const connector = await openCandidate(ports, loaded, candidate, signal);
    try {
      await connector?.identify();
    } finally {
      await connector?.close();
    }
    return null;
  } catch (error) {
    if (error instanceof RemoteFailure) return seenThroughAccess(error.failure);
    if (signal.aborted) return failure(`${loaded.access.side}.transient`);
    throw error;
  }
}

async function openCandidate(
  ports: Ports,
  loaded: LoadedAccess,
  candidate: ReachedMailbox | null,
  signal: AbortSignal,
) {
  const { access, lender } = loaded;
  const connection =
    candidate === null
      ? lender
      : await inOrganization(ports.db, access.organizationId, async (tx) => {
          const keys = await organizationKeys(tx, ports.keyring, access.organizationId);
          return await readConnection(tx, keys, candidate.connectionId);
        });
  if (connection === null) return null;
  if (access.side === 'crm') return ports.crm.open(connection, signal);
  if (candidate === null) return openMailbox(ports, loaded, sampleOf(access), signal);
  const service = ports.mailServices.get(access.service);
  if (service === undefined) throw new RemoteFailure(failure('mailbox.service-not-set-up'));
  return service.open(connection, { signal, keeper: keepStored(ports, connection), unproven: true });
}

/** The mailbox that the access was tried with when it was made. */
function sampleOf({ settings }: Access): { readonly address: string; readonly login: null } {
  return { address: String(settings.sampleMailbox ?? ''), login: null };
}

async function conclude(ports: Ports, access: Access, verdict: ProbeVerdict): Promise<void> {
  const { id, organizationId, state: from } = access;
  const now = ports.clock.now();
  const to = nextAccessState(from, verdict.kind);
  const againMs = probeAgainMs(to, verdict.kind);
  const cause = verdict.kind === 'refused' ? verdict.cause : verdict.kind === 'works' ? null : access.cause;
  const moved = await inOrganization(ports.db, organizationId, async (tx) => {
    const written = await endProbe(tx, {
      ...{ id, from, to, cause, now },
      // One more rejection asks again where nothing was found out.
      rejections: verdict.kind === 'unknown' ? ACCESS_REJECTIONS_MAX - 1 : 0,
      probeAt: againMs === null ? null : now + againMs,
    });
    if (!written || from === to) return written;
    const action = to === 'refused' ? 'access.refused' : 'access.recovered';
    await recordAudit(tx, {
      organizationId,
      actor: product,
      action,
      subject: 'access',
      subjectId: id,
      details: { cause },
      now,
    });
    return written;
  });
  ports.log('access.probed', { access: id, verdict: verdict.kind, state: to, cause });
  if (!moved) return;
  // Again at every refused probe: a process may have died between the first one and the last mailbox.
  if (to === 'refused' && verdict.kind === 'refused') await stopReached(ports, access, verdict.cause);
  if (from === 'refused' && to === 'working') await setReachedGoing(ports, access);
}

/** Somebody proved that the access works, by giving it another credential: as a probe that succeeded. */
export async function concludeWorking(ports: Ports, access: Access): Promise<void> {
  await conclude(ports, access, { kind: 'works' });
}

/** Suspends every active mailbox of the access. Their owners are told; the administrators are told of the access instead. */
async function stopReached(ports: Ports, access: Access, cause: FailureCode): Promise<void> {
  await eachPage(ports, access, 'active', async (page) => {
    const now = ports.clock.now();
    await inOrganization(ports.db, access.organizationId, async (tx) => {
      for (const { id, state: from } of page) {
        const to = nextMailboxState(from, 'access-lost');
        if (to === 'ignored' || to === 'impossible') continue;
        await moveMailbox(tx, { id, from, to, streak: noStreak, cause, now, tells: 'user' });
      }
    });
  });
  await eachPage(ports, access, 'suspended', async (page) => {
    await inOrganization(ports.db, access.organizationId, (tx) =>
      dropAdminNotices(
        tx,
        page.map(({ id }) => id),
        ports.clock.now(),
      ),
    );
  });
}

/** Every suspended mailbox of the access finds out within minutes by a run of its own whether it is reached again. */
async function setReachedGoing(ports: Ports, access: Access): Promise<void> {
  await eachPage(ports, access, 'suspended', async (page) => {
    await inOrganization(ports.db, access.organizationId, (tx) =>
      setDueSpread(tx, {
        ids: page.map(({ id }) => id),
        now: ports.clock.now(),
        spreadMs: RECOVERY_SPREAD_MS,
        offset: ports.random.next(),
      }),
    );
  });
}

async function eachPage(
  ports: Ports,
  { connectionId: lenderId, side, organizationId }: Access,
  state: 'active' | 'suspended',
  act: (page: readonly ReachedMailbox[]) => Promise<void>,
): Promise<void> {
  let after: MailboxId | null = null;
  do {
    const last: MailboxId | null = after;
    const page: readonly ReachedMailbox[] = await inOrganization(ports.db, organizationId, (tx) =>
      listReachedMailboxes(tx, { lenderId, side, state, after: last, limit: PAGE }),
    );
    if (page.length > 0) await act(page);
    after = page.length < PAGE ? null : (page.at(-1)?.id ?? null);
  } while (after !== null);
}

/** Whether the side that failed is reached through one of these accesses, so that its owner has nothing to authorise again. */
export function isLentSide(accesses: readonly Pick<Access, 'side'>[], of: Failure): boolean {
  return accesses.some(({ side }) => isRejectionOf(side, of));
}
