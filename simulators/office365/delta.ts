/**
 * Delta queries over the messages of one folder and over all folders. A token is opaque to callers; inside it says how
 * far the caller has come, and it dies with the epoch it was made in.
 * https://learn.microsoft.com/graph/delta-query-messages
 */
import { type DeltaPosition, finishDelta, pageSize, readPosition, unsupported } from './delta-token.ts';
import { findFolder } from './find-item.ts';
import { type GraphAnswer, idOf, type MailboxCall } from './graph-call.ts';
import { type Folder, type Message, newestFirst } from './mailbox.ts';
import { showFolder, showMessage } from './message-json.ts';
import { readFilter, readSelect } from './odata.ts';

type Json = Record<string, unknown>;

/** In a first round `before` is the last message given; in a later one `since` is where the round began. */
interface Position extends DeltaPosition {
  since?: number;
  before?: { receivedAt: number; order: number };
  given?: number;
}

const FIRST_ROUND_FILTERED_MAX = 5000;

/** `/mailFolders/{id}/messages/delta`. */
export async function answerMessageDelta(call: MailboxCall): Promise<GraphAnswer> {
  const folder = findFolder(call, call.parts.folder ?? '');
  const { skip, position } = readPosition<Position>(call, folder.id, folder.epoch);
  const start = position ?? startOf(call, folder.id, folder.epoch);
  const scoped = { ...call, query: new URLSearchParams(start.options) };
  const test = readFilter(start.options.$filter ?? null);
  const size = pageSize(call, start);
  const isFirstRound = position === undefined || (skip && position.before !== undefined);
  const page = isFirstRound
    ? firstRound(folder, start, test, size)
    : laterRound(scoped, folder, start, test, size);
  const value: Json[] = [];
  for (const entry of page.entries) {
    if ('removed' in entry) {
      value.push({
        '@odata.type': '#microsoft.graph.message',
        id: entry.removed,
        '@removed': { reason: 'deleted' },
      });
      continue;
    }
    const whole = {
      '@odata.type': '#microsoft.graph.message',
      ...(await showMessage(scoped, entry.message)),
    };
    const shown = entry.readFlagOnly === true ? readFlagOf(whole) : whole;
    value.push(shown);
    const repeats = call.world.settings.repeatProbability;
    if (repeats > 0 && call.world.random.next() < repeats) value.push(shown);
  }
  return finishDelta(call, 'Collection(message)', value, page.next, page.isLast);
}

type Entry = { message: Message; readFlagOnly?: boolean } | { removed: string };

/** A mail that was only read or unread since comes with little more than that. */
function readFlagOf({ '@odata.type': type, id, isRead, parentFolderId }: Json): Json {
  return { '@odata.type': type, id, isRead, parentFolderId };
}

interface Page {
  entries: Entry[];
  next: Position;
  isLast: boolean;
}

function firstRound(
  folder: Folder,
  start: Position,
  test: (message: Message) => boolean,
  size: number,
): Page {
  const { before } = start;
  const given = start.given ?? 0;
  const limit = start.options.$filter === undefined ? Number.POSITIVE_INFINITY : FIRST_ROUND_FILTERED_MAX;
  const wanted = Math.min(size, limit - given);
  const entries: Entry[] = [];
  let last = before;
  let isLast = true;
  for (const message of newestFirst(folder)) {
    const isAfter =
      before === undefined ||
      message.receivedAt < before.receivedAt ||
      (message.receivedAt === before.receivedAt && message.order < before.order);
    if (!isAfter || !test(message)) continue;
    if (entries.length >= wanted) {
      isLast = given + entries.length >= limit;
      break;
    }
    entries.push({ message });
    last = { receivedAt: message.receivedAt, order: message.order };
  }
  const { before: _done, given: _count, ...rest } = start;
  if (isLast || last === undefined) return { entries, next: rest, isLast: true };
  return { entries, next: { ...rest, before: last, given: given + entries.length }, isLast: false };
}

function laterRound(
  call: MailboxCall,
  folder: Folder,
  start: Position,
  test: (message: Message) => boolean,
  size: number,
): Page {
  const { since = start.at, ...rest } = start;
  const entries: Entry[] = [];
  let at = start.at;
  for (const change of folder.log.since(start.at)) {
    if (entries.length >= size) return { entries, next: { ...rest, at, since }, isLast: false };
    at = change.changeNumber;
    const message = folder.messages.get(change.key);
    const gone = folder.gone.get(change.key);
    const kind = change.deleted ? 'deleted' : change.createdAtChange > since ? 'created' : 'updated';
    if (start.options.changeType !== undefined && start.options.changeType !== kind) continue;
    const readFlagOnly = change.contentAtChange <= since;
    if (message !== undefined && test(message)) entries.push({ message, readFlagOnly });
    else if (change.deleted && gone !== undefined && change.firstCreatedAtChange <= start.at) {
      entries.push({ removed: idOf(call, gone) });
    }
  }
  return { entries, next: { ...rest, at }, isLast: true };
}

/** `/mailFolders/delta`. */
export function answerFolderDelta(call: MailboxCall): GraphAnswer {
  const { mailbox } = call;
  const { position } = readPosition<Position>(call, 'folders', mailbox.folderEpoch);
  const start = position ?? { ...startOf(call, 'folders', mailbox.folderEpoch), at: 0 };
  const select = readSelect(new URLSearchParams(start.options));
  const size = pageSize(call, start);
  const value: Json[] = [];
  const byKey = new Map([...mailbox.folders.values()].map((folder) => [folder.key, folder]));
  let at = start.at;
  let isLast = true;
  for (const change of mailbox.folderLog.since(start.at)) {
    if (value.length >= size) {
      isLast = false;
      break;
    }
    at = change.changeNumber;
    const folder = byKey.get(change.key);
    const gone = mailbox.goneFolders.get(change.key);
    if (folder !== undefined && folder.parent !== undefined) {
      value.push({ '@odata.type': '#microsoft.graph.mailFolder', ...showFolder(mailbox, folder, select) });
    } else if (gone !== undefined && change.createdAtChange <= start.at) {
      value.push({
        '@odata.type': '#microsoft.graph.mailFolder',
        id: gone,
        '@removed': { reason: 'deleted' },
      });
    }
  }
  return finishDelta(call, 'Collection(mailFolder)', value, { ...start, at }, isLast);
}

function startOf(call: MailboxCall, of: string, epoch: number): Position {
  const options: Record<string, string> = {};
  for (const [name, value] of call.query) {
    if (['$select', '$filter', '$expand', '$top', 'changeType'].includes(name)) options[name] = value;
    else if (name === '$orderby' && value.toLowerCase() !== 'receiveddatetime desc') throw unsupported(name);
    else if (name !== '$orderby' && name !== '$deltatoken') throw unsupported(name);
  }
  const filter = options.$filter;
  if (filter !== undefined && !/^receivedDateTime\s+(ge|gt)\s+\S+$/.test(filter.trim()))
    throw unsupported('$filter');
  return { of, epoch, at: call.mailbox.changeNumber, options };
}
