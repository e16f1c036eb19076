/** The waves (M8): the plan before the start, then the progress of each; halted, what most of the failed have in common, and *Resume*. */
import { Button, ProgressBar } from '@fluentui/react-components';
import { useState } from 'react';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { CauseText } from '../shared/cause-text.tsx';
import css from '../shared/form.module.css';
import { FormDialog } from '../shared/form-dialog.tsx';
import { ToneText } from '../shared/tone-text.tsx';
import { CauseList } from './cause-list.tsx';
import { MemberList } from './member-list.tsx';
import { doneOf, waveWords } from './rollout-words.ts';
import type { RolloutAct, RolloutActing } from './use-rollout-act.ts';
import waves from './waves-step.module.css';

export function WavesStep({
  rollout,
  acting,
}: {
  readonly rollout: RolloutView;
  readonly acting: RolloutActing;
}) {
  const { state, failuresMax, people } = rollout;
  return (
    <>
      {state === 'halted' && <Halted rollout={rollout} acting={acting} />}
      <Card title="Waves">
        <ol className={waves.waves}>
          {rollout.waves.map((wave, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a wave is known by its place.
            <li key={place}>
              <Wave wave={wave} place={place} />
            </li>
          ))}
        </ol>
        <p className={css.quiet}>A wave halts by itself when more than {failuresMax} % of it fail.</p>
        {state === 'running' && (
          <p role="status">
            {sayCount(doneOf(rollout))} of {sayNumber(people, 'person', 'people')} through. You may close this
            page: it goes on.
          </p>
        )}
        <Acts rollout={rollout} acting={acting} />
      </Card>
      {state !== 'halted' && <CauseList rollout={rollout} step="waves" />}
      <MemberList rollout={rollout} />
    </>
  );
}

function Wave(props: { readonly wave: RolloutView['waves'][number]; readonly place: number }) {
  const { wave, place } = props;
  const [tone, word] = waveWords[wave.state];
  return (
    <div className={waves.wave}>
      <span>
        Wave {place + 1}, up to {wave.share} %: {sayNumber(wave.people, 'person', 'people')}
      </span>
      <div>
        <ProgressBar
          aria-label={`Wave ${place + 1}`}
          value={wave.done}
          max={Math.max(wave.people, 1)}
          color={wave.failed > 0 ? 'warning' : 'brand'}
        />
        <span className={css.quiet}>
          {sayCount(wave.done)} through, {sayCount(wave.failed)} failed
        </span>
      </div>
      <ToneText tone={tone} text={word} />
    </div>
  );
}

/** Why it halted stands here alone, before everything else. */
function Halted({ rollout, acting }: { readonly rollout: RolloutView; readonly acting: RolloutActing }) {
  const { cause, wave, waves: all, byCause } = rollout;
  const halted = all[wave];
  return (
    <Notice tone="bad">
      <p>
        <strong>
          Wave {wave + 1} halted
          {halted === undefined ? '' : `: ${sayCount(halted.failed)} of ${sayCount(halted.done)} failed`}.
        </strong>{' '}
        Nobody else is touched until you resume.
      </p>
      {cause !== null && (
        <>
          <p>What most of them have in common{countOf(byCause, cause.code)}:</p>
          <CauseText failure={cause} />
        </>
      )}
      <p>Mend it, then resume: the failed of this wave are tried again, and the next waves follow.</p>
      <div className={css.actions}>
        {rollout.may.includes('resume') && (
          <Button
            appearance="primary"
            disabledFocusable={acting.isPending}
            onClick={() => acting.act('resume')}
          >
            Resume
          </Button>
        )}
      </div>
    </Notice>
  );
}

function countOf(byCause: RolloutView['byCause'], code: string): string {
  const found = byCause.find(({ failure }) => failure.code === code);
  return found === undefined ? '' : ` (${sayNumber(found.count, 'person', 'people')})`;
}

function Acts({ rollout, acting }: { readonly rollout: RolloutView; readonly acting: RolloutActing }) {
  const [asked, setAsked] = useState<RolloutAct | null>(null);
  const { may } = rollout;
  const close = () => setAsked(null);
  return (
    <>
      <div className={css.actions}>
        {may.includes('start') && (
          <Button appearance="primary" onClick={() => setAsked('start')}>
            Start
          </Button>
        )}
        {may.includes('halt') && (
          <Button disabledFocusable={acting.isPending} onClick={() => acting.act('halt')}>
            Halt
          </Button>
        )}
        {may.includes('cancel') && <Button onClick={() => setAsked('cancel')}>Cancel the roll-out</Button>}
      </div>
      {asked === 'start' && (
        <FormDialog
          title="Start the first wave?"
          verb="Start"
          isBusy={acting.isPending}
          problem={acting.error === null ? null : problemOf(acting.error)}
          onDo={() => acting.act('start', close)}
          onClose={close}
        >
          <p>{whatStarts(rollout)}</p>
        </FormDialog>
      )}
      {asked === 'cancel' && (
        <FormDialog
          title="Cancel the roll-out?"
          verb="Cancel the roll-out"
          isBusy={acting.isPending}
          problem={acting.error === null ? null : problemOf(acting.error)}
          onDo={() => acting.act('cancel', close)}
          onClose={close}
        >
          <p>Nobody else is switched on. Who is active already stays active. It cannot be taken up again.</p>
        </FormDialog>
      )}
    </>
  );
}

function whatStarts({ byPrediction, waves: all, people }: RolloutView): string {
  const active = byPrediction.active ?? 0;
  const later = byPrediction['after-login'] ?? 0;
  const self = byPrediction['by-himself'] ?? 0;
  return [
    `${sayNumber(active, 'person is', 'people are')} switched on in ${sayNumber(all.length, 'wave')}.`,
    later === 0 ? '' : `${sayNumber(later, 'person follows', 'people follow')} at the first login.`,
    self === 0
      ? ''
      : `${sayNumber(self, 'person', 'people')} of ${sayCount(people)} must connect by themselves.`,
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}
