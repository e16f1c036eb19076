/**
 * The contacts of a mailbox and their folders, with the order of changes that delta queries read. It changes state and knows
 * nothing of HTTP or permissions; what a contact says is kept as Graph's JSON.
 */
import { type ChangeLog, createChangeLog } from '../shared/change-log.ts';
import { type ItemChange, type ItemIds, type ItemSource, nextChange, nextKey } from './item-source.ts';

type Json = Record<string, unknown>;

export interface Contact extends ItemIds {
  readonly key: string;
  folder: ContactFolder;
  readonly createdAt: number;
  modifiedAt: number;
  changeKey: string;
  fields: Json;
  extended: Map<string, string>;
}

export interface ContactFolder {
  readonly key: string;
  readonly id: string;
  readonly parent: ContactFolder | undefined;
  displayName: string;
  contacts: Map<string, Contact>;
  log: ChangeLog;
  gone: Map<string, ItemIds>;
  /** Delta tokens of an older epoch are refused. */
  epoch: number;
}

export interface ContactStore {
  /** By id; the first is the default folder. */
  folders: Map<string, ContactFolder>;
  /** By either id. */
  contacts: Map<string, Contact>;
  folderLog: ChangeLog;
  folderEpoch: number;
  goneFolders: Map<string, ItemIds>;
}

export function createContactStore(source: ItemSource): ContactStore {
  const store: ContactStore = {
    folders: new Map(),
    contacts: new Map(),
    folderLog: createChangeLog(),
    folderEpoch: 0,
    goneFolders: new Map(),
  };
  addContactFolder(source, store, undefined, 'Contacts');
  return store;
}

export function defaultContactFolder(store: ContactStore): ContactFolder {
  const [first] = store.folders.values();
  if (first === undefined) throw new Error('a mailbox has a default contact folder');
  return first;
}

export function addContactFolder(
  source: ItemSource,
  store: ContactStore,
  parent: ContactFolder | undefined,
  displayName: string,
): ContactFolder {
  const folder: ContactFolder = {
    key: nextKey(source),
    id: source.ids.nextRestId(),
    parent,
    displayName,
    contacts: new Map(),
    log: createChangeLog(),
    gone: new Map(),
    epoch: 0,
  };
  store.folders.set(folder.id, folder);
  if (parent !== undefined) store.folderLog.created(folder.key, nextChange(source));
  return folder;
}

export function renameContactFolder(
  source: ItemSource,
  store: ContactStore,
  folder: ContactFolder,
  displayName: string,
): void {
  folder.displayName = displayName;
  store.folderLog.changed(folder.key, nextChange(source));
}

export function removeContactFolder(source: ItemSource, store: ContactStore, folder: ContactFolder): void {
  for (const child of childFolders(store, folder)) removeContactFolder(source, store, child);
  for (const contact of [...folder.contacts.values()]) removeContact(source, store, contact);
  store.folders.delete(folder.id);
  store.goneFolders.set(folder.key, { restId: folder.id, immutableId: folder.id });
  store.folderLog.deleted(folder.key, nextChange(source));
}

export function childFolders(store: ContactStore, parent: ContactFolder): ContactFolder[] {
  return [...store.folders.values()].filter((folder) => folder.parent === parent);
}

export function addContact(
  source: ItemSource,
  store: ContactStore,
  folder: ContactFolder,
  fields: Json,
): Contact {
  const change = nextChange(source);
  const contact: Contact = {
    key: nextKey(source),
    restId: source.ids.nextRestId(),
    immutableId: source.ids.nextImmutableId(),
    folder,
    createdAt: source.now(),
    modifiedAt: source.now(),
    changeKey: source.ids.changeKey(change),
    fields,
    extended: new Map(),
  };
  enter(store, contact, folder, change);
  source.onItem(changeOf(contact, 'created'));
  return contact;
}

export function changeContact(source: ItemSource, contact: Contact, fields: Json): void {
  const change = nextChange(source);
  contact.fields = { ...contact.fields, ...fields };
  contact.changeKey = source.ids.changeKey(change);
  contact.modifiedAt = source.now();
  contact.folder.log.changed(contact.key, change);
  source.onItem(changeOf(contact, 'updated'));
}

/** Moves a contact; its default id changes, its immutable id stays. */
export function moveContact(
  source: ItemSource,
  store: ContactStore,
  contact: Contact,
  folder: ContactFolder,
): void {
  leave(source, store, contact);
  contact.restId = source.ids.nextRestId();
  const change = nextChange(source);
  contact.changeKey = source.ids.changeKey(change);
  enter(store, contact, folder, change);
  source.onItem(changeOf(contact, 'updated'));
}

export function removeContact(source: ItemSource, store: ContactStore, contact: Contact): void {
  leave(source, store, contact);
  source.onItem(changeOf(contact, 'deleted'));
}

/** Puts a contact into Deleted Items: its immutable id stays, and opens it. */
export function throwContactAway(
  source: ItemSource,
  store: ContactStore,
  contact: Contact,
  folderId: string,
): void {
  leave(source, store, contact);
  contact.folder = { ...contact.folder, id: folderId, contacts: new Map(), log: createChangeLog() };
  contact.changeKey = source.ids.changeKey(nextChange(source));
  store.contacts.set(contact.immutableId, contact);
}

function enter(store: ContactStore, contact: Contact, folder: ContactFolder, change: number): void {
  contact.folder = folder;
  folder.contacts.set(contact.key, contact);
  folder.log.created(contact.key, change);
  store.contacts.set(contact.restId, contact);
  store.contacts.set(contact.immutableId, contact);
}

function leave(source: ItemSource, store: ContactStore, contact: Contact): void {
  const { folder, restId, immutableId } = contact;
  folder.contacts.delete(contact.key);
  folder.gone.set(contact.key, { restId, immutableId });
  folder.log.deleted(contact.key, nextChange(source));
  store.contacts.delete(restId);
  store.contacts.delete(immutableId);
}

function changeOf(contact: Contact, changeType: ItemChange['changeType']): ItemChange {
  const { restId, immutableId, changeKey, folder } = contact;
  return { kind: 'contact', changeType, ids: { restId, immutableId }, changeKey, container: folder.id };
}
