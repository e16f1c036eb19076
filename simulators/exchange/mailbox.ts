/**
 * A simulated mailbox: its folders, and every way an item may come, change, move and go, each leaving the traces that
 * a real store leaves (new change keys, new ids on a move, change log, deletion counts). It speaks no protocol.
 */

import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import { findHeader, findMessageId, type RawHeader, readHeaders } from '../shared/headers.ts';
import { arrivingItemClass } from '../shared/item-class.ts';
import type { Random } from '../shared/random.ts';
import { createFolderState, type Folder, type Item, type Sensitivity } from './folder.ts';
import { createIds, drawBytes, type IdSource } from './ids.ts';

/** How a delivered mail stands in its folder. What is absent is taken from the mail or from the clock. */
export interface DeliveryOptions {
  receivedAt?: number;
  categories?: string[];
  sensitivity?: Sensitivity;
  itemClass?: string;
  isRead?: boolean;
  isDraft?: boolean;
}

export interface Mailbox {
  readonly address: string;
  readonly guid: Buffer;
  readonly now: () => number;
  readonly random: Random;
  readonly ids: IdSource;
  displayName: string;
  aliases: string[];
  folders: Map<string, Folder>;
  items: Map<string, Item>;
  hierarchyLog: ChangeLog;
  hierarchyEpoch: number;
  changeNumber: number;
  lastKey: number;
  /** Called at every change, before it is complete. */
  onChange: (() => void) | undefined;
}

const ROLES: readonly [role: string, displayName: string, folderClass: string, parent: string | undefined][] =
  [
    ['root', '', '', undefined],
    ['msgfolderroot', 'Top of Information Store', '', 'root'],
    ['calendar', 'Calendar', 'IPF.Appointment', 'msgfolderroot'],
    ['contacts', 'Contacts', 'IPF.Contact', 'msgfolderroot'],
    ['deleteditems', 'Deleted Items', 'IPF.Note', 'msgfolderroot'],
    ['drafts', 'Drafts', 'IPF.Note', 'msgfolderroot'],
    ['inbox', 'Inbox', 'IPF.Note', 'msgfolderroot'],
    ['journal', 'Journal', 'IPF.Journal', 'msgfolderroot'],
    ['junkemail', 'Junk Email', 'IPF.Note', 'msgfolderroot'],
    ['notes', 'Notes', 'IPF.StickyNote', 'msgfolderroot'],
    ['outbox', 'Outbox', 'IPF.Note', 'msgfolderroot'],
    ['sentitems', 'Sent Items', 'IPF.Note', 'msgfolderroot'],
    ['tasks', 'Tasks', 'IPF.Task', 'msgfolderroot'],
  ];

/** A mailbox with the folders every mailbox has, empty. */
export function createMailbox(
  given: { address: string; displayName: string; aliases: string[] },
  world: { now: () => number; random: Random },
): Mailbox {
  const guid = drawBytes(world.random, 16);
  const mailbox: Mailbox = {
    ...given,
    ...world,
    guid,
    ids: createIds(guid),
    folders: new Map(),
    items: new Map(),
    hierarchyLog: createChangeLog(),
    hierarchyEpoch: 0,
    changeNumber: 0,
    lastKey: 0,
    onChange: undefined,
  };
  for (const [role, displayName, folderClass, parent] of ROLES) {
    const parentFolder = parent === undefined ? undefined : findByRole(mailbox, parent);
    addFolder(mailbox, { parent: parentFolder, displayName, folderClass, role });
  }
  return mailbox;
}

/** The distinguished folder called `role`, letter case ignored. */
export function findByRole(mailbox: Mailbox, role: string): Folder | undefined {
  const wanted = role.toLowerCase();
  for (const folder of mailbox.folders.values()) if (folder.role === wanted) return folder;
  return undefined;
}

