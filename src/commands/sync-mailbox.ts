/**
 * One leased run with everything round it: open both connections, run, then let the outcome move the mailbox's counters and state, and say when
 * it is due next. The worker calls this for every lease; `lockstep sync` calls it for one.
 */
import { seenThroughAccess } from '../model/access-circuit.ts';
import { catalogue } from '../model/catalogue.ts';
import { type Instant, MINUTE } from '../model/clock.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { RunId } from '../model/ids.ts';
import { afterRun, nextMailboxState, noStreak, runsInState } from '../model/mailbox-state.ts';
import { noCounts, type RunOutcome } from '../model/run.ts';
import {
  intervalOf,
  isShareUsed,
  type NextRun,
  nextRun,
  PROBE_INTERVAL_MS,
  phaseOf,
  quietRunsAfter,
  runAfterGuard,
} from '../model/schedule.ts';
import type { SpanFacts } from '../model/telemetry.ts';
import { holdBack, letGo } from '../store/api-guards.ts';
import { isUsageStale, keepUsage } from '../store/api-usage.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import {
  holdLease,
  type Lease,
  LeaseLost,
  readSchedule,
  releaseLease,
  writeQuietRuns,
} from '../store/leases.ts';
import { type Mailbox, moveMailbox, readMailbox, writeStreak } from '../store/mailboxes.ts';
import { endSkipping } from '../store/pauses.ts';
import { finishRun } from '../store/runs.ts';
import { type RunReport, readStoredWork, runMailbox, type StoredWork } from '../sync/run.ts';
import type { RunContext } from '../sync/run-context.ts';
import { type PlannedCollection, planCollections } from '../sync/two-way/plan-collections.ts';
import { beginRun } from './begin-run.ts';
import { checkIfDue } from './check-mailbox.ts';
import { countAgainstAccesses } from './count-against-accesses.ts';
import { endSessionsByCrm } from './end-sessions.ts';
import { keepStored } from './keep-credential.ts';
import { credentialMissing, type LoadedMailbox, loadMailbox, refusalOf, rulesOf } from './load-mailbox.ts';
import type { Ports } from './ports.ts';
import { isLentSide, probeAccess } from './probe-access.ts';

/** Heads read per run before the rest goes to the back-fill lane, and the longest that one run may take. */
export const RUN_ITEMS_MAX = 20_000;
export const RUN_MS_MAX = 15 * MINUTE;

export interface SyncResult {
  readonly report: RunReport;
  /** When it is due next; `given-back`: the lease ended with the run, in one transaction. */
  readonly next: NextRun | null | 'given-back';
}

/**
 * Runs the leased mailbox once. Rejects for faults of the database, and with `LeaseLost` when the lease is gone before anything was begun; whatever a service
 * does is an outcome.
 */
export async function syncMailbox(ports: Ports, lease: Lease, signal: AbortSignal): Promise<SyncResult> {
  const { organizationId } = lease;
  const startedAt = ports.clock.now();
  const { loaded, begun } = await inOrganization(ports.db, organizationId, (tx) =>
    beginRun(ports, tx, lease, startedAt),
  );
  if (loaded === null) return { report: nothingDone, next: null };
  if (begun === null) return await standStill(ports, loaded, startedAt);
  const { runId, stored, checkDueAt } = begun;
  const opening = { lease, loaded, runId, signal, dryRun: false, stored };
  const { service } = loaded.mailbox;
  const report = await ports.telemetry.inSpan('run', { 'lockstep.service': service }, async (span) => {
    const done = await openAndRun(ports, opening, (context, from) =>
      checkIfDue(ports, context, from, checkDueAt),
    );
    span.tell(factsOf(done));
    return done;
  });
  if (report.fault !== null) {
    ports.log('run.fault', { mailbox: lease.mailboxId, run: runId, ...describeFault(report.fault) });
  }
  const next = await finish(ports, { lease, loaded, runId, startedAt }, report);
  const { outcome, items } = report;
  ports.telemetry.runEnded({ service, outcome, startedAt, endedAt: ports.clock.now(), items });
  if (outcome.kind === 'failed') await endSessionsByCrm(ports, loaded.mailbox, outcome.failure.code);
  for (const accessId of await countAgainstAccesses(ports, loaded, report.outcome))
    await probeAccess(ports, { organizationId, accessId, anyTime: false }, signal);
  return { report, next };
}

