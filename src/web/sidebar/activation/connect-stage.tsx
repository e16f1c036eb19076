/**
 * First half of the dialog: why it opened, which mail service, its form, what went wrong at the last attempt, *Connect to ...* and *Skip*.
 */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import { type Ref, useId, useImperativeHandle } from 'react';
import type { MailboxView, MailServiceView } from '../../../api-schema/mailbox.ts';
import type { Problem } from '../../../api-schema/problem.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import css from './activation.module.css';
import { ActivationReason } from './activation-reason.tsx';
import { Connecting } from './connecting.tsx';
import { ConsentForm } from './consent-form.tsx';
import { ExchangeForm } from './exchange-form.tsx';
import { findAddressErrors, findErrors, toMailboxForm } from './form-values.ts';
import { placeOf } from './problem-place.ts';
import { ServiceChoice } from './service-choice.tsx';
import { repairWords, wordsOf } from './service-words.ts';
import { focusStart, type StagePlaces, useStagePlaces } from './stage-focus.ts';
import type { Attempt } from './use-attempt.ts';
import { type Entries, useEntries } from './use-entries.ts';

export interface ConnectStageHandle {
  /** Puts the focus where the work begins. */
  readonly focusStart: () => void;
}

interface StageProps {
  readonly services: readonly MailServiceView[];
  readonly service: MailServiceView;
  readonly mailbox: MailboxView | null;
  readonly attempt: Attempt;
  readonly onChoose: (service: string) => void;
  readonly onSkip: () => void;
}

/** Shows the forms, or that something is under way. `address` is the mailbox that is probably meant. */
export function ConnectStage(
  props: StageProps & { readonly ref: Ref<ConnectStageHandle>; readonly address: string },
) {
  const { ref, service, mailbox, attempt } = props;
  const start = { login: mailbox?.address ?? '', address: props.address };
  const entries = useEntries(start, attempt.outcome.errors);
  const places = useStagePlaces(attempt);
  useImperativeHandle(ref, () => ({ focusStart: () => focusStart(places, mailbox === null) }));
  if (attempt.phase === 'idle') return <Forms {...props} entries={entries} places={places} />;
  const hasLink = service.activatedBy === 'form' && entries.values.ewsUrl.trim() !== '';
  return (
    <DialogContent>
      <Connecting
        key={attempt.phase}
        service={service}
        hasLink={hasLink}
        heading={places.waiting}
        isLeaving={attempt.phase === 'leaving'}
      />
    </DialogContent>
  );
}

function Forms(props: StageProps & { readonly entries: Entries; readonly places: StagePlaces }) {
  const { services, service, mailbox, attempt, entries, places, onChoose, onSkip } = props;
  const { problem } = attempt.outcome;
  const formId = useId();
  const byForm = service.activatedBy === 'form';
  const isAgain = mailbox?.state === 'authorization-required' && mailbox.serviceId === service.service;
  const send = () => {
    const addressErrors = mailbox === null ? findAddressErrors(entries.address) : {};
    const errors = byForm ? findErrors(entries.values) : addressErrors;
    entries.freeze();
    if (Object.keys(errors).length > 0) attempt.complain(errors);
    else if (byForm) attempt.connect(service.service, toMailboxForm(entries.values));
    else attempt.signIn({ service: service.service, address: entries.address.trim() }, mailbox !== null);
  };
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <News mailbox={mailbox} problem={problem} places={places} />
        {services.length > 1 && (
          <ServiceChoice
            services={services}
            chosen={service.service}
            start={places.choice}
            onChoose={onChoose}
          />
        )}
        {byForm ? (
          <ExchangeForm
            id={formId}
            ref={places.form}
            values={entries.values}
            errors={entries.errors}
            onChange={entries.changeValue}
            onSubmit={send}
          />
        ) : (
          <ConsentForm
            id={formId}
            service={service}
            address={entries.address}
            isFixed={mailbox !== null}
            error={entries.errors.address}
            onChange={entries.changeAddress}
            onSubmit={send}
            input={places.address}
          />
        )}
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
        <Button
          ref={(button: HTMLButtonElement | null) => {
            places.primary.current = button;
          }}
          appearance="primary"
          className={css.whole ?? ''}
          type="submit"
          form={formId}
        >
          {isAgain && !byForm ? repairWords(mailbox, services) : wordsOf(service).connect}
        </Button>
      </DialogActions>
    </>
  );
}

/** Why the dialog is open, until there is something newer: what went wrong, unless a field says it. */
function News(props: {
  readonly mailbox: MailboxView | null;
  readonly problem: Problem | null;
  readonly places: StagePlaces;
}) {
  const { mailbox, problem, places } = props;
  if (problem === null) return <ActivationReason mailbox={mailbox} />;
  return placeOf(problem) === null ? <ProblemNotice ref={places.notice} problem={problem} /> : null;
}
