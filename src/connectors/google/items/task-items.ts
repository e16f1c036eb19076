/** Single tasks of the default list: read, made and changed, one request each. Vendor pages: docs/remote-services/google.md#writing-tasks. */
import { z } from 'zod';
import type { ItemResult } from '../../../model/connector.ts';
import type { Failure } from '../../../model/failure.ts';
import type { ItemId } from '../../../model/ids.ts';
import type { CreatedItem, ItemUpdate, ItemVersion, NewItem } from '../../../model/mail-items.ts';
import type { TaskItem } from '../../../model/mailbox-item.ts';
import type { PartResult } from '../batch.ts';
import { readAs, type Transport } from '../transport.ts';
import { badItem, callMany, callOnce, callOne, gone, makeOnce, unreadable, untouched } from './call-each.ts';
import { listOf, text } from './lenient.ts';
import { type GoogleTask, isAlike, taskBody, taskItem, taskSchema } from './task-mapping.ts';

const pathOf = (itemId: ItemId): string => `tasks/${encodeURIComponent(itemId)}`;

function readTask(result: PartResult | undefined): GoogleTask | null {
  return result?.ok === true ? (taskSchema.safeParse(result.body).data ?? null) : null;
}

/** Tasks as they are now; a deleted one is gone, although Google still answers for it. */
export async function readTasks(
  transport: Transport,
  itemIds: readonly ItemId[],
): Promise<readonly ItemResult<TaskItem>[]> {
  const results = await callMany(
    transport,
    itemIds.map((itemId) => ({ method: 'tasks.get', verb: 'GET', path: pathOf(itemId), scope: 'item' })),
  );
  return itemIds.map((itemId, index): ItemResult<TaskItem> => {
    const result = results[index];
    if (result?.ok === false) return badItem(itemId, result.failure);
    const task = readTask(result);
    if (task === null) return badItem(itemId, unreadable);
    return task.deleted === true ? badItem(itemId, gone) : { ok: true, value: { ...taskItem(task), itemId } };
  });
}

// ------------------------------------------------------------------------------------------------------- creation

/** Tasks bear no stamp: one that may exist already is found by being alike. */
export async function createTasks(
  transport: Transport,
  items: readonly NewItem[],
  mayExist: boolean,
): Promise<readonly ItemResult<CreatedItem>[]> {
  const results: ItemResult<CreatedItem>[] = [];
  /** Each task is found once: two equal records have two tasks. */
  const taken = new Set<ItemId>();
  const known = mayExist && items.length > 0 ? await listAlike(transport, items) : [];
  for (const item of items) {
    const found = pick(known, item, taken);
    const result = found ?? (await makeTask(transport, item, taken));
    if (result.ok) taken.add(result.value.itemId);
    results.push(result);
  }
  return results;
}

function pick(
  known: readonly TaskItem[],
  { fields }: NewItem,
  taken: ReadonlySet<ItemId>,
): ItemResult<CreatedItem> | null {
  const task = known.find((one) => !taken.has(one.itemId) && isAlike(one, fields));
  return task === undefined ? null : { ok: true, value: createdItem(task) };
}

function createdItem({ itemId, version }: TaskItem): CreatedItem {
  return { itemId, version, uid: null };
}

async function makeTask(
  transport: Transport,
  item: NewItem,
  taken: ReadonlySet<ItemId>,
): Promise<ItemResult<CreatedItem>> {
  const itemId = item.stamp as ItemId;
  const body = Object.fromEntries(
    Object.entries(taskBody(item.fields)).filter(([, value]) => value !== null),
  );
  const result = await makeOnce<ItemResult<CreatedItem>>(
    transport,
    async () => {
      const answer = await callOnce(transport, {
        method: 'tasks.insert',
        verb: 'POST',
        path: 'tasks',
        body,
        scope: 'making',
      });
      if (!answer.ok) return badItem(itemId, answer.failure);
      const task = readTask(answer);
      return task === null ? badItem(itemId, unreadable) : { ok: true, value: createdItem(taskItem(task)) };
    },
    async () => pick(await listAlike(transport, [item]), item, taken),
  );
  return isFailure(result) ? badItem(itemId, result) : result;
}

function isFailure(result: ItemResult<CreatedItem> | Failure): result is Failure {
  return 'kind' in result;
}

/** A list holds 20,000 tasks that are not hidden. */
const PAGES_MAX = 200;
const pageSchema = z.object({ items: listOf(taskSchema), nextPageToken: text });

/** Tasks that are like one of those to be made; completed ones are looked through only where one is to be made completed. */
async function listAlike(transport: Transport, items: readonly NewItem[]): Promise<readonly TaskItem[]> {
  const withCompleted = String(items.some(({ fields }) => fields.status === 'completed'));
  const found: TaskItem[] = [];
  let pageToken: string | undefined;
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const query = new URLSearchParams({
      maxResults: '100',
      showCompleted: withCompleted,
      showHidden: withCompleted,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    const answer = await transport.call({
      method: 'tasks.list',
      verb: 'GET',
      path: `tasks?${query}`,
      scope: 'mailbox',
    });
    const read = readAs(pageSchema, answer);
    found.push(
      ...read.items
        .filter(({ deleted }) => deleted !== true)
        .map(taskItem)
        .filter((task) => items.some(({ fields }) => isAlike(task, fields))),
    );
    pageToken = read.nextPageToken;
    if (pageToken === undefined) break;
  }
  return found;
}

// -------------------------------------------------------------------------------------------------------- changes

/** Writes changed fields; another version than the one that was merged is refused by Google itself. */
export async function updateTasks(
  transport: Transport,
  updates: readonly ItemUpdate[],
): Promise<readonly ItemResult<ItemVersion>[]> {
  const results: ItemResult<ItemVersion>[] = [];
  for (const update of updates) results.push(await updateTask(transport, update));
  return results;
}

async function updateTask(
  transport: Transport,
  { itemId, version, fields }: ItemUpdate,
): Promise<ItemResult<ItemVersion>> {
  const body = taskBody(fields);
  if (Object.keys(body).length === 0) return untouched(itemId, version);
  const result = await callOne(transport, {
    method: 'tasks.patch',
    verb: 'PATCH',
    path: pathOf(itemId),
    body,
    ...(version === '' ? {} : { headers: { 'if-match': version } }),
    scope: 'write',
  });
  if (!result.ok) return badItem(itemId, result.failure);
  const task = readTask(result);
  if (task === null) return badItem(itemId, unreadable);
  return task.deleted === true ? badItem(itemId, gone) : untouched(itemId, task.etag);
}
