/**
 * *Why?* for events, contacts and tasks (D3): the rules in their order, read off the one code that a plan came to, so that trail and verdict cannot
 * disagree. What would be written is named by fields, never by values. Pure.
 */
import type { FieldName } from '../model/collection.ts';
import type { CrmRecord } from '../model/crm-records.ts';
import type { MailboxItem } from '../model/mailbox-item.ts';
import type { VerdictCode } from '../model/verdict.ts';
import type { ItemRules } from './item-rules.ts';
import type { PairAction, Sight } from './plan-pair.ts';

/** Every rule. Stable: API value, docs anchor. */
export type ItemRuleName =
  | 'pair'
  | 'kind'
  | 'marked'
  | 'cancelled'
  | 'answer'
  | 'private'
  | 'window'
  | 'blocklist'
  | 'owner'
  | 'born'
  | 'direction'
  | 'twin'
  | 'plan';

export interface ItemStep {
  readonly rule: ItemRuleName;
  readonly text: string;
  readonly outcome: 'passed' | 'stopped' | 'not-reached';
  readonly detail: string | null;
}

/** Fields by name that a run would write. */
export interface PlannedFields {
  readonly toRecord: readonly FieldName[];
  readonly toItem: readonly FieldName[];
  /** Changed on both sides; the newer one wins. */
  readonly conflicts: readonly FieldName[];
}

export interface ItemExplanation {
  readonly verdict: VerdictCode;
  readonly steps: readonly ItemStep[];
  readonly fields: PlannedFields;
}

/** Each rule as a question, to the person whose mailbox it is. */
export const itemRuleTexts: Readonly<Record<ItemRuleName, string>> = {
  pair: 'Is it still to be kept in step, with nothing deleted on either side?',
  kind: 'Is it a record of its own (no copy, head of a series, or e-mail)?',
  marked: 'Did you choose it, by the folder or label “Salesforce Contacts” or the category “Salesforce”?',
  cancelled: 'Does the meeting take place?',
  answer: 'Did you make it, accept it, or accept it tentatively?',
  private: 'Is it free of the marks private, personal and confidential, or chosen by the category?',
  window: 'Does it lie in the time that is looked at?',
  blocklist: 'Is anybody from outside who takes part on no blocklist?',
  owner: 'Is it yours in Salesforce?',
  born: 'Was it made in Salesforce, and not from a mailbox?',
  direction: 'Is the way from Salesforce to the mailbox on?',
  twin: 'Is no other item of your mailbox kept in step with the same record?',
  plan: 'What would a run do now?',
};

/** In the order in which `item-rules.ts` asks, for what comes from the mailbox and for what comes from the CRM. */
const upwards: Readonly<Record<MailboxItem['collection'], readonly ItemRuleName[]>> = {
  events: ['pair', 'cancelled', 'answer', 'private', 'window', 'blocklist', 'plan'],
  contacts: ['pair', 'marked', 'private', 'twin', 'plan'],
  tasks: ['pair', 'private', 'window', 'plan'],
};
const downwards: Readonly<Record<MailboxItem['collection'], readonly ItemRuleName[]>> = {
  events: ['pair', 'kind', 'owner', 'born', 'direction', 'window', 'plan'],
  contacts: ['pair', 'kind', 'born', 'direction', 'plan'],
  tasks: ['pair', 'kind', 'owner', 'born', 'direction', 'window', 'plan'],
};

/** The rule that a code of leaving out belongs to. */
const stoppedBy: Readonly<Partial<Record<VerdictCode, ItemRuleName>>> = {
  'skipped.ended': 'pair',
  'held.removal': 'pair',
  'skipped.not-plain': 'kind',
  'skipped.not-marked': 'marked',
  'skipped.cancelled': 'cancelled',
  'skipped.not-accepted': 'answer',
  'skipped.private': 'private',
  'skipped.before-window': 'window',
  'skipped.beyond-window': 'window',
  'skipped.completed-long-ago': 'window',
  'skipped.blocklisted': 'blocklist',
  'skipped.not-yours': 'owner',
  'skipped.born-in-mailbox': 'born',
  'skipped.direction-off': 'direction',
  'skipped.twin': 'twin',
};

