/** The form that connects an Exchange mailbox (A1): login, password and, unfolded by *More*, the company's own EWS link. */
import { Button } from '@fluentui/react-components';
import { type FormEvent, type Ref, useId, useImperativeHandle, useRef, useState } from 'react';
import { Icon } from '../../shared/icons.tsx';
import css from './activation.module.css';
import { FormTextField } from './form-field.tsx';
import { type FormErrors, type FormValues, needsAddress } from './form-values.ts';
import type { FormField } from './problem-place.ts';

export interface ExchangeFormHandle {
  /** Puts the focus into a field. */
  readonly focus: (field: FormField) => void;
}

/** Controlled: what is typed belongs to the dialog, which keeps it while it connects. */
export function ExchangeForm(props: {
  readonly id: string;
  readonly values: FormValues;
  readonly errors: FormErrors;
  /** Known already: it is not asked for. */
  readonly hostAddress: string | null;
  readonly onChange: (field: FormField, value: string) => void;
  readonly onSubmit: () => void;
  readonly ref: Ref<ExchangeFormHandle>;
}) {
  const { id, values, errors, hostAddress, onChange, onSubmit, ref } = props;
  const asksAddress = hostAddress === null && needsAddress(values);
  // *More* unfolds by itself when something in it becomes needed; folding it again stays possible.
  const isMoreNeeded = errors.ewsUrl !== undefined || errors.address !== undefined || asksAddress;
  const [open, setOpen] = useState(values.ewsUrl !== '');
  const [wasMoreNeeded, setWasMoreNeeded] = useState(false);
  if (isMoreNeeded !== wasMoreNeeded) {
    setWasMoreNeeded(isMoreNeeded);
    if (isMoreNeeded) setOpen(true);
  }
  const moreId = useId();
  const inputs = useRef<Partial<Record<FormField, HTMLInputElement | null>>>({});
  useImperativeHandle(ref, () => ({ focus: (field) => inputs.current[field]?.focus() }), []);

  const field = (name: FormField) => ({
    value: values[name],
    error: errors[name],
    onChange: (_event: unknown, data: { value: string }) => onChange(name, data.value),
    inputRef: (input: HTMLInputElement | null) => {
      inputs.current[name] = input;
    },
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    onSubmit();
  };
  return (
    <form id={id} className={css.form} onSubmit={submit} noValidate>
      <FormTextField
        {...field('login')}
        label="Login"
        required
        hint="user@company or COMPANY\user"
        autoComplete="username"
        maxLength={256}
      />
      <FormTextField
        {...field('password')}
        label="Password"
        required
        type="password"
        autoComplete="current-password"
        maxLength={1024}
      />
      <div>
        <Button
          appearance="transparent"
          className={css.more ?? ''}
          icon={<Icon name="more" size={16} className={open ? css.open : undefined} />}
          iconPosition="after"
          aria-expanded={open}
          aria-controls={moreId}
          onClick={() => setOpen(!open)}
        >
          More
        </Button>
      </div>
      <div id={moreId} className={css.form} hidden={!open}>
        {asksAddress && (
          <FormTextField
            {...field('address')}
            label="E-mail address"
            hint="Needed to find your Exchange server, unless you enter its link"
            type="email"
            autoComplete="email"
            maxLength={320}
          />
        )}
        <FormTextField
          {...field('ewsUrl')}
          label="EWS link"
          hint="Only if your administrator gave you one; it starts with https:// and ends in /EWS/Exchange.asmx"
          inputMode="url"
          autoComplete="off"
          maxLength={2048}
        />
      </div>
    </form>
  );
}
