/** What a sign-in came back with, in words. */
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { problemOfCode } from './problem-of-code.ts';

export function LoginProblem({ code }: { readonly code: string }) {
  return <ProblemNotice problem={problemOfCode(code)} />;
}
