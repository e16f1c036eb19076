/** The people of a mail or an event with their standing: who is a contact or lead, who is one's own, who is on a blocklist. Named live, kept nowhere. */
import { indexLookUp } from '../decide/match.ts';
import type { Rules } from '../decide/rules.ts';
import type { Person } from '../model/connector.ts';
import type { RecordFacts } from '../model/crm-record-facts.ts';
import type { RecordId } from '../model/ids.ts';
import type { OpenMailbox } from './open-mailbox.ts';

export interface Participant {
  readonly address: string;
  readonly standing: 'contact' | 'lead' | 'user' | 'internal' | 'own' | 'blocklisted' | 'unknown';
  /** As the CRM has it. */
  readonly name: string | null;
  readonly account: string | null;
  readonly recordUrl: string | null;
}

/** People who are looked up and named at most; a mail to thousands is a newsletter. */
export const PARTICIPANTS_MAX = 100;

/** Everybody of the addresses, with names as the CRM has them now. Rejects with `RemoteFailure`. */
export async function nameParticipants(
  { crm, rules }: Pick<OpenMailbox, 'crm' | 'rules'>,
  addresses: readonly string[],
  people: readonly Person[],
): Promise<readonly Participant[]> {
  const found = indexLookUp({ people, accounts: [], emails: [], related: new Map() }).people;
  const ids = [...found.values()].flatMap(({ recordId, accountId }) =>
    accountId === null ? [recordId] : [recordId, accountId],
  );
  const facts = new Map((await crm.describeRecords(ids)).map((one) => [one.recordId, one]));
  const participants: Participant[] = [];
  for (const address of addresses.slice(0, PARTICIPANTS_MAX)) {
    const person = found.get(address);
    participants.push({
      address,
      standing: standingOf(address, rules, person),
      name: labelOf(facts, person?.recordId),
      account: labelOf(facts, person?.accountId),
      recordUrl: person === undefined ? null : await crm.recordUrl(person.recordId),
    });
  }
  return participants;
}

function labelOf(facts: ReadonlyMap<RecordId, RecordFacts>, id: RecordId | null | undefined): string | null {
  return id == null ? null : (facts.get(id)?.label ?? null);
}

function standingOf(address: string, rules: Rules, person: Person | undefined): Participant['standing'] {
  if (rules.isOwn(address)) return 'own';
  if (rules.isBlocked(address)) return 'blocklisted';
  if (rules.isInternal(address)) return 'internal';
  if (person === undefined) return 'unknown';
  return person.kind === 'internal' ? 'user' : person.kind;
}
