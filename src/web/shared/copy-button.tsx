/** Copies a text and says that it did. The clipboard may be closed to embedded pages: then the reader is told to select the text by hand. */
import { Button } from '@fluentui/react-components';
import { type ReactNode, useState } from 'react';
import css from './approval-link.module.css';
import { Icon } from './icons.tsx';

export function CopyButton({ text, children }: { readonly text: string; readonly children: ReactNode }) {
  const [result, setResult] = useState('');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text);
      setResult('Copied');
    } catch {
      setResult('Select the text to copy it');
    }
  };
  return (
    <div className={css.action}>
      <Button size="small" icon={<Icon name="copy" size={16} />} onClick={() => void copy()}>
        {children}
      </Button>
      <span role="status">{result}</span>
    </div>
  );
}
