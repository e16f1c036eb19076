/**
 * Items that an earlier run was about to make when it ended: which of the new ones in a feed they are. By the stamp where the service keeps one, else by
 * what was about to be written, so that what somebody changed on either side meanwhile neither doubles the item nor is lost.
 */
import type { ItemId } from '../../model/ids.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import { type Pair, printFields } from '../../model/pair.ts';
import { inOrganization } from '../../store/database.ts';
import { readMakingPairs } from '../../store/pairs.ts';
import type { TwoWay } from './two-way.ts';

/** Intents that a page of new items is compared with. */
const INTENTS_MAX = 500;

/** The intents that these items come from, by item. */
export async function expectedAmong(
  two: TwoWay,
  items: readonly MailboxItem[],
): Promise<ReadonlyMap<ItemId, Pair>> {
  const { run, collection } = two;
  const intents = await inOrganization(run.db, run.organizationId, (tx) =>
    readMakingPairs(tx, run.mailboxId, collection, INTENTS_MAX),
  );
  const expected = new Map<ItemId, Pair>();
  if (intents.length === 0) return expected;
  const open = new Map(intents.map((intent) => [intent.recordId as string, intent]));
  const enter = (item: MailboxItem, intent: Pair | undefined) => {
    if (intent === undefined || expected.has(item.itemId)) return;
    expected.set(item.itemId, intent);
    open.delete(intent.recordId);
  };
  for (const item of items) if (item.stamp !== null) enter(item, open.get(item.stamp));
  if (two.items.stamps.able) return expected;
  // What is the same in every field is taken first, so that what differs in one is not taken for it.
  for (const changed of [0, 1])
    for (const item of items)
      enter(item, onlyOne([...open.values()].filter((one) => changesOf(two, item, one) <= changed)));
  return expected;
}

function onlyOne(intents: readonly Pair[]): Pair | undefined {
  return intents.length === 1 ? intents[0] : undefined;
}

/** How many fields of an item differ from what was about to be written. */
function changesOf({ run }: TwoWay, item: MailboxItem, { recordId, itemPrints }: Pair): number {
  const prints: Readonly<Record<string, string | undefined>> = printFields(
    run.keys.printField,
    recordId,
    item.fields,
  );
  const written = Object.entries(itemPrints);
  if (written.length === 0) return Number.POSITIVE_INFINITY;
  return written.filter(([name, print]) => prints[name] !== print).length;
}
