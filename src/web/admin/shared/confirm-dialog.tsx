/** The question before something that cannot simply be taken back: what it means, *Cancel*, and the deed by its own name. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import type { ReactNode } from 'react';
import { problemOf } from '../../shared/api-problem.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './form.module.css';

export function ConfirmDialog(props: {
  readonly title: string;
  /** On the button, such as *Revoke*. */
  readonly deed: string;
  readonly isPending: boolean;
  readonly error: unknown;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
  readonly children: ReactNode;
}) {
  const { title, deed, isPending, error, onConfirm, onClose, children } = props;
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={css.stack ?? ''}>
            {children}
            {error !== null && <ProblemNotice problem={problemOf(error)} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button appearance="primary" disabledFocusable={isPending} onClick={onConfirm}>
              {deed}
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
