/**
 * Whether the services agree on the same mail: reads what the product stored about each copy, and names the mails that were judged unequally or
 * became more than one record. Which copy became the record does not matter. The names are those of the reader's own files.
 */
import type { Ports } from '../src/commands/ports.ts';
import type { ItemId, RecordId } from '../src/model/ids.ts';
import { acrossOrganizations, type Tx } from '../src/store/database.ts';
import { organizationKeys } from '../src/store/keyring.ts';
import { readLinksByItems } from '../src/store/links.ts';
import { findMailboxByAddress } from '../src/store/mailboxes.ts';
import { readVerdict } from '../src/store/verdicts.ts';
import type { MailServiceName } from './cast.ts';
import type { Copies } from './seed-mail.ts';

export interface VerdictDifferences {
  readonly mails: number;
  /** Different mails that share a Message-ID count as one mail: whichever is saved first decides for the others, so they are not compared. */
  readonly shared: number;
  readonly different: number;
  /** The first `NAMED_MAX` of those that differ. */
  readonly named: readonly VerdictDifference[];
  /** Mails whose copies became more than one record, and the first `NAMED_MAX` of them. */
  readonly split: number;
  readonly splitNamed: readonly string[];
}

export interface VerdictDifference {
  readonly mail: string;
  /** `saved` stands for all that end in a record. */
  readonly verdicts: Readonly<Partial<Record<MailServiceName, string>>>;
}

const NAMED_MAX = 200;

interface Judged {
  /** A verdict's code; `saved` for all that end in a record, `none` where nothing is stored. */
  readonly word: string;
  readonly recordId: RecordId | null;
}

type Reader = (itemId: ItemId) => Promise<Judged>;

export async function compareVerdicts(ports: Ports, copies: readonly Copies[]): Promise<VerdictDifferences> {
  const shared = sharedIds(copies);
  const compared = copies.filter(({ messageId }) => messageId === null || !shared.has(messageId));
  const differing: VerdictDifference[] = [];
  const split: string[] = [];
  const readers = new Map<string, Reader>();
  await acrossOrganizations(ports.db, async (tx) => {
    for (const { name, items } of compared) {
      const verdicts: Partial<Record<MailServiceName, string>> = {};
      const records = new Set<RecordId>();
      for (const { owner, itemId } of items) {
        const read = readers.get(owner.address) ?? (await openReader(ports, tx, owner.address));
        readers.set(owner.address, read);
        const { word, recordId } = await read(itemId as ItemId);
        verdicts[owner.service] = word;
        if (recordId !== null) records.add(recordId);
      }
      if (new Set(Object.values(verdicts)).size > 1) differing.push({ mail: name, verdicts });
      if (records.size > 1) split.push(name);
    }
  });
  return {
    mails: copies.length,
    shared: copies.length - compared.length,
    different: differing.length,
    named: differing.slice(0, NAMED_MAX),
    split: split.length,
    splitNamed: split.slice(0, NAMED_MAX),
  };
}

function sharedIds(copies: readonly Copies[]): ReadonlySet<string> {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { messageId } of copies) {
    if (messageId === null) continue;
    if (seen.has(messageId)) shared.add(messageId);
    seen.add(messageId);
  }
  return shared;
}

async function openReader(ports: Ports, tx: Tx, address: string): Promise<Reader> {
  const [mailbox] = await findMailboxByAddress(tx, address);
  if (mailbox === undefined) throw new Error('there is no such mailbox');
  const keys = await organizationKeys(tx, ports.keyring, mailbox.organizationId);
  return async (itemId) => {
    const code = (await readVerdict(tx, mailbox.id, keys.printItem(itemId)))?.code ?? 'none';
    const [link] = await readLinksByItems(tx, mailbox.id, [itemId]);
    return { word: code.startsWith('saved.') ? 'saved' : code, recordId: link?.recordId ?? null };
  };
}
