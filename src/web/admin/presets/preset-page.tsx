/** One preset: its settings with *Allow* or *Force*, who has it, applying it to profiles, and its end. Profile admins see it, no more. */
import { Button, Field, Input } from '@fluentui/react-components';
import { type FormEvent, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { OrganizationSettings, PresetView } from '../../../api-schema/admin/profiles.ts';
import { effectiveSettings } from '../../../model/settings.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { presentLayer } from '../../sidebar/settings/present-layer.ts';
import { findNameError } from '../profiles/profile-draft.ts';
import { LayerForm } from '../settings/layer-form.tsx';
import { useLayerDraft } from '../settings/use-layer-draft.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { FormDialog } from '../shared/form-dialog.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { SaveLine } from '../shared/save-line.tsx';
import { useEntry, WithEntry } from '../shared/with-entry.tsx';
import { ApplyCard } from './apply-card.tsx';
import { SettingList } from './setting-list.tsx';

export function PresetPage() {
  const { id } = useParams<{ id: string }>();
  const preset = useEntry<PresetView>('/presets', id);
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  return (
    <PageFrame title={preset.item?.name ?? 'Preset'} back={{ href: '/presets', label: 'Presets' }}>
      <WithEntry entry={preset} kind="preset">
        {(known) => (
          <div className={css.stack}>
            <Holders preset={known} />
            {isPlatform ? (
              <>
                <EditedPreset key={known.id} preset={known} />
                <ApplyCard preset={known} />
                <Deletion preset={known} />
              </>
            ) : (
              <SettingList preset={known} />
            )}
          </div>
        )}
      </WithEntry>
    </PageFrame>
  );
}

function Holders({ preset }: { readonly preset: PresetView }) {
  const { profiles, users, id } = preset;
  return (
    <Card title="Who has it">
      <p>
        {profiles.length === 0
          ? 'No profile has it'
          : profiles.map(({ id: profileId, name }, index) => (
              <span key={profileId}>
                {index > 0 && ', '}
                <Link href={`/profiles/${profileId}`}>{name}</Link>
              </span>
            ))}
        ; {sayNumber(users, 'person has it himself', 'people have it themselves')}.
      </p>
      <div className={css.actions}>
        <Link href={`/people?preset=${id}`}>Show everybody who has it</Link>
      </div>
    </Card>
  );
}

/** Where a setting is left open, the organization's is shown. */
function EditedPreset({ preset }: { readonly preset: PresetView }) {
  const organization = useAdmin<OrganizationSettings>('/settings');
  const above = effectiveSettings({
    organization: { settings: presentLayer(organization.data?.settings ?? {}), forced: [] },
    preset: null,
    user: {},
  });
  const layer = useLayerDraft(preset, above);
  const [name, setName] = useState(preset.name);
  const [nameError, setNameError] = useState<string | null>(null);
  const [result, setResult] = useState('');
  const save = useAdminChange<PresetView>();
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findNameError(name);
    setNameError(found);
    const wanted = layer.check();
    if (found !== null) layer.form.current?.querySelector<HTMLElement>('[name="name"]')?.focus();
    if (found !== null || wanted === null) return;
    setResult('');
    save.mutate(
      {
        method: 'PUT',
        below: `/presets/${preset.id}`,
        body: { ...wanted, name: name.trim(), version: preset.version },
      },
      {
        onSuccess: () => {
          layer.settle();
          setResult('Saved. It counts from each mailbox’s next run on.');
        },
      },
    );
  };
  return (
    <form ref={layer.form} className={css.form} onSubmit={submit} noValidate>
      <Card title="Preset">
        <Field label="Name" required {...complaint(nameError)}>
          <Input name="name" value={name} maxLength={100} onChange={(_event, data) => setName(data.value)} />
        </Field>
      </Card>
      <LayerForm
        of="preset"
        draft={layer.draft}
        errors={layer.errors}
        onEdit={(setting, draft) => {
          layer.edit(setting, draft);
          setResult('');
        }}
      />
      <SaveLine label="Save" isPending={save.isPending} error={save.error} result={result} />
    </form>
  );
}

function Deletion({ preset }: { readonly preset: PresetView }) {
  const [isAsking, setAsking] = useState(false);
  const remove = useAdminChange();
  const [, goTo] = useLocation();
  const isUsed = preset.profiles.length > 0 || preset.users > 0;
  return (
    <Card title="Delete this preset">
      <p>{isUsed ? 'It is in use. Give its profiles and people another one first.' : 'Nobody has it.'}</p>
      <div className={css.actions}>
        <Button disabledFocusable={isUsed} onClick={() => setAsking(true)}>
          Delete the preset
        </Button>
      </div>
      {isAsking && (
        <FormDialog
          title={`Delete “${preset.name}”?`}
          verb="Delete"
          isBusy={remove.isPending}
          problem={remove.error === null ? null : problemOf(remove.error)}
          onClose={() => setAsking(false)}
          onDo={() =>
            remove.mutate(
              { method: 'DELETE', below: `/presets/${preset.id}` },
              { onSuccess: () => goTo('/presets') },
            )
          }
        >
          <p>Nobody has it, so nobody’s sync changes.</p>
        </FormDialog>
      )}
    </Card>
  );
}
