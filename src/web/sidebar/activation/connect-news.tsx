/** Why the dialog is open, until there is something newer: what came of the last attempt, unless a field says it. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import type { ConnectIntent } from '../use-dialogs.ts';
import { ActivationReason } from './activation-reason.tsx';
import { CheckList } from './check-list.tsx';
import { placeOf } from './problem-place.ts';
import type { StagePlaces } from './stage-focus.ts';

const OTHER_MAILBOX = 'mailbox.wrong-account';

/** A check that failed is shown whole: what works, what does not, and who can mend it. */
export function ConnectNews(props: {
  readonly mailbox: MailboxView | null;
  readonly intent: ConnectIntent;
  readonly problem: Problem | null;
  readonly places: StagePlaces;
  readonly onChange: (() => void) | null;
}) {
  const { mailbox, intent, problem, places, onChange } = props;
  if (problem === null) return <ActivationReason mailbox={mailbox} intent={intent} />;
  if (placeOf(problem) !== null) return null;
  const checks = problem.checks ?? [];
  return (
    <>
      <ProblemNotice ref={places.notice} problem={problem}>
        {problem.code === OTHER_MAILBOX && onChange !== null && (
          <div>
            <Button onClick={onChange}>Change the mailbox</Button>
          </div>
        )}
      </ProblemNotice>
      {checks.length > 0 && <CheckList checks={checks} told={problem.code} />}
    </>
  );
}
