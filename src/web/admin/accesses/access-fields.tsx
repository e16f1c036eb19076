/** The fields of a way of reaching, per service. Controlled; they send nothing. */
import { Field, Input, Radio, RadioGroup, Textarea } from '@fluentui/react-components';
import { useId } from 'react';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import type { AccessDraft, AccessErrors, AccessService } from './access-draft.ts';

const KEY_FILE_BYTES_MAX = 20_000;

export interface FieldsProps {
  readonly service: AccessService;
  readonly draft: AccessDraft;
  readonly errors: AccessErrors;
  readonly onEdit: (change: Partial<AccessDraft>) => void;
}

export function AccessFields(props: FieldsProps) {
  const { service } = props;
  return (
    <>
      <TextField
        {...props}
        name="name"
        label="Name"
        hint="As it is listed here, such as Head office"
        required
      />
      {service === 'exchange' && <ExchangeFields {...props} />}
      {service === 'office365' && <Office365Fields {...props} />}
      {service === 'google' && <KeyFileField {...props} />}
      {service === 'salesforce' && <SalesforceFields {...props} />}
      {service !== 'salesforce' && (
        <TextField
          {...props}
          name="sampleMailbox"
          label="Sample mailbox"
          type="email"
          hint="A mailbox that it may open; it is tried at once and nothing is written into it"
          required
        />
      )}
    </>
  );
}

function ExchangeFields(props: FieldsProps) {
  return (
    <>
      <TextField
        {...props}
        name="login"
        label="Service account"
        hint="DOMAIN\user or user@company"
        required
      />
      <TextField {...props} name="password" label="Password" type="password" required />
      <TextField
        {...props}
        name="ewsUrl"
        label="EWS link"
        hint="Without it Autodiscover looks for the server"
      />
    </>
  );
}

function Office365Fields(props: FieldsProps) {
  const { draft, onEdit } = props;
  return (
    <>
      <TextField
        {...props}
        name="tenant"
        label="Tenant"
        hint="Its id, or its domain such as acme.onmicrosoft.com"
        required
      />
      <TextField {...props} name="clientId" label="Application (client) id" required />
      <Field label="How the application proves itself">
        <RadioGroup
          value={draft.proof}
          onChange={(_event, data) => onEdit({ proof: data.value as AccessDraft['proof'] })}
        >
          <Radio value="certificate" label="By a certificate" />
          <Radio value="secret" label="By a client secret" />
        </RadioGroup>
      </Field>
      {draft.proof === 'secret' ? (
        <TextField {...props} name="clientSecret" label="Client secret" type="password" required />
      ) : (
        <PemField
          {...props}
          name="certificate"
          label="Private key and certificate"
          hint="PEM, both in any order. The key is sealed at once and never shown again"
        />
      )}
    </>
  );
}

function SalesforceFields(props: FieldsProps) {
  const { draft, onEdit } = props;
  const id = useId();
  return (
    <>
      <TextField
        {...props}
        name="host"
        label="Salesforce"
        hint="production, sandbox, or your My Domain host"
        required
      />
      <TextField {...props} name="clientId" label="Consumer key" hint="Of the External Client App" required />
      <PemField
        {...props}
        name="privateKey"
        label="Private key"
        hint="PEM, PKCS #8. It is sealed at once and never shown again"
      />
      <TextField {...props} name="username" label="Service account" hint="Its Salesforce login" required />
      <Field label="Whose session a run has">
        <RadioGroup
          aria-describedby={id}
          value={draft.actsAs}
          onChange={(_event, data) => onEdit({ actsAs: data.value as AccessDraft['actsAs'] })}
        >
          <Radio value="each-user" label="Each person’s own" />
          <Radio value="service-account" label="The service account’s" />
        </RadioGroup>
      </Field>
      <p id={id} className={css.quiet}>
        {draft.actsAs === 'each-user'
          ? 'Sharing rules hold for each person as when he works himself, and records are his. Everybody must be pre-authorized for the app.'
          : 'One session for everybody: only the service account needs the app. It must see and write all records that are to be matched; records name the person as their owner.'}
      </p>
    </>
  );
}

type Name =
  | 'name'
  | 'sampleMailbox'
  | 'login'
  | 'password'
  | 'ewsUrl'
  | 'tenant'
  | 'clientId'
  | 'clientSecret'
  | 'host'
  | 'username';

function TextField(
  props: FieldsProps & {
    readonly name: Name;
    readonly label: string;
    readonly hint?: string;
    readonly type?: 'email' | 'password';
    readonly required?: boolean;
  },
) {
  const { draft, errors, onEdit, name, label, hint, type, required = false } = props;
  return (
    <Field
      label={label}
      required={required}
      {...(hint === undefined ? {} : { hint })}
      {...complaint(errors[name])}
    >
      <Input
        name={name}
        autoCapitalize="none"
        spellCheck={false}
        // A credential of the company is not one of the reader's own.
        autoComplete={type === 'password' ? 'new-password' : 'off'}
        {...(type === undefined ? {} : { type })}
        value={draft[name]}
        onChange={(_event, data) => onEdit({ [name]: data.value })}
      />
    </Field>
  );
}

function PemField(
  props: FieldsProps & {
    readonly name: 'certificate' | 'privateKey';
    readonly label: string;
    readonly hint: string;
  },
) {
  const { draft, errors, onEdit, name, label, hint } = props;
  return (
    <Field label={label} hint={hint} required {...complaint(errors[name])}>
      <Textarea
        name={name}
        className={css.monospace ?? ''}
        rows={6}
        resize="vertical"
        spellCheck={false}
        autoComplete="off"
        value={draft[name]}
        onChange={(_event, data) => onEdit({ [name]: data.value })}
      />
    </Field>
  );
}

/** The file is read here and goes with the form. */
function KeyFileField({ draft, errors, onEdit }: FieldsProps) {
  const read = async (file: File | undefined) => {
    // What is larger is no key file: the form says so.
    onEdit({ keyFile: file === undefined || file.size > KEY_FILE_BYTES_MAX ? '' : await file.text() });
  };
  return (
    <Field
      label="JSON key file"
      hint={draft.keyFile === '' ? 'It is sealed at once and never shown again' : 'Read'}
      required
      {...complaint(errors.keyFile)}
    >
      {(field) => (
        <input
          {...field}
          name="keyFile"
          type="file"
          accept=".json,application/json"
          onChange={(event) => void read(event.currentTarget.files?.[0])}
        />
      )}
    </Field>
  );
}
