/**
 * Everything that can go wrong between the page and the API, in the API's own shape (`problemSchema`), so that one notice shows all
 * of it. The codes that begin with `page.` are the page's own: the API was not reached, or did not answer in its words.
 */
import type { Problem } from '../../api-schema/problem.ts';

/** A request that did not succeed; `problem` is what the reader is told. */
export class ApiProblem extends Error {
  readonly problem: Problem;

  constructor(problem: Problem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** The service was not reached at all: no network, a closed server, a deadline. */
export const unreachableProblem: Problem = {
  type: 'about:blank',
  title: 'Not reached',
  status: 0,
  code: 'page.unreachable',
  detail: 'Lockstep cannot be reached. Check your network, then try again.',
};

/** Something answered, but not the API: a proxy's page, or a server of another version. */
export const unreadableProblem = (status: number): Problem => ({
  type: 'about:blank',
  title: 'Unreadable answer',
  status,
  code: 'page.unreadable-answer',
  detail:
    'The answer could not be understood. Load the page again; if that does not help, tell your administrator.',
  admin: `The answer (HTTP ${status}) is not the API's JSON. A proxy may have answered in its place, or page and server differ in version.`,
});

/** The problem behind any error that a query or a change threw. */
export function problemOf(error: unknown): Problem {
  return error instanceof ApiProblem ? error.problem : unreadableProblem(0);
}
