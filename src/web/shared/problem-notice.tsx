/** A problem of the API, or of reaching it, with its remedy and, where it makes sense, a button to try again. */
import { Button } from '@fluentui/react-components';
import type { Ref } from 'react';
import type { Problem } from '../../api-schema/problem.ts';
import { ApprovalLink } from './approval-link.tsx';
import { BreakableText } from './breakable-text.tsx';
import { FailureDetail } from './failure-detail.tsx';
import { Notice } from './notice.tsx';

/** Read out as it appears; `onRetry` adds *Try again*. */
export function ProblemNotice({
  problem,
  onRetry,
  ref,
}: {
  readonly problem: Problem;
  readonly onRetry?: (() => void) | undefined;
  readonly ref?: Ref<HTMLDivElement>;
}) {
  return (
    <Notice tone="bad" live ref={ref ?? null}>
      <p>{problem.detail}</p>
      {problem.accounts !== undefined && (
        <p>
          You signed in as{' '}
          <strong>
            <BreakableText text={problem.accounts.authorised} />
          </strong>
          . The mailbox to be synced is{' '}
          <strong>
            <BreakableText text={problem.accounts.expected} />
          </strong>
          .
        </p>
      )}
      {problem.approvalUrl !== undefined && <ApprovalLink url={problem.approvalUrl} />}
      <FailureDetail
        code={problem.code}
        text={problem.detail}
        admin={problem.admin}
        vendorCode={problem.vendorCode}
        fields={problem.fields}
      />
      {onRetry !== undefined && (
        <div>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </Notice>
  );
}
