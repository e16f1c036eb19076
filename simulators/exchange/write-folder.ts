/**
 * Writes one folder for GetFolder, FindFolder and SyncFolderHierarchy, in the order of the schema's folder types.
 */
import { extendedOfFolder, writeExtended } from './extended-properties.ts';
import type { Folder } from './folder.ts';
import { childrenOf, type Mailbox } from './mailbox.ts';
import type { Shape } from './shape.ts';
import { element, textElement } from './xml-writer.ts';

const RIGHTS = [
  'CreateAssociated',
  'CreateContents',
  'CreateHierarchy',
  'Delete',
  'Modify',
  'Read',
  'ViewPrivateItems',
];

/** The element a folder class is written as. */
function elementOf(folder: Folder): string {
  const folderClass = folder.folderClass.toUpperCase();
  if (folderClass.startsWith('IPF.APPOINTMENT')) return 'CalendarFolder';
  if (folderClass.startsWith('IPF.CONTACT')) return 'ContactsFolder';
  return folderClass.startsWith('IPF.TASK') ? 'TasksFolder' : 'Folder';
}

/** The folder's element. `hasCommitMarks` false leaves PidTagLocalCommitTimeMax and PidTagDeletedCountTotal out. */
export function writeFolder(mailbox: Mailbox, folder: Folder, shape: Shape, hasCommitMarks: boolean): string {
  const tag = elementOf(folder);
  const asked = new Set(shape.fieldUris);
  const shows = (uri: string, base: 'default' | 'all') =>
    asked.has(uri) || shape.base === 'AllProperties' || (base === 'default' && shape.base === 'Default');
  const parts: string[] = [folderIdElement(folder)];
  if (shows('folder:ParentFolderId', 'all') && folder.parent !== undefined) {
    parts.push(element('t:ParentFolderId', { Id: folder.parent.id, ChangeKey: folder.parent.changeKey }));
  }
  if (shows('folder:FolderClass', 'all') && folder.folderClass !== '') {
    parts.push(textElement('t:FolderClass', folder.folderClass));
  }
  if (shows('folder:DisplayName', 'default')) parts.push(textElement('t:DisplayName', folder.displayName));
  if (shows('folder:TotalCount', 'default')) parts.push(textElement('t:TotalCount', folder.items.size));
  if (shows('folder:ChildFolderCount', 'default')) {
    parts.push(textElement('t:ChildFolderCount', childrenOf(mailbox, folder).length));
  }
  for (const path of shape.extended) {
    const value = extendedOfFolder(folder, path, hasCommitMarks);
    if (value !== undefined) parts.push(writeExtended(path.attributes, [value], false));
  }
  if (shows('folder:EffectiveRights', 'all')) {
    parts.push(element('t:EffectiveRights', {}, ...RIGHTS.map((right) => textElement(`t:${right}`, true))));
  }
  if (shows('folder:DistinguishedFolderId', 'all') && folder.role !== undefined) {
    parts.push(textElement('t:DistinguishedFolderId', folder.role));
  }
  const hasUnread = tag === 'Folder' || tag === 'TasksFolder';
  if (hasUnread && shows('folder:UnreadCount', 'default')) {
    parts.push(textElement('t:UnreadCount', folder.unreadCount));
  }
  return element(`t:${tag}`, {}, ...parts);
}

/** The FolderId element every answer about a folder has. */
export function folderIdElement(folder: Folder): string {
  return element('t:FolderId', { Id: folder.id, ChangeKey: folder.changeKey });
}
