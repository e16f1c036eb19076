/** GetFolder: many folders at once, by id or by distinguished name. */
import { findFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { readShape } from '../shape.ts';
import type { Operation } from '../world.ts';
import { writeFolder } from '../write-folder.ts';
import { child } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const getFolder: Operation = async (call) => {
  const shape = readShape(child(call.request, 'FolderShape'));
  const ids = child(call.request, 'FolderIds')?.children ?? [];
  return answerBatch(
    call,
    ids,
    (id) => {
      const { mailbox, folder } = findFolder(call, id);
      return element('m:Folders', {}, writeFolder(mailbox, folder, shape, call.world.hasCommitMarks));
    },
    '<m:Folders/>',
  );
};
