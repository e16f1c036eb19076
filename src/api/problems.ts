/**
 * Turns whatever goes wrong in a request into problem details (RFC 9457). Failures of services take their words from the catalogue; the API's
 * own problems from the table here. An unexpected error becomes `api.internal` without its message.
 */
import type { ApiProblemCode, Problem } from '../api-schema/problem.ts';
import { catalogue } from '../model/catalogue.ts';
import type { CatalogueEntry } from '../model/catalogue-entry.ts';
import type { Failure } from '../model/failure.ts';

/** Status and words of the API's own problems. */
export const apiProblems: Readonly<
  Record<ApiProblemCode, { readonly status: number; readonly title: string; readonly detail: string }>
> = {
  'api.invalid-input': {
    status: 400,
    title: 'Invalid input',
    detail: 'Something in the form is not right; see the fields.',
  },
  'api.not-signed-in': { status: 401, title: 'Not signed in', detail: 'Log in with Salesforce first.' },
  'api.not-allowed': {
    status: 403,
    title: 'Not allowed',
    detail: 'This needs another role, or the page is out of date: load it again.',
  },
  'api.not-found': { status: 404, title: 'Not found', detail: 'There is nothing here under this name.' },
  'api.too-soon': {
    status: 429,
    title: 'Too soon',
    detail: 'This was asked for a moment ago. Try again in a minute.',
  },
  'api.conflict': {
    status: 409,
    title: 'Conflict',
    detail: 'It was changed meanwhile, or cannot be done in this state. Load the page again.',
  },
  'api.login-expired': {
    status: 400,
    title: 'Login expired',
    detail: 'The login took too long or was used already. Log in again.',
  },
  'api.consent-expired': {
    status: 400,
    title: 'Sign-in expired',
    detail:
      'The sign-in at your mail service took too long, was used already, or was begun in another window. Begin it again here.',
  },
  'api.link-expired': {
    status: 400,
    title: 'Link expired',
    detail: 'This link was used already or has expired. Open Lockstep and connect your mailbox there.',
  },
  'api.setting-locked': {
    status: 403,
    title: 'Setting locked',
    detail: 'An administrator has fixed this setting; nobody can change it for himself.',
  },
  'api.still-activated': {
    status: 409,
    title: 'Still activated',
    detail: 'The person’s sync is activated. Switch it off first, or delete by force.',
  },
  'api.last-admin': {
    status: 409,
    title: 'Last platform admin',
    detail: 'This is the last platform admin of the organization. Give the role to somebody else first.',
  },
  'api.in-use': {
    status: 409,
    title: 'In use',
    detail: 'Somebody or something still has it. Give them another one first.',
  },
  'api.internal': {
    status: 500,
    title: 'Internal error',
    detail: 'The service had a fault of its own. The operator can find it in the log.',
  },
};

/** A problem thrown inside a route. */
export class ApiProblem extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'ApiProblem';
    this.problem = problem;
  }
}

/** A problem of the API itself; `details` may replace the text or name fields. */
export function apiProblem(
  code: ApiProblemCode,
  details: Partial<Pick<Problem, 'detail' | 'fields' | 'retryAfterSeconds'>> = {},
): ApiProblem {
  return new ApiProblem({ type: `/docs/errors#${code}`, code, ...apiProblems[code], ...details });
}

/** A failure of a service or of the CRM, as the answer to the request that caused it; `more` are members of RFC 9457, 3.2. */
export function failureProblem(
  failure: Failure,
  more: Pick<Problem, 'accounts' | 'approvalUrl' | 'checks'> = {},
): Problem {
  const entry: CatalogueEntry = catalogue[failure.code];
  return {
    type: `/docs/errors#${failure.code}`,
    title: entry.side === 'crm' ? 'Salesforce says no' : 'The mailbox cannot be reached',
    status: 422,
    code: failure.code,
    detail: entry.user,
    admin: entry.admin,
    ...(failure.vendorCode === undefined ? {} : { vendorCode: failure.vendorCode }),
    ...(failure.fields === undefined ? {} : { fields: [...failure.fields] }),
    ...(failure.retryAfterMs === undefined
      ? {}
      : { retryAfterSeconds: Math.ceil(failure.retryAfterMs / 1000) }),
    ...more,
  };
}
