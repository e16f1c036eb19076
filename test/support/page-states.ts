/**
 * Every state of the pages worth looking at: what the API answers, and what a person does to get there. Used for the accessibility check of
 * each state and for the pictures in docs/images.
 */
import type { PageState } from './page-acts.ts';
import { adminStates, peopleStates } from './page-states-admin.ts';
import { earlyStates } from './page-states-early.ts';
import { erasureStates } from './page-states-erasure.ts';
import { laterStates } from './page-states-later.ts';
import { levelStates } from './page-states-levels.ts';
import { rolloutStates } from './page-states-rollouts.ts';
import { sessionStates } from './page-states-sessions.ts';
import { reconnectStates, settingsStates } from './page-states-settings.ts';
import { setupStates } from './page-states-setup.ts';
import { twoWayStates } from './page-states-two-way.ts';

export const pageStates: readonly PageState[] = [
  ...earlyStates,
  ...laterStates,
  ...settingsStates,
  ...twoWayStates,
  ...reconnectStates,
  ...adminStates,
  ...peopleStates,
  ...levelStates,
  ...setupStates,
  ...rolloutStates,
  ...erasureStates,
  ...sessionStates,
];
