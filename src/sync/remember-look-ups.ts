/**
 * A CRM that is asked about an address or a domain once per run: most mail of a mailbox is with the same people. What it remembers is bounded,
 * lives in memory only and ends with the run; keys of mails are never remembered, because saving changes the answer.
 */
import type { CrmConnector, LookUpQuery, LookUpResult, Person } from '../model/connector.ts';
import type { RecordId } from '../model/ids.ts';

/** Addresses and domains together; about 200 bytes each. When there are more, all are forgotten. */
const REMEMBERED_MAX = 20_000;

interface Memory {
  /** Also those who are nobody. */
  readonly people: Map<string, readonly Person[]>;
  readonly accounts: Map<string, RecordId | null>;
  readonly related: Map<RecordId, RecordId>;
}

/** `crm` with a memory for `lookUp`, which also cuts a query into calls of `lookUpMax`. `relateTo` must stay the same. */
export function rememberLookUps(crm: CrmConnector, rememberedMax = REMEMBERED_MAX): CrmConnector {
  let memory = nothingKnown();
  return {
    records: crm.records,
    capabilities: () => crm.capabilities(),
    identify: () => crm.identify(),
    check: () => crm.check(),
    poll: () => crm.poll(),
    async lookUp(query) {
      if (memory.people.size + memory.accounts.size > rememberedMax) memory = nothingKnown();
      const known = memory;
      const emails: LookUpResult['emails'][number][] = [];
      for (const part of await partsOf(crm, unknownOf(query, known))) {
        const result = await crm.lookUp(part);
        learn(known, part, result);
        emails.push(...result.emails);
      }
      return {
        people: query.addresses.flatMap((address) => known.people.get(address) ?? []),
        accounts: query.domains.flatMap((domain) => {
          const recordId = known.accounts.get(domain);
          return recordId == null ? [] : [{ domain, recordId }];
        }),
        emails,
        related: known.related,
      };
    },
    saveEmails: (drafts) => crm.saveEmails(drafts),
    recordUrl: (recordId) => crm.recordUrl(recordId),
    describeRecords: (ids) => crm.describeRecords(ids),
    removeRecords: (ids) => crm.removeRecords(ids),
    findAbout: (address, after) => crm.findAbout(address, after),
    listUsers: (query) => crm.listUsers(query),
    findUsers: (wish) => crm.findUsers(wish),
    usage: () => crm.usage(),
    traffic: () => crm.traffic(),
    close: () => crm.close(),
  };
}

function nothingKnown(): Memory {
  return { people: new Map(), accounts: new Map(), related: new Map() };
}

function unknownOf(query: LookUpQuery, memory: Memory): LookUpQuery {
  return {
    ...query,
    addresses: query.addresses.filter((address) => !memory.people.has(address)),
    domains: query.domains.filter((domain) => !memory.accounts.has(domain)),
  };
}

/** Calls that the CRM takes; none when there is nothing to ask. */
async function partsOf(crm: CrmConnector, query: LookUpQuery): Promise<readonly LookUpQuery[]> {
  const length = Math.max(query.addresses.length, query.domains.length, query.keys.length);
  if (length === 0) return [];
  const { lookUpMax } = await crm.capabilities();
  const parts: LookUpQuery[] = [];
  for (let at = 0; at < length; at += lookUpMax) {
    const end = at + lookUpMax;
    parts.push({
      ...query,
      addresses: query.addresses.slice(at, end),
      domains: query.domains.slice(at, end),
      keys: query.keys.slice(at, end),
    });
  }
  return parts;
}

function learn(memory: Memory, asked: LookUpQuery, result: LookUpResult): void {
  const people = Map.groupBy(result.people, (person) => person.address);
  for (const address of asked.addresses) memory.people.set(address, people.get(address) ?? []);
  for (const domain of asked.domains) memory.accounts.set(domain, null);
  for (const { domain, recordId } of result.accounts) memory.accounts.set(domain, recordId);
  for (const [accountId, recordId] of result.related) memory.related.set(accountId, recordId);
}
