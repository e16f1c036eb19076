/** A problem of the API, or of reaching it, with its remedy and, where it makes sense, a button to try again. */
import { Button } from '@fluentui/react-components';
import { lazy, type ReactNode, type Ref, Suspense } from 'react';
import type { Problem } from '../../api-schema/problem.ts';
import { BreakableText } from './breakable-text.tsx';
import { FailureDetail } from './failure-detail.tsx';
import { Notice } from './notice.tsx';

const ApprovalLink = lazy(async () => ({ default: (await import('./approval-link.tsx')).ApprovalLink }));

/** Read out as it appears; `onRetry` adds *Try again*. */
export function ProblemNotice({
  problem,
  onRetry,
  ref,
  children,
}: {
  readonly problem: Problem;
  readonly onRetry?: (() => void) | undefined;
  readonly ref?: Ref<HTMLDivElement>;
  /** What else can be done about it. */
  readonly children?: ReactNode;
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
      {problem.approvalUrl !== undefined && (
        <Suspense>
          <ApprovalLink url={problem.approvalUrl} />
        </Suspense>
      )}
      <FailureDetail
        code={problem.code}
        text={problem.detail}
        admin={problem.admin}
        vendorCode={problem.vendorCode}
        fields={problem.fields}
      />
      {children}
      {onRetry !== undefined && (
        <div>
          <Button onClick={onRetry}>Try again</Button>
        </div>
      )}
    </Notice>
  );
}