export interface Explained {
  readonly collection: MailboxItem['collection'];
  readonly sight: Sight;
  /** Null where nothing is planned: it could not be read, or waits. */
  readonly action: PairAction | null;
  /** What the action comes to. */
  readonly verdict: VerdictCode;
}

/** Explains one thing. `rules`: those that it was planned with. */
export function explainItem(
  { collection, sight, action, verdict }: Explained,
  rules: ItemRules,
): ItemExplanation {
  const isFromMailbox = sight.item !== null;
  const order = isFromMailbox ? upwards[collection] : downwards[collection];
  const stop = stoppedBy[verdict];
  // What is in step goes on whatever the rules of beginning say: they are not asked.
  const isInStep = sight.pair !== null && sight.pair.state === 'linked';
  const at = stop === undefined ? -1 : order.indexOf(stop);
  const steps = order.map((rule, index): ItemStep => {
    const text = itemRuleTexts[rule];
    if (rule === 'plan') return { rule, text, outcome: 'passed', detail: planDetail(action) };
    const detail = detailOf(rule, sight, rules);
    if (at >= 0 && index > at) return { rule, text, outcome: 'not-reached', detail: null };
    if (index === at) return { rule, text, outcome: 'stopped', detail };
    if (isInStep && rule !== 'pair') return { rule, text, outcome: 'not-reached', detail: null };
    return { rule, text, outcome: 'passed', detail };
  });
  return {
    verdict,
    steps: at >= 0 ? steps.filter(({ rule }) => rule !== 'plan') : steps,
    fields: plannedFields(action),
  };
}

/** Names of the fields that an action writes. */
export function plannedFields(action: PairAction | null): PlannedFields {
  if (action?.do !== 'merge') return { toRecord: [], toItem: [], conflicts: [] };
  const { toRecord, toItem, conflicts } = action.merge;
  return {
    toRecord: Object.keys(toRecord) as FieldName[],
    toItem: Object.keys(toItem) as FieldName[],
    conflicts: [...conflicts],
  };
}

function planDetail(action: PairAction | null): string | null {
  const { toRecord, toItem, conflicts } = plannedFields(action);
  const said = [
    toRecord.length === 0 ? [] : [`to Salesforce: ${toRecord.join(', ')}`],
    toItem.length === 0 ? [] : [`to the mailbox: ${toItem.join(', ')}`],
    conflicts.length === 0 ? [] : [`changed on both sides: ${conflicts.join(', ')}`],
    action?.do === 'merge' && action.people !== 'none' ? ['who takes part'] : [],
  ].flat();
  return said.length === 0 ? null : said.join('; ');
}

function detailOf(rule: ItemRuleName, { item, record, pair }: Sight, { window }: ItemRules): string | null {
  const live = item === 'gone' ? null : item;
  if (rule === 'pair') return pairDetail(item, record, pair);
  if (rule === 'private') return live === null || live.sensitivity === 'normal' ? null : live.sensitivity;
  if (rule === 'answer' && live?.collection === 'events')
    return live.isOrganizer ? 'you organize it' : live.answer;
  if (rule === 'kind' && record !== null && record !== 'gone') return kindWords[record.kind];
  if (rule !== 'window') return null;
  if ((live ?? record) === null) return null;
  const isTask =
    (live !== null ? live.collection : record === 'gone' ? null : record?.collection) === 'tasks';
  if (isTask) return `completed ones from ${dayOf(window.tasksFrom)}`;
  const isOccurrence = live?.collection === 'events' && live.seriesId !== null;
  const to = isOccurrence ? Math.min(window.seriesTo, window.eventsTo ?? Infinity) : window.eventsTo;
  return `from ${dayOf(window.eventsFrom)}${to === null ? ' on' : ` to ${dayOf(to)}`}`;
}

const kindWords: Readonly<Record<CrmRecord['kind'], string | null>> = {
  plain: null,
  copy: 'a copy for somebody invited',
  series: 'the head of a series',
  email: 'an e-mail kept as a task',
};

function pairDetail(item: Sight['item'], record: Sight['record'], pair: Sight['pair']): string | null {
  if (item === 'gone') return 'it is gone from the mailbox';
  if (record === 'gone' || record?.isDeleted === true) return 'its record is gone from Salesforce';
  if (pair === null) return null;
  return { making: 'is being made', linked: 'in step', removing: 'its record is to go', ended: 'ended' }[
    pair.state
  ];
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
