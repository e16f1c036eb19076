/** As `accessibility.test.ts`, for imports, roll-outs and settings that an administrator has locked. */
import { testAccessibility } from '../support/axe-check.ts';
import { rolloutStates } from '../support/page-states-rollouts.ts';

testAccessibility(rolloutStates);
