/**
 * One folder of a simulated mailbox and the items in it, with the marks that clients watch (counts, last commit,
 * deletions). It keeps state only; who may change it and how is in mailbox.ts.
 */
import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import type { EventContent } from './calendar/event.ts';
import type { ContactContent } from './contacts/contact.ts';
import type { TaskContent } from './tasks/task.ts';

export type Sensitivity = 'Normal' | 'Personal' | 'Private' | 'Confidential';

/** An extended property as it was written: its path's key (extended-properties.ts) with one or many values. */
export interface ExtendedValue {
  attributes: Record<string, string>;
  values: string[];
  isMany: boolean;
}

/** The body of an item that is no mail. */
export interface ItemBody {
  type: 'Text' | 'HTML';
  content: string;
}

export interface Reminder {
  isSet: boolean;
  minutes: number;
  /** For tasks, which have no start to count from. */
  dueBy: number | undefined;
}

/** One item. `raw` is the mail as delivered, empty for what is no mail: that has `event`, `contact` or `task`. */
export interface Item {
  readonly key: string;
  readonly order: number;
  id: string;
  changeKey: string;
  folder: Folder;
  raw: Uint8Array;
  messageId: string | undefined;
  itemClass: string;
  receivedAt: number;
  createdAt: number;
  modifiedAt: number;
  categories: string[];
  sensitivity: Sensitivity;
  importance: 'Low' | 'Normal' | 'High';
  isRead: boolean;
  isDraft: boolean;
  searchKey: Buffer;
  extended: Map<string, ExtendedValue>;
  /** Set when the subject was edited after delivery. */
  subject: string | undefined;
  body: ItemBody | undefined;
  reminder: Reminder | undefined;
  event: EventContent | undefined;
  contact: ContactContent | undefined;
  task: TaskContent | undefined;
  /** Where it lay before its last move. */
  movedFrom: { id: string; folderId: string; changeNumber: number } | undefined;
}

/** A user configuration (a hidden item) of a folder. */
export interface UserConfiguration {
  itemId: string;
  xmlData: string | undefined;
  binaryData: string | undefined;
}

export interface Folder {
  readonly key: string;
  readonly id: string;
  changeKey: string;
  parent: Folder | undefined;
  displayName: string;
  folderClass: string;
  /** The distinguished name, for the folders every mailbox has. */
  role: string | undefined;
  items: Map<string, Item>;
  log: ChangeLog;
  unreadCount: number;
  deletedCountTotal: number;
  /** Time of the last change to any message in it (PidTagLocalCommitTimeMax). */
  committedAt: number;
  /** SyncStates made in an older epoch are refused. */
  syncEpoch: number;
  configurations: Map<string, UserConfiguration>;
  /** The items newest first, when nothing came or went since it was sorted. */
  sorted: Item[] | undefined;
}

/** An empty folder. */
export function createFolderState(
  given: Pick<Folder, 'key' | 'id' | 'changeKey' | 'parent' | 'displayName' | 'folderClass' | 'role'>,
  at: number,
): Folder {
  return {
    ...given,
    items: new Map(),
    log: createChangeLog(),
    unreadCount: 0,
    deletedCountTotal: 0,
    committedAt: at,
    syncEpoch: 0,
    configurations: new Map(),
    sorted: undefined,
  };
}

/** The items of `folder`, newest received first; sorted once and kept until an item comes or goes. */
export function newestFirst(folder: Folder): readonly Item[] {
  folder.sorted ??= [...folder.items.values()].sort(compareNewestFirst);
  return folder.sorted;
}

/** Newest received first; of the same instant the later delivered first. */
export function compareNewestFirst(
  one: Pick<Item, 'receivedAt' | 'order'>,
  two: Pick<Item, 'receivedAt' | 'order'>,
): number {
  return two.receivedAt - one.receivedAt || two.order - one.order;
}
