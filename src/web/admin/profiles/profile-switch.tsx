/** Enabling and disabling a whole profile (R7), with what it means for how many before it is done. */
import { Button } from '@fluentui/react-components';
import { useState } from 'react';
import type { ProfileView } from '../../../api-schema/admin/profiles.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { sayNumber } from '../../shared/times.ts';
import { useAdminChange } from '../shared/admin-queries.ts';
import css from '../shared/form.module.css';
import { FormDialog } from '../shared/form-dialog.tsx';
import { useNews } from '../shared/news.tsx';
import { ToneText } from '../shared/tone-text.tsx';

export function ProfileSwitch({ profile }: { readonly profile: ProfileView }) {
  const [isAsking, setAsking] = useState(false);
  const change = useAdminChange();
  const { tell } = useNews();
  const { enabled } = profile;
  const deed = enabled ? 'Disable' : 'Enable';
  const done = () => {
    setAsking(false);
    tell('good', enabled ? 'The profile is disabled.' : 'The profile is enabled.');
  };
  return (
    <Card title="Sync of this profile">
      <ToneText
        tone={enabled ? 'good' : 'waiting'}
        text={
          enabled
            ? `Enabled: ${sayNumber(profile.active, 'of its people is', 'of its people are')} active`
            : 'Disabled: none of its people is synced, and none can resume'
        }
      />
      <div className={css.actions}>
        <Button onClick={() => setAsking(true)}>{deed} the profile</Button>
      </div>
      {isAsking && (
        <FormDialog
          title={`${deed} “${profile.name}”?`}
          verb={deed}
          isBusy={change.isPending}
          problem={change.error === null ? null : problemOf(change.error)}
          onClose={() => setAsking(false)}
          onDo={() =>
            change.mutate(
              { method: 'POST', below: `/profiles/${profile.id}/${enabled ? 'disable' : 'enable'}` },
              { onSuccess: done },
            )
          }
        >
          <p>{enabled ? whatStops(profile) : whatGoesOn(profile)}</p>
        </FormDialog>
      )}
    </Card>
  );
}

function whatStops({ active, users }: ProfileView): string {
  return `Sync stops for ${sayNumber(active, 'person', 'people')} at once. None of its ${sayNumber(users, 'person', 'people')} can resume or activate until you enable it again. Nothing is lost: what arrives meanwhile is caught up.`;
}

function whatGoesOn({ users }: ProfileView): string {
  return `Of its ${sayNumber(users, 'person', 'people')}, those whom disabling had stopped are synced again and catch up. Who paused himself stays paused.`;
}
