/** One roll-out at its step: pre-flight, waves or the end. Its state lives in the roll-out, so that it can be left and come back to. */
import { useParams, useSearchParams } from 'wouter';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useAdmin } from '../shared/admin-queries.ts';
import { forAdmin } from '../shared/cause-text.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { ToneText } from '../shared/tone-text.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { DoneStep } from './done-step.tsx';
import { PreFlightStep } from './pre-flight-step.tsx';
import { isMoving, openSteps, stateWords, stepOf } from './rollout-words.ts';
import { Stepper } from './stepper.tsx';
import { useRolloutAct } from './use-rollout-act.ts';
import { WavesStep } from './waves-step.tsx';

const WHILE_MOVING_MS = 3_000;
const WHILE_CALM_MS = 30_000;

export function RolloutPage() {
  const { id } = useParams<{ id: string }>();
  const rollout = useAdmin<RolloutView>(`/rollouts/${id}`, {
    everyMs: (known) => (isMoving(known) ? WHILE_MOVING_MS : WHILE_CALM_MS),
  });
  return (
    <PageFrame
      title={rollout.data === undefined ? 'Roll-out' : `Roll-out: ${rollout.data.profile.name}`}
      back={{ href: '/rollouts', label: 'Roll-outs' }}
    >
      <WithAnswer query={rollout} label="Loading the roll-out">
        {(known) => <AtItsStep rollout={known} />}
      </WithAnswer>
    </PageFrame>
  );
}

function AtItsStep({ rollout }: { readonly rollout: RolloutView }) {
  const { id, state } = rollout;
  const [parameters] = useSearchParams();
  const acting = useRolloutAct(id);
  const open = openSteps(state);
  const step = open.find((one) => one === parameters.get('step')) ?? stepOf(state);
  const [tone, word] = stateWords[state];
  return (
    <>
      <Stepper
        current={step}
        hrefOf={(other) => (open.some((one) => one === other) ? `/rollouts/${id}?step=${other}` : null)}
      />
      <p role="status">
        <ToneText tone={tone} text={word} />
      </p>
      {acting.error !== null && <ProblemNotice problem={forAdmin(problemOf(acting.error))} />}
      {step === 'pre-flight' && <PreFlightStep rollout={rollout} acting={acting} />}
      {step === 'waves' && <WavesStep rollout={rollout} acting={acting} />}
      {step === 'done' && <DoneStep rollout={rollout} />}
    </>
  );
}
