/**
 * A mailbox in Exchange Online: folders, messages, master categories, and the order of changes that delta queries
 * read. It changes state and knows nothing of HTTP or permissions.
 */
import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import { findHeader, findMessageId, type RawHeader, readHeaders } from '../shared/headers.ts';
import { arrivingItemClass } from '../shared/item-class.ts';
import type { Random } from '../shared/random.ts';
import { type CalendarStore, createCalendarStore } from './calendar-store.ts';
import { type ContactStore, createContactStore } from './contact-store.ts';
import { createIds, drawBytes } from './ids.ts';
import { type ItemSource, nextChange, nextKey } from './item-source.ts';
import { createTodoStore, type TodoStore } from './todo-store.ts';

export interface Message {
  readonly key: string;
  readonly order: number;
  readonly immutableId: string;
  /** Changes when the message moves. */
  restId: string;
  changeKey: string;
  folder: Folder;
  raw: Uint8Array;
  headers: readonly RawHeader[];
  /** The message class, as MAPI knows it. */
  readonly itemClass: string;
  internetMessageId: string;
  conversationId: string;
  receivedAt: number;
  createdAt: number;
  modifiedAt: number;
  categories: string[];
  importance: 'low' | 'normal' | 'high';
  isRead: boolean;
  isDraft: boolean;
  /** Set when the subject was edited after delivery. */
  subject: string | undefined;
  flag: Record<string, unknown>;
  inferenceClassification: 'focused' | 'other';
  /** Extended properties that clients wrote, by their ids. */
  extended: Map<string, string>;
}

export interface GoneIds {
  restId: string;
  immutableId: string;
}

export interface Folder {
  readonly key: string;
  readonly id: string;
  parent: Folder | undefined;
  displayName: string;
  /** The well-known name, for folders every mailbox has. */
  role: string | undefined;
  isHidden: boolean;
  messages: Map<string, Message>;
  log: ChangeLog;
  /** Ids of messages that left, as they were known here, by key. */
  gone: Map<string, GoneIds>;
  /** Delta tokens of an older epoch are refused. */
  epoch: number;
  sorted: Message[] | undefined;
}

export interface Category {
  id: string;
  displayName: string;
  color: string;
}

export interface Mailbox extends ItemSource {
  folders: Map<string, Folder>;
  messages: Map<string, Message>;
  folderLog: ChangeLog;
  folderEpoch: number;
  goneFolders: Map<string, string>;
  categories: Category[];
  readonly calendars: CalendarStore;
  readonly contacts: ContactStore;
  readonly todo: TodoStore;
  isEnabledForRest: boolean;
  onChange: (message: Message, changeType: 'created' | 'updated' | 'deleted') => void;
}

export interface DeliveryOptions {
  receivedAt?: number;
  isRead?: boolean;
  isDraft?: boolean;
  categories?: string[];
}

const WELL_KNOWN: readonly (readonly [string, string])[] = [
  ['archive', 'Archive'],
  ['conversationhistory', 'Conversation History'],
  ['deleteditems', 'Deleted Items'],
  ['drafts', 'Drafts'],
  ['inbox', 'Inbox'],
  ['junkemail', 'Junk Email'],
  ['outbox', 'Outbox'],
  ['sentitems', 'Sent Items'],
];

/** A mailbox with its well-known folders. */
export function createMailbox(address: string, given: { now: () => number; random: Random }): Mailbox {
  const source: ItemSource = {
    address,
    ids: createIds(drawBytes(given.random, 16)),
    now: given.now,
    changeNumber: 0,
    lastKey: 0,
    expiredAs: 'syncStateNotFound',
    onItem: () => {},
  };
  const mailbox: Mailbox = Object.assign(source, {
    folders: new Map(),
    messages: new Map(),
    folderLog: createChangeLog(),
    folderEpoch: 0,
    goneFolders: new Map(),
    categories: [],
    calendars: createCalendarStore(source),
    contacts: createContactStore(source),
    todo: createTodoStore(source),
    isEnabledForRest: true,
    onChange: () => {},
  });
  const root = addFolder(mailbox, undefined, 'Top of Information Store', 'msgfolderroot');
  for (const [role, displayName] of WELL_KNOWN) addFolder(mailbox, root, displayName, role);
  return mailbox;
}

/** Makes a folder below `parent` (the root when it has none). */
export function addFolder(
  mailbox: Mailbox,
  parent: Folder | undefined,
  displayName: string,
  role?: string,
): Folder {
  const folder: Folder = {
    key: nextKey(mailbox),
    id: mailbox.ids.nextRestId(),
    parent,
    displayName,
    role,
    isHidden: false,
    messages: new Map(),
    log: createChangeLog(),
    gone: new Map(),
    epoch: 0,
    sorted: undefined,
  };
  mailbox.folders.set(folder.id, folder);
  mailbox.folderLog.created(folder.key, nextChange(mailbox));
  return folder;
}

export function renameFolder(mailbox: Mailbox, folder: Folder, displayName: string): void {
  folder.displayName = displayName;
  mailbox.folderLog.changed(folder.key, nextChange(mailbox));
}

/** Takes a folder away with all it holds. */
export function removeFolder(mailbox: Mailbox, folder: Folder): void {
  for (const child of childrenOf(mailbox, folder)) removeFolder(mailbox, child);
  for (const message of [...folder.messages.values()]) removeMessage(mailbox, message);
  mailbox.folders.delete(folder.id);
  mailbox.goneFolders.set(folder.key, folder.id);
  mailbox.folderLog.deleted(folder.key, nextChange(mailbox));
}

