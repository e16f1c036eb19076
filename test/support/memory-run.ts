/**
 * One run of the whole sync layer on a real database, with the in-memory references on both sides: for what does not depend on any service's ways.
 */
import { createHash } from 'node:crypto';
import { compileRules, type Rules } from '../../src/decide/rules.ts';
import { MINUTE } from '../../src/model/clock.ts';
import type { CrmConnector, MailConnector } from '../../src/model/connector.ts';
import type { RunId } from '../../src/model/ids.ts';
import { defaultSettings, type SyncSettings } from '../../src/model/settings.ts';
import { type Database, inOrganization } from '../../src/store/database.ts';
import { claimMailbox, type Lease, releaseLease } from '../../src/store/leases.ts';
import { startRun } from '../../src/store/runs.ts';
import { type RunReport, runMailbox } from '../../src/sync/run.ts';
import type { RunContext } from '../../src/sync/run-context.ts';
import { domainFacts } from './builders.ts';
import { createMemoryCrm, type MemoryOrg } from './memory-crm.ts';
import { type MemoryMailbox, openMemoryMailbox } from './memory-mailbox.ts';
import type { Tenant } from './rows.ts';

export interface MemoryRun {
  readonly db: Database;
  readonly tenant: Tenant;
  readonly mailbox: MemoryMailbox;
  readonly org: MemoryOrg;
  /** How many items the run may examine. */
  readonly itemsMax?: number;
  /** The CRM to write to, where a test watches or delays its calls. */
  readonly crm?: CrmConnector;
  /** The mailbox's connector, where a test watches or breaks its calls. */
  readonly mail?: MailConnector;
  readonly settings?: SyncSettings;
  readonly dryRun?: boolean;
  /** How far the clock of the running machine is off, in milliseconds. */
  readonly skewMs?: number;
}

/** Runs under a lease of its own, on connectors of its own, at the mailbox's time. */
export async function runInMemory({
  db,
  tenant,
  mailbox,
  org,
  itemsMax = 10_000,
  skewMs = 0,
  ...given
}: MemoryRun): Promise<RunReport> {
  const { organizationId, mailboxId } = tenant;
  const now = mailbox.now() + skewMs;
  const scoped = <T>(fn: Parameters<typeof inOrganization<T>>[2]) => inOrganization(db, organizationId, fn);
  const claim = { mailboxId, worker: 'w', now, leaseMs: MINUTE, trigger: 'command' } as const;
  const lease = await scoped((tx) => claimMailbox(tx, claim));
  if (lease === null) throw new Error('somebody else holds the mailbox');
  const runId = await scoped((tx) => startRun(tx, { lease, worker: 'w', now }));
  const context = contextInMemory({ db, tenant, mailbox, org, itemsMax, skewMs, ...given }, lease);
  const report = await runMailbox({ ...context, runId });
  await scoped((tx) => releaseLease(tx, lease, { next: null }));
  return report;
}

/** The rules of a mailbox in memory. */
export function rulesOfMailbox(
  { addresses }: Pick<MemoryMailbox, 'addresses'>,
  settings: SyncSettings = defaultSettings,
): Rules {
  return compileRules({ settings, addresses, historyFrom: 0, facts: domainFacts });
}

/** What a run, or an act by hand with a token of its own, is given. */
export function contextInMemory(
  {
    db,
    tenant,
    mailbox,
    org,
    itemsMax = 10_000,
    crm = createMemoryCrm(org),
    mail = openMemoryMailbox(mailbox),
    settings = defaultSettings,
    dryRun = false,
    skewMs = 0,
  }: MemoryRun,
  lease: Lease,
): RunContext {
  const { organizationId, mailboxId, keys } = tenant;
  const now = () => mailbox.now() + skewMs;
  return {
    db,
    keys,
    clock: { now, sleep: () => Promise.resolve() },
    digest: (text) => createHash('sha256').update(text).digest('hex'),
    organizationId,
    mailboxId,
    runId: 'no run' as RunId,
    lease,
    mail,
    crm,
    rules: rulesOfMailbox(mailbox, settings),
    budget: { itemsMax, endsAt: now() + MINUTE },
    signal: new AbortController().signal,
    dryRun,
  };
}
