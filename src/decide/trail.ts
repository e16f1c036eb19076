/**
 * The names of the rules that a mail is judged by, in their order, and how a judgement is noted down while it happens. `screen` and `plan` judge and note in
 * one go, so that what *Why?* tells and what a run does cannot differ.
 */

/** Every rule, in the order in which they are asked. Stable: API value, docs anchor. */
export const ruleNames = [
  'removed',
  'linked',
  'kind',
  'choice',
  'sensitivity',
  'place',
  'auto-save',
  'window',
  'gap',
  'sender-blocklist',
  'participants',
  'outsiders',
  'blocklist',
  'colleague',
  'people',
  'found',
] as const;

export type RuleName = (typeof ruleNames)[number];

/** One rule that was asked: whether the mail ended there (left out), and what the rule saw. */
export interface Note {
  readonly rule: RuleName;
  readonly stopped: boolean;
  readonly detail: string | null;
}

/** Takes each note as the rule is asked. */
export type TakeNote = (note: Note) => void;
