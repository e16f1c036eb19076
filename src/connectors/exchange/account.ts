/**
 * Whose mailbox this is and what may be done in it: the questions of an activation. Everything here is harmless to repeat; the one
 * thing that it ever writes is the folder *Salesforce Emails*, once.
 */
import type { Clock } from '../../model/clock.ts';
import type { CheckResult, MailboxIdentity } from '../../model/connector.ts';
import { failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId, ItemId } from '../../model/ids.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { tryCapabilities } from '../try-capabilities.ts';
import type { ListingMark } from './cursor.ts';
import { refuse, responseFailure } from './failures.ts';
import type { Feeds } from './feeds.ts';
import { watchedFolders } from './folders.ts';
import type { Items } from './items.ts';
import { itemOf, itemVersion } from './mapping.ts';
import {
  createFolder,
  getFolderRights,
  getInboxes,
  getItemRights,
  resolveNames,
  syncFolderItems,
} from './operations.ts';
import { child, descend, textOf, type XmlNode } from './soap.ts';
import type { Call, ResponseMessage, Transport } from './transport.ts';

export interface Account {
  identify(): Promise<MailboxIdentity>;
  check(): Promise<readonly CheckResult[]>;
  /** Makes the folder *Salesforce Emails* where the mailbox has none outside Deleted Items; returns its id. */
  ensureFolder(): Promise<FeedId>;
}

export interface AccountOptions {
  readonly transport: Transport;
  readonly feeds: Feeds;
  readonly items: Items;
  readonly clock: Clock;
  readonly login: string;
  /** The mailbox acted for, when a service account signs in. */
  readonly mailbox?: string | undefined;
}

export function createAccount(options: AccountOptions): Account {
  const { transport } = options;
  return {
    identify: () => identify(options),
    check: () => check(options),
    ensureFolder: async () => ensureFolder(transport, await options.feeds.readTree()),
  };
}

// ------------------------------------------------------------------------------------------------------- identity

/** Proves the credential on the mailbox itself, then asks the directory for its addresses. */
async function identify({ transport, login, mailbox }: AccountOptions): Promise<MailboxIdentity> {
  await folderRights(transport, 'inbox');
  const name = mailbox ?? login.slice(login.indexOf('\\') + 1);
  const own = name.includes('@') ? name.toLowerCase() : null;
  const found = await resolve(transport, name);
  const exact = found.find(({ addresses }) => own !== null && addresses.includes(own));
  if (exact !== undefined) return exact;
  const proven = await ownMailbox(transport, found);
  if (proven !== null) return proven;
  if (own !== null) return { address: own, addresses: [own] };
  return refuse('mailbox.not-found', 'NameNotResolved');
}

const CANDIDATES_MAX = 20;

/** ResolveNames guesses by name: each guess is an identity, and only one may be ours. */
async function resolve(transport: Transport, name: string): Promise<readonly MailboxIdentity[]> {
  const found: MailboxIdentity[] = [];
  try {
    await transport.call(
      { operation: 'ResolveNames', body: () => resolveNames(name) },
      ({ ok, code, node }) => {
        if (
          !ok &&
          responseFailure(code, 'mailbox').kind === 'transient' &&
          !code.startsWith('ErrorNameResolution')
        )
          throw new RemoteFailure(responseFailure(code, 'mailbox'));
        for (const resolution of child(node, 'ResolutionSet')?.children ?? []) {
          const identity = readIdentity(resolution);
          if (identity !== null && found.length < CANDIDATES_MAX) found.push(identity);
        }
      },
    );
  } catch (error) {
    // An address book that is closed to this account hides the aliases, and nothing more.
    if (!(error instanceof RemoteFailure) || error.failure.kind !== 'permission-missing') throw error;
  }
  return found;
}

/** The mailbox of a resolution with the proxy addresses that the directory shows of it (`SMTP:` the primary, `smtp:` the others). */
function readIdentity(resolution: XmlNode): MailboxIdentity | null {
  const mailbox = child(resolution, 'Mailbox');
  const entries = descend(resolution, 'Contact', 'EmailAddresses')?.children ?? [];
  const proxies = entries.flatMap(
    (entry) => /^(?:smtp:)?([^\s:@]+@[^\s@]+)$/i.exec(entry.text.trim())?.[1] ?? [],
  );
  const marked = entries
    .find((entry) => entry.text.trim().startsWith('SMTP:'))
    ?.text.trim()
    .slice(5);
  const routing = textOf(mailbox, 'RoutingType')?.toUpperCase() ?? 'SMTP';
  const address = (routing === 'SMTP' ? textOf(mailbox, 'EmailAddress') : null) ?? marked ?? proxies[0];
  if (address === undefined || !address.includes('@')) return null;
  const addresses = [address, ...proxies].map((text) => text.toLowerCase());
  return { address: address.toLowerCase(), addresses: [...new Set(addresses)] };
}

