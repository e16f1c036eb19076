/**
 * Whether anything moved in a folder, by its two marks: docs/remote-services/exchange.md#marks. It reads folders and no item; what a
 * mark that stands still means for a feed is decided here, in one place for mail and for everything else.
 */
import { DAY, type Instant, MINUTE, SECOND } from '../../model/clock.ts';
import { type Failure, RemoteFailure } from '../../model/failure.ts';
import type { FeedId } from '../../model/ids.ts';
import { responseFailure } from './failures.ts';
import { type FolderMarks, readMarks } from './folders.ts';
import { getFolderMarks } from './operations.ts';
import { child } from './soap.ts';
import type { Transport } from './transport.ts';

/** Folders asked for their marks in one request. */
const FOLDERS_PER_CALL = 500;
/** Every folder is read once a day whatever its marks say. */
const MARKS_TRUSTED_MS = DAY;
/**
 * Commit times have whole seconds, so that a change in the same second as the one before it changes no mark. A mark is kept only when its
 * second was over as it was read, by the server's own clock; where the server tells no time, two minutes leave room for ours.
 */
const SETTLED_BY_SERVER_MS = 2 * SECOND;
const SETTLED_BY_US_MS = 2 * MINUTE;

/** How far a feed was read, as far as marks are concerned. */
interface ReadMark {
  readonly marks: string | null;
  readonly readAt: Instant | null;
}

/** `mark` is null for a feed that was never read. */
export function hasMoved(mark: ReadMark | null, marks: string | null, now: number): boolean {
  if (mark === null || marks === null || mark.readAt === null) return true;
  return mark.marks !== marks || now - mark.readAt >= MARKS_TRUSTED_MS;
}

/** False for a mark whose newest commit is so recent that another one may carry the same time. */
export function isSettled(marks: string | null, serverTime: number | null, now: number): boolean {
  const [commitTime = '', , totalCount] = marks?.split('/') ?? [];
  // Whatever happens to an empty folder changes its count of items or of deletions.
  if (totalCount === '0') return true;
  const committedAt = Date.parse(commitTime);
  // A time that has not come yet is a fast clock's; until it has, nothing is sure.
  if (Number.isNaN(committedAt)) return true;
  return serverTime === null
    ? now - committedAt > SETTLED_BY_US_MS
    : serverTime - committedAt >= SETTLED_BY_SERVER_MS;
}

export interface AllMarks {
  /** By folder; null where the server has none at all. A folder that is gone or closed to us is missing. */
  readonly marks: ReadonlyMap<FeedId, string | null>;
  /** Why a folder is missing. */
  readonly failures: ReadonlyMap<FeedId, Failure>;
}

/** The marks of many folders. Rejects when one fails with a code with which it may not. */
export async function readAllMarks(
  transport: Transport,
  ids: readonly FeedId[],
  mayFail: (id: FeedId, code: string) => boolean,
): Promise<AllMarks> {
  const found = new Map<FeedId, FolderMarks>();
  const failures = new Map<FeedId, Failure>();
  for (let from = 0; from < ids.length; from += FOLDERS_PER_CALL) {
    const batch = ids.slice(from, from + FOLDERS_PER_CALL);
    let at = 0;
    await transport.call({ operation: 'GetFolder', body: () => getFolderMarks(batch) }, (message) => {
      const id = batch[at];
      at += 1;
      if (id === undefined) return;
      if (message.ok) found.set(id, readMarks(child(message.node, 'Folders')?.children[0]));
      else if (!mayFail(id, message.code)) throw new RemoteFailure(responseFailure(message.code, 'mailbox'));
      else failures.set(id, responseFailure(message.code, 'mailbox'));
    });
  }
  // A folder that never held an item has no commit time; a server that knows none has it nowhere.
  const known = [...found.values()].some((marks) => marks.commitTime !== null);
  const write = (marks: FolderMarks): string | null =>
    known ? `${marks.commitTime ?? '-'}/${marks.deletedCount ?? '-'}/${marks.totalCount ?? '-'}` : null;
  return { marks: new Map([...found].map(([id, marks]) => [id, write(marks)])), failures };
}

/** A folder that went away, or was closed to us, since the tree was read. */
export function mayBeLeftOut(code: string): boolean {
  return code === 'ErrorFolderNotFound' || code === 'ErrorItemNotFound' || code === 'ErrorAccessDenied';
}
