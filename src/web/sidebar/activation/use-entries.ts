/** What is typed into the dialog, for whichever service; it outlives an attempt that fails, and only a reload forgets it. */
import { useState } from 'react';
import type { FormErrors, FormValues } from './form-values.ts';
import type { FormField } from './problem-place.ts';

export interface Entries {
  /** Of the form with login and password. */
  readonly values: FormValues;
  /** Of the mailbox that is meant, for the sign-in page of a service. */
  readonly address: string;
  /** The last attempt's complaints about what has not been changed since. */
  readonly errors: FormErrors;
  readonly changeValue: (field: FormField, value: string) => void;
  readonly changeAddress: (address: string) => void;
  /** A new attempt begins: its complaints are about everything. */
  readonly freeze: () => void;
}

/** Begins with the mailbox's own address. */
export function useEntries(
  start: { readonly login: string; readonly address: string },
  errors: FormErrors,
): Entries {
  const [values, setValues] = useState<FormValues>({
    login: start.login,
    password: '',
    address: '',
    ewsUrl: '',
  });
  const [address, setAddress] = useState(start.address);
  const [mended, setMended] = useState<readonly FormField[]>([]);
  return {
    values,
    address,
    errors: Object.fromEntries(
      Object.entries(errors).filter(([field]) => !mended.some((name) => name === field)),
    ),
    changeValue(field, value) {
      setValues((known) => ({ ...known, [field]: value }));
      setMended((known) => [...known, field]);
    },
    changeAddress(typed) {
      setAddress(typed);
      setMended((known) => [...known, 'address']);
    },
    freeze: () => setMended([]),
  };
}
