/**
 * Who takes part in an event, in the CRM's people (V3): attendees become relations with their answer, the organizer's user owns the record, and it is
 * related to an account, opportunity or case as mail is (S3, E7). Pure.
 */

import type { Relation, Relations } from '../model/crm-records.ts';
import type { RecordId } from '../model/ids.ts';
import type { Answer, EventItem } from '../model/mailbox-item.ts';
import type { ItemRules } from './item-rules.ts';
import type { LookUpIndex } from './match.ts';

export interface RelateOptions {
  /** This mailbox writes the record; else it adds its own answer. */
  readonly leads: boolean;
  /** The record is, or is to be, the connected user's own. */
  readonly isMine: boolean;
  /**
   * A record may be made for the organizer's user. Where the CRM has no key of ours it must not: a run that died in between could not find it again
   * among what is its own.
   */
  readonly mayGive: boolean;
}

export interface Related {
  readonly relations: Relations;
  /** Null: the connected user's. */
  readonly ownerId: RecordId | null;
  readonly relatedTo: RecordId | null;
}

interface Participant {
  readonly address: string;
  readonly answer: Answer;
}

/** Everybody whom the CRM may know: no resources, nobody from a blocklist, each once. */
export function participantsOf(
  event: EventItem,
  rules: Pick<ItemRules, 'isBlocked'>,
): readonly Participant[] {
  const all = new Map<string, Participant>();
  for (const { address, answer, isResource } of event.attendees)
    if (!isResource && address !== '') all.set(address, { address, answer });
  const { organizer } = event;
  if (organizer !== null && organizer.address !== '' && event.attendees.length > 0)
    all.set(organizer.address, { address: organizer.address, answer: 'accepted' });
  return [...all.values()].filter(({ address }) => !rules.isBlocked(address));
}

/** Web domains by which an account may be matched. */
export function domainsOf(
  addresses: readonly string[],
  rules: Pick<ItemRules, 'accountDomain'>,
): readonly string[] {
  return [...new Set(addresses.flatMap((address) => rules.accountDomain(address) ?? []))];
}

/**
 * Relates an event that this mailbox leads, or adds this mailbox's own answer. An attendee's copy does not know how the others answered, and must not
 * reset what the organizer's copy, or somebody in the CRM, said of them.
 */
export function relate(
  event: EventItem,
  index: LookUpIndex,
  rules: Pick<ItemRules, 'isBlocked' | 'isOwn' | 'isInternal' | 'accountDomain'>,
  { leads, isMine, mayGive }: RelateOptions,
): Related {
  const everybody = participantsOf(event, rules);
  const organizer = event.organizer === null ? undefined : index.people.get(event.organizer.address);
  const isOthers = mayGive && !event.isOrganizer && organizer?.kind === 'internal';
  const ownerId = isOthers ? organizer.recordId : null;
  const people: Relation[] = [];
  for (const { address, answer } of everybody) {
    const person = index.people.get(address);
    const isMe = rules.isOwn(address);
    if (person === undefined || (!leads && !isMe)) continue;
    // The record is its owner's already: nobody is invited to his own event.
    if (person.recordId === ownerId || (isMe && ownerId === null && leads && isMine)) continue;
    if (people.some((one) => one.person.recordId === person.recordId)) continue;
    people.push({
      person,
      answer: isMe || event.isOrganizer ? toAnswer(isMe ? event.answer : answer) : 'unknown',
    });
  }
  return {
    relations: { people, these: leads && event.isOrganizer ? 'all' : 'some' },
    ownerId,
    relatedTo: relatedRecord(everybody, index, rules),
  };
}

function toAnswer(answer: Answer): Relation['answer'] {
  return answer === 'tentative' ? 'none' : answer;
}

function relatedRecord(
  everybody: readonly Participant[],
  index: LookUpIndex,
  rules: Pick<ItemRules, 'isInternal' | 'accountDomain'>,
): RecordId | null {
  const outside = everybody.map(({ address }) => address).filter((address) => !rules.isInternal(address));
  const byPerson = outside.flatMap((address) => {
    const person = index.people.get(address);
    return person === undefined || person.kind === 'internal' ? [] : (person.accountId ?? []);
  });
  const byDomain = domainsOf(outside, rules).flatMap((domain) => index.accounts.get(domain) ?? []);
  const accounts = [...byPerson, ...byDomain];
  const related = accounts.map((account) => index.related.get(account)).find((one) => one !== undefined);
  return related ?? accounts[0] ?? null;
}

/** The fingerprint of what this mailbox would say about the people: all of them with their answers, or its own answer alone. */
export function printPeople(
  event: EventItem,
  options: {
    readonly leads: boolean;
    readonly isOwn: (address: string) => boolean;
    readonly print: (text: string) => string;
  },
): string {
  if (!options.leads) return options.print(`own ${event.answer}`);
  const all = event.attendees
    .filter(({ isResource }) => !isResource)
    .map(({ address, answer }) => `${address} ${options.isOwn(address) ? event.answer : answer}`)
    .sort();
  return options.print([event.answer, ...all].join('\n'));
}
