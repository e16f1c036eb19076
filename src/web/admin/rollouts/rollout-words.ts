/** Roll-outs in words: their states, what is expected of each person, what became of him, and which step of the way a state stands at. Pure. */
import type { RolloutMember, RolloutView } from '../../../api-schema/admin/rollouts.ts';
import type { Tone } from '../../shared/notice.tsx';

type Prediction = RolloutMember['predicted'];
type Outcome = RolloutMember['outcome'];

export const rolloutSteps = [
  ['access', 'Choose access'],
  ['people', 'Choose people'],
  ['pre-flight', 'Pre-flight'],
  ['waves', 'Waves'],
  ['done', 'Done'],
] as const;

export type RolloutStep = (typeof rolloutSteps)[number][0];

/** A step of a roll-out that there is already. */
export type LaterStep = Exclude<RolloutStep, 'access' | 'people'>;

/** Where whoever comes back to a roll-out finds himself. */
export function stepOf(state: RolloutView['state']): LaterStep {
  if (state === 'checking' || state === 'checked') return 'pre-flight';
  return state === 'running' || state === 'halted' ? 'waves' : 'done';
}

/** Which steps can be looked at. Nothing is started before everybody has been checked. */
export function openSteps(state: RolloutView['state']): readonly LaterStep[] {
  if (state === 'checking') return ['pre-flight'];
  if (state === 'done' || state === 'cancelled') return ['pre-flight', 'waves', 'done'];
  return ['pre-flight', 'waves'];
}

export const stateWords: Readonly<Record<RolloutView['state'], readonly [Tone, string]>> = {
  checking: ['busy', 'Checking'],
  checked: ['waiting', 'Checked, not started'],
  running: ['busy', 'Under way'],
  halted: ['bad', 'Halted'],
  done: ['good', 'Done'],
  cancelled: ['waiting', 'Cancelled'],
};

export const waveWords: Readonly<Record<RolloutView['waves'][number]['state'], readonly [Tone, string]>> = {
  waiting: ['waiting', 'Waits'],
  running: ['busy', 'Under way'],
  done: ['good', 'Done'],
  halted: ['bad', 'Halted'],
};

export const predictionWords: Readonly<Record<Prediction, string>> = {
  active: 'Is switched on',
  'after-login': 'Is switched on at his first login',
  'already-active': 'Is active already',
  'by-himself': 'Must connect himself',
  unknown: 'Not checked yet',
};

export const outcomeWords: Readonly<Record<Outcome, string>> = {
  active: 'Active',
  'after-login': 'Active after his first login',
  'already-active': 'Was active already',
  'by-himself': 'Connects himself',
  failed: 'Failed',
  waiting: 'Waits',
};

/** Whether it changes by itself, so that it is worth asking again soon. */
export function isMoving(rollout: RolloutView | undefined): boolean {
  return rollout?.state === 'checking' || rollout?.state === 'running';
}

/** How many of all waves are through. */
export function doneOf({ waves }: RolloutView): number {
  return waves.reduce((sum, { done }) => sum + done, 0);
}
