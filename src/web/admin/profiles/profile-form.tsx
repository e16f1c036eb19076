/** The form of a profile: its name, the two ways in, the preset, and who looks after it. Controlled; it sends nothing. */
import { Button, Field, Input, Select } from '@fluentui/react-components';
import { Link } from 'wouter';
import type { z } from 'zod';
import type { AccessView, accessesViewSchema } from '../../../api-schema/admin/accesses.ts';
import type { presetsViewSchema } from '../../../api-schema/admin/profiles.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { useAdmin } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { PersonSearch } from '../shared/person-search.tsx';
import type { ProfileDraft } from './profile-draft.ts';
import { provisioningMode } from './provisioning-modes.ts';

interface FormProps {
  readonly draft: ProfileDraft;
  readonly nameError: string | null;
  readonly onEdit: (change: Partial<ProfileDraft>) => void;
}

export function ProfileForm(props: FormProps) {
  const { draft, nameError, onEdit } = props;
  const presets = useAdmin<z.infer<typeof presetsViewSchema>>('/presets');
  return (
    <>
      <Card title="Profile">
        <Field label="Name" required {...complaint(nameError)}>
          <Input
            name="name"
            value={draft.name}
            maxLength={100}
            onChange={(_event, data) => onEdit({ name: data.value })}
          />
        </Field>
        <Field label="Preset" hint="A set of sync settings that its people have">
          <Select value={draft.presetId} onChange={(_event, data) => onEdit({ presetId: data.value })}>
            <option value="">None</option>
            {(presets.data?.items ?? []).map(({ id, name }) => (
              <option key={id} value={id}>
                {name}
              </option>
            ))}
          </Select>
        </Field>
      </Card>
      <WaysIn {...props} />
      <Admins {...props} />
    </>
  );
}

/** How mailbox and CRM account are reached. */
function WaysIn({ draft, onEdit }: FormProps) {
  const accesses = useAdmin<z.infer<typeof accessesViewSchema>>('/accesses');
  const items = accesses.data?.items ?? [];
  const mode = provisioningMode(draft.mailAccessId !== '', draft.crmAccessId !== '');
  return (
    <Card title="How people are reached">
      <AccessSelect
        label="Mailboxes"
        items={items.filter(({ side }) => side === 'mailbox')}
        value={draft.mailAccessId}
        onChange={(mailAccessId) => onEdit({ mailAccessId })}
      />
      <AccessSelect
        label="Salesforce"
        items={items.filter(({ side }) => side === 'crm')}
        value={draft.crmAccessId}
        onChange={(crmAccessId) => onEdit({ crmAccessId })}
      />
      <p role="status">
        <strong>{mode.title}.</strong> {mode.about}
      </p>
      {items.length === 0 && accesses.data !== undefined && (
        <Quiet>
          There is no way of reaching many at once yet. <Link href="/access">Set one up</Link>.
        </Quiet>
      )}
    </Card>
  );
}

function AccessSelect(props: {
  readonly label: string;
  readonly items: readonly AccessView[];
  readonly value: string;
  readonly onChange: (id: string) => void;
}) {
  const { label, items, value, onChange } = props;
  return (
    <Field label={label}>
      <Select value={value} onChange={(_event, data) => onChange(data.value)}>
        <option value="">Each person for himself</option>
        {items.map(({ id, name, serviceName, state }) => (
          <option key={id} value={id}>
            {`Through “${name}” (${serviceName}${state === 'refused' ? ', refused at present' : ''})`}
          </option>
        ))}
      </Select>
    </Field>
  );
}

function Admins({ draft, onEdit }: FormProps) {
  const { admins } = draft;
  return (
    <Card title="Who looks after it">
      <Quiet>
        Profile admins see and change this profile’s people only, and never the subject of a mail.
      </Quiet>
      {admins.length > 0 && (
        <EntryList label="Admins of this profile">
          {admins.map(({ id, name }) => (
            <Entry
              key={id}
              name={name}
              facts={[]}
              side={
                <Button
                  size="small"
                  aria-label={`Take off ${name}`}
                  onClick={() => onEdit({ admins: admins.filter((one) => one.id !== id) })}
                >
                  Take off
                </Button>
              }
            />
          ))}
        </EntryList>
      )}
      <PersonSearch
        label="Add a profile admin"
        filter={{ role: 'profile-admin' }}
        chosen={new Set(admins.map(({ id }) => id))}
        onChoose={({ id, name }) => onEdit({ admins: [...admins, { id, name }] })}
      />
    </Card>
  );
}
