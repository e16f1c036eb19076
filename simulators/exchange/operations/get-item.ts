/** GetItem: items by id, with bodies, MIME and whatever else a shape asks for. */
import { findItemByNode, shownItem } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { readShape } from '../shape.ts';
import type { Operation } from '../world.ts';
import { writeItem } from '../write-item.ts';
import { child } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const getItem: Operation = async (call) => {
  const shape = readShape(child(call.request, 'ItemShape'));
  const ids = child(call.request, 'ItemIds')?.children ?? [];
  return answerBatch(
    call,
    ids,
    async (id) => {
      const item = shownItem(findItemByNode(call, id));
      return element('m:Items', {}, await writeItem(item, shape, 'get', call.world.viewMessage));
    },
    '<m:Items/>',
  );
};
