/** As `accessibility.test.ts`, for the console's own pages. */
import { testAccessibility } from '../support/axe-check.ts';
import { adminStates } from '../support/page-states-admin.ts';

testAccessibility(adminStates);
