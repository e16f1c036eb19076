/** Where a person stands: profile, license, preset, role, and the mailbox that an admin named for him. Only what was changed is sent. */
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import type { z } from 'zod';
import type { changeUserSchema, UserView } from '../../../api-schema/admin/users.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import type { Choice } from '../list/list-model.ts';
import { useAdminChange } from '../shared/admin-queries.ts';
import { useNews } from '../shared/news.tsx';
import { choicesOf, roleWords } from '../shared/person-words.ts';
import { routes } from '../shared/routes.ts';
import { useNamed } from '../shared/use-named.ts';
import css from './person.module.css';

type Change = z.infer<typeof changeUserSchema>;

export function PersonPlace({ user }: { readonly user: UserView }) {
  const { profiles, licenses, presets } = useNamed();
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  const [edits, setEdits] = useState<Change>({});
  const change = useAdminChange<UserView, Change>();
  const { tell } = useNews();
  const edit = (next: Change) => setEdits((before) => ({ ...before, ...next }));
  const save = (event: FormEvent) => {
    event.preventDefault();
    if (change.isPending) return;
    change.mutate(
      { method: 'PATCH', below: routes.user(user.id), body: edits },
      {
        onSuccess: () => {
          setEdits({});
          tell('good', 'Saved.');
        },
      },
    );
  };
  const named = (
    label: string,
    name: 'profileId' | 'licenseId' | 'presetId',
    none: string,
    stored: { readonly id: string; readonly name: string } | null,
    choices: readonly Choice[],
  ) => (
    <Chosen
      label={label}
      none={none}
      value={edits[name] === undefined ? (stored?.id ?? '') : (edits[name] ?? '')}
      choices={withStored(choices, stored)}
      onChoose={(value) => edit({ [name]: value === '' ? null : value })}
    />
  );
  const typed = (
    label: string,
    name: 'mailboxAddress' | 'mailboxLogin',
    stored: string | null,
    hint: string,
  ) => (
    <Field label={label} hint={hint}>
      <Input
        value={edits[name] === undefined ? (stored ?? '') : (edits[name] ?? '')}
        maxLength={256}
        autoComplete="off"
        onChange={(_event, data) => edit({ [name]: data.value.trim() === '' ? null : data.value.trim() })}
      />
    </Field>
  );
  return (
    <Card title="Profile, license and role">
      <form className={css.form} onSubmit={save} noValidate>
        {named('Profile', 'profileId', 'None', user.profile, profiles)}
        {named('License', 'licenseId', 'None: every 30 minutes', user.license, licenses)}
        {named('Preset of his own', 'presetId', 'None: the one of the profile', user.preset, presets)}
        {isPlatform && (
          <Chosen
            label="Role"
            none={null}
            value={edits.role ?? user.role}
            choices={choicesOf(roleWords)}
            onChoose={(role) => edit({ role: role as UserView['role'] })}
          />
        )}
        {user.mailbox === null && (
          <>
            {typed(
              'Mailbox address',
              'mailboxAddress',
              user.address,
              'For whoever has no mailbox connected yet',
            )}
            {typed('Mailbox login', 'mailboxLogin', user.mailboxLogin, 'If it is not the address')}
          </>
        )}
        {change.error !== null && <ProblemNotice problem={problemOf(change.error)} />}
        <div>
          <Button type="submit" disabledFocusable={change.isPending || Object.keys(edits).length === 0}>
            Save
          </Button>
        </div>
      </form>
    </Card>
  );
}

/** What is stored can be chosen also where the list of names cannot be read. */
function withStored(
  choices: readonly Choice[],
  stored: { readonly id: string; readonly name: string } | null,
): readonly Choice[] {
  if (stored === null || choices.some(({ value }) => value === stored.id)) return choices;
  return [{ value: stored.id, label: stored.name }, ...choices];
}

function Chosen(props: {
  readonly label: string;
  readonly none: string | null;
  readonly value: string;
  readonly choices: readonly Choice[];
  readonly onChoose: (value: string) => void;
}) {
  const { label, none, value, choices, onChoose } = props;
  return (
    <Field label={label}>
      <Select value={value} onChange={(_event, data) => onChoose(data.value)}>
        {none !== null && <option value="">{none}</option>}
        {choices.map((choice) => (
          <option key={choice.value} value={choice.value}>
            {choice.label}
          </option>
        ))}
      </Select>
    </Field>
  );
}