/** Why no run is made, and when it is looked at again. */
async function standStill(ports: Ports, loaded: LoadedMailbox, now: Instant): Promise<SyncResult> {
  const { mailbox, guard, accesses } = loaded;
  if (runsInState[mailbox.state] === 'never') return { report: nothingDone, next: untilPauseEnds(mailbox) };
  // A colleague's run found the allowance used up: no request of this mailbox would find out more.
  if (guard.until !== null && guard.until > now)
    return {
      report: failedWith(failure('crm.api-share-used')),
      next: runAfterGuard(guard.until, ports.random),
    };
  const refusal = refusalOf(accesses) ?? failure('lockstep.interrupted');
  return await awaitAccess(ports, loaded, refusal);
}

/** What a run's span may say of it. */
function factsOf({ outcome, counts }: RunReport): SpanFacts {
  return {
    'lockstep.outcome': outcome.kind,
    ...(outcome.kind === 'failed' ? { 'lockstep.failure': outcome.failure.code } : {}),
    'lockstep.examined': counts.examined,
    'lockstep.created': counts.created,
  };
}

/** While its access is refused no run asks anything: the access's own probe does, and sets the mailbox going again. */
async function awaitAccess(ports: Ports, { mailbox }: LoadedMailbox, refusal: Failure): Promise<SyncResult> {
  const { id, organizationId, state: from } = mailbox;
  const now = ports.clock.now();
  const to = nextMailboxState(from, 'access-lost');
  if (to !== 'ignored' && to !== 'impossible')
    await inOrganization(ports.db, organizationId, (tx) =>
      moveMailbox(tx, { id, from, to, streak: noStreak, cause: refusal.code, now, tells: 'user' }),
    );
  const dueAt = now + PROBE_INTERVAL_MS;
  return { report: failedWith(refusal), next: { dueAt, lane: 'fresh', heldUntil: dueAt } };
}

/** A mailbox that does not run is due again when its pause ends, if it ends by itself. */
function untilPauseEnds({ pause }: Mailbox): NextRun | null {
  return pause?.until == null ? null : { dueAt: pause.until, lane: 'fresh' };
}

/** What a run would do now, mail as the report says it, everything else per collection. */
export interface PlannedRun {
  readonly report: RunReport;
  readonly collections: readonly PlannedCollection[];
}

/** What a run would do now: everything up to the plan, with nothing written anywhere. Needs no lease. */
export async function planMailbox(
  ports: Ports,
  mailbox: Pick<Mailbox, 'id' | 'organizationId'>,
  signal: AbortSignal,
): Promise<PlannedRun> {
  const { id: mailboxId, organizationId } = mailbox;
  const lease: Lease = {
    mailboxId,
    organizationId,
    token: '0',
    expiresAt: 0,
    lane: 'fresh',
    trigger: 'command',
  };
  const loaded = await inOrganization(ports.db, organizationId, (tx) => loadMailbox(ports, tx, lease));
  if (loaded === null) return { report: nothingDone, collections: [] };
  const stored = await inOrganization(ports.db, organizationId, (tx) =>
    readStoredWork(tx, { keys: loaded.keys, mailboxId, now: ports.clock.now() }),
  );
  const opening = { lease, loaded, runId: DRY_RUN, signal, dryRun: true, stored };
  let collections: readonly PlannedCollection[] = [];
  try {
    const report = await openAndRun(ports, opening, async (context) => {
      collections = await planCollections(context, stored.cursors.feeds);
    });
    return { report, collections };
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    return { report: failedWith(error.failure), collections };
  }
}

const nothingRead = { counts: noCounts, items: [], changed: false, usage: null, fault: null } as const;
const nothingDone: RunReport = { outcome: { kind: 'done' }, ...nothingRead };
const DRY_RUN = 'dry-run' as RunId;

interface Opening {
  readonly lease: Lease;
  readonly loaded: LoadedMailbox;
  readonly runId: RunId;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
  readonly stored: StoredWork;
}

