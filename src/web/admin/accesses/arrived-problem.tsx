/** Why the service account's sign-in ended without an access; loaded only then, for the words of all failures come with it. */
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { problemOfCode } from '../../sidebar/login/problem-of-code.ts';
import { forAdmin } from '../shared/cause-text.tsx';

export function ArrivedProblem({ code }: { readonly code: string }) {
  return <ProblemNotice problem={forAdmin(problemOfCode(code))} />;
}
