/** FindFolder: the folders below a folder, shallow or deep, in pages. */
import { findFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import type { Folder } from '../folder.ts';
import { childrenOf, type Mailbox } from '../mailbox.ts';
import { readPage } from '../paging.ts';
import { readShape } from '../shape.ts';
import type { Operation } from '../world.ts';
import { writeFolder } from '../write-folder.ts';
import { child } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

export const findFolders: Operation = async (call) => {
  const shape = readShape(child(call.request, 'FolderShape'));
  const isDeep = call.request.attributes.Traversal === 'Deep';
  const parents = child(call.request, 'ParentFolderIds')?.children ?? [];
  return answerBatch(call, parents, (id) => {
    const { mailbox, folder } = findFolder(call, id);
    const all = isDeep ? descendants(mailbox, folder) : childrenOf(mailbox, folder);
    const page = readPage(child(call.request, 'IndexedPageFolderView'), all.length, 'MaxEntriesReturned');
    const shown = all.slice(page.start, page.end);
    const written = shown.map((found) => writeFolder(mailbox, found, shape, call.world.hasCommitMarks));
    return element('m:RootFolder', page.attributes, element('t:Folders', {}, ...written));
  });
};

function descendants(mailbox: Mailbox, folder: Folder): Folder[] {
  return childrenOf(mailbox, folder).flatMap((below) => [below, ...descendants(mailbox, below)]);
}
