/** The words for a run's trigger and outcome, and the sums that the API leaves to the page. */
import type { RunView } from '../../../api-schema/runs.ts';
import type { Tone } from '../../shared/notice.tsx';

const triggers: Readonly<Record<RunView['trigger'], string>> = {
  schedule: 'Started by schedule',
  activation: 'Started when the mailbox was connected',
  user: 'Started by you',
  command: 'Started by an administrator',
  hint: 'Started because the mailbox changed',
};

const outcomes: Readonly<Record<RunView['outcome'], { readonly word: string; readonly tone: Tone }>> = {
  running: { word: 'Under way', tone: 'busy' },
  done: { word: 'Done', tone: 'good' },
  more: { word: 'Goes on with the next run', tone: 'good' },
  failed: { word: 'Failed', tone: 'bad' },
  abandoned: { word: 'Interrupted, taken over by another run', tone: 'waiting' },
};

export function sayTrigger(run: RunView): string {
  return triggers[run.trigger];
}

export function sayOutcome(run: RunView): { readonly word: string; readonly tone: Tone } {
  return outcomes[run.outcome];
}

/** How many items were left out by a rule. */
export function skippedOf(run: RunView): number {
  return run.byVerdict
    .filter(({ code }) => code.startsWith('skipped.'))
    .reduce((sum, { count }) => sum + count, 0);
}
