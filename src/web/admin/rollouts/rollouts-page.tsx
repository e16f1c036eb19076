/** *Roll-outs*: every one that was made, newest first; each can be come back to. */
import { Button } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { useAdminPages } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { ToneText } from '../shared/tone-text.tsx';
import { doneOf, stateWords } from './rollout-words.ts';

const everything = new URLSearchParams({ limit: '50' });

export function RolloutsPage() {
  const rollouts = useAdminPages<RolloutView>('/rollouts', everything);
  const [, goTo] = useLocation();
  const items = rollouts.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <PageFrame
      title="Roll-outs"
      about="Switch sync on for many people at once, without any of them doing anything. It goes on when you close this page."
      action={
        <Button appearance="primary" onClick={() => goTo('/rollouts/new')}>
          New roll-out
        </Button>
      }
    >
      {rollouts.isPending && <Loading label="Loading roll-outs" lines={6} />}
      {rollouts.error !== null && (
        <ProblemNotice problem={problemOf(rollouts.error)} onRetry={() => void rollouts.refetch()} />
      )}
      {rollouts.data !== undefined && items.length === 0 && <Quiet>There is none yet.</Quiet>}
      {items.length > 0 && (
        <EntryList label="Roll-outs">
          {items.map((rollout) => (
            <RolloutEntry key={rollout.id} rollout={rollout} />
          ))}
        </EntryList>
      )}
      {rollouts.hasNextPage && (
        <div className={css.actions}>
          <Button
            disabledFocusable={rollouts.isFetchingNextPage}
            onClick={() => void rollouts.fetchNextPage()}
          >
            Show older ones
          </Button>
        </div>
      )}
    </PageFrame>
  );
}

function RolloutEntry({ rollout }: { readonly rollout: RolloutView }) {
  const { id, profile, people, state, byOutcome, startedBy } = rollout;
  const [tone, word] = stateWords[state];
  return (
    <Entry
      name={profile.name}
      href={`/rollouts/${id}`}
      facts={[
        <span key="made">
          made <InstantText at={rollout.createdAt} />
          {startedBy === null ? '' : ` by ${startedBy}`}
        </span>,
        sayNumber(people, 'person', 'people'),
        state === 'checking'
          ? `${sayCount(rollout.checked)} checked`
          : `${sayCount(doneOf(rollout))} through, ${sayCount(byOutcome.failed)} failed`,
      ]}
      side={<ToneText tone={tone} text={word} />}
    />
  );
}
