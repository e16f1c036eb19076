/** *Settings*: what counts for everybody of the organization, with *Allow* or *Force* for each. */
import { type FormEvent, useState } from 'react';
import type { OrganizationSettings } from '../../../api-schema/admin/profiles.ts';
import { defaultSettings } from '../../../model/settings.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { SaveLine } from '../shared/save-line.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { LayerForm } from './layer-form.tsx';
import { useLayerDraft } from './use-layer-draft.ts';

export function SettingsPage() {
  const settings = useAdmin<OrganizationSettings>('/settings');
  return (
    <PageFrame
      title="Settings"
      about="They count for everybody. What you allow, a preset or the person may choose otherwise; what you force is shown to them greyed, with the reason."
    >
      <WithAnswer query={settings} label="Loading settings">
        {(known) => <OrganizationForm known={known} />}
      </WithAnswer>
    </PageFrame>
  );
}

function OrganizationForm({ known }: { readonly known: OrganizationSettings }) {
  const layer = useLayerDraft(known, defaultSettings);
  const save = useAdminChange<OrganizationSettings>();
  const [result, setResult] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const wanted = layer.check();
    if (wanted === null) return;
    setResult('');
    save.mutate(
      { method: 'PUT', below: '/settings', body: { ...wanted, version: known.version } },
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
      <LayerForm
        of="organization"
        draft={layer.draft}
        errors={layer.errors}
        onEdit={(name, setting) => {
          layer.edit(name, setting);
          setResult('');
        }}
      />
      <SaveLine label="Save" isPending={save.isPending} error={save.error} result={result} />
    </form>
  );
}
