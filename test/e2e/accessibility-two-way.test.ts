/** As `accessibility.test.ts`, for what is kept in step both ways; a file of its own so that both run at the same time. */
import { testAccessibility } from '../support/axe-check.ts';
import { twoWayStates } from '../support/page-states-two-way.ts';

testAccessibility(twoWayStates);
