/**
 * One Gmail mailbox: messages with labels, threads, and the history that grows with every change. It knows nothing of
 * HTTP nor of who asks; times are milliseconds since 1970.
 */
import type { Random } from '../shared/random.ts';
import { type Header, headerOf, readHeaders } from './mime-tree.ts';

export type HistoryKind = 'messageAdded' | 'messageDeleted' | 'labelAdded' | 'labelRemoved';

export interface StoredMessage {
  readonly id: string;
  readonly threadId: string;
  readonly raw: Buffer;
  readonly headers: readonly Header[];
  readonly internalDate: number;
  readonly labelIds: Set<string>;
  historyId: number;
}

export interface HistoryRecord {
  readonly id: number;
  readonly at: number;
  readonly kind: HistoryKind;
  readonly messageId: string;
  readonly threadId: string;
  /** The labels that were added or removed. */
  readonly changed: readonly string[];
  /** The message's labels after the change. */
  readonly labelIds: readonly string[];
}

export interface Label {
  readonly id: string;
  name: string;
  readonly type: 'system' | 'user';
  labelListVisibility?: string;
  messageListVisibility?: string;
  color?: { textColor: string; backgroundColor: string };
}

export interface Mailbox {
  readonly messages: Map<string, StoredMessage>;
  readonly labels: Map<string, Label>;
  history: HistoryRecord[];
  historyId: number;
  /** Ids below this are too old for history.list. */
  historyFloor: number;
  readonly threadsByMessageId: Map<string, string[]>;
  readonly threadSubjects: Map<string, string>;
  lastMessageNumber: bigint;
  lastLabelNumber: number;
  readonly random: Random;
  readonly now: () => number;
  /** Told after each change, with the labels of the message. */
  onChange: (labelIds: readonly string[]) => void;
}

export interface NewMessage {
  labelIds?: readonly string[] | undefined;
  internalDate?: number | undefined;
  threadId?: string | undefined;
}

const SYSTEM_LABELS = [
  ...['CHAT', 'SENT', 'INBOX', 'IMPORTANT', 'TRASH', 'DRAFT', 'SPAM'],
  ...['CATEGORY_FORUMS', 'CATEGORY_UPDATES', 'CATEGORY_PERSONAL', 'CATEGORY_PROMOTIONS', 'CATEGORY_SOCIAL'],
  ...['STARRED', 'UNREAD'],
];

/** An empty mailbox with the system labels. */
export function createMailbox(now: () => number, random: Random): Mailbox {
  const labels = new Map<string, Label>();
  for (const id of SYSTEM_LABELS) {
    const hidden = id.startsWith('CATEGORY_') || id === 'CHAT' || id === 'IMPORTANT';
    const visibility = hidden ? { messageListVisibility: 'hide', labelListVisibility: 'labelHide' } : {};
    labels.set(id, { id, name: id, type: 'system', ...visibility });
  }
  const firstHistoryId = 1000 + Math.floor(random.next() * 9000);
  return {
    messages: new Map(),
    labels,
    history: [],
    historyId: firstHistoryId,
    historyFloor: firstHistoryId,
    threadsByMessageId: new Map(),
    threadSubjects: new Map(),
    lastMessageNumber: 0n,
    lastLabelNumber: 0,
    random,
    now,
    onChange: () => undefined,
  };
}

/** Puts a mail into the mailbox and gives it back as stored. Labels are INBOX and UNREAD when absent. */
export function addMessage(mailbox: Mailbox, raw: Buffer, options: NewMessage = {}): StoredMessage {
  const headers = readHeaders(raw);
  const id = nextMessageId(mailbox);
  const message: StoredMessage = {
    id,
    threadId: options.threadId ?? findThread(mailbox, headers) ?? id,
    raw,
    headers,
    internalDate: options.internalDate ?? mailbox.now(),
    labelIds: new Set(options.labelIds ?? ['INBOX', 'UNREAD']),
    historyId: 0,
  };
  mailbox.messages.set(id, message);
  rememberThread(mailbox, message);
  note(mailbox, message, 'messageAdded', []);
  return message;
}

/** Ends a message for good. */
export function removeMessage(mailbox: Mailbox, message: StoredMessage): void {
  mailbox.messages.delete(message.id);
  note(mailbox, message, 'messageDeleted', []);
}

/** Adds and removes labels; only what changes makes history. */
export function changeLabels(
  mailbox: Mailbox,
  message: StoredMessage,
  add: readonly string[],
  remove: readonly string[],
): void {
  const removed = remove.filter((id) => message.labelIds.has(id));
  const added = add.filter((id) => !message.labelIds.has(id));
  for (const id of removed) message.labelIds.delete(id);
  for (const id of added) message.labelIds.add(id);
  if (removed.length > 0) note(mailbox, message, 'labelRemoved', removed);
  if (added.length > 0) note(mailbox, message, 'labelAdded', added);
}

