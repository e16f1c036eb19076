/**
 * What people and administrators do to a simulated Exchange, as functions: mail arrives and is moved, passwords
 * change, accounts are locked, states expire. Ids are ItemIds as a client sees them.
 */
import { type Account, findAccount, findMailbox } from './accounts.ts';
import type { Folder, Item, Sensitivity } from './folder.ts';
import * as store from './mailbox.ts';
import { loseSubscription } from './operations/subscriptions.ts';
import { createPersonalActs, type PersonalActs } from './personal-acts.ts';
import { type MailboxSnapshot, snapshotMailbox } from './snapshot.ts';
import type { Throttling, World } from './world.ts';

export interface NewMailbox {
  address: string;
  displayName?: string;
  /** Login name without domain; the local part of the address when absent. */
  userName?: string;
  password?: string;
  aliases?: string[];
}

/** A login without a mailbox of its own. */
export interface NewServiceAccount {
  userName: string;
  password: string;
  /** Whom it may impersonate: nobody when absent. */
  impersonates?: 'all' | string[];
  /** Mailboxes it may open as a delegate. */
  fullAccess?: string[];
}

export interface ItemEdit {
  categories?: string[];
  sensitivity?: Sensitivity;
  subject?: string;
  isRead?: boolean;
}

export interface ExchangeActs extends PersonalActs {
  addMailbox(given: NewMailbox): void;
  addServiceAccount(given: NewServiceAccount): void;
  /** Puts any bytes as a mail into the folder with that role (`inbox`) or path (`Inbox/Customers`); gives the ItemId. */
  deliver(address: string, folder: string, raw: Uint8Array, options?: store.DeliveryOptions): string;
  /** Moves an item; gives its new ItemId. */
  move(address: string, itemId: string, folder: string): string;
  /** To Deleted Items, or for good. */
  remove(address: string, itemId: string, how?: 'trash' | 'hard'): void;
  edit(address: string, itemId: string, edit: ItemEdit): void;
  setCategories(address: string, itemId: string, categories: string[]): void;
  /** Makes a folder (and those above it) by path; gives its FolderId. Its class is that of the folder above when none is given. */
  createFolder(address: string, path: string, folderClass?: string): string;
  renameFolder(address: string, path: string, displayName: string): void;
  removeFolder(address: string, path: string): void;
  /** Makes all SyncStates of a mailbox, or of one folder, invalid. */
  expireSyncStates(address: string, folder?: string): void;
  setPassword(login: string, password: string): void;
  setAccountState(login: string, state: Account['state']): void;
  /** Grants a login another mailbox, or takes it away. */
  setFullAccess(login: string, address: string, isGranted: boolean): void;
  /** Denies a mailbox, or one folder of it, to everybody (or gives it back). */
  setDenied(address: string, isDenied: boolean, folder?: string): void;
  /** Gives the role ApplicationImpersonation with this scope, or takes it away (no addresses). */
  setImpersonation(login: string, scope: 'all' | string[]): void;
  /** Answers a mailbox's calls "busy" for that long. */
  throttle(address: string, backOffMs: number, form?: Throttling['form']): void;
  /** How many calls came although the mailbox had been told to stay away. */
  callsWhileThrottled(address: string): number;
  /** Forgets a mailbox's subscriptions, as a server does that restarts. */
  loseSubscriptions(address: string): void;
  /** Ends the connections over which a mailbox's events are streamed: in good order, or as a broken network does. */
  endStreams(address: string, how: 'closed' | 'dropped'): void;
  /** Writes the master category list (CategoryList in the calendar folder). */
  setMasterCategories(address: string, names: string[]): void;
  snapshot(address: string): MailboxSnapshot;
}

