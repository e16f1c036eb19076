/**
 * What is asked before the sign-in page of a mail service opens: what will happen, and which mailbox is meant. A mailbox that is connected
 * already is meant and cannot be exchanged here.
 */
import type { FormEvent, RefObject } from 'react';
import type { MailServiceView } from '../../../api-schema/mailbox.ts';
import { ApprovalLink } from '../../shared/approval-link.tsx';
import css from './activation.module.css';
import { FormTextField } from './form-field.tsx';
import { wordsOf } from './service-words.ts';

/** Controlled; sending it leaves the page. */
export function ConsentForm(props: {
  readonly id: string;
  readonly service: MailServiceView;
  readonly address: string;
  readonly isFixed: boolean;
  readonly error: string | undefined;
  readonly onChange: (address: string) => void;
  readonly onSubmit: () => void;
  readonly input: RefObject<HTMLInputElement | null>;
}) {
  const { id, service, address, isFixed, error, onChange, onSubmit, input } = props;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form id={id} className={css.form} onSubmit={submit} noValidate>
      <p>{wordsOf(service).about}</p>
      <FormTextField
        label="E-mail address"
        value={address}
        error={error}
        onChange={(_event, data) => onChange(data.value)}
        inputRef={(element) => {
          input.current = element;
        }}
        type="email"
        autoComplete="email"
        maxLength={320}
        {...(isFixed ? { readOnly: true, hint: 'Sign in with this account' } : { required: true })}
      />
      {service.approvalUrl !== null && (
        <details className={css.approval}>
          <summary>If an administrator must approve first</summary>
          <ApprovalLink url={service.approvalUrl} />
        </details>
      )}
    </form>
  );
}
