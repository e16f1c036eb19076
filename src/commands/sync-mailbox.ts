/**
 * One leased run with everything round it: open both connections, run, then let the outcome move the mailbox's counters and state, and say when
 * it is due next. The worker calls this for every lease; `lockstep sync` calls it for one.
 */
import { compileRules } from '../decide/rules.ts';
import { MINUTE } from '../model/clock.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import type { RunId } from '../model/ids.ts';
import { afterRun, nextMailboxState, runsInState } from '../model/mailbox-state.ts';
import { noCounts, type RunOutcome } from '../model/run.ts';
import { type NextRun, nextRun, RUN_INTERVAL_MS } from '../model/schedule.ts';
import { type EmailSettings, effectiveSettings } from '../model/settings.ts';
import { type Connection, readConnection } from '../store/connections.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type OrganizationKeys, organizationKeys } from '../store/keyring.ts';
import { holdLease, type Lease, LeaseLost } from '../store/leases.ts';
import { type Mailbox, moveMailbox, readMailbox, writeStreak } from '../store/mailboxes.ts';
import { readOrganizationSettings } from '../store/organizations.ts';
import { finishRun, startRun } from '../store/runs.ts';
import { readUserSettings } from '../store/users.ts';
import { type RunReport, runMailbox } from '../sync/run.ts';
import { keepStored } from './keep-credential.ts';
import type { Ports } from './ports.ts';

/** Heads read per run before the rest goes to the back-fill lane, and the longest that one run may take. */
export const RUN_ITEMS_MAX = 20_000;
export const RUN_MS_MAX = 15 * MINUTE;

export interface SyncResult {
  readonly report: RunReport;
  readonly next: NextRun | null;
}

interface Loaded {
  readonly mailbox: Mailbox;
  readonly keys: OrganizationKeys;
  readonly settings: EmailSettings;
  readonly mailConnection: Connection | null;
  readonly crmConnection: Connection | null;
}

/** Runs the leased mailbox once. Rejects only for faults of the database; whatever a service does is an outcome. */
export async function syncMailbox(ports: Ports, lease: Lease, signal: AbortSignal): Promise<SyncResult> {
  const { organizationId } = lease;
  const loaded = await inOrganization(ports.db, organizationId, (tx) => load(ports, tx, lease));
  if (loaded === null || runsInState[loaded.mailbox.state] === 'never')
    return { report: nothingDone, next: null };
  const startedAt = ports.clock.now();
  const runId = await inOrganization(ports.db, organizationId, (tx) =>
    startRun(tx, { lease, worker: ports.worker, now: startedAt }),
  );
  const report = await openAndRun(ports, { lease, loaded, runId, signal, dryRun: false });
  if (report.fault !== null) {
    ports.log('run.fault', { mailbox: lease.mailboxId, run: runId, ...describeFault(report.fault) });
  }
  const next = await finish(ports, lease, runId, startedAt, report);
  return { report, next };
}

/** What a run would do now: everything up to the plan, with nothing written anywhere. Needs no lease. */
export async function planMailbox(
  ports: Ports,
  mailbox: Pick<Mailbox, 'id' | 'organizationId'>,
  signal: AbortSignal,
): Promise<RunReport> {
  const { id: mailboxId, organizationId } = mailbox;
  const lease: Lease = {
    mailboxId,
    organizationId,
    token: '0',
    expiresAt: 0,
    lane: 'fresh',
    trigger: 'command',
  };
  const loaded = await inOrganization(ports.db, organizationId, (tx) => load(ports, tx, lease));
  if (loaded === null) return nothingDone;
  return await openAndRun(ports, { lease, loaded, runId: DRY_RUN, signal, dryRun: true });
}

const nothingDone: RunReport = { outcome: { kind: 'done' }, counts: noCounts, fault: null };
const DRY_RUN = 'dry-run' as RunId;

