/** FindItem: the items of folders in pages, narrowed by a restriction, newest first unless sorted otherwise; or a calendar's view. */
import { findFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { viewCalendar } from '../calendar/calendar-view.ts';
import { ServiceError } from '../errors.ts';
import { type Item, newestFirst } from '../folder.ts';
import { readPage } from '../paging.ts';
import { satisfies, sortItems } from '../restriction.ts';
import { readShape } from '../shape.ts';
import type { Call, Operation } from '../world.ts';
import { checkShape, writeItem } from '../write-item.ts';
import { child, type XmlNode } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const findItems: Operation = async (call) => {
  const shape = readShape(child(call.request, 'ItemShape'));
  const folders = child(call.request, 'ParentFolderIds')?.children ?? [];
  const calendarView = child(call.request, 'CalendarView');
  if (calendarView !== undefined && ['Restriction', 'SortOrder'].some((name) => child(call.request, name)))
    throw new ServiceError(
      'ErrorInvalidRequest',
      'A calendar view takes neither restriction nor sort order.',
    );
  return answerBatch(call, folders, async (id) => {
    checkShape(shape, 'find');
    const { items, attributes } =
      calendarView === undefined
        ? await search(call, id)
        : viewCalendar(findFolder(call, id).folder, calendarView, call.zone);
    const written: string[] = [];
    for (const item of items) written.push(await writeItem(item, shape, 'find', call.world.viewMessage));
    return element('m:RootFolder', attributes, element('t:Items', {}, ...written));
  });
};

async function search(call: Call, id: XmlNode) {
  const [expression] = child(call.request, 'Restriction')?.children ?? [];
  const { folder } = findFolder(call, id);
  let items: readonly Item[] = newestFirst(folder);
  if (call.request.attributes.Traversal === 'Associated') items = [];
  if (expression !== undefined) {
    const kept: Item[] = [];
    for (const item of items) if (await satisfies(item, expression, call.world.viewMessage)) kept.push(item);
    items = kept;
  }
  items = await sortItems(items, child(call.request, 'SortOrder')?.children ?? [], call.world.viewMessage);
  const { start, end, attributes } = readPage(
    child(call.request, 'IndexedPageItemView'),
    items.length,
    'MaxEntriesReturned',
  );
  return { items: items.slice(start, end), attributes };
}
