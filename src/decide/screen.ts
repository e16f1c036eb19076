/**
 * The rules that need nothing but the mail's head: what is left out before Salesforce is asked anything (E1, E2, S3), and whom to
 * look up for the rest. Feeds the plan, the preview and *Why?* alike.
 */
import type { Address, EmailHead } from '../model/email.ts';
import { SALESFORCE_CATEGORY } from '../model/settings.ts';
import type { SkipCode } from '../model/verdict.ts';
import type { Rules } from './rules.ts';

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

/** Judges a head by the rules, in their order. Total: every head ends in a skip or a candidate. */
export function screen(head: EmailHead, rules: Rules): Screening {
  const unfit = unfitKind(head);
  if (unfit !== null) return skip(unfit);
  const explicit = isChosen(head);
  const barred = explicit ? null : autoSaveBar(head, rules);
  if (barred !== null) return skip(barred);
  // Somebody whose mail must never reach the CRM: no choice of a folder overrides that.
  if (head.from !== null && rules.isBlocked(head.from.address)) return skip('skipped.blocklisted');

  const participants = addressesOf(head);
  const outsiders = participants.filter((address) => !rules.isInternal(address));
  const outside = outsiders.filter((address) => !rules.isBlocked(address));
  if (!explicit) {
    if (participants.length === 0) return skip('skipped.no-participants');
    if (outsiders.length === 0) return skip('skipped.internal-participants');
  }
  if (outside.length === 0 && outsiders.length > 0) return skip('skipped.blocklisted');
  const domains = unique(
    outside.map((address) => rules.accountDomain(address)).filter((domain) => domain !== null),
  );
  return { kind: 'candidate', explicit, outgoing: isOutgoing(head, rules), outside, domains };
}

/** Whether a person chose the mail himself, by folder or category (E1). */
export function isChosen(head: EmailHead): boolean {
  return head.place === 'salesforce-folder' || hasCategory(head, SALESFORCE_CATEGORY);
}

/** Whether the mail carries a category, whatever its case: Outlook shows the first spelling that was ever used. */
export function hasCategory(head: EmailHead, category: string): boolean {
  return head.categories.some((name) => name.toLowerCase() === category.toLowerCase());
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

function autoSaveBar(head: EmailHead, rules: Rules): SkipCode | null {
  const { settings } = rules;
  if (head.sensitivity !== 'normal') return 'skipped.private';
  if (head.place === 'other') return 'skipped.place-not-saved';
  if (head.place === 'inbox' && !settings.autoSaveInbox) return 'skipped.auto-save-off';
  if (head.place === 'sent' && !settings.autoSaveSent) return 'skipped.auto-save-off';
  if (head.receivedAt < rules.historyFrom) return 'skipped.before-window';
  if (rules.isInGap(head.receivedAt)) return 'skipped.while-paused';
  return null;
}

function isOutgoing(head: EmailHead, rules: Rules): boolean {
  return head.from === null ? head.place === 'sent' : rules.isOwn(head.from.address);
}

function skip(code: SkipCode): Screening {
  return { kind: 'skip', code };
}

function unique<T>(values: readonly T[]): readonly T[] {
  return [...new Set(values)];
}
