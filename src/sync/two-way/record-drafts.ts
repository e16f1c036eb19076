/**
 * From items to what is written to the CRM: keys, wishes for records that are there already, and new or changed records with their people. Pure.
 */
import type { LookUpIndex } from '../../decide/match.ts';
import type { PairAction } from '../../decide/plan-pair.ts';
import { domainsOf, participantsOf, relate } from '../../decide/relate.ts';
import { reduceFields } from '../../model/canonical.ts';
import type { FieldName, FieldSpecs, Fields } from '../../model/collection.ts';
import type { LookUpQuery } from '../../model/connector.ts';
import type { RecordWish, RecordWrite } from '../../model/crm-records.ts';
import { eventKey } from '../../model/event-key.ts';
import type { EmailKey } from '../../model/ids.ts';
import type { KeyPrint } from '../../model/link.ts';
import type { MailboxItem } from '../../model/mailbox-item.ts';
import type { TwoWay } from './two-way.ts';

/**
 * The text that tells an item from every other one in the organization: of events the meeting's key, of contacts the first address; null for what has
 * none. Never stored unkeyed.
 */
export function claimTextOf(item: MailboxItem): string | null {
  if (item.collection === 'events') {
    const key = eventKey(item);
    return key === null ? null : `event ${key}`;
  }
  const [address] = item.collection === 'contacts' ? item.addresses : [];
  return address === undefined ? null : `contact ${address}`;
}

/** What a meeting is known by in every mailbox of the organization; null for everything else. */
export function keyPrintOf(
  two: TwoWay,
  item: Pick<MailboxItem, 'collection'> & {
    readonly uid?: string | null;
    readonly originalStart?: string | null;
  },
): KeyPrint | null {
  if (item.collection !== 'events' || item.uid == null) return null;
  const key = eventKey({ uid: item.uid, originalStart: item.originalStart ?? null });
  return key === null ? null : two.run.keys.printKey(`event ${key}` as EmailKey);
}

/** Lockstep's own unique key of the record that an item is made into. */
export function recordKeyOf({ run }: TwoWay, item: MailboxItem): string | null {
  if (item.collection === 'contacts') return null;
  const text = claimTextOf(item) ?? `${item.collection} ${run.mailboxId} ${item.itemId}`;
  return `lockstep-${run.digest(text)}`;
}

/** By what an item's record may be there already (S4). */
export function wishOf(two: TwoWay, item: MailboxItem): RecordWish {
  return {
    key: recordKeyOf(two, item),
    fields: reduceFields(item.fields, two.recordSpecs),
    addresses: item.collection === 'contacts' ? item.addresses : [],
  };
}

type Write = Extract<PairAction, { do: 'make-record' | 'merge' }>;

/** Whom the CRM is asked about before these are written; null: nobody. */
export function peopleQuery(two: TwoWay, actions: readonly Write[]): LookUpQuery | null {
  const addresses = new Set<string>();
  const domains = new Set<string>();
  for (const action of actions) {
    const { item } = action;
    if (item.collection === 'events' && (action.do === 'make-record' || action.people !== 'none')) {
      const all = participantsOf(item, two.rules).map(({ address }) => address);
      for (const address of all) addresses.add(address);
      for (const domain of domainsOf(all, two.rules)) domains.add(domain);
    }
    if (item.collection === 'contacts' && action.do === 'make-record')
      for (const domain of domainsOf(item.addresses, two.rules)) domains.add(domain);
  }
  if (addresses.size + domains.size === 0) return null;
  const { relateTo } = two.rules.settings;
  return { addresses: [...addresses], domains: [...domains], keys: [], relateTo };
}

/** What is written for one action; null where nothing is. */
export function writeOf(two: TwoWay, action: Write, index: LookUpIndex): RecordWrite | null {
  return action.do === 'make-record' ? draftOf(two, action.item, index) : changeOf(two, action, index);
}

function draftOf(two: TwoWay, item: MailboxItem, index: LookUpIndex): RecordWrite {
  const draft = {
    recordId: null,
    key: recordKeyOf(two, item),
    fields: writable(reduceFields(item.fields, two.recordSpecs), two.recordSpecs),
    ownerId: null,
  };
  if (item.collection === 'events') {
    const { relations, ownerId, relatedTo } = relate(item, index, two.rules, {
      ...{ leads: true, isMine: true, mayGive: two.hasOwnKeys },
    });
    return { ...draft, ownerId, relations, relatedTo };
  }
  if (item.collection !== 'contacts') return draft;
  const [account] = domainsOf(item.addresses, two.rules).flatMap(
    (domain) => index.accounts.get(domain) ?? [],
  );
  return { ...draft, relatedTo: account ?? null };
}

function changeOf(
  two: TwoWay,
  { item, record, merge, people }: Extract<Write, { do: 'merge' }>,
  index: LookUpIndex,
): RecordWrite | null {
  const change = { recordId: record.recordId, key: null, fields: merge.toRecord, ownerId: null };
  if (item.collection === 'events' && people !== 'none') {
    const { relations } = relate(item, index, two.rules, {
      ...{ leads: people === 'all', isMine: record.isOwn, mayGive: two.hasOwnKeys },
    });
    // A colleague's copy that found nobody of its own has nothing to add.
    if (people === 'all' || relations.people.length > 0) return { ...change, relations };
  }
  return Object.keys(merge.toRecord).length === 0 ? null : change;
}

/** Fields that the side takes. */
export function writable(fields: Fields, specs: FieldSpecs): Fields {
  return Object.fromEntries(
    Object.entries(fields).filter(([name]) => specs[name as FieldName]?.writable === true),
  );
}
