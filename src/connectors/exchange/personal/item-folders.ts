/**
 * Which folders hold the calendar, the contacts and the tasks that are kept in step: the default ones, and *Salesforce Contacts*. Pure
 * reading of the folder tree.
 */
import type { Collection } from '../../../model/collection.ts';
import type { FeedId } from '../../../model/ids.ts';
import { SALESFORCE_CONTACTS } from '../../../model/mailbox-item.ts';
import type { ListingMark } from '../cursor.ts';
import { type Folder, lineage } from '../folders.ts';

/** The role of each collection's default folder. */
export const ITEM_ROLES = {
  events: 'calendar',
  contacts: 'contacts',
  tasks: 'tasks',
} as const satisfies Record<Collection, string>;

export interface ItemFolder {
  readonly id: FeedId;
  readonly collection: Collection;
  /** A folder *Salesforce Contacts*. */
  readonly isSalesforceFolder: boolean;
}

/** Folders of that name that are watched at most. */
const SALESFORCE_FOLDERS_MAX = 10;

/** The default folders that the mailbox has, and every *Salesforce Contacts*: the one below the default contacts first. */
export function itemFolders({
  folders,
  roles,
}: Pick<ListingMark, 'folders' | 'roles'>): readonly ItemFolder[] {
  const found: ItemFolder[] = [];
  for (const [collection, role] of Object.entries(ITEM_ROLES) as [Collection, string][]) {
    const id = roles[role];
    if (id !== undefined) found.push({ id: id as FeedId, collection, isSalesforceFolder: false });
  }
  const byId = new Map(folders.map((folder) => [folder.id, folder]));
  const named = folders.filter(
    (folder) =>
      isNamedContacts(folder) &&
      folder.id !== roles.contacts &&
      !isThrownAway(folder.id, byId, roles.deleteditems),
  );
  const sorted = named.toSorted(
    (one, other) =>
      Number(other.parentId === roles.contacts) - Number(one.parentId === roles.contacts) ||
      (one.id < other.id ? -1 : 1),
  );
  for (const { id } of sorted.slice(0, SALESFORCE_FOLDERS_MAX))
    found.push({ id: id as FeedId, collection: 'contacts', isSalesforceFolder: true });
  return found;
}

function isNamedContacts(folder: Folder): boolean {
  return (
    folder.folderClass.toLowerCase().startsWith('ipf.contact') &&
    folder.name.trim().toLowerCase() === SALESFORCE_CONTACTS.toLowerCase()
  );
}

/** Whether a folder is Deleted Items or lies below it. */
export function isInDeletedItems(
  folderId: string,
  { folders, roles }: Pick<ListingMark, 'folders' | 'roles'>,
): boolean {
  return isThrownAway(folderId, new Map(folders.map((folder) => [folder.id, folder])), roles.deleteditems);
}

function isThrownAway(
  folderId: string,
  byId: ReadonlyMap<string, Folder>,
  deletedItems: string | undefined,
): boolean {
  if (deletedItems === undefined) return false;
  const folder = byId.get(folderId);
  return (
    folderId === deletedItems ||
    (folder !== undefined &&
      lineage(folder, byId).some(({ id, parentId }) => id === deletedItems || parentId === deletedItems))
  );
}
