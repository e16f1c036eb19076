/** *Licenses*: how often the mailboxes of those who have one are synced, and who they are. */
import { Button, Field, Input, Radio, RadioGroup } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { licensesViewSchema, licenseViewSchema } from '../../../api-schema/administration.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { SaveLine } from '../shared/save-line.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import {
  emptyLicense,
  findLicenseErrors,
  type LicenseDraft,
  licenseFormOf,
  sayRhythm,
} from './license-draft.ts';

type LicenseView = z.infer<typeof licenseViewSchema>;

export function LicensesPage() {
  const licenses = useAdmin<z.infer<typeof licensesViewSchema>>('/licenses');
  const [changed, setChanged] = useState<LicenseView | null>(null);
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  return (
    <PageFrame
      title="Licenses"
      about="A license says how often a mailbox is synced. Who has none is synced every 30 minutes. The interval is never the person’s to change."
    >
      <WithAnswer query={licenses} label="Loading licenses">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>There is no license yet: everybody is synced every 30 minutes.</Quiet>
          ) : (
            <EntryList label="Licenses">
              {items.map((license) => (
                <Entry
                  key={license.id}
                  name={license.name}
                  facts={[
                    sayRhythm(license),
                    <Link key="people" href={`/people?license=${license.id}`}>
                      {sayNumber(license.users, 'person has it', 'people have it')}
                    </Link>,
                  ]}
                  side={
                    isPlatform && (
                      <Button
                        size="small"
                        aria-label={`Change ${license.name}`}
                        onClick={() => setChanged(license)}
                      >
                        Change
                      </Button>
                    )
                  }
                />
              ))}
            </EntryList>
          )
        }
      </WithAnswer>
      {isPlatform && (
        <LicenseForm key={changed?.id ?? 'new'} license={changed} onDone={() => setChanged(null)} />
      )}
    </PageFrame>
  );
}

/** A license is known by its name: what is saved under a known name changes that license. */
function LicenseForm(props: { readonly license: LicenseView | null; readonly onDone: () => void }) {
  const { license, onDone } = props;
  const [draft, setDraft] = useState<LicenseDraft>(
    license === null ? emptyLicense : { ...license, intervalMinutes: String(license.intervalMinutes) },
  );
  const [errors, setErrors] = useState<ReturnType<typeof findLicenseErrors>>({});
  const [result, setResult] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const save = useAdminChange();
  const edit = (change: Partial<LicenseDraft>) => {
    setDraft((known) => ({ ...known, ...change }));
    setResult('');
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findLicenseErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    save.mutate(
      { method: 'PUT', below: '/licenses', body: licenseFormOf(draft) },
      {
        onSuccess: () => {
          setResult('Saved. It counts from each mailbox’s next run on.');
          if (license === null) setDraft(emptyLicense);
        },
      },
    );
  };
  return (
    <Card title={license === null ? 'New license' : `Change “${license.name}”`}>
      <form ref={form} className={css.form} onSubmit={submit} noValidate>
        {license === null && (
          <Field label="Name" required {...complaint(errors.name)}>
            <Input
              name="name"
              value={draft.name}
              maxLength={100}
              onChange={(_event, data) => edit({ name: data.value })}
            />
          </Field>
        )}
        <Field label="Interval in minutes" required {...complaint(errors.intervalMinutes)}>
          <Input
            name="intervalMinutes"
            className={css.short ?? ''}
            inputMode="numeric"
            value={draft.intervalMinutes}
            onChange={(_event, data) => edit({ intervalMinutes: data.value })}
          />
        </Field>
        <Field label="Pattern">
          <RadioGroup
            value={draft.pattern}
            onChange={(_event, data) => edit({ pattern: data.value as LicenseDraft['pattern'] })}
          >
            <Radio value="fixed" label="Always this interval" />
            <Radio value="adaptive" label="Twice, then four times as long while nothing changes" />
          </RadioGroup>
        </Field>
        <SaveLine
          label={license === null ? 'Make the license' : 'Save'}
          isPending={save.isPending}
          error={save.error}
          result={result}
        >
          {license !== null && <Button onClick={onDone}>Close</Button>}
        </SaveLine>
      </form>
    </Card>
  );
}
