/**
 * *Erase* (P9): what Lockstep wrote about one person's address, looked up first, then removed after the address was typed once more. What people made themselves
 * stays. The address is asked about and kept nowhere: it stands in no link, and the list of earlier erasures does not know it.
 */
import { Button, Field, Input } from '@fluentui/react-components';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import type { z } from 'zod';
import type { ErasureView } from '../../../api-schema/admin/erasure.ts';
import type { removalViewSchema } from '../../../api-schema/removal.ts';
import { sendJson } from '../../shared/api-client.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { LongWork } from '../../shared/long-work.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { RemovalResult } from '../../shared/removal-result.tsx';
import { useCsrfToken } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { useLines } from '../../shared/use-lines.ts';
import { useAdminRefresh } from '../shared/admin-queries.ts';
import { forAdmin } from '../shared/cause-text.tsx';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import { EarlierErasures } from './earlier-erasures.tsx';
import { EraseForm } from './erase-form.tsx';
import { FoundRecords } from './found-records.tsx';

type Removal = z.infer<typeof removalViewSchema>;

const pathOf = (below: string) => `/api/admin${below}`;

export function ErasurePage() {
  const token = useCsrfToken();
  const find = useMutation({
    mutationFn: (address: string) =>
      sendJson<ErasureView>('POST', pathOf(routes.erasureFind), token, { address }),
    // Names of records are gone with the page.
    gcTime: 0,
  });
  return (
    <PageFrame
      title="Erase"
      about="Take what Lockstep wrote about one person out of Salesforce. What people made themselves stays."
    >
      <AddressForm isBusy={find.isPending} onEdit={() => find.reset()} onFind={(one) => find.mutate(one)} />
      {find.isPending && <Loading label="Looking in Salesforce" lines={4} />}
      {find.error !== null && <ProblemNotice problem={forAdmin(problemOf(find.error))} />}
      {find.data !== undefined && find.variables !== undefined && (
        <Erasing key={find.submittedAt} address={find.variables} found={find.data} />
      )}
      <EarlierErasures />
    </PageFrame>
  );
}

function AddressForm(props: {
  readonly isBusy: boolean;
  readonly onEdit: () => void;
  readonly onFind: (address: string) => void;
}) {
  const [typed, setTyped] = useState('');
  const [error, setError] = useState<string | undefined>();
  const field = useRef<HTMLInputElement | null>(null);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const address = typed.trim();
    const isOne = /^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(address);
    setError(isOne ? undefined : 'Enter an e-mail address, such as kim@acme.example.');
    if (isOne) props.onFind(address);
    else field.current?.focus();
  };
  return (
    <form className={css.form} onSubmit={submit} noValidate>
      <Field
        label="E-mail address of the person"
        hint="One at a time; somebody with several addresses is erased by each of them"
        required
        {...complaint(error)}
      >
        <Input
          ref={(element: HTMLInputElement | null) => {
            field.current = element;
          }}
          name="address"
          type="email"
          value={typed}
          onChange={(_event, data) => {
            setTyped(data.value);
            props.onEdit();
          }}
          autoComplete="off"
          spellCheck={false}
          maxLength={320}
        />
      </Field>
      <div className={css.actions}>
        <Button type="submit" appearance="primary" disabledFocusable={props.isBusy}>
          Look first
        </Button>
        <span className={css.quiet}>Nothing is changed by looking.</span>
      </div>
    </form>
  );
}

/** What was found, the deed, and how it ended. */
function Erasing({ address, found }: { readonly address: string; readonly found: ErasureView }) {
  const [stoppedAt, setStoppedAt] = useState<number | null>(null);
  const removal = useLines<Removal>();
  const refresh = useAdminRefresh();
  const { state } = removal;
  const erase = () => {
    setStoppedAt(null);
    removal.ask(pathOf(routes.erasures), { address }, refresh);
  };
  const stop = () => {
    setStoppedAt(state.kind === 'asking' ? (state.progress?.done ?? 0) : 0);
    removal.cancel();
  };
  if (state.kind === 'done') return <Erased result={state.result} />;
  return (
    <>
      <FoundRecords found={found} />
      {state.kind === 'refused' && <ProblemNotice problem={forAdmin(state.problem)} />}
      {stoppedAt !== null && state.kind === 'idle' && (
        <Notice tone="waiting" live>
          <p>
            Stopped after {sayNumber(stoppedAt, 'record')}. What was removed stays removed; erasing again does
            the rest.
          </p>
        </Notice>
      )}
      {state.kind === 'asking' && (
        <LongWork label="Erasing" progress={state.progress} cancel="Stop" onCancel={stop} />
      )}
      {found.items.length > 0 && (
        <EraseForm address={address} found={found} isBusy={state.kind === 'asking'} onErase={erase} />
      )}
    </>
  );
}

/** Takes the focus, for the form that began it is gone. */
function Erased({ result }: { readonly result: Removal }) {
  const told = useRef<HTMLDivElement>(null);
  useEffect(() => told.current?.focus(), []);
  return (
    <div ref={told} tabIndex={-1}>
      <Notice tone={result.kept.length === 0 ? 'good' : 'waiting'} live>
        <RemovalResult result={result} />
        {result.removed > 0 && (
          <p>What was removed lies in the recycle bin of Salesforce, which is emptied after 15 days.</p>
        )}
      </Notice>
    </div>
  );
}
