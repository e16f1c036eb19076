/** Trying an access with any mailbox: what it found, in truth, step by step. Nothing is written into the mailbox. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { AccessView } from '../../../api-schema/admin/accesses.ts';
import type { AccessCheck } from '../../../api-schema/admin/users.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useAdminChange } from '../shared/admin-queries.ts';
import { CauseText, forAdmin } from '../shared/cause-text.tsx';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { addressError } from './access-draft.ts';

/** What came of a trial: the failure, or null where all is well. */
type Trial = Pick<AccessCheck, 'failure'>;

export function TrialCard({ access }: { readonly access: AccessView }) {
  const [address, setAddress] = useState('');
  const [error, setError] = useState<string | null>(null);
  const input = useRef<HTMLInputElement | null>(null);
  const attempt = useAdminChange<Trial>();
  const isMailbox = access.side === 'mailbox';
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = isMailbox
      ? addressError(address.trim())
      : address.trim().length < 3
        ? 'Enter a Salesforce login.'
        : null;
    setError(found);
    if (found !== null) return input.current?.focus();
    const body = isMailbox ? { address: address.trim() } : { username: address.trim() };
    attempt.mutate({ method: 'POST', below: `/accesses/${access.id}/try`, body });
  };
  const failure = attempt.data?.failure ?? null;
  return (
    <Card title="Try it">
      <form className={css.form} onSubmit={submit} noValidate>
        <Field
          label={isMailbox ? 'A mailbox' : 'A Salesforce login'}
          hint={
            isMailbox
              ? 'It is opened and read; nothing is written into it'
              : 'A session is opened; nothing is written'
          }
          {...complaint(error)}
        >
          <Input
            ref={(element: HTMLInputElement | null) => {
              input.current = element;
            }}
            type={isMailbox ? 'email' : 'text'}
            autoCapitalize="none"
            autoComplete="off"
            spellCheck={false}
            value={address}
            maxLength={320}
            onChange={(_event, data) => {
              setAddress(data.value);
              attempt.reset();
            }}
          />
        </Field>
        <div className={css.actions}>
          <Button type="submit" disabledFocusable={attempt.isPending}>
            Try
          </Button>
          <span role="status">{attempt.isPending ? 'Trying' : ''}</span>
        </div>
      </form>
      {attempt.error !== null && <ProblemNotice problem={forAdmin(problemOf(attempt.error))} />}
      {attempt.data !== undefined &&
        (failure === null ? (
          <Notice tone="good" live>
            <p>It opens through this access.</p>
          </Notice>
        ) : (
          <Notice tone="bad" live>
            <CauseText failure={failure} />
          </Notice>
        ))}
    </Card>
  );
}
