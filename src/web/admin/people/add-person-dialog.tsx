/** One person by hand (M6). The same CRM login again changes him, which the dialog says. */
import { Field, Input, Select } from '@fluentui/react-components';
import { useState } from 'react';
import type { z } from 'zod';
import type { UserView, userFormSchema } from '../../../api-schema/admin/users.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { useAdminChange } from '../shared/admin-queries.ts';
import { FormDialog } from '../shared/form-dialog.tsx';
import { routes } from '../shared/routes.ts';
import { useNamed } from '../shared/use-named.ts';

type Form = z.input<typeof userFormSchema>;

const texts = [
  ['fullName', 'Full name', ''],
  ['crmUsername', 'CRM login', 'As he logs in to Salesforce, such as anna@acme.com'],
  ['crmUserId', 'CRM user id', 'If it is known; else it is looked up'],
  ['mailboxAddress', 'Mailbox address', 'If it is not the address of his CRM user'],
  ['mailboxLogin', 'Mailbox login', 'If it is not the address, such as ACME\\anna'],
] as const;

export function AddPersonDialog(props: {
  readonly onClose: () => void;
  readonly onAdded: (user: { readonly id: string }) => void;
}) {
  const { onClose, onAdded } = props;
  const { profiles, licenses } = useNamed();
  const change = useAdminChange<UserView, Form>();
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const [isMissing, setMissing] = useState(false);
  const of = (name: string) => (typed[name] ?? '').trim();
  const set = (name: string, value: string) => setTyped((before) => ({ ...before, [name]: value }));
  const add = () => {
    setMissing(of('crmUsername').length < 3);
    if (of('crmUsername').length < 3) return;
    const body: Form = { crmUsername: of('crmUsername'), fullName: of('fullName') };
    for (const name of ['crmUserId', 'mailboxAddress', 'mailboxLogin', 'profileId', 'licenseId'] as const)
      if (of(name) !== '') body[name] = of(name);
    change.mutate({ method: 'POST', below: routes.users, body }, { onSuccess: onAdded });
  };
  return (
    <FormDialog
      title="Add a person"
      verb="Add"
      isBusy={change.isPending}
      problem={change.error === null ? null : problemOf(change.error)}
      onDo={add}
      onClose={onClose}
    >
      <p>Somebody with this CRM login who is here already is changed.</p>
      {texts.map(([name, label, hint]) => (
        <Field
          key={name}
          label={label}
          required={name === 'crmUsername'}
          {...(hint === '' ? {} : { hint })}
          {...(name === 'crmUsername' && isMissing
            ? { validationState: 'error', validationMessage: 'Enter his CRM login.' }
            : {})}
        >
          <Input
            value={typed[name] ?? ''}
            maxLength={255}
            autoComplete="off"
            onChange={(_event, data) => set(name, data.value)}
          />
        </Field>
      ))}
      {(
        [
          ['profileId', 'Profile', profiles],
          ['licenseId', 'License', licenses],
        ] as const
      ).map(([name, label, choices]) => (
        <Field key={name} label={label}>
          <Select value={typed[name] ?? ''} onChange={(_event, data) => set(name, data.value)}>
            <option value="">None</option>
            {choices.map((choice) => (
              <option key={choice.value} value={choice.value}>
                {choice.label}
              </option>
            ))}
          </Select>
        </Field>
      ))}
    </FormDialog>
  );
}
