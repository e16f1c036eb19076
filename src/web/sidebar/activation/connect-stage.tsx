/**
 * First half of the dialog: why it opened, which mail service, its form, what went wrong at the last attempt, *Connect to ...* and *Skip*.
 */
import { Button, DialogActions, DialogContent } from '@fluentui/react-components';
import { type Ref, useId, useImperativeHandle } from 'react';
import type { MailboxView, MailServiceView } from '../../../api-schema/mailbox.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import css from './activation.module.css';
import { ConnectNews } from './connect-news.tsx';
import { Connecting } from './connecting.tsx';
import { ConsentForm } from './consent-form.tsx';
import { ExchangeForm } from './exchange-form.tsx';
import { findAddressErrors, findErrors, toMailboxForm } from './form-values.ts';
import { placeOf } from './problem-place.ts';
import { ServiceChoice } from './service-choice.tsx';
import { repairWords, wordsOf } from './service-words.ts';
import { focusStart, type StagePlaces, useStagePlaces } from './stage-focus.ts';
import { type Target, wishOf } from './target.ts';
import type { Attempt } from './use-attempt.ts';
import { type Entries, useEntries } from './use-entries.ts';

export interface ConnectStageHandle {
  /** Puts the focus where the work begins. */
  readonly focusStart: () => void;
}

interface StageProps {
  readonly services: readonly MailServiceView[];
  readonly service: MailServiceView;
  /** The mailbox that is meant; null where another one, or the first, is to be connected. */
  readonly mailbox: MailboxView | null;
  readonly target: Target;
  readonly attempt: Attempt;
  readonly onChoose: (service: string) => void;
  readonly onSkip: (() => void) | null;
  readonly onChange: (() => void) | null;
}

/** Shows the forms, or that something is under way. */
export function ConnectStage(props: StageProps & { readonly ref: Ref<ConnectStageHandle> }) {
  const { ref, service, mailbox, attempt, target } = props;
  const start = { login: mailbox?.address ?? target.hostAddress ?? '', address: target.address };
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

type FormsProps = StageProps & { readonly entries: Entries; readonly places: StagePlaces };

/** Sends what was typed, or complains about it. */
function useSending({ service, target, attempt, entries }: FormsProps) {
  const { intent } = target;
  const signIn = () =>
    attempt.signIn(
      { service: service.service, address: entries.address.trim(), intent },
      { ...wishOf(target), ...(target.isKnown ? {} : { address: entries.address.trim() }) },
    );
  const check = (errors: ReturnType<typeof findErrors>, send: () => void) => {
    entries.freeze();
    if (Object.keys(errors).length > 0) attempt.complain(errors);
    else send();
  };
  const addressErrors = () => (target.isKnown ? {} : findAddressErrors(entries.address));
  return {
    signIn: () => check(addressErrors(), signIn),
    submitForm: () =>
      check(findErrors(entries.values, target.hostAddress), () =>
        attempt.connect(service.service, {
          ...wishOf(target),
          ...toMailboxForm(entries.values, target.hostAddress),
        }),
      ),
  };
}

function Forms(props: FormsProps) {
  const { services, service, mailbox, target, attempt, entries, places, onChoose, onSkip } = props;
  const { problem } = attempt.outcome;
  const formId = useId();
  const byForm = service.activatedBy === 'form';
  const isAgain = mailbox?.state === 'authorization-required' && mailbox.serviceId === service.service;
  const { signIn, submitForm } = useSending(props);
  return (
    <>
      <DialogContent className={css.form ?? ''}>
        <ConnectNews
          mailbox={mailbox}
          intent={target.intent}
          problem={problem}
          places={places}
          onChange={props.onChange}
        />
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
            hostAddress={target.hostAddress}
            onChange={entries.changeValue}
            onSubmit={submitForm}
          />
        ) : (
          <ConsentForm
            id={formId}
            service={service}
            address={entries.address}
            isFixed={target.isFixed}
            error={entries.errors.address}
            onChange={entries.changeAddress}
            onSubmit={signIn}
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
        {byForm && service.alsoByConsent && (
          <div className={css.otherWay}>
            <span>Does your company have a sign-in page of its own?</span>
            <Button onClick={signIn}>Sign in with your organization</Button>
          </div>
        )}
        {problem === null && onSkip !== null && mailbox === null && (
          <p className={css.quiet}>
            Skip for now: no mail is saved by itself, and no calendar, contacts and tasks are synced.
          </p>
        )}
      </DialogContent>
      <DialogActions>
        {onSkip !== null && (
          <Button onClick={onSkip}>{target.intent === 'activate' ? 'Skip' : 'Cancel'}</Button>
        )}
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
