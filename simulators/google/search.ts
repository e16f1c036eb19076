/**
 * Gmail's search words (`q`), as far as a sync uses them, over one message. A word that is unknown is looked for in
 * the headers and the text, as Gmail does with words.
 */
import { findLabel, type Mailbox, type StoredMessage } from './mailbox.ts';
import { headerOf, type MimePart, parseMime } from './mime-tree.ts';

export interface Search {
  matches(message: StoredMessage): boolean;
  /** Whether spam and trash are looked into though the call did not ask. */
  readonly includesSpamTrash: boolean;
}

type Test = (message: StoredMessage) => boolean;

const DAY_MS = 86_400_000;
const SPANS: Readonly<Record<string, number>> = { d: DAY_MS, m: 30 * DAY_MS, y: 365 * DAY_MS };

/** Reads a query. Days are those of UTC. */
export function readSearch(mailbox: Mailbox, query: string, now: number): Search {
  const words = query.match(/-?(?:[a-z0-9_]+:)?(?:"[^"]*"|\([^)]*\)|\{[^}]*\}|\S+)/gi) ?? [];
  const tests = words.map((word) => readWord(mailbox, word, now));
  const includesSpamTrash = words.some((word) => /^(?:in|label):(?:anywhere|trash|spam)$/i.test(word));
  return { includesSpamTrash, matches: (message) => tests.every((test) => test(message)) };
}

function readWord(mailbox: Mailbox, word: string, now: number): Test {
  if (word.startsWith('-') && word.length > 1) {
    const test = readWord(mailbox, word.slice(1), now);
    return (message) => !test(message);
  }
  if (word.startsWith('{')) {
    const either = (word.slice(1, -1).match(/\S+/g) ?? []).map((each) => readWord(mailbox, each, now));
    return (message) => either.some((test) => test(message));
  }
  const [, name = '', rest = word] = /^([a-z0-9_]+):(.*)$/i.exec(word) ?? [];
  const value = rest.replace(/^["(]|[")]$/g, '');
  const operator = readOperator(mailbox, name.toLowerCase(), value, now);
  return operator ?? ((message) => hasText(message, word.replaceAll('"', '')));
}

function readOperator(mailbox: Mailbox, name: string, value: string, now: number): Test | undefined {
  switch (name) {
    case 'rfc822msgid': {
      const wanted = value.replace(/^<|>$/g, '');
      return (message) => headerOf(message.headers, 'Message-ID')?.replace(/^<|>$/g, '').trim() === wanted;
    }
    case 'after':
    case 'newer':
      return (message) => message.internalDate >= readInstant(value);
    case 'before':
    case 'older':
      return (message) => message.internalDate < readInstant(value);
    case 'newer_than':
      return (message) => message.internalDate >= now - readSpan(value);
    case 'older_than':
      return (message) => message.internalDate < now - readSpan(value);
    case 'in':
    case 'label':
      return readLabel(mailbox, value);
    case 'is':
      return readState(value.toLowerCase());
    case 'from':
    case 'to':
    case 'cc':
    case 'subject':
      return (message) =>
        headerOf(message.headers, name)?.toLowerCase().includes(value.toLowerCase()) === true;
    case 'has':
      return value === 'attachment' ? (message) => hasAttachment(parseMime(message.raw)) : undefined;
    default:
      return undefined;
  }
}

function readLabel(mailbox: Mailbox, value: string): Test {
  const name = value.toLowerCase();
  if (name === 'anywhere') return () => true;
  const ids: Record<string, string> = { sent: 'SENT', drafts: 'DRAFT', draft: 'DRAFT', unread: 'UNREAD' };
  const same = (text: string) => text.toLowerCase().replace(/[\s/]/g, '-');
  const label =
    findLabel(mailbox, ids[name] ?? value) ??
    [...mailbox.labels.values()].find((each) => same(each.name) === name || each.id === value);
  return (message) => label !== undefined && message.labelIds.has(label.id);
}

function readState(value: string): Test {
  if (value === 'read') return (message) => !message.labelIds.has('UNREAD');
  return (message) => message.labelIds.has(value.toUpperCase());
}

/** Seconds since 1970, or YYYY/MM/DD. */
function readInstant(value: string): number {
  if (/^\d{5,}$/.test(value)) return Number(value) * 1000;
  const [year = 1970, month = 1, day = 1] = value.split(/[/-]/).map(Number);
  return Date.UTC(year, month - 1, day);
}

function readSpan(value: string): number {
  const [, count = '0', unit = 'd'] = /^(\d+)([dmy])$/.exec(value) ?? [];
  return Number(count) * (SPANS[unit] ?? DAY_MS);
}

function hasText(message: StoredMessage, word: string): boolean {
  const wanted = word.toLowerCase();
  return (
    message.headers.some((header) => header.value.toLowerCase().includes(wanted)) ||
    inParts(parseMime(message.raw))
  );

  function inParts(part: MimePart): boolean {
    const isText = part.mimeType.startsWith('text/');
    return (isText && part.body.toString('utf8').toLowerCase().includes(wanted)) || part.parts.some(inParts);
  }
}

function hasAttachment(part: MimePart): boolean {
  return part.filename !== '' || part.parts.some(hasAttachment);
}
