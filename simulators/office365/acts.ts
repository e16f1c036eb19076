/**
 * What people do to the simulated cloud, as functions: mail arrives and is moved, delta tokens expire, mailboxes are
 * throttled. Ids are immutable ids. What administrators do is in directory-acts.ts.
 */

import { findUser, type UserAccount } from './directory.ts';
import { expireTokens } from './expire-tokens.ts';
import { drawGuid } from './ids.ts';
import * as store from './mailbox.ts';
import type { Notifier } from './subscriptions.ts';
import type { World } from './world.ts';

export interface MessageEdit {
  categories?: string[];
  importance?: 'low' | 'normal' | 'high';
  subject?: string;
  isRead?: boolean;
}

/** A mailbox as tests look at it: folders by path, and their messages. */
export interface MailboxSnapshot {
  folders: { path: string; messageCount: number }[];
  messages: {
    id: string;
    folder: string;
    internetMessageId: string;
    categories: string[];
    isRead: boolean;
  }[];
}

export interface MailActs {
  /** Puts any bytes as a mail into the folder with that well-known name (`inbox`) or path; gives the immutable id. */
  deliver(address: string, folder: string, raw: Uint8Array, options?: store.DeliveryOptions): string;
  move(address: string, id: string, folder: string): void;
  /** To Deleted Items, or for good. */
  remove(address: string, id: string, how?: 'trash' | 'hard'): void;
  edit(address: string, id: string, edit: MessageEdit): void;
  setCategories(address: string, id: string, categories: string[]): void;
  /** Makes a folder (and those above it) by path; gives its id. */
  createFolder(address: string, path: string): string;
  renameFolder(address: string, path: string, displayName: string): void;
  removeFolder(address: string, path: string): void;
  setMasterCategories(address: string, names: string[]): void;
  /** Makes the delta tokens of a mailbox, or of one folder, invalid; `form` is how that is answered from now on. */
  expireDeltaTokens(address: string, folder?: string, form?: store.Mailbox['expiredAs']): void;
  /** Whether the mailbox is in Exchange Online at all (else MailboxNotEnabledForRESTAPI). */
  setEnabledForRest(address: string, isEnabled: boolean): void;
  /** Answers a mailbox's calls 429 for that long. */
  throttle(address: string, backOffMs: number, code?: string): void;
  /** How many calls came although the mailbox had been told to stay away. */
  callsWhileThrottled(address: string): number;
  /** Sends a lifecycle notification to all subscribers of a mailbox. */
  sendLifecycle(address: string, event: Parameters<Notifier['lifecycle']>[1]): void;
  snapshot(address: string): MailboxSnapshot;
}

/** The acts on `world`. Each throws on a mailbox, folder or message that does not exist. */
export function createMailActs(world: World, notifier: Notifier): MailActs {
  const userOf = (address: string): UserAccount =>
    existing(findUser(world.tenants, address), `user ${address}`);
  const mailboxOf = (address: string) => existing(userOf(address).mailbox, `mailbox ${address}`);
  const folderOf = (address: string, path: string) =>
    existing(store.findByPath(mailboxOf(address), path), `folder ${path}`);
  const messageOf = (address: string, id: string) =>
    existing(mailboxOf(address).messages.get(id), `message ${id}`);
  const edit = (address: string, id: string, changes: MessageEdit) => {
    const message = messageOf(address, id);
    Object.assign(message, changes);
    store.touchMessage(
      mailboxOf(address),
      message,
      Object.keys(changes).every((name) => name === 'isRead'),
    );
  };
  return {
    deliver: (address, folder, raw, options) =>
      store.deliver(mailboxOf(address), folderOf(address, folder), raw, options).immutableId,
    move: (address, id, folder) =>
      store.moveMessage(mailboxOf(address), messageOf(address, id), folderOf(address, folder)),
    remove(address, id, how = 'trash') {
      if (how === 'hard') store.removeMessage(mailboxOf(address), messageOf(address, id));
      else store.moveMessage(mailboxOf(address), messageOf(address, id), folderOf(address, 'deleteditems'));
    },
    edit,
    setCategories: (address, id, categories) => edit(address, id, { categories }),
    createFolder: (address, path) => createPath(mailboxOf(address), path).id,
    renameFolder: (address, path, displayName) =>
      store.renameFolder(mailboxOf(address), folderOf(address, path), displayName),
    removeFolder: (address, path) => store.removeFolder(mailboxOf(address), folderOf(address, path)),
    setMasterCategories(address, names) {
      mailboxOf(address).categories = names.map((displayName, index) => ({
        id: drawGuid(world.random),
        displayName,
        color: `preset${index % 25}`,
      }));
    },
    expireDeltaTokens(address, path, form) {
      const mailbox = mailboxOf(address);
      mailbox.expiredAs = form ?? mailbox.expiredAs;
      if (path === undefined) {
        mailbox.folderEpoch += 1;
        for (const kind of ['calendars', 'contacts', 'tasks'] as const) expireTokens(mailbox, kind);
      }
      const folders = path === undefined ? mailbox.folders.values() : [folderOf(address, path)];
      for (const folder of folders) folder.epoch += 1;
    },
    setEnabledForRest(address, isEnabled) {
      mailboxOf(address).isEnabledForRest = isEnabled;
    },
    throttle(address, backOffMs, code = 'ApplicationThrottled') {
      const key = userOf(address).mail.toLowerCase();
      const callsMeanwhile = world.throttling.get(key)?.callsMeanwhile ?? 0;
      world.throttling.set(key, { until: world.now() + backOffMs, code, callsMeanwhile });
    },
    callsWhileThrottled: (address) =>
      world.throttling.get(userOf(address).mail.toLowerCase())?.callsMeanwhile ?? 0,
    sendLifecycle: (address, event) => notifier.lifecycle(userOf(address), event),
    snapshot: (address) => snapshotMailbox(mailboxOf(address)),
  };
}

function snapshotMailbox(mailbox: store.Mailbox): MailboxSnapshot {
  const folders = [...mailbox.folders.values()].filter((folder) => folder.parent !== undefined);
  return {
    folders: folders.map((folder) => ({ path: pathOf(folder), messageCount: folder.messages.size })),
    messages: folders.flatMap((folder) =>
      store.newestFirst(folder).map((message) => ({
        id: message.immutableId,
        folder: pathOf(folder),
        internetMessageId: message.internetMessageId,
        categories: message.categories,
        isRead: message.isRead,
      })),
    ),
  };
}

function pathOf(folder: store.Folder): string {
  const { parent, displayName } = folder;
  return parent?.parent === undefined ? displayName : `${pathOf(parent)}/${displayName}`;
}

function createPath(mailbox: store.Mailbox, path: string): store.Folder {
  const known = store.findByPath(mailbox, path);
  if (known !== undefined) return known;
  const cut = path.lastIndexOf('/');
  const parent =
    cut < 0 ? store.findByPath(mailbox, 'msgfolderroot') : createPath(mailbox, path.slice(0, cut));
  return store.addFolder(mailbox, parent, path.slice(cut + 1));
}

/** `thing`, or an error that says what does not exist. */
export function existing<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined) throw new Error(`no such ${what}`);
  return thing;
}
