/** Issues over many mailboxes, newest first, as administrators list them, and their sums by code. */
import type { FailureCode } from '../model/catalogue.ts';
import type { AnyCollection } from '../model/collection.ts';
import type { IssueId } from '../model/ids.ts';
import type { Tx } from './database.ts';
import { type Issue, type IssueRow, issueColumns, issueOf } from './issues.ts';
import { type ListedPage, type ListMark, pageOf } from './listed-runs.ts';
import {
  findOwners,
  type Owner,
  type OwnerRow,
  type OwnersScope,
  ownerColumns,
  ownerOf,
  ownerProfile,
} from './owned-mailboxes.ts';

export interface OwnedIssue extends Issue {
  readonly owner: Owner;
}

export interface IssuesQuery extends OwnersScope {
  readonly code?: string | undefined;
  readonly collection?: AnyCollection | undefined;
  readonly after: ListMark<IssueId> | null;
  readonly limit: number;
}

/** A page. Few mailboxes are each asked for their newest issues; of many an index in the order of the list is walked. */
export async function listOwnedIssues(tx: Tx, query: IssuesQuery): Promise<ListedPage<OwnedIssue, IssueId>> {
  const { organizationId, code, collection, after, limit } = query;
  const owners = await findOwners(tx, query, { withIssues: query.user === undefined });
  const values: unknown[] = [];
  const bind = (value: unknown) => `$${values.push(value)}`;
  const parts = [`issues.organization_id = ${bind(organizationId)}`];
  if (code !== undefined) parts.push(`issues.code = ${bind(code)}`);
  if (collection !== undefined) parts.push(`issues.collection = ${bind(collection)}`);
  if (after !== null)
    parts.push(`(issues.first_at, issues.id) < (${bind(after.at)}::timestamptz, ${bind(after.id)}::uuid)`);
  const most = bind(limit + 1);
  const order = 'order by issues.first_at desc, issues.id desc';
  let chosen: string;
  if (owners.kind === 'few') {
    chosen = `select issues.* from unnest(${bind(owners.ids)}::uuid[]) as few (id) cross join lateral (
      select * from issues where issues.mailbox_id = few.id and ${parts.join(' and ')} ${order} limit ${most}) as issues`;
  } else {
    if (owners.kind === 'many')
      parts.push(`${ownerProfile('issues')} = any (${bind(owners.profiles)}::uuid[])`);
    chosen = `select * from issues where ${parts.join(' and ')}`;
  }
  const { rows } = await tx.query<IssueRow & OwnerRow & { mark: string }>(
    `with page as materialized (select * from (${chosen}) as issues ${order} limit ${most})
     select ${issueColumns.replaceAll(/\w+/g, 'page.$&')}, page.first_at::text as mark, ${ownerColumns}
     from page join mailboxes on mailboxes.id = page.mailbox_id join users on users.id = mailboxes.user_id
     order by page.first_at desc, page.id desc`,
    values,
  );
  return pageOf(rows, limit, (row) => ({ ...issueOf(row), owner: ownerOf(row) }));
}

export interface IssueSum {
  readonly code: FailureCode;
  readonly issues: number;
  readonly mailboxes: number;
}

/** How many issues of each code there are, and in how many mailboxes; the most frequent first. */
export async function sumIssues(
  tx: Tx,
  scope: Pick<OwnersScope, 'organizationId' | 'reach'>,
): Promise<readonly IssueSum[]> {
  const { organizationId, reach } = scope;
  const isAll = reach === 'organization';
  const { rows } = await tx.query<{ code: FailureCode; issues: string; mailboxes: string }>(
    `select code, sum(many) as issues, count(*) as mailboxes
     from (
       select code, mailbox_id, count(*) as many from issues
       where organization_id = $1${
         isAll
           ? ''
           : ` and mailbox_id = any (array(select listed.mailbox_id from listed_users as listed
              where listed.organization_id = $1 and listed.profile_id = any ($2::uuid[]) and listed.issues > 0))`
       }
       group by code, mailbox_id
     ) as by_mailbox
     group by code order by issues desc, code limit 200`,
    isAll ? [organizationId] : [organizationId, reach],
  );
  return rows.map(({ code, issues, mailboxes }) => ({
    code,
    issues: Number(issues),
    mailboxes: Number(mailboxes),
  }));
}
