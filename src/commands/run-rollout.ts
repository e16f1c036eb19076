/**
 * Carries one leased roll-out on: its pre-flight, or its waves (M7, M8). Every write holds the roll-out's row, so that after a halt, a cancel or the loss of
 * the lease nothing more is written, and nobody is switched on twice. What is decided stands in `decide/judge-wave.ts`.
 */
import { judgeWave } from '../decide/judge-wave.ts';
import type { AccessFindings, Outcome } from '../model/access-findings.ts';
import type { FailureCode } from '../model/catalogue.ts';
import { MINUTE } from '../model/clock.ts';
import { type Failure, failure } from '../model/failure.ts';
import type { UserId } from '../model/ids.ts';
import {
  nextRolloutState,
  type RolloutEvent,
  type RolloutState,
  workInState,
} from '../model/rollout-state.ts';
import { type AuditAction, recordAudit } from '../store/audit.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { writeRolledOut } from '../store/profile-accesses.ts';
import {
  countMembers,
  type DueMember,
  listUnchecked,
  listWaiting,
  type MemberCount,
  settleUntried,
  writeFindings,
  writeOutcome,
} from '../store/rollout-members.ts';
import {
  holdRollout,
  moveRollout,
  moveWave,
  type Rollout,
  type RolloutLease,
  RolloutLeaseLost,
  readRollout,
} from '../store/rollouts.ts';
import { activateThroughAccess, type ThroughAccessResult } from './activate-through-access.ts';
import { type CrmUsersSeen, checkPerson, lookUpCrmUsers } from './check-user-access.ts';
import type { Ports } from './ports.ts';

/** People of one roll-out who are looked at or switched on side by side. */
export const PEOPLE_AT_ONCE = 8;
/** People whose users are looked up at the CRM at once, and after whom a wave is judged. */
const BATCH = 40;
/** One person's accounts take no longer; a server that hangs does not hold the others up. */
const PERSON_MS_MAX = 2 * MINUTE;

/** Rejects with `RolloutLeaseLost` when somebody else may carry it on or nobody, and with the signal's reason when that aborts. */
export async function runRollout(ports: Ports, lease: RolloutLease, signal: AbortSignal): Promise<void> {
  for (;;) {
    signal.throwIfAborted();
    const rollout = await inOrganization(ports.db, lease.organizationId, (tx) => readRollout(tx, lease));
    const work = rollout === null ? 'nothing' : workInState[rollout.state];
    if (rollout === null || work === 'nothing') return;
    const step: Step = { ports, lease, rollout, signal };
    await (work === 'checks' ? checkSome(step) : activateSome(step));
  }
}

interface Step {
  readonly ports: Ports;
  readonly lease: RolloutLease;
  readonly rollout: Rollout;
  readonly signal: AbortSignal;
}

/** Writes in one transaction, if the roll-out is still ours and in the state that it was read in. */
async function write<T>({ ports, lease, rollout }: Step, work: (tx: Tx) => Promise<T>): Promise<T> {
  return await inOrganization(ports.db, lease.organizationId, async (tx) => {
    await holdRollout(tx, lease, { state: rollout.state, now: ports.clock.now() });
    return await work(tx);
  });
}

async function checkSome(step: Step): Promise<void> {
  const { ports, lease, rollout, signal } = step;
  const members = await inOrganization(ports.db, lease.organizationId, (tx) =>
    listUnchecked(tx, { rolloutId: rollout.id, limit: BATCH }),
  );
  if (members.length === 0) return await move(step, 'checked', null);
  const seen = await lookUp(step, members);
  await sideBySide(members, signal, async ({ userId }, cancel) => {
    const { organizationId } = lease;
    const checked = await inTime(
      cancel,
      signal,
      checkPerson(ports, { organizationId, userId }, seen, cancel),
    );
    if (checked === null) return;
    const findings = checked === 'too-slow' ? TOO_SLOW : checked.findings;
    // Looked at without a result is looked at all the same: his wave tries again.
    const why = findings.predicted === 'unknown' ? (findings.failure ?? UNCLEAR) : findings.failure;
    const now = ports.clock.now();
    const found = { rolloutId: rollout.id, userId, findings: { ...findings, failure: why }, now };
    await write(step, (tx) => writeFindings(tx, found));
  });
}

const UNCLEAR = failure('lockstep.interrupted');
const TOO_SLOW: AccessFindings = {
  mailboxFound: null,
  accessGranted: null,
  crmUserMatched: null,
  addressEqual: null,
  predicted: 'unknown',
  failure: failure('mailbox.unreachable'),
};

/** What a person's work came to, or that his servers took longer than anybody may. */
async function inTime<T>(
  cancel: AbortSignal,
  signal: AbortSignal,
  work: Promise<T>,
): Promise<T | 'too-slow'> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof RolloutLeaseLost || signal.aborted || !cancel.aborted) throw error;
    return 'too-slow';
  }
}

async function activateSome(step: Step): Promise<void> {
  const { ports, rollout, signal } = step;
  const { id: rolloutId, wave } = rollout;
  const now = ports.clock.now();
  const { members, counts } = await write(step, async (tx) => {
    await settleUntried(tx, { rolloutId, wave, now });
    const all = (await countMembers(tx, [rolloutId])).get(rolloutId) ?? [];
    return {
      members: await listWaiting(tx, { rolloutId, wave, limit: PEOPLE_AT_ONCE }),
      counts: all.filter((one) => one.wave === wave),
    };
  });
  const tally = {
    waiting: sum(counts, ['waiting']),
    succeeded: sum(counts, ['active', 'after-login']),
    failed: sum(counts, ['failed']),
  };
  const verdict = judgeWave(tally, rollout.failuresMax);
  if (verdict === 'halt') return await move(step, 'failed-often', commonestCause(counts));
  if (verdict === 'over') return await endWave(step);
  const seen = await lookUp(step, members);
  const together = counts.reduce((people, one) => people + one.people, 0);
  await sideBySide(members, signal, (member, cancel) =>
    activateOne(step, member, { seen, together }, cancel),
  );
}

