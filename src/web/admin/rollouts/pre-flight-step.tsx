/** The pre-flight (M7): how far it is, what is to be expected of how many, why not of everybody, and the list of people. */
import { Button, ProgressBar } from '@fluentui/react-components';
import { Link, useLocation } from 'wouter';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { Card } from '../../shared/card.tsx';
import { sayCount } from '../../shared/times.ts';
import css from '../shared/form.module.css';
import { queryOf } from '../shared/query-of.ts';
import { CauseList } from './cause-list.tsx';
import { CountList } from './count-list.tsx';
import { MemberList } from './member-list.tsx';
import { predictionWords } from './rollout-words.ts';
import type { RolloutActing } from './use-rollout-act.ts';

export function PreFlightStep({
  rollout,
  acting,
}: {
  readonly rollout: RolloutView;
  readonly acting: RolloutActing;
}) {
  const { id, state, checked, people, byPrediction, may } = rollout;
  const [, goTo] = useLocation();
  return (
    <>
      <Card title="What is to be expected">
        {state === 'checking' && (
          <>
            <ProgressBar aria-label="Checking people" value={checked} max={Math.max(people, 1)} />
            <p role="status">
              {sayCount(checked)} of {sayCount(people)} checked. You may close this page: it goes on.
            </p>
          </>
        )}
        <CountList
          label="Expected"
          words={predictionWords}
          counts={byPrediction}
          hrefOf={(predicted) => `/rollouts/${id}?${queryOf({ step: 'pre-flight', predicted })}`}
        />
        <p className={css.quiet}>
          Who must connect himself is not tried and counts as no failure. When a cause is mended, check again.
        </p>
        <div className={css.actions}>
          {may.includes('check') && (
            <Button disabledFocusable={acting.isPending} onClick={() => acting.act('check')}>
              Check again
            </Button>
          )}
          {state === 'checked' && (
            <Button appearance="primary" onClick={() => goTo(`/rollouts/${id}?step=waves`)}>
              Go on to the waves
            </Button>
          )}
          {state !== 'checking' && state !== 'checked' && (
            <Link href={`/rollouts/${id}`}>Back to how it goes</Link>
          )}
        </div>
      </Card>
      <CauseList rollout={rollout} step="pre-flight" />
      <MemberList rollout={rollout} />
    </>
  );
}
