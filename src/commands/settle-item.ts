/**
 * *Try now* for one event, contact or task: settles it by the steps of a run, under the mailbox's lease, and answers with what the CRM itself said where it
 * refused. Those words are content: they go to the owner who asked, and are neither stored nor logged.
 */
import { SECOND } from '../model/clock.ts';
import type { CrmConnector } from '../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../model/failure.ts';
import type { RecordId, RunId } from '../model/ids.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { inOrganization } from '../store/database.ts';
import { readIssue } from '../store/issues.ts';
import { claimMailbox, type Lease, readSchedule, releaseLease } from '../store/leases.ts';
import { newId } from '../store/new-id.ts';
import { readVerdicts } from '../store/verdicts.ts';
import type { RunContext } from '../sync/run-context.ts';
import { settle } from '../sync/two-way/settle.ts';
import { partsOf, SIGHTS_MAX, type TwoWay } from '../sync/two-way/two-way.ts';
import { handContext, type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { type ItemName, seeEach, twoWayOf } from './see-item.ts';

export interface SettledItem {
  readonly verdict: VerdictCode;
  /** Why it waits. */
  readonly failure: Pick<Failure, 'code' | 'vendorCode' | 'fields'> | null;
  /** The CRM's own words of its refusal. */
  readonly said: string | null;
  readonly recordUrl: string | null;
}

/** What is tried, and how. */
export interface SettleWish {
  readonly name: ItemName;
  /** The person says that what a duplicate rule stopped is another record. */
  readonly allowDuplicate: boolean;
}

/** Longer than the act may take. */
const LEASE_MS = 90 * SECOND;

/** `busy`: a run is under way; null: there is nothing of this name. Rejects with `RemoteFailure` when a service is in trouble. */
export async function settleItem(
  ports: Ports,
  who: Who,
  wish: SettleWish,
  signal: AbortSignal,
): Promise<SettledItem | 'busy' | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const claimed = await claim(ports, open);
    if (claimed === null) return 'busy';
    try {
      return await settleOne(ports, open, claimed.lease, wish, signal);
    } finally {
      await inOrganization(ports.db, who.organizationId, (tx) =>
        releaseLease(tx, claimed.lease, { next: claimed.next }),
      );
    }
  });
}

/** The lease, and when the mailbox was due: an act by hand puts no run off. */
async function claim(ports: Ports, { mailbox: { id: mailboxId, organizationId } }: OpenMailbox) {
  const now = ports.clock.now();
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const before = await readSchedule(tx, mailboxId, now);
    const asked = { mailboxId, worker: ports.worker, now, leaseMs: LEASE_MS, trigger: 'user' } as const;
    const lease = await claimMailbox(tx, asked);
    if (lease === null) return null;
    const dueAt = before?.dueAt ?? null;
    return { lease, next: dueAt === null ? null : { dueAt, lane: lease.lane } };
  });
}

async function settleOne(
  ports: Ports,
  open: OpenMailbox,
  lease: Lease,
  { name, allowDuplicate }: SettleWish,
  signal: AbortSignal,
): Promise<SettledItem | null> {
  const heard: string[] = [];
  const run: RunContext = {
    ...handContext(ports, open, signal),
    lease,
    // Of no run that is listed: what is made by hand belongs to none.
    runId: newId<RunId>(ports.clock.now()),
    crm: listening(open.crm, heard, allowDuplicate),
  };
  const two = await twoWayOf(run, name.collection);
  const sights = await seeEach(two, name);
  const [seen] = sights;
  if (seen === undefined) return null;
  for (const part of partsOf(sights, SIGHTS_MAX)) await settle(two, part);
  const { verdict, issue } = await readOutcome(two, seen.key);
  const waits = verdict === 'parked.issue' ? issue : null;
  const recordId: RecordId | null = issue?.recordId ?? seen.pair?.recordId ?? null;
  return {
    verdict,
    failure:
      waits === null ? null : failure(waits.code, { fields: waits.fields, ...vendorOf(waits.vendorCode) }),
    said: waits === null ? null : (heard[0] ?? null),
    recordUrl: recordId === null ? null : await open.crm.recordUrl(recordId),
  };
}

const vendorOf = (vendorCode: string | null) => (vendorCode === null ? {} : { vendorCode });

async function readOutcome({ run }: TwoWay, key: Parameters<typeof readIssue>[2]) {
  const { mailboxId, keys } = run;
  const print = keys.printItem(key);
  return await inOrganization(run.db, run.organizationId, async (tx) => {
    const verdict = (await readVerdicts(tx, mailboxId, [print])).get(print);
    // Every thing that is settled leaves with one verdict.
    if (verdict === undefined) throw new RemoteFailure(failure('lockstep.interrupted'));
    return { verdict, issue: await readIssue(tx, mailboxId, key) };
  });
}

/** The same CRM; what it says of a refused record is heard, and passed on to nobody else. Duplicate rules give way where that is asked for. */
function listening(crm: CrmConnector, heard: string[], allowDuplicate: boolean): CrmConnector {
  const { records } = crm;
  return {
    ...crm,
    records: {
      ...records,
      async writeRecords(collection, writes) {
        const asked = allowDuplicate ? writes.map((write) => ({ ...write, allowDuplicate })) : writes;
        const results = await records.writeRecords(collection, asked);
        for (const result of results) if (!result.ok && result.said !== undefined) heard.push(result.said);
        return results;
      },
    },
  };
}
