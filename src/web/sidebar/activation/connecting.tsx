/**
 * What is looked at while the mailbox is being connected, or while the browser goes to a sign-in page. The API answers once, at the end: until
 * then the steps are named as being checked and none of them is ticked off, because that would be a guess.
 */
import { ProgressBar } from '@fluentui/react-components';
import { type RefObject, useEffect } from 'react';
import type { MailServiceView } from '../../../api-schema/mailbox.ts';
import css from './activation.module.css';
import { wordsOf } from './service-words.ts';

const lastSteps = ['Read mail and folders', 'Read and write Salesforce objects and fields'];

/** Takes the focus, so that a screen reader says what goes on. */
export function Connecting({
  service,
  hasLink,
  isLeaving,
  heading,
}: {
  readonly service: MailServiceView;
  readonly hasLink: boolean;
  readonly isLeaving: boolean;
  readonly heading: RefObject<HTMLParagraphElement | null>;
}) {
  useEffect(() => heading.current?.focus(), [heading]);
  const steps = [...wordsOf(service).firstSteps, ...lastSteps];
  return (
    <div className={css.form}>
      <p ref={heading} tabIndex={-1} className={css.lead} role="status">
        {isLeaving
          ? `Opening the sign-in page for ${service.displayName}. You come back here afterwards.`
          : 'Connecting. This takes a few seconds, with a slow server up to two minutes.'}
      </p>
      <ProgressBar aria-label={`Connecting to ${service.displayName}`} />
      {!isLeaving && (
        <ul className={css.steps} aria-label="What is being checked">
          {steps
            .map((step, index) => (index === 0 && hasLink ? 'Open the EWS link' : step))
            .map((step) => (
              <li key={step}>
                <span className={css.dot} aria-hidden="true" />
                {step}
              </li>
            ))}
        </ul>
      )}
    </div>
  );
}
