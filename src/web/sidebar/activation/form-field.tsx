/** One labelled text field of the activation form, with its complaint beneath it. */
import { Field, Input, type InputProps } from '@fluentui/react-components';
import type { RefCallback } from 'react';

/** `error` turns the field red, is read out, and is tied to the input. */
export function FormTextField({
  label,
  error,
  hint,
  required = false,
  inputRef,
  ...input
}: {
  readonly label: string;
  readonly error: string | undefined;
  readonly hint?: string;
  readonly required?: boolean;
  readonly inputRef: RefCallback<HTMLInputElement>;
} & Pick<
  InputProps,
  'type' | 'value' | 'onChange' | 'autoComplete' | 'inputMode' | 'maxLength' | 'placeholder' | 'readOnly'
>) {
  return (
    <Field
      label={label}
      required={required}
      {...(hint === undefined ? {} : { hint })}
      {...(error === undefined ? {} : { validationState: 'error', validationMessage: error })}
    >
      <Input ref={inputRef} autoCapitalize="none" spellCheck={false} {...input} />
    </Field>
  );
}
