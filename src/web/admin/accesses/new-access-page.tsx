/** Setting up a way of reaching: the service, its form, and the steps in the service's own console beside it. It is tried before it is kept. */
import { Button, Checkbox, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { SavedAccessView } from '../../../api-schema/admin/accesses.ts';
import { useHost } from '../../host/use-host.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useAdminChange } from '../shared/admin-queries.ts';
import { forAdmin } from '../shared/cause-text.tsx';
import { complaint } from '../shared/complaint.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import css from '../shared/form.module.css';
import { useNews } from '../shared/news.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import {
  type AccessDraft,
  type AccessErrors,
  type AccessService,
  accessFormOf,
  accessServices,
  addressError,
  emptyAccess,
  findAccessErrors,
} from './access-draft.ts';
import { AccessFields } from './access-fields.tsx';
import { useKeepChecks } from './saved-checks.ts';
import { accessWords } from './service-words.ts';
import { SetUpList } from './set-up-list.tsx';
import { setUpOf } from './set-up-steps.ts';

const back = { href: '/access', label: 'Access' };

export function NewAccessPage() {
  const { service } = useParams<{ service?: string }>();
  const known = accessServices.find((one) => one === service);
  if (known === undefined) return <ServiceChoice />;
  return (
    <PageFrame title={accessWords[known].title} back={back} about={accessWords[known].about}>
      <AccessSetUp key={known} service={known} />
    </PageFrame>
  );
}

function ServiceChoice() {
  return (
    <PageFrame title="New way of reaching" back={back} about="Which service is it for?">
      <EntryList label="Services">
        {accessServices.map((service) => (
          <Entry
            key={service}
            name={accessWords[service].title}
            href={`/access/new/${service}`}
            facts={[accessWords[service].about]}
          />
        ))}
      </EntryList>
    </PageFrame>
  );
}

function AccessSetUp({ service }: { readonly service: AccessService }) {
  const [draft, setDraft] = useState<AccessDraft>(emptyAccess);
  const [byConsent, setByConsent] = useState(false);
  const edit = (change: Partial<AccessDraft>) => setDraft((known) => ({ ...known, ...change }));
  return (
    <div className={css.beside}>
      <Card title="The access">
        {service === 'exchange' && (
          <Checkbox
            label="The service account signs in on your company’s own page (OAuth)"
            checked={byConsent}
            onChange={(_event, data) => setByConsent(data.checked === true)}
          />
        )}
        {byConsent ? (
          <ConsentForm draft={draft} onEdit={edit} />
        ) : (
          <CredentialForm service={service} draft={draft} onEdit={edit} />
        )}
      </Card>
      <SetUpList setUp={setUpOf(service, draft)} />
    </div>
  );
}

interface FormProps {
  readonly draft: AccessDraft;
  readonly onEdit: (change: Partial<AccessDraft>) => void;
}

function CredentialForm({ service, draft, onEdit }: FormProps & { readonly service: AccessService }) {
  const [errors, setErrors] = useState<AccessErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const save = useAdminChange<SavedAccessView>();
  const keepChecks = useKeepChecks();
  const [, goTo] = useLocation();
  const { tell } = useNews();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findAccessErrors(service, draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    save.mutate(
      { method: 'POST', below: '/accesses', body: accessFormOf(service, draft) },
      {
        onSuccess: (made) => {
          keepChecks(made);
          tell('good', `“${made.name}” works. Choose it in a profile.`);
          goTo(`/access/${made.id}`);
        },
      },
    );
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <AccessFields service={service} draft={draft} errors={errors} onEdit={onEdit} />
      {save.error !== null && <ProblemNotice problem={forAdmin(problemOf(save.error))} />}
      <div className={css.actions}>
        <Button appearance="primary" type="submit" disabledFocusable={save.isPending}>
          Try it and save
        </Button>
        <span role="status">{save.isPending ? 'Trying it' : ''}</span>
      </div>
    </form>
  );
}

/** The page leaves for the company's sign-in page; the access is kept when the service account comes back from it. */
function ConsentForm({ draft, onEdit }: FormProps) {
  const [errors, setErrors] = useState<AccessErrors>({});
  const begin = useAdminChange<{ readonly url: string }>();
  const host = useHost();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = addressError(draft.sampleMailbox.trim());
    const found = {
      ...(draft.name.trim() === '' ? { name: 'Give it a name.' } : {}),
      ...(address === null ? {} : { sampleMailbox: address }),
    };
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      event.currentTarget.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    const body = {
      service: 'exchange',
      name: draft.name.trim(),
      sampleMailbox: draft.sampleMailbox.trim(),
    };
    begin.mutate(
      { method: 'POST', below: '/accesses/consent', body },
      { onSuccess: ({ url }) => void host.openDialog(new URL(url, window.location.href).href) },
    );
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field label="Name" required {...complaint(errors.name)}>
        <Input name="name" value={draft.name} onChange={(_event, data) => onEdit({ name: data.value })} />
      </Field>
      <Field
        label="Sample mailbox"
        hint="A mailbox that it may open; it is tried at once and nothing is written into it"
        required
        {...complaint(errors.sampleMailbox)}
      >
        <Input
          name="sampleMailbox"
          type="email"
          value={draft.sampleMailbox}
          onChange={(_event, data) => onEdit({ sampleMailbox: data.value })}
        />
      </Field>
      {begin.error !== null && <ProblemNotice problem={forAdmin(problemOf(begin.error))} />}
      <div className={css.actions}>
        <Button appearance="primary" type="submit" disabledFocusable={begin.isPending}>
          Sign in as the service account
        </Button>
        <span role="status">{begin.isPending || begin.isSuccess ? 'Going to the sign-in page' : ''}</span>
      </div>
    </form>
  );
}
