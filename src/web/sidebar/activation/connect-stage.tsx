/** First half of the dialog: why it opened, the form, what went wrong at the last attempt, *Connect to Exchange* and *Skip*. */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import { useEffect, useId, useRef, useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { problemOf } from '../../shared/api-problem.ts';
import type { useConnectExchange } from '../../shared/changes.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './activation.module.css';
import { ActivationReason } from './activation-reason.tsx';
import { Connecting } from './connecting.tsx';
import { ExchangeForm, type ExchangeFormHandle } from './exchange-form.tsx';
import { type FormErrors, type FormValues, findErrors, toExchangeForm } from './form-values.ts';
import { formFields, placeOf } from './problem-place.ts';

/** What was typed outlives an attempt that fails; only a reload forgets it. */
export function ConnectStage(props: {
  readonly mailbox: MailboxView | null;
  readonly connect: ReturnType<typeof useConnectExchange>;
  readonly onConnected: (activation: ActivationView) => void;
  readonly onSkip: () => void;
}) {
  const { mailbox, connect, onConnected, onSkip } = props;
  const formId = useId();
  const [values, setValues] = useState<FormValues>({
    login: mailbox?.address ?? '',
    password: '',
    address: '',
    ewsUrl: '',
  });
  const [errors, setErrors] = useState<FormErrors>({});
  const [problem, setProblem] = useState<Problem | null>(null);
  const form = useRef<ExchangeFormHandle>(null);
  const notice = useRef<HTMLDivElement>(null);

  // Focus goes to the first field with a complaint, else to the text above the form.
  useEffect(() => {
    const first = formFields.find((field) => errors[field] !== undefined);
    if (first !== undefined) form.current?.focus(first);
    else if (problem !== null) notice.current?.focus();
  }, [errors, problem]);

  const send = () => {
    const found = findErrors(values);
    setErrors(found);
    setProblem(null);
    if (Object.keys(found).length > 0) return;
    connect.mutate(toExchangeForm(values), {
      onSuccess: onConnected,
      onError: (error) => {
        const refused = problemOf(error);
        const place = placeOf(refused);
        setProblem(refused);
        setErrors(place === null ? {} : { [place]: refused.detail });
      },
    });
  };
  if (connect.isPending) {
    return (
      <DialogContent>
        <Connecting hasLink={values.ewsUrl.trim() !== ''} />
      </DialogContent>
    );
  }
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        {problem === null && <ActivationReason mailbox={mailbox} />}
        {problem !== null && placeOf(problem) === null && <ProblemNotice ref={notice} problem={problem} />}
        <ExchangeForm
          id={formId}
          ref={form}
          values={values}
          errors={errors}
          onChange={(field, value) => {
            setValues((known) => ({ ...known, [field]: value }));
            if (errors[field] !== undefined) setErrors(({ [field]: _mended, ...others }) => others);
          }}
          onSubmit={send}
        />
        {problem !== null && placeOf(problem) !== null && (
          <FailureDetail
            code={problem.code}
            text={problem.detail}
            admin={problem.admin}
            vendorCode={problem.vendorCode}
            fields={undefined}
          />
        )}
        {problem === null && (
          <p className={css.quiet}>If you skip, no mail is saved by itself until you connect.</p>
        )}
      </DialogContent>
      <DialogActions>
        <Button onClick={onSkip}>Skip</Button>
        <Button appearance="primary" type="submit" form={formId}>
          Connect to Exchange
        </Button>
      </DialogActions>
    </>
  );
}
