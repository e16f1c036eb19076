/** Applying a preset to profiles, with or without forgetting what their people chose for themselves (G4); counts stand before the deed. */
import { Button, Checkbox, Field, Radio, RadioGroup } from '@fluentui/react-components';
import { useState } from 'react';
import type { z } from 'zod';
import type { BulkLine } from '../../../api-schema/admin/common.ts';
import type { PresetView, ProfileView, profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { Notice } from '../../shared/notice.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import css from '../shared/form.module.css';
import { useWork } from '../shared/use-work.ts';
import { WorkDialog } from '../shared/work-dialog.tsx';

export function ApplyCard({ preset }: { readonly preset: PresetView }) {
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>('/profiles');
  const items = profiles.data?.items ?? [];
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [override, setOverride] = useState(false);
  const [isAsking, setAsking] = useState(false);
  const work = useWork<BulkLine>();
  const picked = items.filter(({ id }) => chosen.has(id));
  const people = picked.reduce((sum, { users }) => sum + users, 0);
  const toggle = (id: string, isOn: boolean) =>
    setChosen((known) => new Set(isOn ? [...known, id] : [...known].filter((one) => one !== id)));
  const close = () => {
    work.reset();
    setAsking(false);
  };
  return (
    <Card title="Apply it to profiles">
      {items.length === 0 ? (
        <Quiet>There is no profile yet.</Quiet>
      ) : (
        <Profiles items={items} chosen={chosen} onToggle={toggle} />
      )}
      <Field label="What people chose for themselves">
        <RadioGroup
          value={override ? 'override' : 'keep'}
          onChange={(_event, data) => setOverride(data.value === 'override')}
        >
          <Radio
            value="keep"
            label="Keeps: the preset counts where they chose nothing, and where it forces"
          />
          <Radio value="override" label="Is forgotten wherever the preset says something" />
        </RadioGroup>
      </Field>
      <div className={css.actions}>
        <Button disabledFocusable={picked.length === 0} onClick={() => picked.length > 0 && setAsking(true)}>
          Apply
        </Button>
        <span role="status">{picked.length === 0 ? '' : sayNumber(people, 'person', 'people')}</span>
      </div>
      {isAsking && (
        <WorkDialog
          title={`Apply “${preset.name}”?`}
          verb="Apply"
          label="Applying the preset"
          work={work}
          onStart={() =>
            work.start(`/presets/${preset.id}/apply`, { profileIds: picked.map(({ id }) => id), override })
          }
          onClose={close}
          sayEnd={({ changed }) =>
            `Applied. It changed something for ${sayNumber(changed, 'person', 'people')}.`
          }
        >
          <p>
            {picked.map(({ name }) => name).join(', ')}: {sayNumber(people, 'person', 'people')}. It takes the
            place of the preset that they have now and counts from each mailbox’s next run on.
          </p>
          {override && (
            <Notice tone="waiting">
              <p>
                What these people chose for themselves is forgotten where the preset says something. That
                cannot be undone.
              </p>
            </Notice>
          )}
        </WorkDialog>
      )}
    </Card>
  );
}

function Profiles(props: {
  readonly items: readonly ProfileView[];
  readonly chosen: ReadonlySet<string>;
  readonly onToggle: (id: string, isOn: boolean) => void;
}) {
  const { items, chosen, onToggle } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: named like the fields around it.
    <div role="group" aria-label="Profiles">
      {items.map(({ id, name, users, preset }) => (
        <div key={id}>
          <Checkbox
            label={`${name}: ${sayNumber(users, 'person', 'people')}, ${preset === null ? 'no preset' : `now ${preset.name}`}`}
            checked={chosen.has(id)}
            onChange={(_event, data) => onToggle(id, data.checked === true)}
          />
        </div>
      ))}
    </div>
  );
}
