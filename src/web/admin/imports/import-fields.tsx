/** What an import is asked: from where, which people, and what they are to have. Controlled; it sends nothing. */
import { Button, Checkbox, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import type { RefObject } from 'react';
import type { z } from 'zod';
import type { profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import type { licensesViewSchema } from '../../../api-schema/administration.ts';
import { Card } from '../../shared/card.tsx';
import { useAdmin } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import { downloadFile } from '../shared/download-file.ts';
import css from '../shared/form.module.css';
import { type ImportDraft, sampleFile } from './import-draft.ts';

interface FieldsProps {
  readonly draft: ImportDraft;
  readonly onEdit: (change: Partial<ImportDraft>) => void;
}

export function ImportFields(
  props: FieldsProps & {
    readonly fileError: string | null;
    readonly fileInput: RefObject<HTMLInputElement | null>;
    readonly onFile: (file: File | null) => void;
  },
) {
  const { draft, onEdit } = props;
  return (
    <>
      <Card title="From where">
        <RadioGroup
          aria-label="From where"
          value={draft.source}
          onChange={(_event, data) => onEdit({ source: data.value as ImportDraft['source'] })}
        >
          <Radio value="csv" label="A CSV file" />
          <Radio value="crm" label="Salesforce: its active users" />
        </RadioGroup>
        {draft.source === 'csv' ? <FileField {...props} /> : <CrmFilter {...props} />}
      </Card>
      <Card title="What they are to have">
        <Having {...props} />
      </Card>
    </>
  );
}

function FileField(props: {
  readonly fileError: string | null;
  readonly fileInput: RefObject<HTMLInputElement | null>;
  readonly onFile: (file: File | null) => void;
}) {
  const { fileError, fileInput, onFile } = props;
  return (
    <>
      <Field
        label="File"
        hint="UTF-8 with a header line, 100,000 rows at most. Each row needs crm_username or crm_user_id"
        required
        {...complaint(fileError)}
      >
        {(field) => (
          <input
            {...field}
            ref={fileInput}
            type="file"
            accept=".csv,text/csv"
            onChange={(event) => onFile(event.currentTarget.files?.[0] ?? null)}
          />
        )}
      </Field>
      <div className={css.actions}>
        <Button size="small" onClick={() => downloadFile('people-sample.csv', sampleFile)}>
          Download a sample file
        </Button>
      </div>
    </>
  );
}

function CrmFilter({ draft, onEdit }: FieldsProps) {
  const fields = [
    ['crmProfile', 'Salesforce profile', 'Such as Standard User'],
    ['crmRole', 'Salesforce role', 'Such as EMEA Sales'],
    ['department', 'Department', ''],
    ['emailDomain', 'E-mail domain', 'Such as acme.com'],
  ] as const;
  return (
    <>
      <p className={css.quiet}>
        All that you fill in must hold. Left empty: all active users who are not here yet.
      </p>
      {fields.map(([name, label, hint]) => (
        <Field key={name} label={label} {...(hint === '' ? {} : { hint })}>
          <Input
            value={draft[name]}
            maxLength={100}
            onChange={(_event, data) => onEdit({ [name]: data.value })}
          />
        </Field>
      ))}
      <Checkbox
        label="Also people who are here already; they are brought up to date"
        checked={draft.includeKnown}
        onChange={(_event, data) => onEdit({ includeKnown: data.checked === true })}
      />
    </>
  );
}

function Having({ draft, onEdit }: FieldsProps) {
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>('/profiles');
  const licenses = useAdmin<z.infer<typeof licensesViewSchema>>('/licenses');
  return (
    <>
      <Field label="Profile">
        <Select value={draft.profileId} onChange={(_event, data) => onEdit({ profileId: data.value })}>
          <option value="">As it is; new people have none</option>
          {(profiles.data?.items ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
      <Field label="License">
        <Select value={draft.licenseId} onChange={(_event, data) => onEdit({ licenseId: data.value })}>
          <option value="">As it is; new people have none</option>
          {(licenses.data?.items ?? []).map(({ id, name }) => (
            <option key={id} value={id}>
              {name}
            </option>
          ))}
        </Select>
      </Field>
    </>
  );
}
