/** One profile: its form, its switch, and its end. A new one is the form alone. */
import { Button } from '@fluentui/react-components';
import { type FormEvent, useRef, useState } from 'react';
import { Link, useLocation, useParams } from 'wouter';
import type { ProfileView } from '../../../api-schema/admin/profiles.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card } from '../../shared/card.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { useAdminChange } from '../shared/admin-queries.ts';
import css from '../shared/form.module.css';
import { FormDialog } from '../shared/form-dialog.tsx';
import { useNews } from '../shared/news.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { SaveLine } from '../shared/save-line.tsx';
import { useEntry, WithEntry } from '../shared/with-entry.tsx';
import {
  emptyProfile,
  findNameError,
  type ProfileDraft,
  profileDraftOf,
  profileFormOf,
} from './profile-draft.ts';
import { ProfileForm } from './profile-form.tsx';
import { ProfileSwitch } from './profile-switch.tsx';
import { provisioningMode } from './provisioning-modes.ts';

const back = { href: '/profiles', label: 'Profiles' };

export function ProfilePage() {
  const { id } = useParams<{ id: string }>();
  const isNew = id === 'new';
  const profile = useEntry<ProfileView>(isNew ? null : '/profiles', id);
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  if (isNew) {
    return (
      <PageFrame title="New profile" back={back}>
        <EditedProfile profile={null} />
      </PageFrame>
    );
  }
  return (
    <PageFrame title={profile.item?.name ?? 'Profile'} back={back}>
      <WithEntry entry={profile} kind="profile">
        {(known) =>
          isPlatform ? (
            <>
              <People profile={known} />
              <ProfileSwitch profile={known} />
              <EditedProfile key={known.id} profile={known} />
              <Deletion profile={known} />
            </>
          ) : (
            <People profile={known} />
          )
        }
      </WithEntry>
    </PageFrame>
  );
}

function People({ profile }: { readonly profile: ProfileView }) {
  const mode = provisioningMode(profile.mailAccess !== null, profile.crmAccess !== null);
  return (
    <Card title="Its people">
      <p>
        {sayNumber(profile.users, 'person', 'people')},{' '}
        {sayNumber(profile.active, 'of them is', 'of them are')} active. {mode.about}
      </p>
      <div className={css.actions}>
        <Link href={`/people?profile=${profile.id}`}>Show them</Link>
        <Link href={`/rollouts/new?profile=${profile.id}`}>Switch sync on for them</Link>
      </div>
    </Card>
  );
}

function EditedProfile({ profile }: { readonly profile: ProfileView | null }) {
  const [edits, setEdits] = useState<Partial<ProfileDraft>>({});
  const [nameError, setNameError] = useState<string | null>(null);
  const [result, setResult] = useState('');
  const form = useRef<HTMLFormElement>(null);
  const save = useAdminChange<ProfileView>();
  const [, goTo] = useLocation();
  const { tell } = useNews();
  const draft = { ...(profile === null ? emptyProfile : profileDraftOf(profile)), ...edits };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const found = findNameError(draft.name);
    setNameError(found);
    if (found !== null) {
      form.current?.querySelector<HTMLElement>('[name="name"]')?.focus();
      return;
    }
    setResult('');
    save.mutate(
      {
        method: profile === null ? 'POST' : 'PUT',
        below: profile === null ? '/profiles' : `/profiles/${profile.id}`,
        body: profileFormOf(draft),
      },
      {
        onSuccess: (made) => {
          setEdits({});
          if (profile !== null) return setResult('Saved.');
          tell('good', `The profile “${made.name}” is there.`);
          goTo(`/profiles/${made.id}`);
        },
      },
    );
  };
  return (
    <form ref={form} className={css.form} onSubmit={submit} noValidate>
      <ProfileForm
        draft={draft}
        nameError={nameError}
        onEdit={(change) => {
          setEdits((known) => ({ ...known, ...change }));
          setResult('');
        }}
      />
      <SaveLine
        label={profile === null ? 'Make the profile' : 'Save'}
        isPending={save.isPending}
        error={save.error}
        result={result}
      />
    </form>
  );
}

/** Refused while it has people. */
function Deletion({ profile }: { readonly profile: ProfileView }) {
  const [isAsking, setAsking] = useState(false);
  const change = useAdminChange();
  const [, goTo] = useLocation();
  return (
    <Card title="Delete this profile">
      <p>Only a profile without people can be deleted. Move them to another one first.</p>
      <div className={css.actions}>
        <Button disabledFocusable={profile.users > 0} onClick={() => setAsking(true)}>
          Delete the profile
        </Button>
      </div>
      {isAsking && (
        <FormDialog
          title={`Delete “${profile.name}”?`}
          verb="Delete"
          isBusy={change.isPending}
          problem={change.error === null ? null : problemOf(change.error)}
          onClose={() => setAsking(false)}
          onDo={() =>
            change.mutate(
              { method: 'DELETE', below: `/profiles/${profile.id}` },
              { onSuccess: () => goTo('/profiles') },
            )
          }
        >
          <p>It has no people. Roll-outs that were made for it are forgotten with it.</p>
        </FormDialog>
      )}
    </Card>
  );
}
