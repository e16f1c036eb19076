/**
 * The heart. From what was read, what both sides last agreed on and what Salesforce knows, it makes the list of actions that a run
 * would take, each with its reason. It does no I/O, reads no clock and has never heard of a service; a dry run stops here.
 */

import type { ItemResult, LookUpQuery, LookUpResult } from '../model/connector.ts';
import type { EmailHead } from '../model/email.ts';
import { headKey, referredKeys } from '../model/email-key.ts';
import type { Failure } from '../model/failure.ts';
import type { EmailKey, ItemId, RecordId } from '../model/ids.ts';
import type { KeyPrint, Link, PrintKey } from '../model/link.ts';
import type { SavedCode, SkipCode } from '../model/verdict.ts';
import { indexLookUp, type LookUpIndex, type Match, match } from './match.ts';
import type { Rules } from './rules.ts';
import { type Candidate, isChosen, screen } from './screen.ts';
import type { TakeNote } from './trail.ts';

export type Action =
  /** Left out by a rule. */
  | { readonly do: 'skip'; readonly head: EmailHead; readonly code: SkipCode }
  /** The mail has a record already: remember the pair, write nothing. */
  | {
      readonly do: 'link';
      readonly head: EmailHead;
      readonly print: KeyPrint;
      readonly recordId: RecordId;
      readonly code: SavedCode;
      /** Whether Lockstep made the record. */
      readonly created: boolean;
      /** The person chose it himself, or an earlier mail of its thread. */
      readonly chosen: boolean;
    }
  /** Read the content and save it. `recordId` is a record that was found but may lack files. */
  | {
      readonly do: 'save';
      readonly head: EmailHead;
      /** Null where the mail has no Message-ID: the key then follows from the content. */
      readonly key: EmailKey | null;
      readonly match: Match;
      readonly outgoing: boolean;
      readonly chosen: boolean;
      readonly recordId: RecordId | null;
    }
  /** Could not be read: an issue holds it. */
  | { readonly do: 'park'; readonly itemId: ItemId; readonly failure: Failure };

export interface PlanInput {
  readonly heads: readonly ItemResult<EmailHead>[];
  readonly rules: Rules;
  readonly lookUp: LookUpResult;
  /** Links of this mailbox and records that other mailboxes of the organization saved, by the print of the mail's key. */
  readonly links: KnownLinks;
  readonly printKey: PrintKey;
  /** Prints of mails that the person chose himself, as far as these heads refer to them. */
  readonly threads?: ReadonlySet<KeyPrint>;
  /** A person asks for these mails by hand: as if he had put them into the folder, tombstones notwithstanding. */
  readonly byHand?: boolean;
  /** Takes a note of every rule as it is asked; for *Why?*, which plans one head. */
  readonly note?: TakeNote;
}

export interface KnownLinks {
  readonly own: ReadonlyMap<KeyPrint, Link>;
  readonly others: ReadonlyMap<KeyPrint, RecordId>;
}

/** One action per head, in order. Total: whatever comes in, something is decided, and nothing is thrown. */
export function plan(input: PlanInput): readonly Action[] {
  const index = indexLookUp(input.lookUp);
  const found = new Map(input.lookUp.emails.map((email) => [email.key, email.recordId]));
  return input.heads.map((read) =>
    read.ok
      ? decide(read.value, input, index, found)
      : { do: 'park', itemId: read.itemId, failure: read.failure },
  );
}

function decide(
  head: EmailHead,
  input: PlanInput,
  index: LookUpIndex,
  found: ReadonlyMap<EmailKey, RecordId>,
): Action {
  const known = knownAction(head, input);
  if (known.kind !== 'candidate') return known.action;
  const { candidate, key } = known;
  const result = match(candidate, index);
  const isMatch = result.kind === 'match';
  const customers = isMatch ? customersOf(result.match) : 0;
  input.note?.({ rule: 'people', stopped: !isMatch, detail: `${customers} of ${candidate.outside.length}` });
  if (result.kind === 'none') return { do: 'skip', head, code: 'skipped.no-match' };
  if (result.kind === 'internal') return { do: 'skip', head, code: 'skipped.internal-participants' };
  const recordId = key === null ? null : (found.get(key) ?? null);
  input.note?.({ rule: 'found', stopped: false, detail: recordId === null ? 'no' : 'yes' });
  if (key !== null && recordId !== null && !head.hasAttachments) {
    return {
      do: 'link',
      head,
      print: input.printKey(key),
      recordId,
      code: 'saved.found',
      created: false,
      chosen: candidate.explicit,
    };
  }
  return {
    do: 'save',
    head,
    key,
    match: result.match,
    outgoing: candidate.outgoing,
    chosen: candidate.explicit,
    recordId,
  };
}

