/** Occurrences that time brings inside the window: a view of a span, and the series that they belong to. It reads no single event. */
import type { Cursor } from '../../../model/connector.ts';
import { failure } from '../../../model/failure.ts';
import type { FeedId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage } from '../../../model/mail-items.ts';
import { refuse } from '../failures.ts';
import { readSpanCursor, writeSpanCursor } from './item-cursor.ts';
import { folderOf, type Reading } from './read-changes.ts';
import { type ReadEvent, readEvents } from './read-details.ts';
import { expandSeries, hitsBySeries } from './series.ts';
import { type Range, viewPart } from './view.ts';

/** As much of the span as one view shows. Rejects with `cursor-expired` for a cursor that is none of this span. */
export async function readOccurrences(
  reading: Reading,
  feed: FeedId,
  range: Range,
  cursor: Cursor | null,
): Promise<ItemPage> {
  const { transport } = reading;
  const from = cursor === null ? range.from : readSpanCursor(cursor);
  if (from === null || from < range.from) return refuse('mailbox.cursor-expired', 'CursorUnreadable');
  const folder = await folderOf(reading, feed);
  if (folder.collection !== 'events' || from >= range.to)
    return { changes: [], cursor: writeSpanCursor(range.to), done: true };
  const part = await viewPart(transport, feed, { from, to: range.to });
  if (part === null) return refuse('mailbox.request-invalid', 'ErrorExceededFindCountLimit');
  const hits = part.hits.filter(({ startAt }) => startAt >= from && startAt < part.to);
  const { bySeries, spoiled } = await hitsBySeries(transport, hits);
  const ids = [...bySeries.keys()];
  const results = await readEvents(transport, ids);
  const series: ReadEvent[] = [];
  const changes = hits.flatMap(({ itemId, uid }): ItemChange[] => {
    const why = spoiled.get(uid);
    return why === undefined ? [] : [{ kind: 'unreadable', itemId, failure: why }];
  });
  for (const [index, itemId] of ids.entries()) {
    const result = results[index];
    if (result?.ok === true && !spoiled.has(result.value.event.uid)) series.push(result.value);
    else if (result?.ok === true) continue;
    else if (result?.failure.code !== 'mailbox.item-gone')
      changes.push({
        kind: 'unreadable',
        itemId,
        failure: result?.failure ?? failure('mailbox.item-unreadable'),
      });
  }
  const wanted = series.map((one) => ({ series: one, hits: bySeries.get(one.event.itemId) ?? [] }));
  for (const [itemId, one] of await expandSeries(transport, wanted, null)) {
    if (!one.ok) changes.push({ kind: 'unreadable', itemId, failure: one.failure });
    else changes.push(...one.occurrences.map((item): ItemChange => ({ kind: 'upsert', item })));
  }
  return { changes, cursor: writeSpanCursor(part.to), done: part.to >= range.to };
}
