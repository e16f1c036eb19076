/** *Audit*: who did what, when, on whom (P8). */
import { useMemo } from 'react';
import { Link } from 'wouter';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { DataList } from '../list/data-list.tsx';
import type { ListColumn, ListFilter } from '../list/list-model.ts';
import { type AuditEntry, sayAction, sayActor, sayDetails, subjectWords } from '../shared/audit-words.ts';
import { endOfDay, startOfDay } from '../shared/day-instants.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { choicesOf } from '../shared/person-words.ts';
import { routes } from '../shared/routes.ts';

const columns: readonly ListColumn<AuditEntry>[] = [
  { id: 'action', title: 'What', cell: ({ action }) => sayAction(action) },
  { id: 'at', title: 'When', cell: ({ at }) => <InstantText at={at} withExact /> },
  { id: 'actor', title: 'Who', cell: (entry) => <BreakableText text={sayActor(entry)} /> },
  { id: 'subject', title: 'On', cell: (entry) => <Subject entry={entry} /> },
  {
    id: 'details',
    title: 'Details',
    cell: (entry) => {
      const said = sayDetails(entry);
      return said === '' ? null : <BreakableText text={said} />;
    },
  },
  { id: 'code', title: 'Code', isHidden: true, cell: ({ action }) => action },
];

function Subject({ entry }: { readonly entry: AuditEntry }) {
  const { subject, subjectId } = entry;
  if (subject !== 'user') return subjectWords[subject];
  return <Link href={`/people/${encodeURIComponent(subjectId)}`}>{subjectWords.user}</Link>;
}

export function AuditPage() {
  const filters = useMemo<readonly ListFilter[]>(
    () => [
      { name: 'subject', label: 'On', kind: 'choices', choices: choicesOf(subjectWords) },
      { name: 'action', label: 'Code of the action', kind: 'text' },
      { name: 'user', label: 'Person', kind: 'choices', choices: [] },
      { name: 'from', label: 'From', kind: 'day', ask: startOfDay },
      { name: 'to', label: 'To', kind: 'day', ask: endOfDay },
    ],
    [],
  );
  return (
    <PageFrame
      title="Audit"
      about="Every action of an administrator, a token or Lockstep itself, newest first."
    >
      <DataList<AuditEntry>
        name="audit"
        label="Audit"
        words={['entry', 'entries']}
        below={routes.audit}
        columns={columns}
        filters={filters}
        keyOf={(entry) => entry.id}
        nameOf={(entry) => sayAction(entry.action)}
        csv={routes.auditCsv}
        empty={<p>Nothing was done yet.</p>}
      />
    </PageFrame>
  );
}
