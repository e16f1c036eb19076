/** The code with which a sign-in came back, `/?problem=CODE`; what it means in words is loaded when there is one. */
import { takeParameter } from '../../shared/take-parameter.ts';

/** Read once, as the page loads: components may render more often. */
export const arrivedWith: string | null = takeParameter('problem');
