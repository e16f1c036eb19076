/** The link by which an administrator approves for everybody, to be copied into a message to him. */
import { Button, Field, Input } from '@fluentui/react-components';
import { useState } from 'react';
import css from './approval-link.module.css';
import { Icon } from './icons.tsx';

/** One line however long it is: selected when it takes the focus, for where the clipboard is closed. */
export function ApprovalLink({ url }: { readonly url: string }) {
  const [result, setResult] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(url);
      setResult('Copied');
    } catch {
      setResult('Select the link to copy it');
    }
  };
  return (
    <div className={css.approval}>
      <Field label="Approval link for your administrator">
        <Input readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </Field>
      <div className={css.action}>
        <Button size="small" icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
          Copy the link
        </Button>
        <span role="status">{result}</span>
      </div>
    </div>
  );
}
