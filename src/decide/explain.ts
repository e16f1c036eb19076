/**
 * *Why?* (D3): what a run would decide about one mail now, rule by rule. It plans the mail and reads the notes that the plan took on its way; it judges
 * nothing itself, so that trail and verdict cannot disagree.
 */
import type { EmailHead } from '../model/email.ts';
import type { VerdictCode } from '../model/verdict.ts';
import { type Action, type PlanInput, plan } from './plan.ts';
import { type Note, type RuleName, ruleNames } from './trail.ts';

export interface ExplanationStep {
  readonly rule: RuleName;
  readonly text: string;
  readonly outcome: 'passed' | 'stopped' | 'not-reached';
  readonly detail: string | null;
}

export interface Explanation {
  readonly verdict: VerdictCode;
  /** Every rule, in order. */
  readonly steps: readonly ExplanationStep[];
}

/** Each rule as a question, to the person whose mailbox it is. */
export const ruleTexts: Readonly<Record<RuleName, string>> = {
  removed: 'Was it taken back out of Salesforce?',
  linked: 'Is it linked to a record already?',
  kind: 'Is it a mail that can be saved (no draft, invitation, report or encrypted mail)?',
  choice: 'Did you choose it yourself, by folder, category or by hand?',
  sensitivity: 'Is it free of the marks private, personal and confidential?',
  place: 'Does it lie in a folder that is saved from by itself?',
  'auto-save': 'Is auto-save on for that folder?',
  window: 'Did it arrive inside the history window?',
  gap: 'Did it come while sync was on, or in a pause that was to be caught up?',
  'sender-blocklist': 'Is its sender on no blocklist?',
  participants: 'Does it name anybody?',
  outsiders: 'Does anybody outside your organization take part?',
  blocklist: 'Is anybody of them on no blocklist?',
  colleague: "Did a colleague's mailbox save it already?",
  people: 'Does any of them belong to a contact or lead?',
  found: 'Is it in Salesforce already?',
};

/** Explains one head. `input` is what a run would plan it with. */
export function explain(head: EmailHead, input: Omit<PlanInput, 'heads' | 'note'>): Explanation {
  const notes = new Map<RuleName, Note>();
  const [action] = plan({
    ...input,
    heads: [{ ok: true, value: head }],
    note: (note) => notes.set(note.rule, note),
  });
  return {
    verdict: action === undefined ? 'parked.issue' : verdictOf(action),
    steps: ruleNames.map((rule) => stepOf(rule, notes.get(rule))),
  };
}

/** The verdict that an action comes to when it succeeds. */
export function verdictOf(action: Action): VerdictCode {
  switch (action.do) {
    case 'skip':
    case 'link':
      return action.code;
    case 'save':
      return action.recordId === null ? 'saved.created' : 'saved.found';
    case 'park':
      return 'parked.issue';
  }
}

function stepOf(rule: RuleName, note: Note | undefined): ExplanationStep {
  const text = ruleTexts[rule];
  if (note === undefined) return { rule, text, outcome: 'not-reached', detail: null };
  return { rule, text, outcome: note.stopped ? 'stopped' : 'passed', detail: note.detail };
}
