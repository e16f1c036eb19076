/**
 * *Why?* for one event, contact or task (D3): reads it live on both sides, plans it as a run would, and lets `decide/explain-item.ts` tell the rules. Only
 * for the mailbox's owner; stores nothing.
 */
import { explainItem as explain, type ItemExplanation } from '../decide/explain-item.ts';
import { type PairAction, planPair } from '../decide/plan-pair.ts';
import { participantsOf } from '../decide/relate.ts';
import type { Collection } from '../model/collection.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { Failure } from '../model/failure.ts';
import type { ItemId, RecordId } from '../model/ids.ts';
import type { MailboxItem } from '../model/mailbox-item.ts';
import type { Pair } from '../model/pair.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { inOrganization } from '../store/database.ts';
import { isRemovalHeld } from '../store/holds.ts';
import { type Issue, readIssue } from '../store/issues.ts';
import { dryVerdict, pairContext } from '../sync/two-way/settle.ts';
import type { Seen, TwoWay } from '../sync/two-way/two-way.ts';
import { nameParticipants, PARTICIPANTS_MAX, type Participant } from './name-participants.ts';
import { handContext, type OpenMailbox, type Who, withMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import { type ItemName, seeOne, twoWayOf } from './see-item.ts';

export interface ExplainedItem {
  readonly collection: Collection;
  readonly itemId: ItemId | null;
  readonly recordId: RecordId | null;
  /** Where the item opens in the person's own client on the web; null where it has no such page, or the item is gone. */
  readonly itemUrl: string | null;
  readonly recordUrl: string | null;
  /** Its subject or name, read live; null when neither side has it any more. */
  readonly title: string | null;
  /** Of an event its time, of a task its due date, as in `model/collection.ts`. */
  readonly time: string | null;
  readonly explanation: ItemExplanation;
  readonly pair: Pair | null;
  /** Why it could not be read, or what the mailbox cannot take. */
  readonly failure: Failure | null;
  readonly participants: readonly Participant[];
  readonly issue: Issue | null;
  /** Whether *Try now* would do something. */
  readonly canTry: boolean;
}

/** Null when there is no mailbox, or nothing of this name on either side. Rejects with `RemoteFailure`. */
export async function explainItem(
  ports: Ports,
  who: Who,
  name: ItemName,
  signal: AbortSignal,
): Promise<ExplainedItem | null> {
  return await withMailbox(ports, who, signal, async (open) => {
    const two = await twoWayOf({ ...handContext(ports, open, signal), dryRun: true }, name.collection);
    const seen = await seeOne(two, name);
    if (seen === null) return null;
    const action = isPlanned(seen) ? planPair(seen, pairContext(two)) : null;
    const verdict = await verdictOf(two, seen, action);
    const { item, record, pair } = seen;
    const live = item === 'gone' ? null : item;
    const recordId = pair?.recordId ?? (record === null || record === 'gone' ? null : record.recordId);
    const issue = await inOrganization(ports.db, who.organizationId, (tx) =>
      readIssue(tx, open.mailbox.id, seen.key),
    );
    return {
      collection: name.collection,
      itemId: live?.itemId ?? pair?.itemId ?? ('itemId' in name ? name.itemId : null),
      recordId,
      itemUrl: live === null ? null : open.service.webLink(open.mailConnection, live.itemId, name.collection),
      recordUrl: recordId === null ? null : await open.crm.recordUrl(recordId),
      title: titleOf(live ?? (record === 'gone' ? null : record)),
      time: timeOf(live ?? (record === 'gone' ? null : record)),
      explanation: explain({ collection: name.collection, sight: seen, action, verdict }, two.rules),
      pair,
      failure: seen.failure ?? (action?.do === 'merge' ? action.refused : null),
      participants: await participants(open, two, live),
      issue,
      canTry: issue !== null || (action !== null && action.do !== 'skip' && verdict !== 'synced.unchanged'),
    };
  });
}

function isPlanned({ failure, isBusy, isTwin }: Seen): boolean {
  return failure === undefined && isBusy !== true && isTwin !== true;
}

async function verdictOf({ run }: TwoWay, seen: Seen, action: PairAction | null): Promise<VerdictCode> {
  const { pair } = seen;
  if (pair?.state === 'removing') {
    const isHeld = await inOrganization(run.db, run.organizationId, (tx) =>
      isRemovalHeld(tx, run.mailboxId, pair.recordId),
    );
    return isHeld ? 'held.removal' : 'synced.removed-record';
  }
  if (action !== null) return dryVerdict(action);
  return seen.isTwin === true ? 'skipped.twin' : 'parked.issue';
}

/** Subject, or name; an empty one is told as such. */
export function titleOf(one: MailboxItem | CrmRecord | null): string | null {
  if (one === null) return null;
  const { subject, firstName, lastName } = one.fields;
  return one.collection === 'contacts' ? `${firstName ?? ''} ${lastName ?? ''}`.trim() : (subject ?? '');
}

export function timeOf(one: MailboxItem | CrmRecord | null): string | null {
  if (one === null || one.collection === 'contacts') return null;
  const text = one.collection === 'events' ? one.fields.time : one.fields.due;
  return text === undefined || text === '' ? null : text;
}

async function participants(
  open: OpenMailbox,
  { rules }: TwoWay,
  item: MailboxItem | null,
): Promise<readonly Participant[]> {
  if (item?.collection !== 'events') return [];
  // Those on a blocklist are named, and the CRM is not asked about them.
  const addresses = participantsOf(item, { isBlocked: () => false })
    .map(({ address }) => address)
    .slice(0, PARTICIPANTS_MAX);
  if (addresses.length === 0) return [];
  const asked = addresses.filter((address) => !rules.isBlocked(address));
  const { relateTo } = rules.settings;
  const { people } = await open.crm.lookUp({ addresses: asked, domains: [], keys: [], relateTo });
  return await nameParticipants(open, addresses, people);
}
