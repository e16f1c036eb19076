/** The end of a roll-out: what became of how many, why not of everybody, and the list of people. */
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { Card } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { queryOf } from '../shared/query-of.ts';
import { CauseList } from './cause-list.tsx';
import { CountList } from './count-list.tsx';
import { MemberList } from './member-list.tsx';
import { outcomeWords } from './rollout-words.ts';

export function DoneStep({ rollout }: { readonly rollout: RolloutView }) {
  const { id, state, byOutcome, people } = rollout;
  const active = (byOutcome.active ?? 0) + (byOutcome['already-active'] ?? 0);
  return (
    <>
      <Notice tone={state === 'done' ? 'good' : 'waiting'}>
        <p>
          {state === 'done' ? 'The roll-out is done' : 'The roll-out was cancelled'}:{' '}
          {sayNumber(active, 'of its people is', 'of its people are')} active, of{' '}
          {sayNumber(people, 'person', 'people')}.
        </p>
      </Notice>
      <Card title="What became of them">
        <CountList
          label="Became"
          words={outcomeWords}
          counts={byOutcome}
          hrefOf={(outcome) => `/rollouts/${id}?${queryOf({ step: 'done', outcome })}`}
        />
      </Card>
      <CauseList rollout={rollout} step="done" />
      <MemberList rollout={rollout} />
    </>
  );
}