async function activateOne(
  step: Step,
  { userId }: DueMember,
  { seen, together }: { readonly seen: CrmUsersSeen; readonly together: number },
  cancel: AbortSignal,
): Promise<void> {
  const { ports, lease, rollout, signal } = step;
  const { organizationId } = lease;
  const settle = async (tx: Tx, outcome: Exclude<Outcome, 'waiting'>, why: Failure | null): Promise<void> => {
    const now = ports.clock.now();
    await holdRollout(tx, lease, { state: 'running', now });
    const first = await writeOutcome(tx, { rolloutId: rollout.id, userId, outcome, failure: why, now });
    if (!first) throw new RolloutLeaseLost();
    if (outcome === 'active' || outcome === 'after-login') await writeRolledOut(tx, { userId, at: now });
  };
  const work = activateThroughAccess(
    ports,
    { organizationId, userId },
    seen,
    { actor: actorOf(rollout), together, alongside: (tx) => settle(tx, 'active', null) },
    cancel,
  );
  const result = await inTime(cancel, signal, work);
  if (result === 'too-slow')
    return await inOrganization(ports.db, organizationId, (tx) => settle(tx, 'failed', TOO_SLOW.failure));
  if (result === null || result.kind === 'active') return;
  const [outcome, why] = outcomeOf(result);
  await inOrganization(ports.db, organizationId, (tx) => settle(tx, outcome, why));
}

/** What becomes of somebody who was not switched on. */
function outcomeOf(
  result: Exclude<ThroughAccessResult, { readonly kind: 'active' }>,
): readonly [Exclude<Outcome, 'waiting'>, Failure | null] {
  if (result.kind === 'failed') return ['failed', result.failure];
  const { predicted, failure: why } = result.findings;
  // The pre-flight let him through and he is not reached now: that is the wave's failure, and shows what changed.
  if (predicted === 'by-himself') return ['failed', why];
  return [predicted === 'after-login' ? 'after-login' : 'already-active', null];
}

async function endWave(step: Step): Promise<void> {
  const { rollout } = step;
  const isLast = rollout.wave + 1 >= rollout.waves.length;
  if (isLast) return await move(step, 'finished', null);
  await write(step, (tx) => moveWave(tx, { id: rollout.id, from: rollout.wave }));
}

const ACTIONS: Partial<Readonly<Record<RolloutState, AuditAction>>> = {
  halted: 'rollout.halted',
  done: 'rollout.done',
};

/** Moves the roll-out by what a worker found; an act of an admin in between wins. */
async function move(step: Step, event: RolloutEvent, cause: FailureCode | null): Promise<void> {
  const { ports, rollout } = step;
  const { id, state: from, organizationId } = rollout;
  const to = nextRolloutState(from, event);
  if (to === 'ignored' || to === 'impossible') return;
  const now = ports.clock.now();
  await write(step, async (tx) => {
    const isDue = workInState[to] !== 'nothing';
    if (!(await moveRollout(tx, { id, from, to, cause, isDue, now }))) return;
    const action = ACTIONS[to];
    if (action === undefined) return;
    await recordAudit(tx, {
      ...{ organizationId, action, now },
      actor: { kind: 'product', userId: null },
      subject: 'rollout',
      subjectId: id,
      details: { wave: rollout.wave, ...(cause === null ? {} : { cause }) },
    });
  });
}

async function lookUp(
  { ports, lease, rollout, signal }: Step,
  members: readonly DueMember[],
): Promise<CrmUsersSeen> {
  const { organizationId } = lease;
  const { profileId } = rollout;
  const ids = members.map(({ crmUserId }) => crmUserId);
  return await lookUpCrmUsers(ports, { organizationId, actor: actorOf(rollout), profileId }, ids, signal);
}

function actorOf({ startedBy }: Rollout) {
  return startedBy === null
    ? ({ kind: 'product', userId: null } as const)
    : ({ kind: 'user', userId: startedBy satisfies UserId } as const);
}

/** Works on at most `PEOPLE_AT_ONCE`; the first fault stops the rest, and is thrown when those under way have ended. */
async function sideBySide(
  members: readonly DueMember[],
  signal: AbortSignal,
  work: (member: DueMember, cancel: AbortSignal) => Promise<void>,
): Promise<void> {
  const waiting = [...members];
  const faults: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (let member = waiting.shift(); member !== undefined; member = waiting.shift()) {
      if (signal.aborted || faults.length > 0) return;
      const cancel = AbortSignal.any([signal, AbortSignal.timeout(PERSON_MS_MAX)]);
      await work(member, cancel).catch((error: unknown) => faults.push(error));
    }
  };
  await Promise.all(Array.from({ length: PEOPLE_AT_ONCE }, lane));
  signal.throwIfAborted();
  if (faults.length > 0) throw faults[0];
}

function sum(counts: readonly MemberCount[], of: readonly Outcome[]): number {
  return counts.reduce((people, one) => people + (of.includes(one.outcome) ? one.people : 0), 0);
}

/** What most of the failed have in common. */
function commonestCause(counts: readonly MemberCount[]): FailureCode | null {
  const byCode = new Map<FailureCode, number>();
  for (const { outcome, code, people } of counts)
    if (outcome === 'failed' && code !== null) byCode.set(code, (byCode.get(code) ?? 0) + people);
  const [commonest] = [...byCode].toSorted(([, one], [, other]) => other - one);
  return commonest?.[0] ?? null;
}
