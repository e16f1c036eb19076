/** The administrators' lists as CSV (G1): the same filters, every page after the other. Counts, codes, names and times, never content. */
import { catalogue } from '../model/catalogue.ts';
import type { Instant } from '../model/clock.ts';
import type { AuditId, IssueId, RunId } from '../model/ids.ts';
import { inOrganization, type Tx } from '../store/database.ts';
import { type AuditQuery, type ListedAudit, listAuditPage } from '../store/listed-audit.ts';
import { type IssuesQuery, listOwnedIssues, type OwnedIssue } from '../store/listed-issues.ts';
import {
  type ListedPage,
  type ListMark,
  listOwnedRuns,
  type OwnedRun,
  type RunsQuery,
} from '../store/listed-runs.ts';
import type { Admin } from './admin.ts';
import { type CsvColumn, csvHead, csvLine } from './csv.ts';
import { listPeople, type PeopleRequest, type PersonRow } from './list-people.ts';
import type { Ports } from './ports.ts';

const PAGE = 1_000;
/** More lines than this no spreadsheet opens. */
const LINES_MAX = 1_000_000;

const timeOf = (at: Instant | null) => (at === null ? null : new Date(at).toISOString());

const peopleColumns: readonly CsvColumn<PersonRow>[] = [
  { name: 'id', of: ({ id }) => id },
  { name: 'name', of: (row) => (row.fullName === '' ? row.username : row.fullName) },
  { name: 'crm_username', of: ({ username }) => username },
  { name: 'address', of: ({ address }) => address },
  { name: 'role', of: ({ role }) => role },
  { name: 'profile', of: ({ profile }) => profile?.name ?? null },
  { name: 'license', of: ({ license }) => license?.name ?? null },
  { name: 'preset', of: ({ preset }) => preset?.name ?? null },
  { name: 'service', of: ({ serviceName }) => serviceName },
  { name: 'state', of: ({ state }) => state },
  { name: 'state_since', of: ({ stateAt }) => timeOf(stateAt) },
  { name: 'status', of: ({ status }) => status.text },
  { name: 'cause', of: ({ causeCode }) => causeCode },
  { name: 'late', of: (row) => row.isLate },
  { name: 'issues_open', of: ({ issues }) => issues },
  { name: 'last_success_at', of: (row) => timeOf(row.lastSuccessAt) },
  { name: 'next_run_at', of: ({ dueAt }) => timeOf(dueAt) },
  { name: 'origin', of: ({ origin }) => origin },
  { name: 'created_at', of: ({ createdAt }) => timeOf(createdAt) },
];

const runColumns: readonly CsvColumn<OwnedRun>[] = [
  { name: 'run', of: ({ id }) => id },
  { name: 'person', of: ({ owner }) => owner.name },
  { name: 'mailbox', of: ({ owner }) => owner.address },
  { name: 'trigger', of: ({ trigger }) => trigger },
  { name: 'started_at', of: ({ startedAt }) => timeOf(startedAt) },
  { name: 'ended_at', of: ({ endedAt }) => timeOf(endedAt) },
  { name: 'duration_ms', of: ({ startedAt, endedAt }) => (endedAt === null ? null : endedAt - startedAt) },
  { name: 'outcome', of: ({ outcome }) => outcome?.kind ?? 'running' },
  { name: 'failure', of: ({ outcome }) => (outcome?.kind === 'failed' ? outcome.failure.code : null) },
  { name: 'examined', of: ({ counts }) => counts.examined },
  { name: 'created', of: ({ counts }) => counts.created },
  { name: 'files', of: ({ counts }) => counts.files },
  { name: 'issues', of: ({ counts }) => counts.issues },
  { name: 'mailbox_requests', of: ({ counts }) => counts.mailboxRequests },
  { name: 'crm_requests', of: ({ counts }) => counts.crmRequests },
  { name: 'worker', of: ({ worker }) => worker },
];

