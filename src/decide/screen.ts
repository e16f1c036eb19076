/**
 * The rules that need nothing but the mail's head: what is left out before Salesforce is asked anything (E1, E2, S3), and whom to
 * look up for the rest. Feeds the plan, the preview and *Why?* alike.
 */
import type { Address, EmailHead, Place } from '../model/email.ts';
import { SALESFORCE_CATEGORY } from '../model/settings.ts';
import type { SkipCode } from '../model/verdict.ts';
import type { Rules } from './rules.ts';
import type { RuleName, TakeNote } from './trail.ts';

export interface Candidate {
  readonly kind: 'candidate';
  /** The person chose this mail himself, by folder or category. */
  readonly explicit: boolean;
  /** Sent by the mailbox's owner. */
  readonly outgoing: boolean;
  /** Addresses to be matched: neither internal nor blocklisted, each once. */
  readonly outside: readonly string[];
  /** Web domains by which an account may be matched, each once. */
  readonly domains: readonly string[];
}

export type Screening = { readonly kind: 'skip'; readonly code: SkipCode } | Candidate;

export interface ScreenOptions {
  /** The person asked for this one mail: as if he had put it into the folder. */
  readonly byHand?: boolean;
  /** It follows in the thread of a mail that the person chose himself. */
  readonly isInThread?: boolean;
  readonly note?: TakeNote | undefined;
}

/** Judges a head by the rules, in their order. Total: every head ends in a skip or a candidate. */
export function screen(
  head: EmailHead,
  rules: Rules,
  { byHand = false, isInThread = false, note }: ScreenOptions = {},
): Screening {
  const view = viewOf(head, rules, { byHand, isInThread });
  for (const { name, judge, sees } of headRules) {
    const code = judge(view);
    note?.({ rule: name, stopped: code !== null, detail: sees(view) });
    if (code !== null) return { kind: 'skip', code };
  }
  const { outside } = view;
  const domains = unique(
    outside.map((address) => rules.accountDomain(address)).filter((domain) => domain !== null),
  );
  return {
    kind: 'candidate',
    explicit: view.choice !== null,
    outgoing: isOutgoing(head, rules),
    outside,
    domains,
  };
}

/** A head with what several rules ask of it. */
interface View {
  readonly head: EmailHead;
  readonly rules: Rules;
  /** How the person chose this mail himself, if he did. */
  readonly choice: 'by-hand' | 'folder' | 'category' | 'thread' | null;
  /** Everybody in it; those who are not internal; those of them who are not blocklisted either. */
  readonly participants: readonly string[];
  readonly outsiders: readonly string[];
  readonly outside: readonly string[];
}

function viewOf(
  head: EmailHead,
  rules: Rules,
  { byHand, isInThread }: { readonly byHand: boolean; readonly isInThread: boolean },
): View {
  const participants = addressesOf(head);
  const outsiders = participants.filter((address) => !rules.isInternal(address));
  const outside = outsiders.filter((address) => !rules.isBlocked(address));
  return {
    head,
    rules,
    choice: choiceOf(head, byHand, isInThread && rules.settings.autoSaveThreads),
    participants,
    outsiders,
    outside,
  };
}

function choiceOf(head: EmailHead, byHand: boolean, isInThread: boolean): View['choice'] {
  if (byHand) return 'by-hand';
  if (head.place === 'salesforce-folder') return 'folder';
  if (hasCategory(head, SALESFORCE_CATEGORY)) return 'category';
  return isInThread ? 'thread' : null;
}

/** Whether a person chose the mail himself, by folder or category (E1). */
export function isChosen(head: EmailHead): boolean {
  return choiceOf(head, false, false) !== null;
}

interface HeadRule {
  readonly name: RuleName;
  /** The reason to leave the mail out, or null. */
  readonly judge: (view: View) => SkipCode | null;
  /** What the rule looks at, for *Why?*. */
  readonly sees: (view: View) => string | null;
}

/** A rule that a person's own choice of this very mail overrides. */
function unlessChosen(judge: HeadRule['judge']): HeadRule['judge'] {
  return (view) => (view.choice === null || view.choice === 'thread' ? judge(view) : null);
}

/** A rule that the choice of an earlier mail of the thread overrides, too: where mail lies, and not whose or how private it is. */
function unlessInThread(judge: HeadRule['judge']): HeadRule['judge'] {
  return (view) => (view.choice === null ? judge(view) : null);
}

