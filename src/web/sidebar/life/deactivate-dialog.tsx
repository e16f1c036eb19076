/** *Deactivate* (R5): what it means, what else is to be forgotten or taken away, and at the end what became of it. */
import {
  Button,
  Checkbox,
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
import { useEffect, useRef, useState } from 'react';
import type { DeactivationView } from '../../../api-schema/life.ts';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { useDeactivate } from '../../shared/life-changes.ts';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sayExact, sayNumber } from '../../shared/times.ts';
import css from './life.module.css';

export function DeactivateDialog(props: { readonly mailbox: MailboxView; readonly onClose: () => void }) {
  const { mailbox, onClose } = props;
  const [result, setResult] = useState<DeactivationView | null>(null);
  return (
    <Dialog open modalType="alert" onOpenChange={(_event, data) => !data.open && onClose()}>
      <DialogSurface role="dialog">
        <DialogBody>
          <DialogTitle>{result === null ? 'Deactivate sync' : 'Sync is switched off'}</DialogTitle>
          {result === null ? (
            <Question mailbox={mailbox} onCancel={onClose} onDone={setResult} />
          ) : (
            <Result result={result} service={mailbox.service} onClose={onClose} />
          )}
        </DialogBody>
      </DialogSurface>
    </Dialog>
  );
}

function Question(props: {
  readonly mailbox: MailboxView;
  readonly onCancel: () => void;
  readonly onDone: (result: DeactivationView) => void;
}) {
  const { mailbox, onCancel, onDone } = props;
  const deactivate = useDeactivate();
  const [purge, setPurge] = useState(false);
  const [removeMarks, setRemoveMarks] = useState(false);
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <p>
          Sync of <BreakableText text={mailbox.address} /> stops. What happens:
        </p>
        <ul className={css.points}>
          <li>
            The login or permission for your mailbox is erased at once, and handed back to {mailbox.service}{' '}
            where it can be.
          </li>
          <li>Mail in your mailbox and records in Salesforce stay as they are.</li>
          <li>You can set up sync again at any time.</li>
        </ul>
        <Field label="Links and settings">
          <RadioGroup
            value={purge ? 'now' : 'later'}
            onChange={(_event, data) => setPurge(data.value === 'now')}
          >
            <Radio
              value="later"
              label="Forget them after 30 days: until then you can go on where you left off"
            />
            <Radio value="now" label="Forget them now" />
          </RadioGroup>
        </Field>
        <Checkbox
          checked={removeMarks}
          onChange={(_event, data) => setRemoveMarks(data.checked === true)}
          label="Also remove Lockstep’s categories from my mail"
        />
        {deactivate.error !== null && <ProblemNotice problem={problemOf(deactivate.error)} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={onCancel}>Cancel</Button>
        <Button
          appearance="primary"
          disabledFocusable={deactivate.isPending}
          onClick={() => deactivate.mutate({ purge, removeMarks }, { onSuccess: onDone })}
        >
          {deactivate.isPending ? 'Switching off' : 'Deactivate'}
        </Button>
      </DialogActions>
    </>
  );
}

const grants: Readonly<Record<DeactivationView['revoked'], (service: string) => string>> = {
  done: (service) => `${service} has taken its permission back.`,
  'not-possible': (service) =>
    `${service} has nothing to take back: a password is valid until you change it.`,
  failed: (service) =>
    `${service} could not be told to take its permission back. Remove Lockstep on the security page of your ${service} account.`,
};

function Result(props: {
  readonly result: DeactivationView;
  readonly service: string;
  readonly onClose: () => void;
}) {
  const { result, service, onClose } = props;
  const lead = useRef<HTMLParagraphElement>(null);
  useEffect(() => lead.current?.focus(), []);
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <p ref={lead} tabIndex={-1} role="status" className={css.lead}>
          The login or permission is erased here. {grants[result.revoked](service)}
        </p>
        <p>
          {result.purgeAt === null
            ? 'Links and settings are forgotten.'
            : `Links and settings are forgotten on ${sayExact(new Date(result.purgeAt), new Date())}, unless you set up sync again.`}
        </p>
        {result.marksRemoved !== null && (
          <p>Lockstep’s categories were taken off {sayNumber(result.marksRemoved, 'mail')}.</p>
        )}
      </DialogContent>
      <DialogActions>
        <Button appearance="primary" onClick={onClose}>
          Done
        </Button>
      </DialogActions>
    </>
  );
}
