/** *Runs*: what ran for whom, how it ended, with its counts (D6). Codes and numbers, never content. */
import { useMemo } from 'react';
import type { AdminRun } from '../../../api-schema/admin/overview.ts';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayCount, sayDuration } from '../../shared/times.ts';
import { sayOutcome, skippedOf } from '../../sidebar/status/run-words.ts';
import { DataList } from '../list/data-list.tsx';
import type { ListColumn, ListFilter } from '../list/list-model.ts';
import { endOfDay, startOfDay } from '../shared/day-instants.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import { outcomeChoices, triggerWords } from '../shared/run-words.ts';
import { ToneText } from '../shared/tone-text.tsx';
import { useNamed } from '../shared/use-named.ts';

const count = (value: number) => sayCount(value);

const columns: readonly ListColumn<AdminRun>[] = [
  { id: 'owner', title: 'Person', cell: ({ owner }) => owner.name },
  {
    id: 'outcome',
    title: 'Outcome',
    cell: (run) => {
      const { word, tone } = sayOutcome(run);
      return <ToneText tone={tone} text={word} />;
    },
  },
  { id: 'started', title: 'Started', cell: ({ startedAt }) => <InstantText at={startedAt} withExact /> },
  { id: 'failure', title: 'Why', cell: ({ failureText }) => failureText },
  { id: 'trigger', title: 'Started by', cell: ({ trigger }) => triggerWords[trigger] },
  { id: 'examined', title: 'Examined', isNumber: true, cell: ({ examined }) => count(examined) },
  { id: 'created', title: 'Saved', isNumber: true, cell: ({ created }) => count(created) },
  { id: 'issues', title: 'Issues', isNumber: true, cell: ({ issues }) => count(issues) },
  {
    id: 'duration',
    title: 'Took',
    isNumber: true,
    cell: ({ durationMs }) => (durationMs === null ? null : sayDuration(durationMs)),
  },
  { id: 'skipped', title: 'Skipped', isNumber: true, isHidden: true, cell: (run) => count(skippedOf(run)) },
  { id: 'files', title: 'Files', isNumber: true, isHidden: true, cell: ({ files }) => count(files) },
  {
    id: 'mail-requests',
    title: 'Requests to the mail server',
    isNumber: true,
    isHidden: true,
    cell: ({ mailboxRequests }) => count(mailboxRequests),
  },
  {
    id: 'crm-requests',
    title: 'Requests to Salesforce',
    isNumber: true,
    isHidden: true,
    cell: ({ crmRequests }) => count(crmRequests),
  },
  { id: 'address', title: 'Mailbox', isHidden: true, cell: ({ owner }) => owner.address },
  { id: 'code', title: 'Code', isHidden: true, cell: ({ failureCode }) => failureCode },
  { id: 'worker', title: 'Worker', isHidden: true, cell: ({ worker }) => worker },
];

export function RunsPage() {
  const { profiles } = useNamed();
  const filters = useMemo<readonly ListFilter[]>(
    () => [
      { name: 'outcome', label: 'Outcome', kind: 'choices', choices: outcomeChoices },
      { name: 'profile', label: 'Profile', kind: 'choices', choices: profiles },
      { name: 'user', label: 'Person', kind: 'choices', choices: [] },
      { name: 'code', label: 'Code', kind: 'text' },
      { name: 'from', label: 'From', kind: 'day', ask: startOfDay },
      { name: 'to', label: 'To', kind: 'day', ask: endOfDay },
    ],
    [profiles],
  );
  return (
    <PageFrame title="Runs" about="Runs are kept for 30 days, newest first.">
      <DataList<AdminRun>
        name="runs"
        label="Runs"
        words={['run', 'runs']}
        below={routes.runs}
        columns={columns}
        filters={filters}
        keyOf={(run) => run.id}
        nameOf={(run) => run.owner.name}
        hrefOf={(run) => `/people/${encodeURIComponent(run.owner.userId)}`}
        csv={routes.runsCsv}
        empty={<p>Nothing has run yet.</p>}
      />
    </PageFrame>
  );
}
