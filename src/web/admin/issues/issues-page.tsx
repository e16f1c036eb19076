/** *Issues*: what waits for somebody, summed by its code first, for one cause is often mended for many; then one by one. Never a subject (G6). */
import { useMemo } from 'react';
import type { z } from 'zod';
import type { AdminIssue, issueSumsSchema } from '../../../api-schema/admin/overview.ts';
import { collectionWords } from '../../../model/collection-words.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayCount } from '../../shared/times.ts';
import { DataList } from '../list/data-list.tsx';
import type { ListColumn, ListFilter } from '../list/list-model.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import { menderWords } from '../shared/run-words.ts';
import { useNamed } from '../shared/use-named.ts';
import { WithAnswer } from '../shared/with-answer.tsx';
import { HeldDeletions } from './held-deletions.tsx';
import { IssueSums } from './issue-sums.tsx';

const columns: readonly ListColumn<AdminIssue>[] = [
  { id: 'owner', title: 'Person', cell: ({ owner }) => owner.name },
  {
    id: 'collection',
    title: 'What',
    cell: ({ collection, isWhole }) => `${collectionWords[collection].title}${isWhole ? ' as a whole' : ''}`,
  },
  { id: 'text', title: 'What to do', cell: ({ admin }) => admin },
  { id: 'code', title: 'Code', cell: ({ code }) => <BreakableText text={code} /> },
  {
    id: 'fields',
    title: 'Fields',
    cell: ({ fields }) => (fields.length === 0 ? null : <BreakableText text={fields.join(', ')} />),
  },
  { id: 'mender', title: 'Who mends it', cell: ({ mender }) => menderWords[mender] },
  { id: 'attempts', title: 'Attempts', isNumber: true, cell: ({ attempts }) => sayCount(attempts) },
  { id: 'last', title: 'Last attempt', cell: ({ lastAt }) => <InstantText at={lastAt} /> },
  {
    id: 'retry',
    title: 'Tried again',
    isHidden: true,
    cell: ({ retryAt }) => (retryAt === null ? 'When he asks' : <InstantText at={retryAt} withExact />),
  },
  {
    id: 'first',
    title: 'Since',
    isHidden: true,
    cell: ({ firstAt }) => <InstantText at={firstAt} withExact />,
  },
  {
    id: 'record',
    title: 'Record',
    isHidden: true,
    cell: ({ recordId, recordUrl }) =>
      recordUrl === null ? (
        recordId
      ) : (
        <a href={recordUrl} target="_blank" rel="noreferrer">
          {recordId}
        </a>
      ),
  },
  { id: 'vendor', title: 'Server’s code', isHidden: true, cell: ({ vendorCode }) => vendorCode },
  { id: 'address', title: 'Mailbox', isHidden: true, cell: ({ owner }) => owner.address },
];

export function IssuesPage() {
  const sums = useAdmin<z.infer<typeof issueSumsSchema>>(routes.issueSums);
  const { profiles } = useNamed();
  const items = sums.data?.items;
  const filters = useMemo<readonly ListFilter[]>(
    () => [
      {
        name: 'code',
        label: 'Code',
        kind: 'choices',
        choices: (items ?? []).map(({ failure: { code } }) => ({ value: code, label: code })),
      },
      {
        name: 'collection',
        label: 'What',
        kind: 'choices',
        choices: Object.entries(collectionWords).map(([value, { title }]) => ({ value, label: title })),
      },
      { name: 'profile', label: 'Profile', kind: 'choices', choices: profiles },
      { name: 'user', label: 'Person', kind: 'choices', choices: [] },
    ],
    [items, profiles],
  );
  return (
    <PageFrame
      title="Issues"
      about="Items that could not be saved or kept in step and wait for somebody. Whose they are shows, what is in them never."
    >
      <HeldDeletions />
      <WithAnswer query={sums} label="Loading the sums">
        {(known) => <IssueSums sums={known.items} />}
      </WithAnswer>
      <DataList<AdminIssue>
        name="issues"
        label="Issues one by one"
        words={['issue', 'issues']}
        below={routes.issues}
        columns={columns}
        filters={filters}
        keyOf={(issue) => issue.id}
        nameOf={(issue) => issue.owner.name}
        hrefOf={(issue) => `/people/${encodeURIComponent(issue.owner.userId)}`}
        csv={routes.issuesCsv}
        empty={<p>Nothing waits for somebody.</p>}
      />
    </PageFrame>
  );
}