/** `after`: what is done with both sides still open, once a run came to its end. */
async function openAndRun(
  ports: Ports,
  { lease, loaded, runId, signal, dryRun, stored }: Opening,
  after: (context: RunContext, startedAt: Instant) => Promise<unknown>,
): Promise<RunReport> {
  const { mailbox, mailConnection, crmConnection } = loaded;
  const service = ports.mailServices.get(mailbox.service);
  const refusal = refusalOf(loaded.accesses);
  if (refusal !== null) return failedWith(refusal);
  if (service === undefined || mailConnection?.credential == null)
    return failedWith(credentialMissing(ports, 'mailbox', mailConnection));
  if (crmConnection?.credential == null) return failedWith(credentialMissing(ports, 'crm', crmConnection));
  const mail = service.open(mailConnection, { signal, keeper: keepStored(ports, mailConnection) });
  const crm = ports.crm.open(crmConnection, signal);
  try {
    const startedAt = ports.clock.now();
    const context: RunContext = {
      db: ports.db,
      keys: loaded.keys,
      clock: ports.clock,
      digest: ports.digest,
      organizationId: lease.organizationId,
      mailboxId: mailbox.id,
      runId,
      lease,
      mail,
      crm,
      rules: rulesOf(ports, loaded),
      budget: { itemsMax: RUN_ITEMS_MAX, endsAt: startedAt + RUN_MS_MAX },
      signal,
      dryRun,
      inSpan: ports.telemetry.inSpan,
    };
    const report = throughAccesses(
      loaded,
      await runMailbox(dryRun ? withMailAlone(context) : context, stored),
    );
    if (report.outcome.kind === 'done')
      await ports.telemetry.inSpan('run.check-completeness', {}, () => after(context, startedAt));
    return report;
  } finally {
    await mail.close();
    await crm.close();
  }
}

/** A dry run counts the collections apart from mail. */
function withMailAlone(context: RunContext): RunContext {
  const { rules } = context;
  return { ...context, rules: { ...rules, settings: { ...rules.settings, collections: [] } } };
}

/** A refusal of a credential that is not the owner's, in the words for that. */
function throughAccesses({ accesses }: LoadedMailbox, report: RunReport): RunReport {
  const { outcome } = report;
  if (outcome.kind !== 'failed') return report;
  const { side } = catalogue[outcome.failure.code];
  if (!accesses.some((access) => access.side === side)) return report;
  return { ...report, outcome: { kind: 'failed', failure: seenThroughAccess(outcome.failure) } };
}

function failedWith(why: Failure): RunReport {
  return { outcome: { kind: 'failed', failure: why }, ...nothingRead };
}

interface Ran {
  readonly lease: Lease;
  readonly loaded: LoadedMailbox;
  readonly runId: RunId;
  readonly startedAt: Instant;
}

/** Writes the end of the run and what it means for the mailbox, unless another worker has taken over; a run that came to its end gives its lease back. */
async function finish(ports: Ports, ran: Ran, report: RunReport): Promise<SyncResult['next']> {
  const { lease, runId } = ran;
  const { outcome, counts } = report;
  const endedAt = ports.clock.now();
  // A lease that ran out without anybody taking over is still given back: null would take the mailbox off the due-table for ever.
  const goOn: NextRun = { dueAt: endedAt, lane: lease.lane };
  if (outcome.kind === 'abandoned') return goOn;
  try {
    return await inOrganization(ports.db, lease.organizationId, async (tx) => {
      const [, , mailbox] = await Promise.all([
        holdLease(tx, lease, endedAt),
        finishRun(tx, { id: runId, outcome, counts, endedAt }),
        readMailbox(tx, lease.mailboxId),
      ]);
      const next = mailbox === null ? null : await planNext(ports, tx, ran, { ...report, mailbox, endedAt });
      // Of any other end more is told before somebody else may begin.
      if (outcome.kind !== 'done') return next;
      await releaseLease(tx, lease, { next });
      return 'given-back';
    });
  } catch (error) {
    if (error instanceof LeaseLost) return goOn;
    throw error;
  }
}

