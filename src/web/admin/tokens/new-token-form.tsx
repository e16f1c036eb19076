/** Making a token: what it may, whom it reaches, when it ends; then the token itself, once, to be copied. */
import { Button, Checkbox, Field, Input, Select } from '@fluentui/react-components';
import { type FormEvent, useEffect, useId, useRef, useState } from 'react';
import type { z } from 'zod';
import type { profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import type { newTokenSchema } from '../../../api-schema/admin/tokens.ts';
import { Card } from '../../shared/card.tsx';
import { CopyButton } from '../../shared/copy-button.tsx';
import { Notice } from '../../shared/notice.tsx';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { SaveLine } from '../shared/save-line.tsx';
import { emptyToken, findTokenErrors, scopeWords, type TokenDraft } from './token-words.ts';

type NewToken = z.infer<typeof newTokenSchema>;

/** What was made stands in memory until the reader has copied it, and nowhere else. */
export function NewTokenForm() {
  const [made, setMade] = useState<NewToken | null>(null);
  return made === null ? (
    <TokenForm onMade={setMade} />
  ) : (
    <MadeToken made={made} onDone={() => setMade(null)} />
  );
}

function MadeToken({ made, onDone }: { readonly made: NewToken; readonly onDone: () => void }) {
  const notice = useRef<HTMLDivElement>(null);
  useEffect(() => notice.current?.focus(), []);
  return (
    <Card title={`The token “${made.view.name}”`}>
      <Notice tone="waiting" ref={notice}>
        <p>Copy it now: it is shown nowhere again. Whoever has it may do what you allowed.</p>
      </Notice>
      <Field label="Token">
        <Input readOnly value={made.token} onFocus={(event) => event.currentTarget.select()} />
      </Field>
      <CopyButton text={made.token}>Copy the token</CopyButton>
      <div className={css.actions}>
        <Button appearance="primary" onClick={onDone}>
          I have copied it
        </Button>
      </div>
    </Card>
  );
}

function TokenForm({ onMade }: { readonly onMade: (made: NewToken) => void }) {
  const [draft, setDraft] = useState<TokenDraft>(emptyToken);
  const [errors, setErrors] = useState<ReturnType<typeof findTokenErrors>>({});
  const form = useRef<HTMLFormElement>(null);
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>('/profiles');
  const make = useAdminChange<NewToken>();
  const edit = (change: Partial<TokenDraft>) => setDraft((known) => ({ ...known, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findTokenErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    const { name, scopes, profileId, days } = draft;
    const body = { name: name.trim(), scopes, profileId: profileId || null, days: Number(days) };
    make.mutate({ method: 'POST', below: '/tokens', body }, { onSuccess: onMade });
  };
  return (
    <Card title="New token">
      <form ref={form} className={css.form} onSubmit={submit} noValidate>
        <Field label="Name" required {...complaint(errors.name)}>
          <Input
            name="name"
            value={draft.name}
            maxLength={100}
            onChange={(_event, data) => edit({ name: data.value })}
          />
        </Field>
        <Scopes draft={draft} error={errors.scopes} onEdit={edit} />
        <Field label="Whom it reaches">
          <Select value={draft.profileId} onChange={(_event, data) => edit({ profileId: data.value })}>
            <option value="">Everybody</option>
            {(profiles.data?.items ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {`People of ${name} alone`}
              </option>
            ))}
          </Select>
        </Field>
        <Field label="Ends after days" required {...complaint(errors.days)}>
          <Input
            name="days"
            className={css.short ?? ''}
            inputMode="numeric"
            value={draft.days}
            onChange={(_event, data) => edit({ days: data.value })}
          />
        </Field>
        <SaveLine label="Make the token" isPending={make.isPending} error={make.error} result="" />
      </form>
    </Card>
  );
}

/** No `Field` of the library: it would give all boxes one id. */
function Scopes(props: {
  readonly draft: TokenDraft;
  readonly error: string | undefined;
  readonly onEdit: (change: Partial<TokenDraft>) => void;
}) {
  const { draft, error, onEdit } = props;
  const id = useId();
  return (
    <fieldset className={css.group} aria-describedby={error === undefined ? undefined : id}>
      <legend>What it may</legend>
      {scopeWords.map(([scope, words]) => (
        <div key={scope}>
          <Checkbox
            name="scopes"
            label={
              <>
                <strong>{scope}</strong>: {words}
              </>
            }
            checked={draft.scopes.includes(scope)}
            onChange={(_event, data) =>
              onEdit({
                scopes:
                  data.checked === true
                    ? [...draft.scopes, scope]
                    : draft.scopes.filter((one) => one !== scope),
              })
            }
          />
        </div>
      ))}
      {error !== undefined && (
        <p id={id} role="alert" className={css.wrong}>
          {error}
        </p>
      )}
    </fieldset>
  );
}
