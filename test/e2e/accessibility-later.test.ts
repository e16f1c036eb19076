/** As `accessibility.test.ts`, for the states once sync has been set up; a file of its own so that both run at the same time. */
import { testAccessibility } from '../support/axe-check.ts';
import { laterStates } from '../support/page-states-later.ts';
import { settingsStates } from '../support/page-states-settings.ts';

testAccessibility([...laterStates, ...settingsStates]);
