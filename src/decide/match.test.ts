/** Whom the addresses of a mail belong to, and what it is related to (S3). */
import { describe, expect, test } from 'vitest';
import { contact, lookUpResult } from '../../test/support/builders.ts';
import type { LookUpResult, Person } from '../model/connector.ts';
import type { RecordId } from '../model/ids.ts';
import { indexLookUp, match } from './match.ts';
import type { Candidate } from './screen.ts';

const id = (text: string) => text as RecordId;
const as = (kind: Person['kind'], address: string, accountId: string | null = null): Person => ({
  ...contact(address, accountId),
  kind,
  recordId: id(`${kind} ${address}`),
});

function candidate(change: Partial<Candidate> = {}): Candidate {
  return { kind: 'candidate', explicit: false, outgoing: false, outside: [], domains: [], ...change };
}

function matched(change: Partial<Candidate>, found: Partial<LookUpResult>) {
  return match(candidate(change), indexLookUp(lookUpResult(found)));
}

function relatedTo(change: Partial<Candidate>, found: Partial<LookUpResult>): RecordId | null {
  const result = matched(change, found);
  if (result.kind !== 'match') throw new Error(`no match: ${result.kind}`);
  return result.match.relatedTo;
}

describe('where an address has several people', () => {
  const kim = 'kim@acme.example';
  const order = (['internal', 'contact', 'lead'] as const).map((kind) => as(kind, kim));
  test('a user of the CRM goes before a contact and a contact before a lead, in whichever order they are told', () => {
    const [user, person, lead] = order;
    if (user === undefined || person === undefined || lead === undefined) throw new Error('there are three');
    for (const [people, wins] of [
      [[user, person, lead], user],
      [[lead, person, user], user],
      [[lead, person], person],
      [[person, lead], person],
    ] as const)
      expect(indexLookUp(lookUpResult({ people })).people.get(kim)).toBe(wins);
  });

  test('of one kind the first that is told stays', () => {
    const [first, second] = [as('contact', kim, '001A'), as('contact', kim, '001B')];
    expect(indexLookUp(lookUpResult({ people: [first, second] })).people.get(kim)).toBe(first);
  });
});

describe('a mail', () => {
  const lead = as('lead', 'lee@acme.example');
  const user = as('internal', 'partner@other.example');

  test('has the people whose addresses are in it, and nobody else', () => {
    const result = matched(
      { outside: [lead.address, 'nobody@else.example'] },
      { people: [lead, as('contact', 'away@acme.example')] },
    );
    expect(result.kind === 'match' && [...result.match.people]).toEqual([[lead.address, lead]]);
  });

  test('without a contact or lead is no match', () => {
    expect(matched({ outside: ['nobody@else.example'] }, {})).toEqual({ kind: 'none' });
    expect(matched({ outside: [] }, {})).toEqual({ kind: 'none' });
    expect(matched({ outside: [user.address, 'nobody@else.example'] }, { people: [user] })).toEqual({
      kind: 'none',
    });
  });

  test('is internal where every outside address is a user of the CRM', () => {
    expect(matched({ outside: [user.address] }, { people: [user] })).toEqual({ kind: 'internal' });
  });

  test('that a person chose matches though nobody is found, and though users alone are', () => {
    expect(matched({ explicit: true }, {}).kind).toBe('match');
    expect(matched({ explicit: true, outside: [user.address] }, { people: [user] }).kind).toBe('match');
  });
});

describe('what a mail is related to', () => {
  const kim = as('contact', 'kim@acme.example', '001A');
  const bob = as('contact', 'bob@beta.example', '001B');
  const outside = [kim.address, bob.address];
  const people = [kim, bob];

  test('is the account of the first person', () => {
    expect(relatedTo({ outside }, { people })).toBe('001A');
  });

  test('is the account by domain, where no person has one', () => {
    const accounts = [{ domain: 'acme.example', recordId: id('001D') }];
    const nobodys = as('contact', kim.address);
    expect(
      relatedTo({ outside, domains: ['else.example', 'acme.example'] }, { people: [nobodys], accounts }),
    ).toBe('001D');
    expect(relatedTo({ outside, domains: ['acme.example'] }, { people, accounts })).toBe('001A');
  });

  test('is an opportunity or case of a later account before an earlier account that has none', () => {
    expect(relatedTo({ outside }, { people, related: new Map([[id('001B'), id('006B')]]) })).toBe('006B');
    const both = new Map([
      [id('001B'), id('006B')],
      [id('001A'), id('006A')],
    ]);
    expect(relatedTo({ outside }, { people, related: both })).toBe('006A');
  });

  test('is nothing where no account is known, and never the account of a user of the CRM', () => {
    expect(relatedTo({ outside }, { people: [as('lead', kim.address)] })).toBeNull();
    const colleague = as('internal', bob.address, '001C');
    expect(relatedTo({ outside }, { people: [as('lead', kim.address), colleague] })).toBeNull();
  });
});