/** The folder a role (`inbox`) or a path from the top (`Inbox/Customers`, letter case ignored) names. */
export function findByPath(mailbox: Mailbox, path: string): Folder | undefined {
  const byRole = findByRole(mailbox, path);
  if (byRole !== undefined) return byRole;
  let at = findByRole(mailbox, 'msgfolderroot');
  for (const [index, part] of path.split('/').entries()) {
    const next = childrenOf(mailbox, at).find(
      (folder) => folder.displayName.toLowerCase() === part.toLowerCase(),
    );
    at = next ?? (index === 0 ? findByRole(mailbox, part) : undefined);
    if (at === undefined) return undefined;
  }
  return at;
}

export function childrenOf(mailbox: Mailbox, parent: Folder | undefined): Folder[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parent === parent && folder.role !== 'root');
}

/** Adds a folder; names are not checked here. */
export function addFolder(
  mailbox: Mailbox,
  given: Pick<Folder, 'parent' | 'displayName' | 'folderClass' | 'role'>,
): Folder {
  const changeNumber = nextChange(mailbox);
  const identity = {
    key: nextKey(mailbox),
    id: mailbox.ids.nextFolderId(),
    changeKey: mailbox.ids.changeKey(changeNumber),
  };
  const folder = createFolderState({ ...given, ...identity }, mailbox.now());
  mailbox.folders.set(folder.id, folder);
  if (folder.role !== 'root' && folder.role !== 'msgfolderroot') {
    mailbox.hierarchyLog.created(folder.id, changeNumber);
  }
  return folder;
}

/** Renames a folder or moves it below another; its id stays. */
export function changeFolder(
  mailbox: Mailbox,
  folder: Folder,
  change: { displayName?: string; parent?: Folder },
): void {
  const changeNumber = nextChange(mailbox);
  folder.displayName = change.displayName ?? folder.displayName;
  folder.parent = change.parent ?? folder.parent;
  folder.changeKey = mailbox.ids.changeKey(changeNumber);
  mailbox.hierarchyLog.changed(folder.id, changeNumber);
}

/** Removes a folder for good with all below it. */
export function removeFolder(mailbox: Mailbox, folder: Folder): void {
  for (const below of childrenOf(mailbox, folder)) removeFolder(mailbox, below);
  for (const item of [...folder.items.values()]) removeItem(mailbox, item);
  mailbox.folders.delete(folder.id);
  mailbox.hierarchyLog.deleted(folder.id, nextChange(mailbox));
}

/** Puts a mail into a folder. Any bytes are taken: what cannot be read simply has no such property. */
export function deliver(
  mailbox: Mailbox,
  folder: Folder,
  raw: Uint8Array,
  options: DeliveryOptions = {},
): Item {
  const headers = readHeaders(raw);
  return putItem(mailbox, folder, {
    raw,
    messageId: findMessageId(headers),
    itemClass: options.itemClass ?? arrivingItemClass(headers, raw),
    receivedAt: options.receivedAt ?? mailbox.now(),
    categories: [...(options.categories ?? [])],
    sensitivity: options.sensitivity ?? sensitivityOf(headers),
    importance: importanceOf(headers),
    isRead: options.isRead ?? false,
    isDraft: options.isDraft ?? false,
  });
}

/** An item that is nothing yet and lies nowhere; putItem gives what is made of it a place and an identity. */
export function blankItem(mailbox: Mailbox, folder: Folder): Item {
  const at = mailbox.now();
  return {
    key: '',
    order: 0,
    id: '',
    changeKey: '',
    folder,
    raw: new Uint8Array(),
    messageId: undefined,
    itemClass: 'IPM.Note',
    receivedAt: at,
    createdAt: at,
    modifiedAt: at,
    categories: [],
    sensitivity: 'Normal',
    importance: 'Normal',
    isRead: true,
    isDraft: false,
    searchKey: Buffer.alloc(0),
    extended: new Map(),
    subject: undefined,
    body: undefined,
    reminder: undefined,
    event: undefined,
    contact: undefined,
    task: undefined,
    movedFrom: undefined,
  };
}

