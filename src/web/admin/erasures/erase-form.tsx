/** The question before an erasure: how much goes, and the address typed once more, so that nobody erases the wrong person by a slip. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { ErasureView } from '../../../api-schema/admin/erasure.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card } from '../../shared/card.tsx';
import { sayNumber } from '../../shared/times.ts';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';

export function EraseForm(props: {
  readonly address: string;
  readonly found: ErasureView;
  readonly isBusy: boolean;
  readonly onErase: () => void;
}) {
  const { address, found, isBusy, onErase } = props;
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | undefined>();
  const field = useRef<HTMLInputElement | null>(null);
  const { items, isComplete } = found;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isBusy) return;
    const isSame = typed.trim().toLowerCase() === address.toLowerCase();
    setError(isSame ? undefined : 'This is not the address that was looked for.');
    if (isSame) onErase();
    else field.current?.focus();
  };
  return (
    <Card title="Erase this person?">
      <form className={css.form} onSubmit={submit} noValidate>
        <p>
          {isComplete ? '' : 'More than '}
          {sayNumber(items.length, 'record goes', 'records go')} to the recycle bin of Salesforce, and{' '}
          {items.length === 1 && isComplete ? 'is' : 'are'} never written again. What lies in mailboxes stays
          there. To go on, type{' '}
          <strong>
            <BreakableText text={address} />
          </strong>
          .
        </p>
        <Field label="The address once more" required {...complaint(error)}>
          <Input
            ref={(element: HTMLInputElement | null) => {
              field.current = element;
            }}
            name="again"
            value={typed}
            onChange={(_event, data) => setTyped(data.value)}
            autoComplete="off"
            spellCheck={false}
            maxLength={320}
          />
        </Field>
        <div className={css.actions}>
          <Button type="submit" disabledFocusable={isBusy}>
            Erase {isComplete ? sayNumber(items.length, 'record') : 'all of them'}
          </Button>
        </div>
      </form>
    </Card>
  );
}
