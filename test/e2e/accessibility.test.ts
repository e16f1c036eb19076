/**
 * No state of the pages up to the first start, nor of an e-mail's link, may have an accessibility violation that a program can find, narrow or wide, light
 * or dark. What none can judge (sense of the texts, order of the focus) is in the tests of the pages and in people's eyes.
 */
import { testAccessibility } from '../support/axe-check.ts';
import { earlyStates } from '../support/page-states-early.ts';
import { reconnectStates } from '../support/page-states-settings.ts';

testAccessibility([...earlyStates, ...reconnectStates]);
