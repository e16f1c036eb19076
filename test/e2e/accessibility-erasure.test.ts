/** As `accessibility.test.ts`, for the console's page for erasing a person. */
import { testAccessibility } from '../support/axe-check.ts';
import { erasureStates } from '../support/page-states-erasure.ts';

testAccessibility(erasureStates);
