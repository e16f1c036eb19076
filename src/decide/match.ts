/**
 * Who the addresses of a mail belong to, and what the mail is related to (S3): Contact and Lead by every e-mail field first, then
 * the Account by web domain, then that account's opportunity or case where the settings ask for it.
 */

import type { LookUpResult, Person } from '../model/connector.ts';
import type { RecordId } from '../model/ids.ts';
import type { Candidate } from './screen.ts';

export interface Match {
  /** Everybody found, by address; CRM users among them. */
  readonly people: ReadonlyMap<string, Person>;
  readonly relatedTo: RecordId | null;
}

/** `internal`: all outside addresses turned out to be users of the CRM itself. */
export type MatchResult =
  | { readonly kind: 'match'; readonly match: Match }
  | { readonly kind: 'none' }
  | { readonly kind: 'internal' };

/** The look-up's answer indexed once per page, so that matching a mail is a handful of map reads. */
export interface LookUpIndex {
  readonly people: ReadonlyMap<string, Person>;
  readonly accounts: ReadonlyMap<string, RecordId>;
  readonly related: ReadonlyMap<RecordId, RecordId>;
}

/** Indexes a look-up; where an address has several people, a contact goes before a lead, and a CRM user before both. */
export function indexLookUp(result: LookUpResult): LookUpIndex {
  const rank = { internal: 0, contact: 1, lead: 2 } as const;
  const people = new Map<string, Person>();
  for (const person of result.people) {
    const held = people.get(person.address);
    if (held === undefined || rank[person.kind] < rank[held.kind]) people.set(person.address, person);
  }
  const accounts = new Map(result.accounts.map((account) => [account.domain, account.recordId]));
  return { people, accounts, related: result.related };
}

/** Matches one candidate. Mail that a person chose himself is saved even when nobody is found. */
export function match(candidate: Candidate, index: LookUpIndex): MatchResult {
  const people = new Map<string, Person>();
  for (const address of candidate.outside) {
    const person = index.people.get(address);
    if (person !== undefined) people.set(address, person);
  }
  const found = [...people.values()];
  const customers = found.filter((person) => person.kind !== 'internal');
  if (customers.length === 0 && !candidate.explicit) {
    const onlyUsers = candidate.outside.length > 0 && found.length === candidate.outside.length;
    return { kind: onlyUsers ? 'internal' : 'none' };
  }
  return { kind: 'match', match: { people, relatedTo: relatedRecord(candidate, customers, index) } };
}

function relatedRecord(
  candidate: Candidate,
  customers: readonly Person[],
  index: LookUpIndex,
): RecordId | null {
  const byPerson = customers.map((person) => person.accountId);
  const byDomain = candidate.domains.map((domain) => index.accounts.get(domain) ?? null);
  const accounts = [...byPerson, ...byDomain].filter((account) => account !== null);
  // The first account that has an opportunity or case wins over earlier ones that have none.
  const related = accounts
    .map((account) => index.related.get(account))
    .find((record) => record !== undefined);
  return related ?? accounts[0] ?? null;
}
