/**
 * Whose mailbox this is and what may be done in it: the questions of an activation. Everything here is harmless to repeat; the one thing that it ever
 * writes is the folder *Salesforce Emails*, once.
 */
import type { Clock } from '../../model/clock.ts';
import type { CheckResult, MailboxIdentity } from '../../model/connector.ts';
import { type Failure, failure, RemoteFailure } from '../../model/failure.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { tryCapabilities } from '../try-capabilities.ts';
import { runBatch } from './batch.ts';
import type { Feeds } from './feeds.ts';
import { watchedFolders } from './folders.ts';
import { categoriesOf, type Json } from './message.ts';
import type { Transport } from './transport.ts';

export interface Account {
  identify(): Promise<MailboxIdentity>;
  check(): Promise<readonly CheckResult[]>;
}

export interface AccountOptions {
  readonly transport: Transport;
  readonly feeds: Feeds;
  readonly clock: Clock;
  /** The mailbox that the application itself opens; a person's own where null. */
  readonly mailbox: string | null;
}

export function createAccount(options: AccountOptions): Account {
  return { identify: () => identify(options), check: () => check(options) };
}

// ------------------------------------------------------------------------------------------------------- identity

const USER = '?$select=id,mail,userPrincipalName,proxyAddresses';

/**
 * Proves that the mailbox opens, and asks the directory for its addresses. An application without a right to the directory (`User.Read.All`) knows the
 * one address that it was told.
 */
async function identify({ transport, mailbox }: AccountOptions): Promise<MailboxIdentity> {
  const { root } = transport;
  const [inbox, user] = await runBatch(transport, 'identify', [
    { method: 'GET', path: `${root}/mailFolders/inbox?$select=id`, scope: 'mailbox' },
    { method: 'GET', path: `${root}${USER}`, scope: 'mailbox' },
  ]);
  if (inbox?.ok !== true) throw new RemoteFailure(inbox?.failure ?? NO_ANSWER);
  if (user?.ok === true) {
    const identity = readIdentity((user.body ?? {}) as Json, mailbox);
    if (identity !== null) return identity;
  }
  if (mailbox !== null) return { address: mailbox, addresses: [mailbox] };
  if (user?.ok === false) throw new RemoteFailure(user.failure);
  throw new RemoteFailure(failure('mailbox.not-found', { vendorCode: 'NoAddress' }));
}

const NO_ANSWER: Failure = failure('mailbox.transient', { vendorCode: 'LeftOut' });

/** `SMTP:` is the primary address among the proxies, `smtp:` the others; other kinds (`X500:`, `SIP:`) are no mail. */
function readIdentity(user: Json, mailbox: string | null): MailboxIdentity | null {
  const { mail, userPrincipalName, proxyAddresses } = user;
  const proxies = (Array.isArray(proxyAddresses) ? proxyAddresses : []).map(String);
  const smtp = proxies.flatMap((proxy) => /^smtp:(.+@.+)$/i.exec(proxy.trim())?.[1] ?? []);
  const marked = proxies.find((proxy) => proxy.startsWith('SMTP:'))?.slice(5);
  const named = [marked, mail, userPrincipalName].find(
    (text): text is string => typeof text === 'string' && text.includes('@'),
  );
  if (named === undefined) return null;
  const all = [
    named,
    ...smtp,
    ...(typeof mail === 'string' ? [mail] : []),
    ...(mailbox === null ? [] : [mailbox]),
  ];
  return {
    address: named.toLowerCase(),
    addresses: [...new Set(all.map((text) => text.toLowerCase()).filter((text) => text.includes('@')))],
  };
}

// ---------------------------------------------------------------------------------------------------------- check

/** How each capability is tried here. */
async function check(options: AccountOptions): Promise<readonly CheckResult[]> {
  let sample: Json | null = null;
  const attempts = {
    'sign-in': () => identify(options),
    'read-mail': async () => {
      sample = await readSample(options.transport);
    },
    'write-categories': () => tryWriting(options.transport, sample),
    'salesforce-folder': () => ensureFolder(options),
  };
  return tryCapabilities(attempts, { listFeeds: options.feeds.listFeeds, now: options.clock.now() });
}

/** One message of the Inbox; null when the Inbox is empty. */
async function readSample({ json, root }: Transport): Promise<Json | null> {
  const page = (await json({
    method: 'GET',
    path: `${root}/mailFolders/inbox/messages?$top=1&$select=id,changeKey,categories`,
    operation: 'check',
    scope: 'mailbox',
  })) as Json | null;
  return Array.isArray(page?.value) ? ((page.value[0] as Json | undefined) ?? null) : null;
}

/** A tag that no message has: a write with it is refused as outdated where it would be allowed at all. */
const OUTDATED = 'W/"CQAAABYAAAAAAAAAAAAAAAAAAAAAAAAA"';

/**
 * Writes the categories that a message has, against an outdated version: it changes nothing, and only a missing right is refused otherwise. With an
 * empty Inbox the folder that is made next tells the same.
 */
async function tryWriting({ json, root }: Transport, sample: Json | null): Promise<void> {
  if (typeof sample?.id !== 'string') return;
  try {
    await json({
      method: 'PATCH',
      path: `${root}/messages/${encodeURIComponent(sample.id)}?$select=id`,
      headers: { 'if-match': OUTDATED },
      body: { categories: categoriesOf(sample) },
      operation: 'check',
      scope: 'item',
    });
  } catch (error) {
    if (!(error instanceof RemoteFailure)) throw error;
    const { code, kind, vendorCode } = error.failure;
    if (code === 'mailbox.item-access-denied')
      throw new RemoteFailure(
        failure('mailbox.access-denied', {
          fields: ['Mail.ReadWrite'],
          ...(vendorCode === undefined ? {} : { vendorCode }),
        }),
      );
    if (kind !== 'bad-item') throw error;
  }
}

/** Makes the folder where the mailbox has none outside of what was thrown away. */
async function ensureFolder({ transport, feeds }: AccountOptions): Promise<void> {
  const tree = await feeds.readTree();
  const places = [...watchedFolders(tree.folders, tree.roles).values()];
  if (places.includes('salesforce-folder')) return;
  try {
    await transport.json({
      method: 'POST',
      path: `${transport.root}/mailFolders`,
      body: { displayName: SALESFORCE_FOLDER },
      operation: 'create-folder',
      scope: 'mailbox',
    });
  } catch (error) {
    // Made by somebody else in the same moment.
    if (!(error instanceof RemoteFailure) || error.failure.vendorCode !== 'ErrorFolderExists') throw error;
  }
}