/** The acts on `world`. Each throws on a mailbox, folder or item that does not exist. */
export function createActs(world: World): ExchangeActs {
  const { directory } = world;
  const mailboxOf = (address: string) => existing(findMailbox(directory, address), `mailbox ${address}`);
  const folderOf = (address: string, path: string) =>
    existing(store.findByPath(mailboxOf(address), path), `folder ${path}`);
  const itemOf = (address: string, id: string) => existing(mailboxOf(address).items.get(id), `item ${id}`);
  const subscriptionsOf = (address: string) =>
    [...world.subscriptions.values()].filter(({ mailbox }) => mailbox === mailboxOf(address));
  const accountOf = (login: string) => existing(findAccount(directory, login), `account ${login}`);
  return {
    ...createAccountActs(world, mailboxOf, folderOf, accountOf),
    ...createPersonalActs({ mailboxOf, folderOf, itemOf }),
    deliver: (address, folder, raw, options) =>
      store.deliver(mailboxOf(address), folderOf(address, folder), raw, options).id,
    move(address, itemId, folder) {
      const item = itemOf(address, itemId);
      store.moveItem(mailboxOf(address), item, folderOf(address, folder));
      return item.id;
    },
    remove(address, itemId, how = 'trash') {
      const item = itemOf(address, itemId);
      if (how === 'hard') store.removeItem(mailboxOf(address), item);
      else store.moveItem(mailboxOf(address), item, folderOf(address, 'deleteditems'));
    },
    edit: (address, itemId, edit) => editItem(mailboxOf(address), itemOf(address, itemId), edit),
    setCategories: (address, itemId, categories) =>
      editItem(mailboxOf(address), itemOf(address, itemId), { categories }),
    createFolder: (address, path, folderClass) => createPath(mailboxOf(address), path, folderClass).id,
    renameFolder: (address, path, displayName) =>
      store.changeFolder(mailboxOf(address), folderOf(address, path), { displayName }),
    removeFolder: (address, path) => store.removeFolder(mailboxOf(address), folderOf(address, path)),
    expireSyncStates(address, path) {
      const mailbox = mailboxOf(address);
      if (path === undefined) mailbox.hierarchyEpoch += 1;
      const folders = path === undefined ? mailbox.folders.values() : [folderOf(address, path)];
      for (const folder of folders) folder.syncEpoch += 1;
    },
    setMasterCategories(address, names) {
      const mailbox = mailboxOf(address);
      const { configurations } = folderOf(address, 'calendar');
      const itemId = configurations.get('CategoryList')?.itemId ?? mailbox.ids.nextItemId();
      configurations.set('CategoryList', {
        itemId,
        xmlData: writeCategoryList(names),
        binaryData: undefined,
      });
    },
    loseSubscriptions(address) {
      for (const each of subscriptionsOf(address)) loseSubscription(world, each);
    },
    endStreams(address, how) {
      for (const each of subscriptionsOf(address)) each.connection?.end(how);
    },
    snapshot: (address) => snapshotMailbox(mailboxOf(address)),
  };
}

type AccountActs = Pick<
  ExchangeActs,
  | 'addMailbox'
  | 'addServiceAccount'
  | 'setPassword'
  | 'setImpersonation'
  | 'setAccountState'
  | 'setFullAccess'
  | 'setDenied'
  | 'throttle'
  | 'callsWhileThrottled'
>;

