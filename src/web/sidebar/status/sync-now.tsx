/** The button *Sync now* with the reason beside it while it cannot be pressed. It keeps the focus then, so that the reason is heard. */
import { Button } from '@fluentui/react-components';
import { type ReactNode, useId } from 'react';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './status.module.css';
import type { StartSync } from './use-start-sync.ts';

/** Starts a run at once, not more often than once a minute (R2). `isSecond`: something else is the thing to do. `children`: more buttons in the same line. */
export function SyncNow(props: {
  readonly sync: StartSync;
  readonly isSecond?: boolean;
  readonly children?: ReactNode;
}) {
  const { sync, isSecond = false, children } = props;
  const reasonId = useId();
  return (
    <>
      <div className={css.actions}>
        <Button
          appearance={isSecond ? 'secondary' : 'primary'}
          disabledFocusable={sync.hindrance !== null}
          aria-describedby={reasonId}
          onClick={sync.start}
        >
          Sync now
        </Button>
        {children}
        <span id={reasonId} role="status" className={css.quiet}>
          {sync.hindrance}
        </span>
      </div>
      {sync.problem !== null && <ProblemNotice problem={sync.problem} />}
    </>
  );
}
