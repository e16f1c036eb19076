/** CreateFolder: new folders below a parent; a name that is taken there is ErrorFolderExists. */
import { findTargetFolder } from '../access.ts';
import { answerBatch } from '../batch.ts';
import { ServiceError } from '../errors.ts';
import { addFolder, childrenOf } from '../mailbox.ts';
import type { Operation } from '../world.ts';
import { folderIdElement } from '../write-folder.ts';
import { child, childText } from '../xml-tree.ts';
import { element } from '../xml-writer.ts';

const CLASSES: Record<string, string> = {
  CalendarFolder: 'IPF.Appointment',
  ContactsFolder: 'IPF.Contact',
  TasksFolder: 'IPF.Task',
};

export const createFolder: Operation = async (call) =>
  answerBatch(
    call,
    child(call.request, 'Folders')?.children ?? [],
    (node) => {
      const { mailbox, folder: parent } = findTargetFolder(call, child(call.request, 'ParentFolderId'));
      const displayName = childText(node, 'DisplayName') ?? '';
      if (displayName === '') throw new ServiceError('ErrorFolderSave');
      const isTaken = childrenOf(mailbox, parent).some(
        (below) => below.displayName.toLowerCase() === displayName.toLowerCase(),
      );
      if (isTaken) throw new ServiceError('ErrorFolderExists');
      const folderClass = childText(node, 'FolderClass') ?? CLASSES[node.name] ?? 'IPF.Note';
      const folder = addFolder(mailbox, { parent, displayName, folderClass, role: undefined });
      return element('m:Folders', {}, element(`t:${node.name}`, {}, folderIdElement(folder)));
    },
    '<m:Folders/>',
  );
