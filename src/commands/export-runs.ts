/** The list of runs as CSV (RFC 4180) for operators (D6): counts, codes and times, never content. */
import type { OrganizationId } from '../model/ids.ts';
import { acrossOrganizations, inOrganization, type Tx } from '../store/database.ts';
import { type ListedRun, listRunsInScope, type RunMark } from '../store/runs.ts';
import { type CsvColumn, csvHead, csvLine } from './csv.ts';
import type { Ports } from './ports.ts';

const PAGE_RUNS = 1_000;
/** Runs are kept 30 days; more lines than this no spreadsheet opens. */
const RUNS_MAX = 1_000_000;

const columns: readonly CsvColumn<ListedRun>[] = [
  { name: 'run', of: (run) => run.id },
  { name: 'mailbox', of: (run) => run.address },
  { name: 'service', of: (run) => run.service },
  { name: 'trigger', of: (run) => run.trigger },
  { name: 'started_at', of: (run) => new Date(run.startedAt).toISOString() },
  { name: 'ended_at', of: (run) => (run.endedAt === null ? null : new Date(run.endedAt).toISOString()) },
  { name: 'duration_ms', of: (run) => (run.endedAt === null ? null : run.endedAt - run.startedAt) },
  { name: 'outcome', of: (run) => run.outcome?.kind ?? 'running' },
  { name: 'failure', of: (run) => (run.outcome?.kind === 'failed' ? run.outcome.failure.code : null) },
  { name: 'examined', of: (run) => run.counts.examined },
  { name: 'created', of: (run) => run.counts.created },
  { name: 'files', of: (run) => run.counts.files },
  { name: 'issues', of: (run) => run.counts.issues },
  { name: 'mailbox_requests', of: (run) => run.counts.mailboxRequests },
  { name: 'crm_requests', of: (run) => run.counts.crmRequests },
];

/** Lines, the heading first, newest run first; of one organization, or of all where null. */
export async function* exportRuns(
  { db }: Pick<Ports, 'db'>,
  organizationId: OrganizationId | null,
): AsyncGenerator<string> {
  const inScope = <T>(work: (tx: Tx) => Promise<T>) =>
    organizationId === null ? acrossOrganizations(db, work) : inOrganization(db, organizationId, work);
  yield csvHead(columns);
  let after: RunMark | null = null;
  for (let told = 0; told < RUNS_MAX; told += PAGE_RUNS) {
    const runs: readonly ListedRun[] = await inScope((tx) =>
      listRunsInScope(tx, { after, limit: PAGE_RUNS }),
    );
    for (const run of runs) yield csvLine(columns, run);
    after = runs.at(-1) ?? null;
    if (runs.length < PAGE_RUNS) return;
  }
}
