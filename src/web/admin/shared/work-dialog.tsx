/** Work on many at once: the question first, then how far it is with *Stop*, then how it ended. Closing it while it works stops it. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
} from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef } from 'react';
import { LongWork } from '../../shared/long-work.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayCount } from '../../shared/times.ts';
import css from './dialogs.module.css';
import { useReturnFocus } from './use-return-focus.ts';
import type { EndOf, Work } from './use-work.ts';

interface WorkDialogProps<Line extends { readonly kind: string }> {
  readonly title: string;
  readonly verb: string;
  /** Names the bar, such as *Pausing people*. */
  readonly label: string;
  readonly work: Work<Line>;
  readonly onStart: () => void;
  readonly onClose: () => void;
  /** The question. */
  readonly children: ReactNode;
  /** How it ended, in words. */
  readonly sayEnd: (end: EndOf<Line>) => ReactNode;
  /** What it said about single ones, shown while it works and when it has ended. */
  readonly singles?: ReactNode;
}

export function WorkDialog<Line extends { readonly kind: string }>(props: WorkDialogProps<Line>) {
  const { title, verb, work, onStart, onClose } = props;
  const { kind } = work.state;
  useReturnFocus();
  return (
    <Dialog
      open
      modalType="alert"
      onOpenChange={(_event, data) => !data.open && kind !== 'under-way' && onClose()}
    >
      <DialogSurface role="dialog">
        <DialogBody>
          <DialogTitle>{title}</DialogTitle>
          <DialogContent className={css.stack ?? ''}>
            {kind === 'idle' ? props.children : <Progressing {...props} />}
          </DialogContent>
          <DialogActions>
            {kind === 'idle' && (
              <>
                <Button onClick={onClose}>Cancel</Button>
                <Button appearance="primary" onClick={onStart}>
                  {verb}
                </Button>
              </>
            )}
            {(kind === 'stopped' || kind === 'refused') && <Button onClick={onStart}>Go on</Button>}
            {kind !== 'idle' && kind !== 'under-way' && (
              <Button appearance="primary" onClick={onClose}>
                Close
              </Button>
            )}
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Progressing<Line extends { readonly kind: string }>(props: WorkDialogProps<Line>) {
  const { label, work, sayEnd, singles } = props;
  const { kind, progress, end, problem } = work.state;
  const done = progress === null ? 0 : progress.done;
  return (
    <>
      {kind === 'under-way' && (
        <LongWork label={label} progress={progress} cancel="Stop" onCancel={work.stop} />
      )}
      {kind === 'stopped' && (
        <Result>
          <Notice tone="waiting">
            <p>
              Stopped after {sayCount(done)}. What was done stays done; <em>Go on</em> does the rest.
            </p>
          </Notice>
        </Result>
      )}
      {problem !== null && <ProblemNotice problem={problem} />}
      {end !== null && (
        <Result>
          <Notice tone="good">
            <p>{sayEnd(end)}</p>
          </Notice>
        </Result>
      )}
      {singles}
    </>
  );
}

/** Read from here on: the button that had the focus is gone. */
function Result({ children }: { readonly children: ReactNode }) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => place.current?.focus(), []);
  return (
    <div ref={place} tabIndex={-1} role="status" className={css.result}>
      {children}
    </div>
  );
}
