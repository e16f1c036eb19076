/** A failure as an admin is told it: what happened and what to do, the names of fields, and the code to copy. */
import type { FailureView } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';

export function CauseText({ failure }: { readonly failure: FailureView }) {
  return (
    <div>
      <p>{failure.admin}</p>
      <FailureDetail
        code={failure.code}
        text={failure.admin}
        admin={undefined}
        vendorCode={failure.vendorCode}
        fields={failure.fields}
      />
    </div>
  );
}

/** A refusal with the text for an administrator in the first place: that is who reads here. */
export function forAdmin(problem: Problem): Problem {
  return problem.admin === undefined || problem.admin === ''
    ? problem
    : { ...problem, detail: problem.admin };
}
