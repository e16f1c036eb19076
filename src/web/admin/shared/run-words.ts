/** The words for runs as an admin reads them; outcomes are worded as on people's own pages. */
import type { RunView } from '../../../api-schema/runs.ts';

export const triggerWords: Readonly<Record<RunView['trigger'], string>> = {
  schedule: 'Schedule',
  activation: 'Activation',
  user: 'Himself',
  command: 'Administrator',
  hint: 'A change in the mailbox',
};

export const outcomeChoices = [
  { value: 'running', label: 'Under way' },
  { value: 'done', label: 'Done' },
  { value: 'more', label: 'Goes on with the next run' },
  { value: 'failed', label: 'Failed' },
  { value: 'abandoned', label: 'Interrupted' },
] as const;

export const menderWords = {
  user: 'The person himself',
  'mail-admin': 'Whoever administers the mail service',
  'crm-admin': 'Whoever administers Salesforce',
  operator: 'Whoever operates Lockstep',
  nobody: 'Nobody needs to',
} as const;
