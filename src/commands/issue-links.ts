/** Where the two sides of an issue open: the mail in its owner's client, as far as its service has such pages, and the record in the CRM. Asks nobody about items. */
import type { AnyCollection } from '../model/collection.ts';
import type { ItemId, OrganizationId, RecordId, UserId } from '../model/ids.ts';
import { readConnection, readConnectionFacts } from '../store/connections.ts';
import { inOrganization } from '../store/database.ts';
import type { Issue } from '../store/issues.ts';
import { organizationKeys } from '../store/keyring.ts';
import { readCurrentMailbox } from '../store/mailboxes.ts';
import type { Ports } from './ports.ts';

interface Reader {
  readonly organizationId: OrganizationId;
  /** Null: a script, which has no CRM account of its own. */
  readonly userId: UserId | null;
}

export interface IssueLinks {
  readonly mailUrl: string | null;
  readonly recordUrl: string | null;
}

/** The longest that opening the CRM may take; links are a courtesy. */
const LINKS_MS_MAX = 5_000;

/** Links of a mailbox owner's own issues. */
export async function issueLinks(
  ports: Ports,
  who: Reader & { readonly userId: UserId },
  issues: readonly Issue[],
): Promise<(issue: Issue) => IssueLinks> {
  const recordIds = issues.flatMap(({ recordId }) => recordId ?? []);
  const urls = await recordUrls(ports, who, recordIds);
  const mailUrl = await mailLinks(ports, who);
  return ({ collection, itemId, recordId }) => ({
    mailUrl: isOfNoItem(itemId) ? null : mailUrl(itemId, collection),
    recordUrl: recordId === null ? null : (urls.get(recordId) ?? null),
  });
}

/** An issue of a record without an item, or of a whole collection. */
function isOfNoItem(itemId: ItemId): boolean {
  return /^(record|collection):/.test(itemId);
}

/** Where records open, as the reader's own CRM account sees them; those that are not told have no link. Never rejects for the CRM's sake. */
export async function recordUrls(
  ports: Ports,
  { organizationId, userId }: Reader,
  recordIds: readonly RecordId[],
): Promise<ReadonlyMap<RecordId, string>> {
  const none = new Map<RecordId, string>();
  if (recordIds.length === 0 || userId === null) return none;
  const connection = await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readCurrentMailbox(tx, userId);
    if (mailbox === null) return null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    return await readConnection(tx, keys, mailbox.crmConnectionId);
  });
  if (connection?.credential == null) return none;
  const crm = ports.crm.open(connection, AbortSignal.timeout(LINKS_MS_MAX));
  try {
    const urls = await Promise.all(recordIds.map(async (id) => [id, await crm.recordUrl(id)] as const));
    return new Map(urls);
  } catch {
    return none;
  } finally {
    await crm.close();
  }
}

async function mailLinks(
  ports: Ports,
  { organizationId, userId }: Reader & { readonly userId: UserId },
): Promise<(itemId: ItemId, collection: AnyCollection) => string | null> {
  return await inOrganization(ports.db, organizationId, async (tx) => {
    const mailbox = await readCurrentMailbox(tx, userId);
    const service = mailbox === null ? undefined : ports.mailServices.get(mailbox.service);
    if (mailbox === null || service === undefined) return () => null;
    const keys = await organizationKeys(tx, ports.keyring, organizationId);
    const connection = await readConnectionFacts(tx, keys, mailbox.mailboxConnectionId);
    return (itemId, collection) => service.webLink(connection, itemId, collection);
  });
}
