/**
 * Whose mailbox this is and what may be done in it: the questions of an activation. Everything here is harmless to repeat; the one thing that it
 * ever makes is the label *Salesforce Emails*, once.
 */
import { z } from 'zod';
import type { Clock } from '../../model/clock.ts';
import type { CheckResult, MailboxIdentity, MailConnector } from '../../model/connector.ts';
import { RemoteFailure } from '../../model/failure.ts';
import type { ItemId } from '../../model/ids.ts';
import { SALESFORCE_FOLDER } from '../../model/settings.ts';
import { tryCapabilities } from '../try-capabilities.ts';
import type { Items } from './items.ts';
import type { Labels } from './labels.ts';
import { readAs, type Transport } from './transport.ts';

export interface AccountOptions {
  readonly transport: Transport;
  readonly labels: Labels;
  readonly items: Items;
}

export interface CheckOptions extends AccountOptions {
  readonly listFeeds: MailConnector['listFeeds'];
  readonly clock: Clock;
}

const profileSchema = z.object({ emailAddress: z.string() });
const sendAsSchema = z.object({
  sendAs: z
    .array(
      z.object({
        sendAsEmail: z.string(),
        isPrimary: z.boolean().optional(),
        treatAsAlias: z.boolean().optional(),
        verificationStatus: z.string().optional(),
      }),
    )
    .default([]),
});

/** The primary address proves the token; aliases are told by the addresses that the person may send as. */
export async function identify({ transport }: AccountOptions): Promise<MailboxIdentity> {
  const answer = await transport.call({
    method: 'getProfile',
    verb: 'GET',
    path: 'profile',
    scope: 'mailbox',
  });
  const address = readAs(profileSchema, answer).emailAddress.toLowerCase();
  return { address, addresses: [...new Set([address, ...(await aliases(transport))])] };
}

/**
 * An address that is not yet verified, or that Gmail is not told to treat as the person's own, is no alias: an assistant who may write as somebody else
 * does not own that mailbox. https://developers.google.com/workspace/gmail/api/reference/rest/v1/users.settings.sendAs
 */
async function aliases(transport: Transport): Promise<readonly string[]> {
  try {
    const answer = await transport.call({
      method: 'settings.sendAs.list',
      verb: 'GET',
      path: 'settings/sendAs',
      // A refusal here says nothing of the mailbox, and must not end the connection.
      scope: 'item',
    });
    return readAs(sendAsSchema, answer)
      .sendAs.filter(
        ({ isPrimary, treatAsAlias, verificationStatus }) =>
          isPrimary === true || (treatAsAlias === true && verificationStatus !== 'pending'),
      )
      .map(({ sendAsEmail }) => sendAsEmail.toLowerCase());
  } catch (error) {
    if (error instanceof RemoteFailure && HIDES_ALIASES.has(error.failure.kind)) return [];
    throw error;
  }
}

const HIDES_ALIASES: ReadonlySet<string> = new Set([
  'bad-item',
  'permission-missing',
  'authorization-revoked',
]);

/** How each capability is tried here. */
export async function check(options: CheckOptions): Promise<readonly CheckResult[]> {
  let sample: ItemId | null = null;
  const attempts = {
    'sign-in': () => identify(options),
    'read-mail': async () => {
      sample = await readSample(options);
    },
    'write-categories': () => writeSample(options.transport, sample),
    'salesforce-folder': () => options.labels.ensure(SALESFORCE_FOLDER),
  };
  return tryCapabilities(attempts, { listFeeds: options.listFeeds, now: options.clock.now() });
}

const listSchema = z.object({ messages: z.array(z.object({ id: z.string() })).default([]) });

/** Reads the head of one mail of the Inbox; null when the Inbox is empty. */
async function readSample({ transport, items }: AccountOptions): Promise<ItemId | null> {
  const answer = await transport.call({
    method: 'messages.list',
    verb: 'GET',
    path: 'messages?maxResults=1&labelIds=INBOX',
    scope: 'mailbox',
  });
  const id = readAs(listSchema, answer).messages[0]?.id as ItemId | undefined;
  if (id === undefined) return null;
  await items.readHeads([{ itemId: id, place: 'inbox' }]);
  return id;
}

/** Gives a mail of the Inbox the label that it has already: the right is asked for, and nothing changes. */
async function writeSample(transport: Transport, sample: ItemId | null): Promise<void> {
  if (sample === null) return;
  await transport.call({
    method: 'messages.modify',
    verb: 'POST',
    path: `messages/${encodeURIComponent(sample)}/modify`,
    body: { addLabelIds: ['INBOX'] },
    scope: 'mailbox',
  });
}
