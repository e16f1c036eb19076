/** The end of a form: what went wrong, *Save*, and a word that says how it went. */
import { Button } from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { problemOf } from '../../shared/api-problem.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './form.module.css';

export function SaveLine(props: {
  readonly label: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly result: string;
  /** What else can be done. */
  readonly children?: ReactNode;
}) {
  const { label, isPending, error, result, children } = props;
  return (
    <>
      {error !== null && <ProblemNotice problem={problemOf(error)} />}
      <div className={css.actions}>
        <Button appearance="primary" type="submit" disabledFocusable={isPending}>
          {label}
        </Button>
        {children}
        <span role="status">{isPending ? 'Just a moment' : result}</span>
      </div>
    </>
  );
}
