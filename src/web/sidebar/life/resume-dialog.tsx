/** *Resume* (R4): whether what came meanwhile is caught up or skipped. */
import {
  Button,
  Dialog,
  DialogActions,
  DialogBody,
  DialogContent,
  DialogSurface,
  DialogTitle,
  Field,
  Radio,
  RadioGroup,
} from '@fluentui/react-components';
import { useState } from 'react';
import type { ResumeForm } from '../../../api-schema/life.ts';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { InstantText } from '../../shared/instant-text.tsx';
import { useResume } from '../../shared/life-changes.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './life.module.css';

/** `onResumed` closes it. */
export function ResumeDialog(props: {
  readonly mailbox: MailboxView;
  readonly onClose: () => void;
  readonly onResumed: () => void;
}) {
  const { mailbox, onClose, onResumed } = props;
  const resume = useResume();
  const [gap, setGap] = useState<ResumeForm['gap']>('catch-up');
  return (
    <Dialog open onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface>
        <DialogBody>
          <DialogTitle>Resume sync</DialogTitle>
          <DialogContent className={css.form ?? ''}>
            <p>
              Sync {mailbox.state === 'suspended' ? 'was suspended' : 'was paused'}{' '}
              <InstantText at={mailbox.stateSince} />.
            </p>
            <Field label="What about the mail that came meanwhile?">
              <RadioGroup value={gap} onChange={(_event, data) => setGap(data.value as ResumeForm['gap'])}>
                <Radio value="catch-up" label="Catch up: save it by the same rules" />
                <Radio value="skip" label="Skip it: go on with mail from now on" />
              </RadioGroup>
            </Field>
            {resume.error !== null && <ProblemNotice problem={problemOf(resume.error)} />}
          </DialogContent>
          <DialogActions>
            <Button onClick={onClose}>Cancel</Button>
            <Button
              appearance="primary"
              disabledFocusable={resume.isPending}
              onClick={() => resume.mutate({ gap }, { onSuccess: onResumed })}
            >
              Resume
            </Button>
          </DialogActions>
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}
