/**
 * Takes back the records that a run made of events, contacts and tasks (D5): into the CRM's recycle bin, colleagues' meetings excepted. The items stay in the
 * mailbox, lose the category *Salesforce* and are no longer kept in step.
 */
import { type Collection, collections } from '../model/collection.ts';
import { failure, RemoteFailure } from '../model/failure.ts';
import { SALESFORCE_CATEGORY } from '../model/settings.ts';
import { inOrganization } from '../store/database.ts';
import { endPairs, type MadePair } from '../store/made-pairs.ts';
import { readSharedRecords } from '../store/pairs.ts';
import { partsOf } from '../sync/two-way/two-way.ts';
import type { OpenMailbox } from './open-mailbox.ts';
import type { Ports } from './ports.ts';
import type { RemovalSum } from './remove-records.ts';

/** Removes one batch. Rejects with `RemoteFailure` when a service is in trouble; what was removed before stays removed. */
export async function removeMade(
  ports: Ports,
  open: OpenMailbox,
  pairs: readonly MadePair[],
  sum: RemovalSum,
): Promise<void> {
  const { id: mailboxId, organizationId } = open.mailbox;
  const alive = pairs.filter(({ isEnded }) => !isEnded);
  const ids = alive.map(({ recordId }) => recordId);
  const shared = await inOrganization(ports.db, organizationId, (tx) =>
    readSharedRecords(tx, organizationId, mailboxId, ids),
  );
  const going = alive.filter(({ recordId }) => !shared.has(recordId));
  sum.keep('kept.colleague', alive.length - going.length);
  const specs = await open.crm.records.capabilities();
  for (const collection of collections) {
    const own = going.filter((pair) => pair.collection === collection);
    for (const part of partsOf(own, specs[collection].batchMax)) await removePart(ports, open, part, sum);
  }
}

async function removePart(
  ports: Ports,
  open: OpenMailbox,
  part: readonly MadePair[],
  sum: RemovalSum,
): Promise<void> {
  const [first] = part;
  if (first === undefined) return;
  const { collection } = first;
  const results = await open.crm.records.deleteRecords(
    collection,
    part.map(({ recordId }) => recordId),
  );
  const gone: MadePair[] = [];
  for (const [at, pair] of part.entries()) {
    const result = results[at] ?? { ok: false, failure: failure('crm.transient') };
    if (result.ok || result.failure.code === 'crm.record-gone') gone.push(pair);
    else sum.keep(result.failure.code);
  }
  await inOrganization(ports.db, open.mailbox.organizationId, (tx) =>
    endPairs(
      tx,
      open.mailbox.id,
      gone.map(({ recordId }) => recordId),
    ),
  );
  sum.removed(gone.length);
  await unmark(open, collection, gone);
}

/** A courtesy: what was removed is removed, whatever the mail service says. An occurrence has no category of its own. */
async function unmark(
  { mail }: OpenMailbox,
  collection: Collection,
  pairs: readonly MadePair[],
): Promise<void> {
  const { categories, batchMax } = mail.items.capabilities[collection];
  if (!categories.able) return;
  const marks = pairs.flatMap(({ itemId, itemVersion: version, isOccurrence }) =>
    itemId === null || isOccurrence ? [] : [{ itemId, version, add: [], remove: [SALESFORCE_CATEGORY] }],
  );
  try {
    for (const part of partsOf(marks, batchMax)) await mail.items.markItems(collection, part);
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
  }
}
