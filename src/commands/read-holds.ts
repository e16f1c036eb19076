/** Deletions that wait for a person (S5): his own, and what one of them would delete, named live by the CRM. Nothing of the names is kept. */
import type { HoldId, MailboxId, RecordId } from '../model/ids.ts';
import { inOrganization } from '../store/database.ts';
import { countHeldRecords, type Hold, listHeldRecords, listHolds, readHold } from '../store/holds.ts';
import { type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { ownMailboxId } from './read-overview.ts';

/** Holds per page, and records per page of one hold. */
const HOLDS_PAGE = 20;
const RECORDS_PAGE = 50;

/** A page of the own mailbox's holds, those that wait first. */
export async function readOwnHolds(
  ports: Ports,
  who: Who,
  after: HoldId | null,
): Promise<{ readonly items: readonly Hold[]; readonly next: HoldId | null }> {
  const mailboxId = await ownMailboxId(ports, who);
  if (mailboxId === null) return { items: [], next: null };
  const items = await inOrganization(ports.db, who.organizationId, (tx) =>
    listHolds(tx, mailboxId, { after, limit: HOLDS_PAGE }),
  );
  return { items, next: items.length < HOLDS_PAGE ? null : (items.at(-1)?.id ?? null) };
}

export interface HeldRecord {
  readonly recordId: RecordId;
  /** Null: it is gone, or hidden. */
  readonly label: string | null;
  readonly url: string;
}

export interface HeldRecords {
  readonly hold: Hold;
  /** What it still keeps; some may have come back meanwhile. */
  readonly remaining: number;
  readonly items: readonly HeldRecord[];
  readonly next: RecordId | null;
}

/** One of the own holds with a page of its records; null when there is none. Rejects with `RemoteFailure`. */
export async function readHeldRecords(
  ports: Ports,
  who: Who,
  wish: { readonly id: HoldId; readonly after: RecordId | null },
  signal: AbortSignal,
): Promise<HeldRecords | null> {
  const mailboxId = await ownMailboxId(ports, who);
  if (mailboxId === null || (await ownHold(ports, who, mailboxId, wish.id)) === null) return null;
  return await withMailbox(ports, who, signal, async ({ crm }) => {
    const known = await inOrganization(ports.db, who.organizationId, async (tx) => {
      const hold = await readHold(tx, wish.id);
      if (hold === null) return null;
      const page = { after: wish.after, limit: RECORDS_PAGE };
      return {
        hold,
        ids: await listHeldRecords(tx, wish.id, page),
        remaining: await countHeldRecords(tx, wish.id),
      };
    });
    if (known === null) return null;
    const { hold, ids, remaining } = known;
    const facts = await crm.describeRecords(ids);
    const items = await Promise.all(
      ids.map(async (recordId, at) => ({
        recordId,
        label: facts[at]?.exists === true ? (facts[at]?.label ?? null) : null,
        url: await crm.recordUrl(recordId),
      })),
    );
    return { hold, remaining, items, next: ids.length < RECORDS_PAGE ? null : (ids.at(-1) ?? null) };
  });
}

async function ownHold(ports: Ports, { organizationId }: Who, mailboxId: MailboxId, id: HoldId) {
  const hold = await inOrganization(ports.db, organizationId, (tx) => readHold(tx, id));
  return hold?.mailboxId === mailboxId ? hold : null;
}