const issueColumns: readonly CsvColumn<OwnedIssue>[] = [
  { name: 'issue', of: ({ id }) => id },
  { name: 'person', of: ({ owner }) => owner.name },
  { name: 'mailbox', of: ({ owner }) => owner.address },
  { name: 'collection', of: ({ collection }) => collection },
  { name: 'record', of: ({ recordId }) => recordId },
  { name: 'code', of: ({ code }) => code },
  { name: 'text', of: ({ code }) => catalogue[code].admin },
  { name: 'vendor_code', of: ({ vendorCode }) => vendorCode },
  { name: 'fields', of: ({ fields }) => fields.join(' ') },
  { name: 'attempts', of: ({ attempts }) => attempts },
  { name: 'first_at', of: ({ firstAt }) => timeOf(firstAt) },
  { name: 'last_at', of: ({ lastAt }) => timeOf(lastAt) },
  { name: 'retry_at', of: ({ retryAt }) => timeOf(retryAt) },
];

const auditColumns: readonly CsvColumn<ListedAudit>[] = [
  { name: 'at', of: ({ at }) => timeOf(at) },
  { name: 'actor', of: ({ actor }) => actor },
  { name: 'actor_name', of: ({ actorName }) => actorName },
  { name: 'action', of: ({ action }) => action },
  { name: 'subject', of: ({ subject }) => subject },
  { name: 'subject_id', of: ({ subjectId }) => subjectId },
  { name: 'subject_name', of: ({ subjectName }) => subjectName },
  { name: 'details', of: ({ details }) => JSON.stringify(details) },
];

export async function* exportPeople(
  ports: Ports,
  admin: Admin,
  request: Omit<PeopleRequest, 'limit' | 'after'>,
): AsyncGenerator<string> {
  yield csvHead(peopleColumns);
  let after: PeopleRequest['after'] = null;
  for (let told = 0; told < LINES_MAX; told += PAGE) {
    const page: Awaited<ReturnType<typeof listPeople>> = await listPeople(ports, admin, {
      ...request,
      limit: PAGE,
      after,
    });
    for (const row of page.rows) yield csvLine(peopleColumns, row);
    if (page.next === null) return;
    after = { ...page.next, total: page.total };
  }
}

type Filters<Query> = Omit<Query, 'after' | 'limit' | 'organizationId' | 'reach'>;

export function exportOwnedRuns(ports: Ports, admin: Admin, filters: Filters<RunsQuery>) {
  return exportPages<OwnedRun, RunId>(ports, admin, runColumns, (tx, page) =>
    listOwnedRuns(tx, { ...filters, ...scopeOf(admin), ...page }),
  );
}

export function exportOwnedIssues(ports: Ports, admin: Admin, filters: Filters<IssuesQuery>) {
  return exportPages<OwnedIssue, IssueId>(ports, admin, issueColumns, (tx, page) =>
    listOwnedIssues(tx, { ...filters, ...scopeOf(admin), ...page }),
  );
}

export function exportAudit(ports: Ports, admin: Admin, filters: Filters<AuditQuery>) {
  return exportPages<ListedAudit, AuditId>(ports, admin, auditColumns, (tx, page) =>
    listAuditPage(tx, { ...filters, ...scopeOf(admin), ...page }),
  );
}

const scopeOf = ({ organizationId, reach }: Admin) => ({ organizationId, reach });

async function* exportPages<Item, Id extends string>(
  { db }: Ports,
  { organizationId }: Admin,
  columns: readonly CsvColumn<Item>[],
  read: (
    tx: Tx,
    page: { readonly after: ListMark<Id> | null; readonly limit: number },
  ) => Promise<ListedPage<Item, Id>>,
): AsyncGenerator<string> {
  yield csvHead(columns);
  let after: ListMark<Id> | null = null;
  for (let told = 0; told < LINES_MAX; told += PAGE) {
    const from: ListMark<Id> | null = after;
    const page: ListedPage<Item, Id> = await inOrganization(db, organizationId, (tx) =>
      read(tx, { after: from, limit: PAGE }),
    );
    for (const item of page.items) yield csvLine(columns, item);
    if (page.next === null) return;
    after = page.next;
  }
}