/** Puts a folder below another; its id stays. */
export function moveFolder(mailbox: Mailbox, folder: Folder, parent: Folder): void {
  folder.parent = parent;
  mailbox.folderLog.changed(folder.key, nextChange(mailbox));
}

/** Gives a message other bytes, as a draft gets them when it is edited. */
export function rewriteMessage(message: Message, raw: Uint8Array): void {
  message.raw = raw;
  message.headers = readHeaders(raw);
}

export function childrenOf(mailbox: Mailbox, parent: Folder): Folder[] {
  return [...mailbox.folders.values()].filter((folder) => folder.parent === parent);
}

/** The folder of a well-known name, or of a path of display names from the root (`Inbox/Customers`). */
export function findByPath(mailbox: Mailbox, path: string): Folder | undefined {
  const all = [...mailbox.folders.values()];
  const byRole = all.find((folder) => folder.role === path.toLowerCase());
  if (byRole !== undefined) return byRole;
  let at = all.find((folder) => folder.parent === undefined);
  for (const name of path.split('/')) {
    const wanted = name.toLowerCase();
    at = at && childrenOf(mailbox, at).find((folder) => folder.displayName.toLowerCase() === wanted);
  }
  return at;
}

/** Puts `raw` into a folder as a new message. */
export function deliver(
  mailbox: Mailbox,
  folder: Folder,
  raw: Uint8Array,
  options: DeliveryOptions = {},
): Message {
  const headers = readHeaders(raw);
  const at = mailbox.now();
  const importance = findHeader(headers, 'importance')?.toLowerCase();
  const immutableId = mailbox.ids.nextImmutableId();
  const message: Message = {
    key: nextKey(mailbox),
    order: mailbox.lastKey,
    immutableId,
    restId: mailbox.ids.nextRestId(),
    changeKey: '',
    folder,
    raw,
    headers,
    itemClass: arrivingItemClass(headers, raw),
    internetMessageId:
      // In hex, since readers of Message-IDs may ignore letter case.
      findMessageId(headers) ?? `<${Buffer.from(immutableId.slice(-12)).toString('hex')}@outlook.test>`,
    conversationId: conversationOf(headers, immutableId),
    receivedAt: options.receivedAt ?? at,
    createdAt: at,
    modifiedAt: at,
    categories: options.categories ?? [],
    importance: importance === 'high' || importance === 'low' ? importance : 'normal',
    isRead: options.isRead ?? false,
    isDraft: options.isDraft ?? false,
    subject: undefined,
    flag: { flagStatus: 'notFlagged' },
    inferenceClassification: 'focused',
    extended: new Map(),
  };
  enter(mailbox, message, folder);
  mailbox.onChange(message, 'created');
  return message;
}

/** Moves a message; its default id changes, its immutable id stays. */
export function moveMessage(mailbox: Mailbox, message: Message, folder: Folder): void {
  leave(mailbox, message);
  mailbox.onChange(message, 'deleted');
  message.restId = mailbox.ids.nextRestId();
  enter(mailbox, message, folder);
  mailbox.onChange(message, 'created');
}

/** Deletes a message for good. */
export function removeMessage(mailbox: Mailbox, message: Message): void {
  leave(mailbox, message);
  mailbox.onChange(message, 'deleted');
}

/** Marks a message as changed, after its fields were set. */
export function touchMessage(mailbox: Mailbox, message: Message, readFlagOnly = false): void {
  const change = nextChange(mailbox);
  message.changeKey = mailbox.ids.changeKey(change);
  message.modifiedAt = mailbox.now();
  message.folder.log.changed(message.key, change, readFlagOnly);
  mailbox.onChange(message, 'updated');
}

/** The messages of a folder, newest received first; sorted once and kept until one comes or goes. */
export function newestFirst(folder: Folder): readonly Message[] {
  folder.sorted ??= [...folder.messages.values()].sort(
    (one, two) => two.receivedAt - one.receivedAt || two.order - one.order,
  );
  return folder.sorted;
}

function enter(mailbox: Mailbox, message: Message, folder: Folder): void {
  const change = nextChange(mailbox);
  message.folder = folder;
  message.changeKey = mailbox.ids.changeKey(change);
  message.modifiedAt = mailbox.now();
  folder.messages.set(message.key, message);
  folder.log.created(message.key, change);
  folder.sorted = undefined;
  mailbox.messages.set(message.restId, message);
  mailbox.messages.set(message.immutableId, message);
}

function leave(mailbox: Mailbox, message: Message): void {
  const { folder, restId, immutableId } = message;
  folder.messages.delete(message.key);
  folder.gone.set(message.key, { restId, immutableId });
  folder.log.deleted(message.key, nextChange(mailbox));
  folder.sorted = undefined;
  mailbox.messages.delete(restId);
  mailbox.messages.delete(immutableId);
}

function conversationOf(headers: readonly RawHeader[], fallback: string): string {
  const first = /<[^<>]+>/.exec(
    findHeader(headers, 'references') ?? findHeader(headers, 'in-reply-to') ?? '',
  )?.[0];
  const seed = first ?? findMessageId(headers) ?? fallback;
  return `AAQk${Buffer.from(seed).toString('base64url').padEnd(40, 'A').slice(0, 60)}=`;
}
