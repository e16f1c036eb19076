/** A technical code, small, with a button that copies it and says that it did. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import { BreakableText } from './breakable-text.tsx';
import css from './failure-detail.module.css';
import { Icon } from './icons.tsx';

/** The clipboard may be closed to embedded pages; then the code can still be selected by hand. */
export function CopyableCode({ code }: { readonly code: string }) {
  const [result, setResult] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(code);
      setResult('Copied');
    } catch {
      setResult('Select it to copy');
    }
  };
  return (
    <span className={css.code}>
      <code>
        <BreakableText text={code} />
      </code>
      <Button
        appearance="subtle"
        size="small"
        icon={<Icon name="copy" size={16} />}
        aria-label={`Copy the code ${code}`}
        onClick={() => void copy()}
      />
      <span role="status">{result}</span>
    </span>
  );
}
