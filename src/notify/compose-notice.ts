/**
 * The e-mail to a mailbox's owner: what stopped and since when, one button, what was not lost, whom to ask (faces: E-mail). Pure. All words about a
 * failure are the catalogue's, the sentence about the mailbox is the one that the pages show.
 */
import { catalogue, type FailureCode } from '../model/catalogue.ts';
import type { CatalogueEntry } from '../model/catalogue-entry.ts';
import type { Instant } from '../model/clock.ts';
import type { MailboxState } from '../model/mailbox-state.ts';
import type { NoticeKind } from '../model/notice.ts';
import { calmFacts, statusSentence } from '../model/status-sentence.ts';
import { type Block, type Laid, layOut } from './layout.ts';
import { menderWords } from './mender-words.ts';
import { timeWords } from './time-words.ts';

export interface NoticeWords {
  readonly kind: NoticeKind;
  readonly state: MailboxState;
  readonly code: FailureCode | null;
  /** The owner's own mailbox. */
  readonly address: string;
  /** When the stop began, or since when the mailbox is late. */
  readonly since: Instant;
  /** The owner's IANA zone. */
  readonly timeZone: string;
  readonly crmName: string;
  /** Where the pages are. */
  readonly publicUrl: string;
  /** The link that leads straight to connecting again, and when it ends; null where nothing needs connecting. */
  readonly link: { readonly url: string; readonly expiresAt: Instant } | null;
}

export interface Composed extends Laid {
  readonly subject: string;
}

export const NOTHING_LOST = 'Nothing is lost: mail that comes meanwhile is caught up.';

/** Subject, plain text and HTML; both forms say the same. */
export function composeNotice(words: NoticeWords): Composed {
  const { subject, blocks } = wordsOf(words);
  return { subject, ...layOut(subject, [...blocks, ...footer(words)]) };
}

function wordsOf(words: NoticeWords): { readonly subject: string; readonly blocks: readonly Block[] } {
  switch (words.kind) {
    case 'stopped':
      return { subject: `Sync with ${words.crmName} has stopped`, blocks: stopBlocks(words) };
    case 'reminder':
      return { subject: `Reminder: sync with ${words.crmName} is still stopped`, blocks: stopBlocks(words) };
    case 'recovered':
      return { subject: `Sync with ${words.crmName} goes on again`, blocks: recoveryBlocks(words) };
    case 'late':
      return { subject: `Sync with ${words.crmName} is late`, blocks: lateBlocks(words) };
  }
}

function stopBlocks(words: NoticeWords): readonly Block[] {
  const { address, code, state, since, timeZone } = words;
  const again = words.kind === 'reminder' ? 'is still stopped' : 'has stopped';
  const status = statusSentence({ ...calmFacts, state, cause: code });
  return [
    title(`Sync of ${address} ${again}, since ${timeWords(since, timeZone)}.`),
    { kind: 'text', text: status.text },
    button(words),
    { kind: 'text', text: NOTHING_LOST },
    ...whomToAsk(code),
    ...linkNote(words),
    ...codeNote(code),
  ];
}

function recoveryBlocks(words: NoticeWords): readonly Block[] {
  const { address, since, timeZone } = words;
  return [
    title(`Sync of ${address} goes on again. It had stopped on ${timeWords(since, timeZone)}.`),
    { kind: 'text', text: 'Nothing was lost: mail that came meanwhile is caught up now.' },
    { kind: 'text', text: 'You need do nothing.' },
    button(words),
  ];
}

function lateBlocks(words: NoticeWords): readonly Block[] {
  const { address, code, since, timeZone } = words;
  return [
    title(`Sync of ${address} is late: it last went through on ${timeWords(since, timeZone)}.`),
    { kind: 'text', text: code === null ? 'It goes on by itself as soon as it can.' : catalogue[code].user },
    button(words),
    { kind: 'text', text: NOTHING_LOST },
    ...whomToAsk(code),
    ...codeNote(code),
  ];
}

const title = (text: string): Block => ({ kind: 'title', text });

/** One button: straight to connecting again, or to the page that says what is the matter. */
function button({ link, code, crmName, publicUrl }: NoticeWords): Block {
  if (link === null) return { kind: 'button', label: 'Open Lockstep', url: publicUrl };
  const isCrm = code !== null && catalogue[code].side === 'crm';
  return { kind: 'button', label: isCrm ? `Log in with ${crmName}` : 'Connect again', url: link.url };
}

function whomToAsk(code: FailureCode | null): readonly Block[] {
  if (code === null) return [];
  const entry: CatalogueEntry = catalogue[code];
  const { ask, forward } = menderWords[entry.mender];
  const blocks: Block[] = [{ kind: 'text', text: ask }];
  if (forward !== null && entry.admin !== entry.user)
    blocks.push({ kind: 'small', text: `${forward} ${entry.admin}` });
  return blocks;
}

function linkNote({ link, timeZone, publicUrl }: NoticeWords): readonly Block[] {
  if (link === null) return [];
  const until = timeWords(link.expiresAt, timeZone);
  return [
    {
      kind: 'small',
      text: `The button works once, until ${until}, and for this mailbox alone: do not pass it on. Later, log in at ${publicUrl} instead.`,
    },
  ];
}

function codeNote(code: FailureCode | null): readonly Block[] {
  return code === null ? [] : [{ kind: 'small', text: `Code: ${code}` }];
}

function footer({ address }: NoticeWords): readonly Block[] {
  return [
    {
      kind: 'small',
      text: `Lockstep sent this to ${address} because its sync is switched on. Sync settings in Lockstep switch these e-mails off.`,
    },
  ];
}
