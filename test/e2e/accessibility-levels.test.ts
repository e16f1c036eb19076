/** As `accessibility.test.ts`, for the console's page of service levels. */
import { testAccessibility } from '../support/axe-check.ts';
import { levelStates } from '../support/page-states-levels.ts';

testAccessibility(levelStates);
