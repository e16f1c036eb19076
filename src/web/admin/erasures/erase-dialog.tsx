/** The question before an erasure: how much goes, and the address typed once more, so that nobody erases the wrong person by a slip. */
import { Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import type { ErasureView } from '../../../api-schema/admin/erasure.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { sayNumber } from '../../shared/times.ts';
import { complaint } from '../shared/complaint.ts';
import { FormDialog } from '../shared/form-dialog.tsx';

export function EraseDialog(props: {
  readonly address: string;
  readonly found: ErasureView;
  readonly onErase: () => void;
  readonly onClose: () => void;
}) {
  const { address, found, onErase, onClose } = props;
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | undefined>();
  const { items, isComplete } = found;
  const erase = () => {
    const isSame = typed.trim().toLowerCase() === address.toLowerCase();
    setError(isSame ? undefined : 'This is not the address that was looked for.');
    if (isSame) onErase();
  };
  return (
    <FormDialog title="Erase this person?" verb="Erase" onClose={onClose} onDo={erase}>
      <p>
        {isComplete ? '' : 'More than '}
        {sayNumber(items.length, 'record goes', 'records go')} to the recycle bin of Salesforce, and{' '}
        {items.length === 1 ? 'is' : 'are'} never written again. What lies in mailboxes stays there.
      </p>
      <p>
        Type{' '}
        <strong>
          <BreakableText text={address} />
        </strong>{' '}
        to go on.
      </p>
      <Field label="The address once more" required {...complaint(error)}>
        <Input
          name="again"
          value={typed}
          onChange={(_event, data) => setTyped(data.value)}
          autoComplete="off"
          spellCheck={false}
          maxLength={320}
        />
      </Field>
    </FormDialog>
  );
}
