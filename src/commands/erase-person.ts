/**
 * Erasing a person (P9): every record that Lockstep wrote about one address, listed with its name as it is now, and removed on demand. What people made
 * themselves stays, the person's own contact among it. The address is asked about and never kept: the audit has a keyed print of it.
 */

import type { CrmConnector } from '../model/connector.ts';
import type { AboutRecord } from '../model/crm-about.ts';
import type { Failure } from '../model/failure.ts';
import type { EmailKey, RecordId } from '../model/ids.ts';
import type { Removal } from '../model/removal.ts';
import { recordAudit } from '../store/audit.ts';
import { inOrganization } from '../store/database.ts';
import { organizationKeys } from '../store/keyring.ts';
import { buryRecords, MADE_RECORDS_MAX, type MadeRecord, readMadeRecords } from '../store/made-records.ts';
import type { Admin } from './admin.ts';
import { withProvisioningCrm } from './open-provisioning-crm.ts';
import type { Ports } from './ports.ts';
import { RemovalSum } from './remove-records.ts';
import type { OnProgress } from './undo-run.ts';

/** Pages of the CRM that one act reads; asked again it finds the rest, for what was removed is gone. */
const PAGES_MAX = 500;
/** Records that a list names. */
const LISTED_MAX = 2_000;

export interface WrittenAbout extends MadeRecord {
  readonly url: string;
  /** Read live; null: it is gone, or the asking user may not see it. */
  readonly label: string | null;
}

export interface Erasure {
  readonly items: readonly WrittenAbout[];
  /** Records about the address that Lockstep did not make: they stay. */
  readonly others: number;
  /** False: there are more than are listed. */
  readonly isComplete: boolean;
}

/** What Lockstep wrote about an address. Changes nothing. Rejects with `RemoteFailure`. */
export async function listWrittenAbout(
  ports: Ports,
  admin: Admin,
  address: string,
  signal: AbortSignal,
): Promise<Erasure> {
  return await withProvisioningCrm(ports, admin, null, signal, async (crm) => {
    const made = new Map<RecordId, MadeRecord>();
    let others = 0;
    let isComplete = false;
    for await (const page of pagesAbout(ports, admin, crm, address)) {
      for (const one of page.made) made.set(one.recordId, one);
      others += page.others;
      isComplete = page.isLast && made.size <= LISTED_MAX;
      if (made.size >= LISTED_MAX) break;
    }
    const listed = [...made.values()].slice(0, LISTED_MAX);
    const facts = await crm.describeRecords(listed.map(({ recordId }) => recordId));
    const items = await Promise.all(
      listed.map(async (one, at) => ({
        ...one,
        url: await crm.recordUrl(one.recordId),
        label: facts[at]?.exists === true ? facts[at].label : null,
      })),
    );
    return { items, others, isComplete };
  });
}

/**
 * Removes what Lockstep wrote about an address into the CRM's recycle bin; `stop` ends it between two pages. Contacts go last, for the rest is found by them.
 * Rejects with `RemoteFailure`; what was removed before stays removed, and is audited.
 */
export async function erasePerson(
  ports: Ports,
  admin: Admin,
  address: string,
  {
    onProgress,
    stop,
    signal,
  }: { readonly onProgress: OnProgress; readonly stop: AbortSignal; readonly signal: AbortSignal },
): Promise<Removal> {
  const sum = new RemovalSum();
  const tried = new Set<RecordId>();
  try {
    await withProvisioningCrm(ports, admin, null, signal, async (crm) => {
      const contacts: MadeRecord[] = [];
      const remove = async (records: readonly MadeRecord[]) => {
        const fresh = records.filter(({ recordId }) => !tried.has(recordId));
        for (const { recordId } of fresh) tried.add(recordId);
        await removeMade(ports, admin, crm, fresh, sum);
        onProgress(tried.size, null);
      };
      for await (const { made } of pagesAbout(ports, admin, crm, address)) {
        if (stop.aborted) return;
        contacts.push(...made.filter(({ collection }) => collection === 'contacts'));
        await remove(made.filter(({ collection }) => collection !== 'contacts'));
      }
      if (!stop.aborted) await remove(contacts);
    });
  } finally {
    await audit(ports, admin, address, sum);
  }
  return sum.result();
}

interface Page {
  readonly made: readonly MadeRecord[];
  readonly others: number;
  readonly isLast: boolean;
}

/** What Lockstep made among what the CRM tells, each record once. */
async function* pagesAbout(
  ports: Ports,
  { organizationId }: Admin,
  crm: CrmConnector,
  address: string,
): AsyncGenerator<Page> {
  const seen = new Set<RecordId>();
  let after: string | null = null;
  for (let pages = 0; pages < PAGES_MAX; pages += 1) {
    const told: { readonly records: readonly AboutRecord[]; readonly next: string | null } =
      await crm.findAbout(address, after);
    const ids = [...new Set(told.records.map(({ recordId }) => recordId))].filter((id) => !seen.has(id));
    for (const id of ids) seen.add(id);
    const made: MadeRecord[] = [];
    for (let at = 0; at < ids.length; at += MADE_RECORDS_MAX) {
      const part = ids.slice(at, at + MADE_RECORDS_MAX);
      made.push(
        ...(await inOrganization(ports.db, organizationId, (tx) =>
          readMadeRecords(tx, organizationId, part),
        )),
      );
    }
    yield { made, others: ids.length - made.length, isLast: told.next === null };
    if (told.next === null) return;
    after = told.next;
  }
}

/** Removes records, mail with its files, and buries what became of them in every mailbox. */
async function removeMade(
  ports: Ports,
  { organizationId }: Admin,
  crm: CrmConnector,
  records: readonly MadeRecord[],
  sum: RemovalSum,
): Promise<void> {
  const { removalsMax } = await crm.capabilities();
  for (const [collection, of] of Map.groupBy(records, (one) => one.collection)) {
    const ids = of.map(({ recordId }) => recordId);
    for (let at = 0; at < ids.length; at += removalsMax) {
      const part = ids.slice(at, at + removalsMax);
      const results: readonly ({ readonly ok: true } | { readonly ok: false; readonly failure: Failure })[] =
        collection === 'emails'
          ? await crm.removeRecords(part)
          : await crm.records.deleteRecords(collection, part);
      const gone = part.filter((_, index) => results[index]?.ok === true);
      for (const result of results) if (!result.ok) sum.keep(result.failure.code);
      await inOrganization(ports.db, organizationId, (tx) =>
        buryRecords(tx, organizationId, gone, ports.clock.now()),
      );
      sum.removed(gone.length);
    }
  }
}

async function audit(
  { db, keyring, clock }: Ports,
  { organizationId, actor }: Admin,
  address: string,
  sum: RemovalSum,
): Promise<void> {
  const { removed, kept } = sum.result();
  const keptInAll = [...kept.values()].reduce((all, count) => all + count, 0);
  await inOrganization(db, organizationId, async (tx) => {
    const keys = await organizationKeys(tx, keyring, organizationId);
    const print = keys.printKey(`person ${address}` as EmailKey);
    await recordAudit(tx, {
      ...{
        organizationId,
        actor,
        action: 'person.erased',
        subject: 'organization',
        subjectId: organizationId,
      },
      details: { removed, kept: keptInAll, print },
      now: clock.now(),
    });
  });
}
