/** The preview in sentences: what would be saved, what not and why, in both directions. Pure; the reasons in full are the API's. */
import type { PreviewView } from '../../../api-schema/life.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { sayCount, sayNumber } from '../../shared/times.ts';

/** A reason as a word that a number can stand before; the whole text stands below for those that are not here. */
const shortReasons: Readonly<Record<string, string>> = {
  'skipped.internal-participants': 'internal',
  'skipped.no-match': 'unknown people',
  'skipped.private': 'private',
  'skipped.blocklisted': 'on a “Never sync” list',
  'skipped.auto-save-off': 'in a folder that is switched off',
  'skipped.place-not-saved': 'in other folders',
  'skipped.meeting-message': 'invitations',
  'skipped.report': 'bounces and receipts',
  'skipped.encrypted': 'encrypted',
  'skipped.draft': 'drafts',
  'skipped.not-a-mail': 'no e-mails',
  'skipped.no-participants': 'without people',
  'skipped.before-window': 'older than the window',
};

const NAMED_REASONS_MAX = 4;

type Direction = PreviewView['up'];

function skippedOf({ skipped }: Direction): number {
  return skipped.reduce((sum, { count }) => sum + count, 0);
}

/** `412 mails would be saved, 1,930 would not: 1,512 internal, 388 unknown people, 30 private.` */
export function sayUp({ up, isComplete }: PreviewView): string {
  const left = skippedOf(up);
  const least = isComplete ? '' : 'At least ';
  const saved = `${least}${sayNumber(up.created, 'mail')} would be saved`;
  if (left === 0) return `${saved}.`;
  return `${saved}, ${sayCount(left)} would not: ${sayReasons(up)}.`;
}

function sayReasons({ skipped }: Direction): string {
  const named = skipped.slice(0, NAMED_REASONS_MAX);
  const rest = skipped.slice(NAMED_REASONS_MAX).reduce((sum, { count }) => sum + count, 0);
  const parts = named.map(
    ({ code, count }) => `${sayCount(count)} ${shortReasons[code] ?? 'by other rules'}`,
  );
  return [...parts, ...(rest > 0 ? [`${sayCount(rest)} for other reasons`] : [])].join(', ');
}

/** Those that need no saving, or null where there are none. */
export function sayFound({ up }: PreviewView): string | null {
  if (up.found === 0) return null;
  return `${sayNumber(up.found, 'mail is', 'mails are')} in Salesforce already and would only be linked.`;
}

/** The other way: what would be written into the mailbox. */
export function sayDown({ down }: PreviewView): string {
  if (down.created === 0) return 'Nothing would be written into your mailbox.';
  return `${sayNumber(down.created, 'item')} from Salesforce would be made in your mailbox.`;
}

/** `Events: 31 to Salesforce, 4 to your mailbox, 12 on both sides already.` */
export function sayCollection(planned: PreviewView['collections'][number]): string {
  const { collection, toSalesforce, toMailbox, found, isComplete } = planned;
  const said = [
    `${sayCount(toSalesforce)} to Salesforce`,
    `${sayCount(toMailbox)} to your mailbox`,
    ...(found === 0 ? [] : [`${sayCount(found)} on both sides already`]),
  ];
  return `${collectionWords[collection].title}: ${isComplete ? '' : 'at least '}${said.join(', ')}.`;
}

/** The windows that are offered, in days, shortest first. */
export function offeredWindows(current: number): readonly number[] {
  return [...new Set([0, 6, 14, 30, 90, 365, current])].toSorted((a, b) => a - b);
}

export function sayWindow(days: number): string {
  if (days === 0) return 'Only mail from now on';
  return days === 1 ? 'The last day' : `The last ${sayCount(days)} days`;
}
