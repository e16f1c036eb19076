/**
 * The default list of tasks as one stream. There are no sync tokens: what changed since the latest change that was seen is asked for, with a stretch of time
 * before it, and what was told of that stretch is remembered. Vendor page: docs/remote-services/google.md#syncing-tasks.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import { type Clock, HOUR, type Instant, MINUTE } from '../../../model/clock.ts';
import type { FeedId, ItemId } from '../../../model/ids.ts';
import type { ItemChange, ItemPage, ItemWindow } from '../../../model/mail-items.ts';
import { readAs, type Transport } from '../transport.ts';
import { cursorForm } from './item-cursor.ts';
import { instantOf, listOf, text } from './lenient.ts';
import { createStream, type Stream } from './streams.ts';
import { type GoogleTask, taskItem, taskSchema } from './task-mapping.ts';

export const TASKS_FEED = 'tasks' as FeedId;

/** Google gives 100 at most. */
const PAGE_TASKS = 100;
/** A change may be seen so much later than its time says, pages of one round included. */
const OVERLAP_MS = 15 * MINUTE;
/** When the latest change is this old, nothing older can still come, even where this machine's clock is wrong by much. */
const SETTLED_MS = 2 * HOUR;
/** Changes of one stretch that are remembered: about 350 KB of a cursor. Where there are more, the stretch begins later. */
const SEEN_MAX = 10_000;

const markSchema = z.object({
  /** Changes from here on are asked for; null: everything. */
  from: z.number().nullable(),
  /** Prints of what was told already of the time from there on. */
  seen: z.array(z.string()),
  /** Inside a round of several pages. */
  round: z
    .object({
      pageToken: z.string(),
      startedAt: z.number(),
      /** The latest change met so far, and what this round told, with its time. */
      latest: z.number().nullable(),
      told: z.array(z.tuple([z.string(), z.number()])),
      /** What this round told of the time before is forgotten; null: nothing is. */
      floor: z.number().nullable(),
    })
    .nullable(),
});
type TaskMark = z.infer<typeof markSchema>;
const cursors = cursorForm<TaskMark>('gt1:', markSchema);

const pageSchema = z.object({ items: listOf(taskSchema), nextPageToken: text });
type TaskPage = z.infer<typeof pageSchema>;
/** The print of a task in one version, and when it changed. */
type Told = [print: string, at: Instant];

export function createTaskStream({
  transport,
  clock,
}: {
  readonly transport: Transport;
  readonly clock: Clock;
}): Stream {
  return createStream<TaskMark, TaskPage>({
    collection: 'tasks',
    feed: TASKS_FEED,
    begin: () => ({ from: null, seen: [], round: null }),
    readMark: cursors.read,
    ask: (mark) => askPage(transport, mark),
    hasMoved: (page, mark) =>
      mark.round !== null || page.nextPageToken !== undefined || unseen(page, mark).length > 0,
    fold: async (page, mark, window) => ({
      changes: unseen(page, mark).flatMap((task) => changeOf(task, mark, window)),
      ...afterwards(page, mark, clock.now()),
    }),
  });
}

async function askPage(transport: Transport, { from, round }: TaskMark): Promise<TaskPage> {
  const query = new URLSearchParams({
    maxResults: String(PAGE_TASKS),
    showCompleted: 'true',
    // What Google's own pages complete is hidden at once.
    showHidden: 'true',
    showDeleted: String(from !== null),
  });
  if (from !== null) query.set('updatedMin', new Date(from).toISOString());
  if (round !== null) query.set('pageToken', round.pageToken);
  const answer = await transport.call({
    method: 'tasks.list',
    verb: 'GET',
    path: `tasks?${query}`,
    scope: round === null ? 'mailbox' : 'page',
  });
  return readAs(pageSchema, answer);
}

/** One task in one version. */
function printOf({ id, etag, updated = '' }: GoogleTask): string {
  const version = etag === '' ? updated : etag;
  return createHash('sha256').update(`${id}\n${version}`).digest('base64url').slice(0, 12);
}

function unseen({ items }: TaskPage, { seen }: TaskMark): readonly GoogleTask[] {
  const known = new Set(seen);
  return items.filter((task) => !known.has(printOf(task)));
}

function changeOf(task: GoogleTask, { from }: TaskMark, { tasksFrom }: ItemWindow): readonly ItemChange[] {
  if (task.deleted === true) return [{ kind: 'deleted', itemId: task.id as ItemId }];
  const item = taskItem(task);
  const isOld = (at: Instant | null): boolean => at === null || at < tasksFrom;
  const isLeft =
    from === null &&
    item.fields.status === 'completed' &&
    isOld(item.modifiedAt) &&
    isOld(instantOf(task.due));
  return isLeft ? [] : [{ kind: 'upsert', item }];
}

// ----------------------------------------------------------------------------------------------------------- mark

function afterwards(
  { items, nextPageToken }: TaskPage,
  mark: TaskMark,
  now: Instant,
): Pick<ItemPage, 'cursor' | 'done'> {
  const before = mark.round ?? { startedAt: now, latest: null, told: [], floor: null };
  const told = [
    ...before.told,
    ...items.map((task): Told => [printOf(task), instantOf(task.updated) ?? now]),
  ];
  const latest = told.reduce<Instant | null>(
    (furthest, [, at]) => Math.max(furthest ?? at, at),
    before.latest,
  );
  const { startedAt } = before;
  const start = beginning({ latest, startedAt, before: mark.from });
  const { kept, floor } = bounded(told.filter(([, at]) => start === null || at >= start));
  const furthest = Math.max(before.floor ?? 0, floor ?? 0);
  if (nextPageToken !== undefined) {
    const round = { pageToken: nextPageToken, startedAt, latest, told: kept, floor: furthest || null };
    return { cursor: cursors.write({ ...mark, round }), done: false };
  }
  const from = start === null ? null : Math.max(start, furthest);
  const seen = kept.filter(([, at]) => from === null || at >= from).map(([print]) => print);
  return { cursor: cursors.write({ from, seen: [...new Set(seen)], round: null }), done: true };
}

/**
 * Where the next round begins. What changes while a round is read has a later time than its beginning, and may be missed by it: the latest change counts at
 * most as late as that.
 */
function beginning(told: {
  readonly latest: Instant | null;
  readonly startedAt: Instant;
  readonly before: Instant | null;
}): Instant | null {
  const { latest, startedAt, before } = told;
  if (latest === null) return before;
  const mark = Math.min(latest, startedAt);
  const start = startedAt - latest >= SETTLED_MS ? mark : mark - OVERLAP_MS;
  return Math.max(start, before ?? start);
}

/** Of more changes than are remembered the latest ones, and where they begin. */
function bounded(told: readonly Told[]): { readonly kept: Told[]; readonly floor: Instant | null } {
  if (told.length <= SEEN_MAX) return { kept: [...told], floor: null };
  const kept = told.toSorted(([, one], [, other]) => other - one).slice(0, SEEN_MAX);
  return { kept, floor: kept.at(-1)?.[1] ?? null };
}
