/** As `accessibility.test.ts`, for the console's set-up pages. */
import { testAccessibility } from '../support/axe-check.ts';
import { setupStates } from '../support/page-states-setup.ts';

testAccessibility(setupStates);
