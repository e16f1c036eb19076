/** A new credential for an access in place of the old one: a password, a secret, a certificate or a key. It is tried before it takes the old one's place. */
import { Button } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import type { AccessView, SavedAccessView } from '../../../api-schema/admin/accesses.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { useAdminChange } from '../shared/admin-queries.ts';
import { forAdmin } from '../shared/cause-text.tsx';
import css from '../shared/form.module.css';
import { useNews } from '../shared/news.tsx';
import {
  type AccessDraft,
  type AccessErrors,
  type AccessService,
  accessFormOf,
  accessServices,
  emptyAccess,
  findAccessErrors,
} from './access-draft.ts';
import { AccessFields } from './access-fields.tsx';
import { useKeepChecks } from './saved-checks.ts';
import { SetUpList } from './set-up-list.tsx';
import { setUpOf } from './set-up-steps.ts';

export function RenewalCard({ access }: { readonly access: AccessView }) {
  const [isOpen, setOpen] = useState(false);
  const service = accessServices.find((one) => one === access.service);
  if (service === undefined) return null;
  return isOpen ? (
    <Renewal access={access} service={service} onDone={() => setOpen(false)} />
  ) : (
    <Card title="Its credential">
      <p>
        When a password, secret, certificate or key ends, enter the new one here. Nobody’s sync is switched
        off by it.
      </p>
      <div className={css.actions}>
        <Button onClick={() => setOpen(true)}>Renew the credential</Button>
      </div>
    </Card>
  );
}

function Renewal(props: {
  readonly access: AccessView;
  readonly service: AccessService;
  readonly onDone: () => void;
}) {
  const { access, service, onDone } = props;
  const [draft, setDraft] = useState<AccessDraft>(() => startOf(access, service));
  const [errors, setErrors] = useState<AccessErrors>({});
  const form = useRef<HTMLFormElement>(null);
  const renew = useAdminChange<SavedAccessView>();
  const keepChecks = useKeepChecks();
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
    renew.mutate(
      { method: 'PUT', below: `/accesses/${access.id}`, body: accessFormOf(service, draft) },
      {
        onSuccess: (renewed) => {
          keepChecks(renewed);
          tell('good', 'The new credential works and is in use.');
          onDone();
        },
      },
    );
  };
  return (
    <div className={css.beside}>
      <Card title="Renew the credential">
        <form ref={form} className={css.form} onSubmit={submit} noValidate>
          <AccessFields
            service={service}
            draft={draft}
            errors={errors}
            onEdit={(change) => setDraft((known) => ({ ...known, ...change }))}
          />
          {renew.error !== null && <ProblemNotice problem={forAdmin(problemOf(renew.error))} />}
          <div className={css.actions}>
            <Button appearance="primary" type="submit" disabledFocusable={renew.isPending}>
              Try it and save
            </Button>
            <Button onClick={onDone}>Cancel</Button>
            <span role="status">{renew.isPending ? 'Trying it' : ''}</span>
          </div>
        </form>
      </Card>
      <SetUpList setUp={setUpOf(service, draft)} />
    </div>
  );
}

/** What is known already need not be typed again. */
function startOf({ name, account }: AccessView, service: AccessService): AccessDraft {
  const known = {
    exchange: { login: account },
    office365: { clientId: account },
    google: {},
    salesforce: { username: account },
  } as const satisfies Record<AccessService, Partial<AccessDraft>>;
  return { ...emptyAccess, name, ...known[service] };
}