async function load(ports: Ports, tx: Tx, lease: Lease): Promise<Loaded | null> {
  const mailbox = await readMailbox(tx, lease.mailboxId);
  if (mailbox === null) return null;
  const keys = await organizationKeys(tx, ports.keyring, lease.organizationId);
  const organization = await readOrganizationSettings(tx, lease.organizationId);
  const user = await readUserSettings(tx, mailbox.userId);
  return {
    mailbox,
    keys,
    settings: effectiveSettings(organization.settings, user.settings),
    mailConnection: await readConnection(tx, keys, mailbox.mailboxConnectionId),
    crmConnection: await readConnection(tx, keys, mailbox.crmConnectionId),
  };
}

interface Opening {
  readonly lease: Lease;
  readonly loaded: Loaded;
  readonly runId: RunId;
  readonly signal: AbortSignal;
  readonly dryRun: boolean;
}

async function openAndRun(
  ports: Ports,
  { lease, loaded, runId, signal, dryRun }: Opening,
): Promise<RunReport> {
  const { mailbox, mailConnection, crmConnection } = loaded;
  const service = ports.mailServices.get(mailbox.service);
  if (service === undefined || mailConnection?.credential == null)
    return failed('mailbox.authorization-revoked');
  if (crmConnection?.credential == null) return failed('crm.authorization-revoked');
  const mail = service.open(mailConnection, { signal, keeper: keepStored(ports, mailConnection) });
  const crm = ports.crm.open(crmConnection, signal);
  try {
    return await runMailbox({
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
      rules: compileRules({
        settings: loaded.settings,
        addresses: mailbox.addresses,
        historyFrom: mailbox.historyFrom,
        facts: ports.facts,
      }),
      budget: { itemsMax: RUN_ITEMS_MAX, endsAt: ports.clock.now() + RUN_MS_MAX },
      signal,
      dryRun,
    });
  } finally {
    await mail.close();
    await crm.close();
  }
}

function failed(code: 'mailbox.authorization-revoked' | 'crm.authorization-revoked'): RunReport {
  return { outcome: { kind: 'failed', failure: failure(code) }, counts: noCounts, fault: null };
}

/** Writes the end of the run and what it means for the mailbox, unless another worker has taken over. */
async function finish(
  ports: Ports,
  lease: Lease,
  runId: RunId,
  startedAt: number,
  report: RunReport,
): Promise<NextRun | null> {
  const { outcome, counts } = report;
  const endedAt = ports.clock.now();
  // A lease that ran out without anybody taking over is still given back: null would take the mailbox off the due-table for ever.
  const goOn: NextRun = { dueAt: endedAt, lane: lease.lane };
  if (outcome.kind === 'abandoned') return goOn;
  try {
    return await inOrganization(ports.db, lease.organizationId, async (tx) => {
      await holdLease(tx, lease, endedAt);
      await finishRun(tx, { id: runId, outcome, counts, endedAt });
      const mailbox = await readMailbox(tx, lease.mailboxId);
      if (mailbox === null) return null;
      const state = await applyOutcome(tx, mailbox, outcome, endedAt);
      return nextRun(
        state,
        { startedAt, endedAt, outcome, trigger: lease.trigger },
        RUN_INTERVAL_MS,
        ports.random,
      );
    });
  } catch (error) {
    if (error instanceof LeaseLost) return goOn;
    throw error;
  }
}

/** Moves counters and state; returns the state that holds afterwards. A person who moved it meanwhile wins. */
async function applyOutcome(
  tx: Tx,
  mailbox: Mailbox,
  outcome: RunOutcome,
  now: number,
): Promise<Mailbox['state']> {
  const { streak, event } = afterRun(mailbox.state, mailbox.streak, outcome);
  const cause = outcome.kind === 'failed' ? outcome.failure.code : null;
  const to = event === null ? 'ignored' : nextMailboxState(mailbox.state, event);
  if (to === 'ignored' || to === 'impossible') {
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
