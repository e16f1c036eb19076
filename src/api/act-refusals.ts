/** Why an action on a person was not done, as a problem: alone the answer of the request, among many a line of it. */
import type { Problem } from '../api-schema/problem.ts';
import type { ActRefusal } from '../commands/act-on-person.ts';
import { failure } from '../model/failure.ts';
import { apiProblem, failureProblem } from './problems.ts';

const problems: Readonly<Record<ActRefusal, () => Problem>> = {
  unknown: () => apiProblem('api.not-found').problem,
  'too-soon': () => apiProblem('api.too-soon', { retryAfterSeconds: 60 }).problem,
  'no-sync': () =>
    apiProblem('api.conflict', {
      detail: 'There is no sync of this person that this could be done to in its present state.',
    }).problem,
  'profile-disabled': () => failureProblem(failure('lockstep.profile-disabled')),
  'still-activated': () => apiProblem('api.still-activated').problem,
  'last-admin': () => apiProblem('api.last-admin').problem,
  'not-allowed': () => apiProblem('api.not-allowed').problem,
  'no-such-choice': () =>
    apiProblem('api.invalid-input', {
      detail: 'The profile, license or preset that was chosen is not there, or not yours to give.',
    }).problem,
  taken: () =>
    apiProblem('api.conflict', {
      fields: ['mailboxAddress'],
      detail: 'This mailbox is meant for somebody else already.',
    }).problem,
};

export function refusalProblem(why: ActRefusal): Problem {
  return problems[why]();
}