function customersOf({ people }: Match): number {
  return [...people.values()].filter((person) => person.kind !== 'internal').length;
}

type Known =
  | { readonly kind: 'decided'; readonly action: Action }
  | { readonly kind: 'candidate'; readonly candidate: Candidate; readonly key: EmailKey | null };

/** What can be decided without asking the CRM: links that exist, and the rules that need the head alone. */
function knownAction(head: EmailHead, input: Omit<PlanInput, 'lookUp'>): Known {
  const { byHand = false, note } = input;
  const key = headKey(head);
  const print = key === null ? null : input.printKey(key);
  const own = print === null ? undefined : input.links.own.get(print);
  const isRemoved = own?.isRemoved === true;
  note?.({ rule: 'removed', stopped: isRemoved && !byHand, detail: isRemoved ? 'yes' : 'no' });
  if (isRemoved && !byHand) return decided({ do: 'skip', head, code: 'skipped.removed' });
  const isLinked = own !== undefined && !isRemoved;
  note?.({ rule: 'linked', stopped: false, detail: isLinked ? 'yes' : 'no' });
  // A moved or second copy. It keeps its record whatever the rules say now: rules never act on the past silently (S6).
  if (isLinked && print !== null) {
    const { recordId, created } = own;
    return decided({
      do: 'link',
      head,
      print,
      recordId,
      code: 'saved.linked',
      created,
      chosen: isChosen(head),
    });
  }
  const isInThread = isInChosenThread(head, input);
  const screening = screen(head, input.rules, { byHand, isInThread, note });
  if (screening.kind === 'skip') return decided({ do: 'skip', head, code: screening.code });
  const recordId = print === null ? undefined : input.links.others.get(print);
  note?.({ rule: 'colleague', stopped: false, detail: recordId === undefined ? 'no' : 'yes' });
  if (recordId !== undefined && print !== null) {
    return decided({
      do: 'link',
      head,
      print,
      recordId,
      code: 'saved.linked',
      created: false,
      chosen: screening.explicit,
    });
  }
  return { kind: 'candidate', candidate: screening, key };
}

/** Whether an earlier mail of its thread was chosen by the person himself (E1). */
export function isInChosenThread(
  head: EmailHead,
  { threads, printKey }: Pick<PlanInput, 'threads' | 'printKey'>,
): boolean {
  return (
    threads !== undefined && threads.size > 0 && referredKeys(head).some((key) => threads.has(printKey(key)))
  );
}

function decided(action: Action): Known {
  return { kind: 'decided', action };
}

/** What the CRM must be asked before these heads can be planned: each address, domain and key once. */
export function lookUpFor(input: Omit<PlanInput, 'lookUp'>): LookUpQuery {
  const addresses = new Set<string>();
  const domains = new Set<string>();
  const keys = new Set<EmailKey>();
  for (const read of input.heads) {
    if (!read.ok) continue;
    const known = knownAction(read.value, input);
    if (known.kind === 'decided') continue;
    for (const address of known.candidate.outside) addresses.add(address);
    for (const domain of known.candidate.domains) domains.add(domain);
    if (known.key !== null) keys.add(known.key);
  }
  const { relateTo } = input.rules.settings;
  return { addresses: [...addresses], domains: [...domains], keys: [...keys], relateTo };
}

/**
 * What is worth asking the CRM before mails are saved, once their people are known: records that exist already, and accounts by domain. Of
 * strangers' mail nothing is asked.
 */
export function lookUpToSave(actions: readonly Action[], rules: Rules): LookUpQuery {
  const keys = new Set<EmailKey>();
  const domains = new Set<string>();
  for (const action of actions) {
    if (action.do !== 'save') continue;
    if (action.key !== null) keys.add(action.key);
    const screening = screen(action.head, rules, { isInThread: action.chosen });
    if (screening.kind === 'candidate') for (const domain of screening.domains) domains.add(domain);
  }
  return { addresses: [], domains: [...domains], keys: [...keys], relateTo: rules.settings.relateTo };
}
