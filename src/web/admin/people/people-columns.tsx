/** The columns of the list of people. */
import type { UserRow } from '../../../api-schema/admin/users.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import type { Tone } from '../../shared/notice.tsx';
import { sayCount } from '../../shared/times.ts';
import type { ListColumn } from '../list/list-model.ts';
import { originWords, roleWords, statusWords } from '../shared/person-words.ts';
import { ToneText } from '../shared/tone-text.tsx';

const instant = (at: string | null) => (at === null ? null : <InstantText at={at} />);

/** The state in two words; late shows before active. */
function stateOf(row: UserRow): { readonly tone: Tone; readonly text: string } {
  if (row.state === 'active' && row.isLate) return { tone: 'bad', text: statusWords.late };
  return { tone: row.status.tone, text: statusWords[row.state] };
}

export const peopleColumns: readonly ListColumn<UserRow>[] = [
  { id: 'name', title: 'Name', sort: 'name', cell: ({ name }) => name },
  { id: 'state', title: 'State', cell: (row) => <ToneText {...stateOf(row)} /> },
  { id: 'status', title: 'Status', cell: ({ status }) => status.text },
  {
    id: 'since',
    title: 'Since',
    sort: 'state-since',
    cell: ({ stateSince }) => instant(stateSince),
  },
  {
    id: 'success',
    title: 'Last success',
    sort: 'last-success',
    cell: ({ lastSuccessAt }) => instant(lastSuccessAt),
  },
  {
    id: 'issues',
    title: 'Issues',
    isNumber: true,
    cell: ({ issuesOpen }) => (issuesOpen === 0 ? null : sayCount(issuesOpen)),
  },
  {
    id: 'address',
    title: 'Mailbox',
    sort: 'address',
    cell: ({ address }) => (address === null ? null : <BreakableText text={address} />),
  },
  { id: 'profile', title: 'Profile', cell: ({ profile }) => profile?.name },
  { id: 'service', title: 'Service', cell: ({ service }) => service },
  { id: 'license', title: 'License', isHidden: true, cell: ({ license }) => license?.name },
  { id: 'preset', title: 'Preset', isHidden: true, cell: ({ preset }) => preset?.name },
  {
    id: 'username',
    title: 'CRM login',
    isHidden: true,
    cell: ({ username }) => <BreakableText text={username} />,
  },
  { id: 'role', title: 'Role', isHidden: true, cell: ({ role }) => roleWords[role] },
  { id: 'next', title: 'Next run', isHidden: true, cell: ({ nextRunAt }) => instant(nextRunAt) },
  { id: 'cause', title: 'Cause', isHidden: true, cell: ({ causeCode }) => causeCode },
  { id: 'origin', title: 'Came by', isHidden: true, cell: ({ origin }) => originWords[origin] },
  {
    id: 'created',
    title: 'Here since',
    sort: 'created',
    isHidden: true,
    cell: ({ createdAt }) => instant(createdAt),
  },
];