/** What the run means for the mailbox and its organization, and when it is due next. */
async function planNext(
  ports: Ports,
  tx: Tx,
  { lease, loaded, startedAt }: Ran,
  ended: RunReport & { readonly mailbox: Mailbox; readonly endedAt: Instant },
): Promise<NextRun | null> {
  const { outcome, usage, mailbox, endedAt } = ended;
  const { mailboxId, trigger } = lease;
  const [state] = await Promise.all([
    applyOutcome(tx, mailbox, loaded.accesses, outcome, endedAt),
    usage !== null && usage.max > 0 && isUsageStale(loaded.usageHeardAt, endedAt)
      ? keepUsage(tx, { id: mailbox.organizationId, usage, now: endedAt })
      : undefined,
  ]);
  if (runsInState[state] === 'never') return untilPauseEnds(mailbox);
  if (outcome.kind === 'done' && loaded.mailbox.skipping) await endSkipping(tx, mailboxId);
  const heldUntil = await findHoldBack(tx, loaded, ended, endedAt);
  if (heldUntil !== null) return runAfterGuard(heldUntil, ports.random);
  const quietRuns = await countQuiet(tx, loaded, ended, endedAt);
  const run = { startedAt, endedAt, outcome, trigger, phase: phaseOf(mailboxId) };
  return nextRun(state, run, intervalOf(loaded.rhythm, quietRuns), ports.random);
}

/** Outcomes that say that the organization's allowance is gone, or its share of it (R11). */
const ALLOWANCE_GONE: ReadonlySet<string> = new Set(['crm.api-share-used', 'crm.api-limit']);

/** Until when the organization's runs are held back by what this one met; null when they go on. */
async function findHoldBack(
  tx: Tx,
  { mailbox, settings, guard }: LoadedMailbox,
  { outcome, usage }: RunReport,
  now: Instant,
): Promise<Instant | null> {
  if (outcome.kind === 'failed' && ALLOWANCE_GONE.has(outcome.failure.code))
    return await holdBack(tx, mailbox.organizationId, now);
  const isBack = guard.step > 0 && usage !== null && !isShareUsed(usage, settings.apiShareMax);
  if (isBack) await letGo(tx, mailbox.organizationId);
  return null;
}

/** Runs in a row that found nothing changed, this one included; counted for an adaptive rhythm alone. */
async function countQuiet(
  tx: Tx,
  { mailbox, rhythm }: LoadedMailbox,
  report: RunReport,
  now: Instant,
): Promise<number> {
  if (rhythm.pattern === 'fixed') return 0;
  const before = (await readSchedule(tx, mailbox.id, now))?.quietRuns ?? 0;
  const quietRuns = quietRunsAfter(before, report);
  await writeQuietRuns(tx, mailbox.id, quietRuns);
  return quietRuns;
}

/** Moves counters and state; returns the state that holds afterwards. A person who moved it meanwhile wins. */
async function applyOutcome(
  tx: Tx,
  mailbox: Mailbox,
  accesses: LoadedMailbox['accesses'],
  outcome: RunOutcome,
  now: number,
): Promise<Mailbox['state']> {
  const isLent = outcome.kind === 'failed' && isLentSide(accesses, outcome.failure);
  const { streak, event } = afterRun(mailbox.state, mailbox.streak, outcome, isLent);
  const cause = outcome.kind === 'failed' ? outcome.failure.code : null;
  const to = event === null ? 'ignored' : nextMailboxState(mailbox.state, event);
  if (to === 'ignored' || to === 'impossible') {
    const { rejections, failures } = mailbox.streak;
    if (streak.rejections !== rejections || streak.failures !== failures)
      await writeStreak(tx, mailbox.id, streak);
    return mailbox.state;
  }
  const moved = await moveMailbox(tx, { id: mailbox.id, from: mailbox.state, to, streak, cause, now });
  return moved ? to : mailbox.state;
}

/** Name and place of a fault, without its message: messages may quote what was being worked on. */
export function describeFault(fault: unknown): { readonly fault: string; readonly at: string } {
  if (fault instanceof RemoteFailure) return { fault: fault.failure.code, at: '' };
  if (!(fault instanceof Error)) return { fault: typeof fault, at: '' };
  const frames = (fault.stack ?? '').split('\n').filter((line) => line.trimStart().startsWith('at '));
  const code = 'code' in fault ? ` ${String(fault.code)}` : '';
  return {
    fault: `${fault.name}${code}`,
    at: frames
      .slice(0, 4)
      .map((line) => line.trim())
      .join(' < '),
  };
}
