/** As `accessibility.test.ts`, for sessions on both pages. */
import { testAccessibility } from '../support/axe-check.ts';
import { sessionStates } from '../support/page-states-sessions.ts';

testAccessibility(sessionStates);