/** The candidate whose Inbox is our own Inbox; else the only one that we may open. */
async function ownMailbox(
  transport: Transport,
  candidates: readonly MailboxIdentity[],
): Promise<MailboxIdentity | null> {
  if (candidates.length === 0) return null;
  const ids: (string | null)[] = [];
  const body = (): string => getInboxes(candidates.map(({ address }) => address));
  await transport.call({ operation: 'GetFolder', body }, ({ ok, node }) => {
    const id = child(child(node, 'Folders')?.children[0], 'FolderId')?.attributes.Id;
    ids.push(ok && id !== undefined ? id : null);
  });
  const [own, ...theirs] = ids;
  const match = candidates.find((_, index) => typeof own === 'string' && theirs[index] === own);
  const opened = candidates.filter((_, index) => typeof theirs[index] === 'string');
  return match ?? (opened.length === 1 ? (opened[0] ?? null) : null);
}

// ---------------------------------------------------------------------------------------------------------- check

/** How each capability is tried here. */
async function check(options: AccountOptions): Promise<readonly CheckResult[]> {
  let tree: ListingMark | null = null;
  let sample: ItemId | null = null;
  const attempts = {
    'sign-in': () => identify(options),
    'read-mail': async () => {
      tree = await options.feeds.readTree();
      sample = await readSample(options, tree);
    },
    'write-categories': () => checkWriting(options.transport, sample),
    'salesforce-folder': async () =>
      ensureFolder(options.transport, tree ?? (await options.feeds.readTree())),
  };
  return tryCapabilities(attempts, { listFeeds: options.feeds.listFeeds, now: options.clock.now() });
}

/** Reads the head of one mail of the Inbox; null when the Inbox is empty. */
async function readSample({ transport, items }: AccountOptions, tree: ListingMark): Promise<ItemId | null> {
  const inbox = tree.roles.inbox ?? refuse('mailbox.access-denied', 'NoInbox');
  let sample: ItemId | null = null;
  await callOnce(
    transport,
    { operation: 'SyncFolderItems', body: () => syncFolderItems(inbox, null, 1), scope: 'mailbox' },
    (node) => {
      sample = itemVersion(child(node, 'Changes')?.children[0]?.children[0])?.itemId ?? null;
    },
  );
  if (sample === null) return null;
  const [head] = await items.readHeads([{ itemId: sample, place: 'inbox' }]);
  if (head !== undefined && !head.ok && head.failure.code === 'mailbox.item-access-denied')
    throw new RemoteFailure(failure('mailbox.access-denied', { vendorCode: head.failure.vendorCode ?? '' }));
  return sample;
}

/** Asks for the right to change an item, or to put one into the Inbox where it is empty, and changes nothing. */
async function checkWriting(transport: Transport, sample: ItemId | null): Promise<void> {
  let rights: XmlNode | undefined;
  if (sample === null) rights = await folderRights(transport, 'inbox');
  else
    await callOnce(
      transport,
      { operation: 'GetItem', body: () => getItemRights(sample), scope: 'item' },
      (node) => {
        rights = child(itemOf(node), 'EffectiveRights');
      },
    );
  const wanted = sample === null ? 'CreateContents' : 'Modify';
  if (/^(false|0)$/i.test(textOf(rights, wanted) ?? ''))
    throw new RemoteFailure(
      failure('mailbox.access-denied', { vendorCode: 'EffectiveRights', fields: [wanted] }),
    );
}

async function folderRights(transport: Transport, role: string): Promise<XmlNode | undefined> {
  let rights: XmlNode | undefined;
  await callOnce(transport, { operation: 'GetFolder', body: () => getFolderRights(role) }, (node) => {
    rights = child(child(node, 'Folders')?.children[0], 'EffectiveRights');
  });
  return rights;
}

async function ensureFolder(transport: Transport, tree: ListingMark): Promise<FeedId> {
  for (const [id, place] of watchedFolders(tree.folders, tree.roles))
    if (place === 'salesforce-folder') return id;
  let made: string | undefined;
  await transport.call(
    { operation: 'CreateFolder', body: () => createFolder('msgfolderroot', SALESFORCE_FOLDER) },
    ({ ok, code, node }) => {
      if (!ok && code !== 'ErrorFolderExists') throw new RemoteFailure(responseFailure(code, 'mailbox'));
      made = child(child(node, 'Folders')?.children[0], 'FolderId')?.attributes.Id;
    },
  );
  return (made ?? '') as FeedId;
}

/** A call with one answer that must be a success. */
async function callOnce(transport: Transport, call: Call, take: (node: XmlNode) => void): Promise<void> {
  let answered = false;
  await transport.call(call, ({ ok, code, node }: ResponseMessage) => {
    if (!ok) throw new RemoteFailure(responseFailure(code, call.scope ?? 'mailbox'));
    answered = true;
    take(node);
  });
  if (!answered) refuse('mailbox.transient', 'EmptyAnswer');
}
