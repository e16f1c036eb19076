/** FindItem: the items of folders in pages, narrowed by a restriction, newest first unless sorted otherwise. */
import { findFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { type Item, newestFirst } from '../folder.ts';
import { readPage } from '../paging.ts';
import { satisfies } from '../restriction.ts';
import { readShape } from '../shape.ts';
import type { Operation } from '../world.ts';
import { checkShape, writeItem } from '../write-item.ts';
import { child, descend } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const findItems: Operation = async (call) => {
  const shape = readShape(child(call.request, 'ItemShape'));
  const folders = child(call.request, 'ParentFolderIds')?.children ?? [];
  const [expression] = child(call.request, 'Restriction')?.children ?? [];
  const order = descend(call.request, 'SortOrder', 'FieldOrder');
  const isAscending = order?.attributes.Order === 'Ascending';
  return answerBatch(call, folders, async (id) => {
    checkShape(shape, 'find');
    const { folder } = findFolder(call, id);
    let items: readonly Item[] = newestFirst(folder);
    if (call.request.attributes.Traversal === 'Associated') items = [];
    if (expression !== undefined) {
      const kept: Item[] = [];
      for (const item of items)
        if (await satisfies(item, expression, call.world.viewMessage)) kept.push(item);
      items = kept;
    }
    if (isAscending) items = items.toReversed();
    const page = readPage(child(call.request, 'IndexedPageItemView'), items.length, 'MaxEntriesReturned');
    const written: string[] = [];
    for (const item of items.slice(page.start, page.end)) {
      written.push(await writeItem(item, shape, 'find', call.world.viewMessage));
    }
    return element('m:RootFolder', page.attributes, element('t:Items', {}, ...written));
  });
};