const choiceWords = {
  'by-hand': 'saved by hand',
  folder: 'lies in the folder Salesforce Emails',
  category: 'has the category Salesforce',
  thread: 'follows in the thread of a mail that you chose',
} as const;

const placeWords: Readonly<Record<Place, string>> = {
  inbox: 'Inbox',
  sent: 'Sent',
  'salesforce-folder': 'Salesforce Emails',
  other: 'another folder',
};

/** The rules that a head alone is judged by, in their order. */
const headRules: readonly HeadRule[] = [
  { name: 'kind', judge: ({ head }) => unfitKind(head), sees: ({ head }) => head.kind },
  {
    name: 'choice',
    judge: () => null,
    sees: ({ choice }) => (choice === null ? 'not chosen by hand' : choiceWords[choice]),
  },
  {
    name: 'sensitivity',
    judge: unlessChosen(({ head }) => (head.sensitivity === 'normal' ? null : 'skipped.private')),
    sees: ({ head }) => head.sensitivity,
  },
  {
    name: 'place',
    judge: unlessInThread(({ head }) => (head.place === 'other' ? 'skipped.place-not-saved' : null)),
    sees: ({ head }) => placeWords[head.place],
  },
  {
    name: 'auto-save',
    judge: unlessInThread(({ head, rules: { settings } }) => {
      const off =
        (head.place === 'inbox' && !settings.autoSaveInbox) ||
        (head.place === 'sent' && !settings.autoSaveSent);
      return off ? 'skipped.auto-save-off' : null;
    }),
    sees: ({ head }) => placeWords[head.place],
  },
  {
    name: 'window',
    judge: unlessChosen(({ head, rules }) =>
      head.receivedAt < rules.historyFrom ? 'skipped.before-window' : null,
    ),
    sees: () => null,
  },
  {
    name: 'gap',
    judge: unlessChosen(({ head, rules }) =>
      rules.isInGap(head.receivedAt) ? 'skipped.while-paused' : null,
    ),
    sees: () => null,
  },
  {
    // Somebody whose mail must never reach the CRM: no choice of a folder overrides that.
    name: 'sender-blocklist',
    judge: ({ head, rules }) =>
      head.from !== null && rules.isBlocked(head.from.address) ? 'skipped.blocklisted' : null,
    sees: ({ head }) => head.from?.address ?? null,
  },
  {
    name: 'participants',
    judge: unlessChosen(({ participants }) => (participants.length === 0 ? 'skipped.no-participants' : null)),
    sees: ({ participants }) => counted(participants),
  },
  {
    name: 'outsiders',
    judge: unlessChosen(({ outsiders }) => (outsiders.length === 0 ? 'skipped.internal-participants' : null)),
    sees: ({ outsiders }) => counted(outsiders),
  },
  {
    name: 'blocklist',
    judge: ({ outsiders, outside }) =>
      outside.length === 0 && outsiders.length > 0 ? 'skipped.blocklisted' : null,
    sees: ({ outside }) => counted(outside),
  },
];

function counted(addresses: readonly string[]): string {
  return addresses.length === 1 ? '1 address' : `${addresses.length} addresses`;
}

/** Whether a mail or item carries a category, whatever its case: Outlook shows the first spelling that was ever used. */
export function hasCategory({ categories }: Pick<EmailHead, 'categories'>, category: string): boolean {
  return categories.some((name) => name.toLowerCase() === category.toLowerCase());
}

/** All addresses of sender and recipients, each once, in the order of the headers. */
export function addressesOf(head: EmailHead): readonly string[] {
  const all: readonly (Address | null)[] = [head.from, ...head.to, ...head.cc, ...head.bcc];
  return unique(all.map((one) => one?.address ?? '').filter((address) => address.includes('@')));
}

function unfitKind(head: EmailHead): SkipCode | null {
  switch (head.kind) {
    case 'draft':
      return 'skipped.draft';
    case 'meeting':
      return 'skipped.meeting-message';
    case 'report':
      return 'skipped.report';
    case 'encrypted':
      return 'skipped.encrypted';
    case 'other':
      return 'skipped.not-a-mail';
    case 'mail':
      return null;
  }
}

function isOutgoing(head: EmailHead, rules: Rules): boolean {
  return head.from === null ? head.place === 'sent' : rules.isOwn(head.from.address);
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
