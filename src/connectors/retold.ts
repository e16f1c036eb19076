/** From items that were read by their ids to what a feed would tell of them; the same for every service. */
import type { ItemResult } from '../model/connector.ts';
import { failure } from '../model/failure.ts';
import type { ItemId } from '../model/ids.ts';
import type { ItemChange } from '../model/mail-items.ts';
import type { MailboxItem } from '../model/mailbox-item.ts';

/** One change each, in the order asked. */
export function retoldBy(
  ids: readonly ItemId[],
  results: readonly ItemResult<MailboxItem>[],
): readonly ItemChange[] {
  return ids.map((itemId, index): ItemChange => {
    const result = results[index];
    if (result?.ok === true) return { kind: 'upsert', item: result.value };
    const why = result?.failure ?? failure('mailbox.item-unreadable', { vendorCode: 'NoAnswer' });
    return why.code === 'mailbox.item-gone'
      ? { kind: 'deleted', itemId }
      : { kind: 'unreadable', itemId, failure: why };
  });
}