/** Puts anything into a folder as a new item with an identity of its own. */
export function putItem(mailbox: Mailbox, folder: Folder, content: Partial<Item>): Item {
  const changeNumber = nextChange(mailbox);
  const key = nextKey(mailbox);
  const at = mailbox.now();
  const item: Item = {
    ...blankItem(mailbox, folder),
    ...content,
    key,
    order: Number(key),
    id: mailbox.ids.nextItemId(),
    changeKey: mailbox.ids.changeKey(changeNumber),
    folder,
    createdAt: at,
    modifiedAt: at,
    searchKey: drawBytes(mailbox.random, 16),
    movedFrom: undefined,
  };
  enter(mailbox, item, changeNumber);
  return item;
}

/** Records that `item` was written: new change key, log, commit time. The caller has changed its properties. */
export function touchItem(mailbox: Mailbox, item: Item, readFlagOnly = false): void {
  const changeNumber = nextChange(mailbox);
  item.changeKey = mailbox.ids.changeKey(changeNumber);
  item.modifiedAt = mailbox.now();
  item.folder.committedAt = mailbox.now();
  item.folder.log.changed(item.id, changeNumber, readFlagOnly);
}

/** Marks an item read or unread. */
export function setRead(mailbox: Mailbox, item: Item, isRead: boolean): void {
  if (item.isRead === isRead) return;
  item.isRead = isRead;
  item.folder.unreadCount += isRead ? -1 : 1;
  touchItem(mailbox, item, true);
}

/** Moves an item: gone from its folder, in `target` under a new id, the search key staying. */
export function moveItem(mailbox: Mailbox, item: Item, target: Folder): void {
  leave(mailbox, item);
  const changeNumber = nextChange(mailbox);
  item.movedFrom = { id: item.id, folderId: item.folder.id, changeNumber };
  item.id = mailbox.ids.nextItemId();
  item.changeKey = mailbox.ids.changeKey(changeNumber);
  item.folder = target;
  enter(mailbox, item, changeNumber);
}

/** Removes an item for good. */
export function removeItem(mailbox: Mailbox, item: Item): void {
  leave(mailbox, item);
}

function enter(mailbox: Mailbox, item: Item, changeNumber: number): void {
  const { folder } = item;
  folder.items.set(item.id, item);
  folder.log.created(item.id, changeNumber);
  folder.committedAt = mailbox.now();
  folder.unreadCount += item.isRead ? 0 : 1;
  folder.sorted = undefined;
  mailbox.items.set(item.id, item);
}

function leave(mailbox: Mailbox, item: Item): void {
  const { folder } = item;
  folder.items.delete(item.id);
  folder.log.deleted(item.id, nextChange(mailbox));
  folder.deletedCountTotal += 1;
  folder.unreadCount -= item.isRead ? 0 : 1;
  folder.sorted = undefined;
  mailbox.items.delete(item.id);
}

function nextChange(mailbox: Mailbox): number {
  mailbox.changeNumber += 1;
  mailbox.onChange?.();
  return mailbox.changeNumber;
}

function nextKey(mailbox: Mailbox): string {
  mailbox.lastKey += 1;
  return String(mailbox.lastKey);
}

function sensitivityOf(headers: readonly RawHeader[]): Sensitivity {
  switch (findHeader(headers, 'sensitivity')?.toLowerCase()) {
    case 'personal':
      return 'Personal';
    case 'private':
      return 'Private';
    case 'company-confidential':
      return 'Confidential';
    default:
      return 'Normal';
  }
}

function importanceOf(headers: readonly RawHeader[]): Item['importance'] {
  const value = findHeader(headers, 'importance')?.toLowerCase();
  if (value === 'high') return 'High';
  return value === 'low' ? 'Low' : 'Normal';
}
