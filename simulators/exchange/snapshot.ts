/**
 * A mailbox as plain data for tests and the sandbox: folders with their items by id, without any content.
 */
import type { Folder, Item, Sensitivity } from './folder.ts';
import { childrenOf, findByRole, type Mailbox } from './mailbox.ts';

export interface ItemSnapshot {
  id: string;
  changeKey: string;
  messageId: string | undefined;
  itemClass: string;
  receivedAt: number;
  categories: string[];
  sensitivity: Sensitivity;
  isRead: boolean;
  byteLength: number;
  /** Base64 of PR_SEARCH_KEY, which stays over moves. */
  searchKey: string;
  /** Extended properties that clients wrote, by `set/name/type` or `tag/type`. */
  extended: Record<string, string[]>;
}

export interface FolderSnapshot {
  id: string;
  /** From the top, e.g. `Inbox/Customers`. */
  path: string;
  role: string | undefined;
  unreadCount: number;
  items: ItemSnapshot[];
}

export interface MailboxSnapshot {
  address: string;
  folders: FolderSnapshot[];
}

/** What stands in `mailbox` now; items in the order they came. */
export function snapshotMailbox(mailbox: Mailbox): MailboxSnapshot {
  const folders: FolderSnapshot[] = [];
  const visit = (folder: Folder, path: string) => {
    const { id, role, unreadCount } = folder;
    folders.push({ id, path, role, unreadCount, items: [...folder.items.values()].map(snapshotItem) });
    for (const below of childrenOf(mailbox, folder)) visit(below, `${path}/${below.displayName}`);
  };
  for (const top of childrenOf(mailbox, findByRole(mailbox, 'msgfolderroot'))) visit(top, top.displayName);
  return { address: mailbox.address, folders };
}

function snapshotItem(item: Item): ItemSnapshot {
  return {
    id: item.id,
    changeKey: item.changeKey,
    messageId: item.messageId,
    itemClass: item.itemClass,
    receivedAt: item.receivedAt,
    categories: [...item.categories],
    sensitivity: item.sensitivity,
    isRead: item.isRead,
    byteLength: item.raw.byteLength,
    searchKey: item.searchKey.toString('base64'),
    extended: Object.fromEntries([...item.extended].map(([key, { values }]) => [key, values])),
  };
}
