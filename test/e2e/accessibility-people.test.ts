/** As `accessibility.test.ts`, for the console's list of people; a file of its own, for its states are many. */
import { testAccessibility } from '../support/axe-check.ts';
import { peopleStates } from '../support/page-states-admin.ts';

testAccessibility(peopleStates);
