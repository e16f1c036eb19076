/** The people of a roll-out: what the pre-flight found for each, what is expected and what became of him, filtered in the address; as CSV too. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useMemo } from 'react';
import type { RolloutMember, RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { DataList } from '../list/data-list.tsx';
import type { ListColumn, ListFilter } from '../list/list-model.ts';
import { doneOf, outcomeWords, predictionWords } from './rollout-words.ts';

const looked = (found: boolean | null) => (found === null ? 'not looked at' : found ? 'yes' : 'no');

const columns: readonly ListColumn<RolloutMember>[] = [
  { id: 'name', title: 'Name', cell: ({ name }) => name },
  {
    id: 'username',
    title: 'Salesforce login',
    cell: ({ username }) => <BreakableText text={username} />,
    isHidden: true,
  },
  {
    id: 'address',
    title: 'Mailbox',
    cell: ({ address }) => (address === null ? 'not named' : <BreakableText text={address} />),
  },
  { id: 'predicted', title: 'Expected', cell: ({ predicted }) => predictionWords[predicted] },
  { id: 'outcome', title: 'Became', cell: ({ outcome }) => outcomeWords[outcome] },
  { id: 'cause', title: 'Why', cell: ({ failure }) => failure?.admin ?? '' },
  { id: 'found', title: 'Mailbox found', cell: ({ mailboxFound }) => looked(mailboxFound) },
  { id: 'granted', title: 'Access granted', cell: ({ accessGranted }) => looked(accessGranted) },
  { id: 'matched', title: 'Salesforce user', cell: ({ crmUserMatched }) => looked(crmUserMatched) },
  { id: 'equal', title: 'E-mail equal', cell: ({ addressEqual }) => looked(addressEqual) },
  { id: 'wave', title: 'Wave', cell: ({ wave }) => wave + 1, isNumber: true },
];

export function MemberList({ rollout }: { readonly rollout: RolloutView }) {
  const { id, byCause, state, checked } = rollout;
  const below = `/rollouts/${id}/members`;
  const client = useQueryClient();
  const done = doneOf(rollout);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list has become stale when any of these has moved.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: ['admin', below] });
  }, [client, below, state, checked, done]);
  const causes = byCause.map(({ failure }) => `${failure.code}\t${failure.text}`).join('\n');
  const filters = useMemo(() => filtersOf(causes), [causes]);
  return (
    <DataList<RolloutMember>
      name="rollout-members"
      label="People of this roll-out"
      words={['person', 'people']}
      below={below}
      csv={`${below}.csv`}
      columns={columns}
      filters={filters}
      keyOf={({ userId }) => userId}
      nameOf={({ name }) => name}
      hrefOf={({ userId }) => `/people/${userId}`}
      empty={<p>Nobody is in it.</p>}
    />
  );
}

/** `causes`: code and text, a line each, so that the filters stay the same while nothing of them changes. */
function filtersOf(causes: string): readonly ListFilter[] {
  const choices = causes
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split('\t'))
    .map(([value = '', label = '']) => ({ value, label }));
  return [
    { name: 'predicted', label: 'Expected', kind: 'choices', choices: choicesOf(predictionWords) },
    { name: 'outcome', label: 'Became', kind: 'choices', choices: choicesOf(outcomeWords) },
    { name: 'code', label: 'Why', kind: 'choices', choices },
  ];
}

function choicesOf(words: Readonly<Record<string, string>>) {
  return Object.entries(words).map(([value, label]) => ({ value, label }));
}