function createAccountActs(
  world: World,
  mailboxOf: (address: string) => store.Mailbox,
  folderOf: (address: string, path: string) => Folder,
  accountOf: (login: string) => Account,
): AccountActs {
  const { directory } = world;
  return {
    addMailbox: (given) => addMailbox(world, given),
    addServiceAccount({ userName, password, impersonates = [], fullAccess = [] }) {
      directory.accounts.push({
        userName,
        upn: `${userName}@${directory.dnsDomain}`,
        password,
        state: 'active',
        mailbox: undefined,
        impersonates: impersonationScope(impersonates),
        fullAccess: new Set(fullAccess.map((one) => one.toLowerCase())),
      });
    },
    setPassword(login, password) {
      accountOf(login).password = password;
    },
    setImpersonation(login, scope) {
      accountOf(login).impersonates = impersonationScope(scope);
    },
    setAccountState(login, state) {
      accountOf(login).state = state;
    },
    setFullAccess(login, address, isGranted) {
      const { fullAccess } = accountOf(login);
      if (isGranted) fullAccess.add(mailboxOf(address).address.toLowerCase());
      else fullAccess.delete(mailboxOf(address).address.toLowerCase());
    },
    setDenied(address, isDenied, path) {
      const set = path === undefined ? directory.deniedMailboxes : directory.deniedFolders;
      const key = path === undefined ? mailboxOf(address).address.toLowerCase() : folderOf(address, path).id;
      if (isDenied) set.add(key);
      else set.delete(key);
    },
    throttle(address, backOffMs, form = 'fault') {
      const key = mailboxOf(address).address.toLowerCase();
      const callsMeanwhile = world.throttling.get(key)?.callsMeanwhile ?? 0;
      world.throttling.set(key, { until: world.now() + backOffMs, form, callsMeanwhile });
    },
    callsWhileThrottled: (address) =>
      world.throttling.get(mailboxOf(address).address.toLowerCase())?.callsMeanwhile ?? 0,
  };
}

function addMailbox(world: World, given: NewMailbox): void {
  const { directory } = world;
  if (findMailbox(directory, given.address) !== undefined)
    throw new Error(`mailbox ${given.address} exists already`);
  const [localPart = given.address] = given.address.split('@');
  const displayName = given.displayName ?? localPart;
  const mailbox = store.createMailbox(
    { address: given.address, displayName, aliases: given.aliases ?? [] },
    world,
  );
  directory.mailboxes.set(given.address.toLowerCase(), mailbox);
  mailbox.onChange = () => {
    for (const each of world.subscriptions.values()) if (each.mailbox === mailbox) each.connection?.wake();
  };
  directory.accounts.push({
    userName: given.userName ?? localPart,
    upn: given.address,
    password: given.password ?? 'password',
    state: 'active',
    mailbox,
    impersonates: new Set(),
    fullAccess: new Set(),
  });
}

function editItem(mailbox: store.Mailbox, item: Item, edit: ItemEdit): void {
  const { isRead, ...content } = edit;
  if (Object.keys(content).length > 0) {
    item.categories = content.categories ?? item.categories;
    item.sensitivity = content.sensitivity ?? item.sensitivity;
    item.subject = content.subject ?? item.subject;
    store.touchItem(mailbox, item);
  }
  if (isRead !== undefined) store.setRead(mailbox, item, isRead);
}

function createPath(mailbox: store.Mailbox, path: string, folderClass?: string): Folder {
  const known = store.findByPath(mailbox, path);
  if (known !== undefined) return known;
  const cut = path.lastIndexOf('/');
  const parent =
    cut < 0
      ? store.findByRole(mailbox, 'msgfolderroot')
      : createPath(mailbox, path.slice(0, cut), folderClass);
  return store.addFolder(mailbox, {
    parent,
    displayName: path.slice(cut + 1),
    folderClass: folderClass ?? (parent?.folderClass || 'IPF.Note'),
    role: undefined,
  });
}

function writeCategoryList(names: string[]): string {
  const entries = names.map((name, index) => {
    const safe = name.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
    return `<category name="${safe}" color="${index % 25}" keyboardShortcut="0" guid="{00000000-0000-4000-8000-${String(index).padStart(12, '0')}}"/>`;
  });
  const xml = `<?xml version="1.0"?><categories default="" lastSavedSession="1" lastSavedTime="2026-01-01T00:00:00.000" xmlns="CategoryList.xsd">${entries.join('')}</categories>`;
  return Buffer.from(xml).toString('base64');
}

function existing<Thing>(thing: Thing | undefined, what: string): Thing {
  if (thing === undefined) throw new Error(`no such ${what}`);
  return thing;
}

function impersonationScope(scope: 'all' | readonly string[]): Account['impersonates'] {
  return scope === 'all' ? 'all' : new Set(scope.map((one) => one.toLowerCase()));
}
