/** A short form in a dialog: its fields, *Cancel*, and the one button that sends it. The caller sends it and says how it went. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import type { FormEvent, ReactNode } from 'react';
import type { Problem } from '../../../api-schema/problem.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './dialogs.module.css';
import { useReturnFocus } from './use-return-focus.ts';

export function FormDialog(props: {
  readonly title: string;
  /** What the button says: the verb, such as *Delete*. */
  readonly verb: string;
  readonly isBusy?: boolean;
  readonly problem?: Problem | null;
  readonly onDo: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { title, verb, isBusy = false, problem = null, onDo, onClose, children } = props;
  useReturnFocus();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (!isBusy) onDo();
  };
  return (
    <Dialog open modalType="alert" onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface role="dialog">
        <form onSubmit={submit} noValidate>
          <DialogBody>
            <DialogTitle>{title}</DialogTitle>
            <DialogContent className={css.stack ?? ''}>
              {children}
              {problem !== null && <ProblemNotice problem={problem} />}
            </DialogContent>
            <DialogActions>
              <Button onClick={onClose}>Cancel</Button>
              <Button appearance="primary" type="submit" disabledFocusable={isBusy}>
                {verb}
              </Button>
            </DialogActions>
          </DialogBody>
        </form>
      </DialogSurface>
    </Dialog>
  );
}
