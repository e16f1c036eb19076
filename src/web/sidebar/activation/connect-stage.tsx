/** First half of the dialog: why it opened, the form, what went wrong at the last attempt, *Connect to Exchange* and *Skip*. */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import { type RefObject, useEffect, useId, useRef, useState } from 'react';
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
import { type FormField, formFields, placeOf } from './problem-place.ts';

/** What came of the last attempt: complaints by field, and the API's refusal if it was sent. */
interface Outcome {
  readonly errors: FormErrors;
  readonly problem: Problem | null;
}

const nothingYet: Outcome = { errors: {}, problem: null };

function outcomeOf(problem: Problem): Outcome {
  const place = placeOf(problem);
  return { errors: place === null ? {} : { [place]: problem.detail }, problem };
}

/** What was typed outlives an attempt that fails; only a reload forgets it. */
export function ConnectStage(props: {
  readonly form: RefObject<ExchangeFormHandle | null>;
  readonly mailbox: MailboxView | null;
  readonly connect: ReturnType<typeof useConnectExchange>;
  readonly onConnected: (activation: ActivationView) => void;
  readonly onSkip: () => void;
}) {
  const { form, mailbox, connect, onConnected, onSkip } = props;
  const formId = useId();
  const [values, setValues] = useState<FormValues>({
    login: mailbox?.address ?? '',
    password: '',
    address: '',
    ewsUrl: '',
  });
  const [outcome, setOutcome] = useState<Outcome>(nothingYet);
  const [mended, setMended] = useState<readonly FormField[]>([]);
  const { problem } = outcome;
  const errors: FormErrors = Object.fromEntries(
    Object.entries(outcome.errors).filter(([field]) => !mended.some((name) => name === field)),
  );
  const notice = useRef<HTMLDivElement>(null);
  const { isPending } = connect;

  // Once per attempt, when the form stands again: focus to the first field with a complaint, else to the text above the form.
  useEffect(() => {
    if (isPending) return;
    const first = formFields.find((field) => outcome.errors[field] !== undefined);
    if (first !== undefined) form.current?.focus(first);
    else if (outcome.problem !== null) notice.current?.focus();
  }, [form, isPending, outcome]);

  const send = () => {
    const found = findErrors(values);
    setOutcome({ errors: found, problem: null });
    setMended([]);
    if (Object.keys(found).length > 0) return;
    connect.mutate(toExchangeForm(values), {
      onSuccess: onConnected,
      onError: (error) => setOutcome(outcomeOf(problemOf(error))),
    });
  };
  if (isPending) {
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
            setMended((known) => [...known, field]);
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
        <Button appearance="primary" className={css.whole ?? ''} type="submit" form={formId}>
          Connect to Exchange
        </Button>
      </DialogActions>
    </>
  );
}