/** Makes a label of the user's. */
export function addLabel(mailbox: Mailbox, name: string, more: Partial<Label> = {}): Label {
  mailbox.lastLabelNumber += 1;
  const label: Label = { ...more, id: `Label_${mailbox.lastLabelNumber}`, name, type: 'user' };
  mailbox.labels.set(label.id, label);
  return label;
}

/** Ends a label and takes it off its messages. */
export function removeLabel(mailbox: Mailbox, id: string): void {
  mailbox.labels.delete(id);
  for (const message of mailbox.messages.values()) changeLabels(mailbox, message, [], [id]);
}

/** The label of that name (letter case ignored, as Gmail compares). */
export function findLabel(mailbox: Mailbox, name: string): Label | undefined {
  const wanted = name.toLowerCase();
  return [...mailbox.labels.values()].find((label) => label.name.toLowerCase() === wanted);
}

/** Makes every history id given so far too old, or those whose records are older than `before`. */
export function expireHistory(mailbox: Mailbox, before = Number.POSITIVE_INFINITY): void {
  const gone = mailbox.history.findLast((record) => record.at < before);
  if (gone === undefined && before !== Number.POSITIVE_INFINITY) return;
  if (before === Number.POSITIVE_INFINITY) {
    mailbox.historyId = advance(mailbox);
    mailbox.historyFloor = mailbox.historyId;
    mailbox.history = [];
  } else if (gone !== undefined) {
    mailbox.historyFloor = Math.max(mailbox.historyFloor, gone.id);
    mailbox.history = mailbox.history.filter((record) => record.at >= before);
  }
}

/** Messages of a thread, oldest first. */
export function messagesOfThread(mailbox: Mailbox, threadId: string): StoredMessage[] {
  const found = [...mailbox.messages.values()].filter((message) => message.threadId === threadId);
  return found.sort((left, right) => left.internalDate - right.internalDate);
}

/** A subject without the prefixes of replies and forwards. */
export function baseSubject(subject: string): string {
  return subject
    .replace(/^(?:\s*(?:re|fwd?|aw|wg)\s*(?:\[\d+\])?\s*:)+/i, '')
    .trim()
    .toLowerCase();
}

function note(mailbox: Mailbox, message: StoredMessage, kind: HistoryKind, changed: readonly string[]): void {
  const id = advance(mailbox);
  mailbox.historyId = id;
  message.historyId = id;
  const labelIds = [...message.labelIds];
  const { threadId } = message;
  mailbox.history.push({ id, at: mailbox.now(), kind, messageId: message.id, threadId, changed, labelIds });
  mailbox.onChange([...labelIds, ...changed]);
}

/** History ids grow, with gaps. */
function advance(mailbox: Mailbox): number {
  return mailbox.historyId + 1 + Math.floor(mailbox.random.next() * 40);
}

function nextMessageId(mailbox: Mailbox): string {
  const fromTime = BigInt(Math.max(0, Math.floor(mailbox.now()))) << 20n;
  const step = BigInt(1 + Math.floor(mailbox.random.next() * 1000));
  const next = mailbox.lastMessageNumber >= fromTime ? mailbox.lastMessageNumber + step : fromTime + step;
  mailbox.lastMessageNumber = next;
  return next.toString(16).padStart(16, '0');
}

/** A mail joins a thread whose message it references, if the subjects are the same but for reply prefixes. */
function findThread(mailbox: Mailbox, headers: readonly Header[]): string | undefined {
  const subject = baseSubject(headerOf(headers, 'Subject') ?? '');
  const named = `${headerOf(headers, 'In-Reply-To') ?? ''} ${headerOf(headers, 'References') ?? ''}`;
  for (const reference of named.match(/<[^<>\s]+>/g) ?? []) {
    for (const threadId of mailbox.threadsByMessageId.get(reference) ?? []) {
      if (mailbox.threadSubjects.get(threadId) === subject) return threadId;
    }
  }
  return undefined;
}

function rememberThread(mailbox: Mailbox, message: StoredMessage): void {
  const { threadId } = message;
  if (!mailbox.threadSubjects.has(threadId)) {
    mailbox.threadSubjects.set(threadId, baseSubject(headerOf(message.headers, 'Subject') ?? ''));
  }
  const messageId = headerOf(message.headers, 'Message-ID')?.trim();
  if (messageId === undefined) return;
  const threads = mailbox.threadsByMessageId.get(messageId) ?? [];
  if (!threads.includes(threadId)) threads.push(threadId);
  mailbox.threadsByMessageId.set(messageId, threads);
}
