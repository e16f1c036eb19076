/** Runs over many mailboxes, newest first, as administrators list them: whose, how they ended, and counts. */
import type { Instant } from '../model/clock.ts';
import type { RunId } from '../model/ids.ts';
import type { RunOutcome } from '../model/run.ts';
import type { Tx } from './database.ts';
import {
  findOwners,
  type Owner,
  type OwnerRow,
  type OwnersScope,
  ownerColumns,
  ownerOf,
  ownerProfile,
} from './owned-mailboxes.ts';
import { type Run, type RunRow, runColumns, runOf } from './runs.ts';

export interface OwnedRun extends Run {
  readonly owner: Owner;
}

export interface RunsQuery extends OwnersScope {
  readonly outcome?: RunOutcome['kind'] | 'running' | undefined;
  /** Of the failure that it ended with. */
  readonly code?: string | undefined;
  readonly from?: Instant | undefined;
  readonly to?: Instant | undefined;
  readonly after: ListMark<RunId> | null;
  readonly limit: number;
}

/** The last entry of the page before: its instant as PostgreSQL writes it, to the microsecond, and its id. */
export interface ListMark<Id extends string> {
  readonly at: string;
  readonly id: Id;
}

export interface ListedPage<Item, Id extends string> {
  readonly items: readonly Item[];
  readonly next: ListMark<Id> | null;
}

/** A page. Few mailboxes are each asked for their newest runs; of many an index in the order of the list is walked. */
export async function listOwnedRuns(tx: Tx, query: RunsQuery): Promise<ListedPage<OwnedRun, RunId>> {
  const owners = await findOwners(tx, query);
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const organization = bind(query.organizationId);
  const parts = [`runs.organization_id = ${organization}`, ...conditionsOf(query, bind)];
  const limit = bind(query.limit + 1);
  const order = 'order by runs.started_at desc, runs.id desc';
  let chosen: string;
  if (owners.kind === 'few') {
    chosen = `select runs.* from unnest(${bind(owners.ids)}::uuid[]) as few (id) cross join lateral (
      select * from runs where runs.mailbox_id = few.id and ${parts.join(' and ')} ${order} limit ${limit}) as runs`;
  } else {
    if (owners.kind === 'many')
      parts.push(`${ownerProfile('runs')} = any (${bind(owners.profiles)}::uuid[])`);
    chosen = `select * from runs where ${parts.join(' and ')}`;
  }
  const { rows } = await tx.query<RunRow & OwnerRow & { mark: string }>(
    `with page as materialized (select * from (${chosen}) as runs ${order} limit ${limit})
     select ${runColumns.replaceAll(/\w+/g, 'page.$&')}, page.started_at::text as mark, ${ownerColumns}
     from page join mailboxes on mailboxes.id = page.mailbox_id join users on users.id = mailboxes.user_id
     order by page.started_at desc, page.id desc`,
    values,
  );
  return pageOf(rows, query.limit, (row) => ({ ...runOf(row), owner: ownerOf(row) }));
}

function conditionsOf(query: RunsQuery, bind: (value: unknown) => string): readonly string[] {
  const { outcome, code, from, to, after } = query;
  const parts: string[] = [];
  // Written out, so that the planner sees that an index of what did not simply go well serves.
  if (outcome === 'done') parts.push(`runs.outcome = 'done'`);
  else if (outcome === 'running') parts.push(`runs.outcome is distinct from 'done' and runs.outcome is null`);
  else if (outcome !== undefined)
    parts.push(`runs.outcome is distinct from 'done' and runs.outcome = '${outcome}'`);
  if (code !== undefined) parts.push(`runs.outcome = 'failed' and runs.failure_code = ${bind(code)}`);
  if (from !== undefined) parts.push(`runs.started_at >= ${bind(new Date(from))}`);
  if (to !== undefined) parts.push(`runs.started_at < ${bind(new Date(to))}`);
  if (after !== null)
    parts.push(`(runs.started_at, runs.id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`);
  return parts;
}

/** The page of rows that are one more than asked for where there is another page. */
export function pageOf<Row extends { readonly id: Id; readonly mark: string }, Item, Id extends string>(
  rows: readonly Row[],
  limit: number,
  itemOf: (row: Row) => Item,
): ListedPage<Item, Id> {
  const shown = rows.slice(0, limit);
  const last = rows.length > limit ? shown.at(-1) : undefined;
  return { items: shown.map(itemOf), next: last === undefined ? null : { at: last.mark, id: last.id } };
}
