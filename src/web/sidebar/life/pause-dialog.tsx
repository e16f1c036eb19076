/** *Pause* (R4): until somebody resumes, or until a moment in the reader's own zone. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Input,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { type FormEvent, useId, useRef, useState } from 'react';
import { problemOf } from '../../shared/api-problem.ts';
import { usePause } from '../../shared/life-changes.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayZone } from '../../shared/times.ts';
import css from './life.module.css';
import { findMomentError, localMoment, type PauseChoice, pauseEnd } from './pause-end.ts';

const choices: readonly (readonly [PauseChoice, string])[] = [
  ['resume', 'Until I resume'],
  ['today', 'Until the end of today'],
  ['tomorrow', 'Until the end of tomorrow'],
  ['moment', 'Until a day and time'],
];

export function PauseDialog({ onClose }: { readonly onClose: () => void }) {
  const pause = usePause();
  const [choice, setChoice] = useState<PauseChoice>('resume');
  const [moment, setMoment] = useState(() => localMoment(new Date()));
  const [error, setError] = useState<string | null>(null);
  const field = useRef<HTMLInputElement | null>(null);
  const formId = useId();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = choice === 'moment' ? findMomentError(moment, new Date()) : null;
    setError(found);
    if (found !== null) field.current?.focus();
    else pause.mutate({ until: pauseEnd(choice, moment, new Date()) }, { onSuccess: onClose });
  };
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Pause sync</DialogTitle>
          <DialogContent>
            <form id={formId} className={css.form} onSubmit={submit} noValidate>
              <p>Nothing is synced meanwhile. Saving a single mail by hand still works.</p>
              <Field label="How long?">
                <RadioGroup value={choice} onChange={(_event, data) => setChoice(data.value as PauseChoice)}>
                  {choices.map(([value, label]) => (
                    <Radio key={value} value={value} label={label} />
                  ))}
                </RadioGroup>
              </Field>
              {choice === 'moment' && (
                <Field
                  label="Day and time"
                  hint={`In your time zone, ${sayZone()}`}
                  required
                  {...(error === null ? {} : { validationState: 'error', validationMessage: error })}
                >
                  <Input
                    ref={(element: HTMLInputElement | null) => {
                      field.current = element;
                    }}
                    type="datetime-local"
                    value={moment}
                    onChange={(_event, data) => setMoment(data.value)}
                  />
                </Field>
              )}
              {pause.error !== null && <ProblemNotice problem={problemOf(pause.error)} />}
            </form>
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button appearance="primary" type="submit" form={formId} disabledFocusable={pause.isPending}>
              Pause
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
