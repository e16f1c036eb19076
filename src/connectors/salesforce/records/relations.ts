/**
 * Who takes part in an event, as Salesforce can hold it: one contact or lead on the event itself, with Shared Activities up to 50 contacts, everybody
 * else as an invitee. Pure: it compares what is wanted with what is there and names the differences. Vendor page: docs/remote-services/salesforce.md#invitees.
 */
import type { Relations } from '../../../model/crm-records.ts';
import type { Row } from '../operations.ts';

/** Salesforce's limits. docs/remote-services/salesforce.md#events */
const SHARED_MAX = 50;
const INVITEES_MAX = 1_000;

export interface RelationRow {
  readonly id: string;
  readonly personId: string;
  readonly status: string;
  readonly isInvitee: boolean;
  /** Stands on the event itself, invited or not. */
  readonly isRelated: boolean;
}

/** An event and its relations as they are; empty for a new one. */
export interface RelationState {
  readonly ownerId: string;
  readonly whoId: string;
  readonly whatId: string;
  readonly relations: readonly RelationRow[];
}

export interface RelationAbilities {
  /** Shared Activities. */
  readonly shared: boolean;
  /** The user may write invitees. */
  readonly invites: boolean;
}

export interface RelationPlan {
  /** Columns of the event itself. */
  readonly row: Row;
  readonly add: readonly { readonly personId: string; readonly status: string }[];
  readonly change: readonly { readonly id: string; readonly status: string }[];
  readonly remove: readonly string[];
  /** Somebody had no room. */
  readonly isReduced: boolean;
}

const STATUSES = { accepted: 'Accepted', declined: 'Declined', none: 'New', unknown: 'New' } as const;
/** All others mean that no answer was given. */
const ANSWERED: readonly string[] = [STATUSES.accepted, STATUSES.declined];

export function planRelations(
  { people, these }: Relations,
  state: RelationState,
  abilities: RelationAbilities,
): RelationPlan {
  const wanted = new Map(
    people
      .filter(({ person }) => person.recordId !== state.ownerId)
      .map((one) => [one.person.recordId as string, one]),
  );
  const { row, related } = planRelated([...wanted.keys()], state, abilities.shared);
  const invited = new Map(
    state.relations.filter(({ isInvitee }) => isInvitee).map((one) => [one.personId, one]),
  );
  const remove =
    these === 'some' || !abilities.invites
      ? []
      : [...invited.values()].filter(
          ({ personId, isRelated }) => isPerson(personId) && !isRelated && !wanted.has(personId),
        );
  let room = INVITEES_MAX - (invited.size - remove.length);
  let isReduced = false;
  const add: { personId: string; status: string }[] = [];
  const change: { id: string; status: string }[] = [];
  for (const [personId, { answer }] of wanted) {
    const there = invited.get(personId);
    if (there !== undefined) {
      if (abilities.invites && isOtherAnswer(answer, there.status))
        change.push({ id: there.id, status: STATUSES[answer] });
      continue;
    }
    if (related.has(personId)) continue;
    if (!abilities.invites || room <= 0) {
      isReduced = true;
      continue;
    }
    room -= 1;
    add.push({ personId, status: STATUSES[answer] });
  }
  return { row, add, change, remove: remove.map(({ id }) => id), isReduced };
}

/** An answer that is not known here is no reason to take back one that was given in Salesforce. */
function isOtherAnswer(answer: keyof typeof STATUSES, status: string): boolean {
  if (answer === 'unknown') return false;
  return answer === 'none' ? ANSWERED.includes(status) : status !== STATUSES[answer];
}

/** The people on the event itself: those that are there stay, for nobody can tell whether somebody put them there by hand. */
function planRelated(
  ids: readonly string[],
  state: RelationState,
  isShared: boolean,
): { readonly row: Row; readonly related: ReadonlySet<string> } {
  const related = state.relations.filter((one) => one.isRelated).map(({ personId }) => personId);
  const present = [...new Set([state.whoId, ...related])].filter((id) => /^(003|00Q)/.test(id));
  const contacts = ids.filter((id) => id.startsWith('003'));
  const lead = ids.find((id) => id.startsWith('00Q'));
  // With a lead on it an event takes no second person.
  const isFull = present.some((id) => id.startsWith('00Q')) || (!isShared && present.length > 0);
  if (isFull) return { row: {}, related: new Set(present) };
  if (isShared) {
    const all = [...new Set([...present, ...contacts])].slice(0, Math.max(SHARED_MAX, present.length));
    if (all.length === present.length && all.length > 0) return { row: {}, related: new Set(present) };
    if (all.length > 0) return { row: { EventWhoIds: all }, related: new Set(all) };
  }
  const who = contacts[0] ?? lead;
  return who === undefined
    ? { row: {}, related: new Set(present) }
    : { row: { WhoId: who }, related: new Set([who]) };
}

/** Rooms and other resources are invited in Salesforce alone. */
function isPerson(id: string): boolean {
  return id.startsWith('003') || id.startsWith('00Q') || id.startsWith('005');
}
