/** A new preset: empty, a copy of another one, or what a person has chosen for himself (G4). */
import { Button, Field, Input, Radio, RadioGroup, Select } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import type { z } from 'zod';
import type { newPresetSchema, PresetView, presetsViewSchema } from '../../../api-schema/admin/profiles.ts';
import { Card } from '../../shared/card.tsx';
import { findNameError } from '../profiles/profile-draft.ts';
import { useAdmin, useAdminChange } from '../shared/admin-queries.ts';
import { complaint } from '../shared/complaint.ts';
import css from '../shared/form.module.css';
import { PageFrame } from '../shared/page-frame.tsx';
import { PersonSearch } from '../shared/person-search.tsx';
import { SaveLine } from '../shared/save-line.tsx';

type Start = 'empty' | 'preset' | 'person';

interface Draft {
  readonly name: string;
  readonly start: Start;
  readonly presetId: string;
  readonly person: { readonly id: string; readonly name: string } | null;
}

export function NewPresetPage() {
  const presets = useAdmin<z.infer<typeof presetsViewSchema>>('/presets');
  const items = presets.data?.items ?? [];
  const [draft, setDraft] = useState<Draft>({ name: '', start: 'empty', presetId: '', person: null });
  const [errors, setErrors] = useState<{ name?: string; start?: string }>({});
  const form = useRef<HTMLFormElement>(null);
  const make = useAdminChange<PresetView>();
  const [, goTo] = useLocation();
  const edit = (change: Partial<Draft>) => setDraft((known) => ({ ...known, ...change }));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findErrors(draft);
    setErrors(found);
    const first = Object.keys(found)[0];
    if (first !== undefined) {
      form.current?.querySelector<HTMLElement>(`[name="${first}"]`)?.focus();
      return;
    }
    make.mutate(
      { method: 'POST', below: '/presets', body: formOf(draft) },
      { onSuccess: ({ id }) => goTo(`/presets/${id}`) },
    );
  };
  return (
    <PageFrame title="New preset" back={{ href: '/presets', label: 'Presets' }}>
      <Card title="Preset">
        <form ref={form} className={css.form} onSubmit={submit} noValidate>
          <Field label="Name" required {...complaint(errors.name)}>
            <Input
              name="name"
              value={draft.name}
              maxLength={100}
              onChange={(_event, data) => edit({ name: data.value })}
            />
          </Field>
          <Field label="Begin with" {...complaint(errors.start)}>
            <RadioGroup
              name="start"
              value={draft.start}
              onChange={(_event, data) => edit({ start: data.value as Start })}
            >
              <Radio value="empty" label="Nothing: every setting is left to the organization" />
              <Radio value="preset" label="A copy of another preset" disabled={items.length === 0} />
              <Radio value="person" label="What a person has chosen for himself" />
            </RadioGroup>
          </Field>
          {draft.start === 'preset' && (
            <Field label="Preset to copy">
              <Select value={draft.presetId} onChange={(_event, data) => edit({ presetId: data.value })}>
                <option value="">Choose one</option>
                {items.map(({ id, name }) => (
                  <option key={id} value={id}>
                    {name}
                  </option>
                ))}
              </Select>
            </Field>
          )}
          {draft.start === 'person' && <PersonChoice draft={draft} onEdit={edit} />}
          <SaveLine label="Make the preset" isPending={make.isPending} error={make.error} result="" />
        </form>
      </Card>
    </PageFrame>
  );
}

function PersonChoice(props: { readonly draft: Draft; readonly onEdit: (change: Partial<Draft>) => void }) {
  const { draft, onEdit } = props;
  if (draft.person !== null) {
    return (
      <div className={css.actions}>
        <span>
          From <strong>{draft.person.name}</strong>
        </span>
        <Button size="small" onClick={() => onEdit({ person: null })}>
          Choose somebody else
        </Button>
      </div>
    );
  }
  return (
    <PersonSearch
      label="Whose choices"
      chosen={new Set()}
      onChoose={({ id, name }) => onEdit({ person: { id, name } })}
    />
  );
}

function findErrors(draft: Draft): { name?: string; start?: string } {
  const name = findNameError(draft.name);
  const isOpen =
    (draft.start === 'preset' && draft.presetId === '') ||
    (draft.start === 'person' && draft.person === null);
  return {
    ...(name === null ? {} : { name }),
    ...(isOpen
      ? { start: draft.start === 'preset' ? 'Choose the preset below.' : 'Choose the person below.' }
      : {}),
  };
}

function formOf({ name, start, presetId, person }: Draft): z.input<typeof newPresetSchema> {
  const from =
    start === 'preset' ? { presetId } : start === 'person' && person !== null ? { userId: person.id } : null;
  return { name: name.trim(), from };
}
