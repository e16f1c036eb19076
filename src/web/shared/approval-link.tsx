/** The link by which an administrator approves for everybody, to be copied into a message to him. */
import { Field, Input } from '@fluentui/react-components';
import css from './approval-link.module.css';
import { CopyButton } from './copy-button.tsx';

/** One line however long it is: selected when it takes the focus, for where the clipboard is closed. */
export function ApprovalLink({ url }: { readonly url: string }) {
  return (
    <div className={css.approval}>
      <Field label="Approval link for your administrator">
        <Input readOnly value={url} onFocus={(event) => event.currentTarget.select()} />
      </Field>
      <CopyButton text={url}>Copy the link</CopyButton>
    </div>
  );
}
