/** One person on one screen: is it working, since when, if not why, and the one button that mends it; below that what else there is of him. */
import { Button, Menu, MenuItem, MenuList, MenuPopover, MenuTrigger } from '@fluentui/react-components';
import { useState } from 'react';
import { useLocation, useParams } from 'wouter';
import type { UserView } from '../../../api-schema/admin/users.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { ActDialog } from '../people/act-dialog.tsx';
import { type ActName, actNames, actWords } from '../people/user-acts.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import css from './person.module.css';
import { PersonAccess } from './person-access.tsx';
import { PersonAudit, PersonIssues, PersonRuns } from './person-lists.tsx';
import { PersonPlace } from './person-place.tsx';
import { PersonSessions } from './person-sessions.tsx';
import { PersonSettings } from './person-settings.tsx';
import { PersonStatus } from './person-status.tsx';

const EVERY_MS = 30_000;
const back = { href: '/people', label: 'People' };

export function PersonPage() {
  const { id = '' } = useParams<{ id: string }>();
  const user = useAdmin<UserView>(routes.user(id), { everyMs: EVERY_MS });
  const [act, setAct] = useState<ActName | null>(null);
  const [, goTo] = useLocation();
  if (user.data === undefined) {
    return (
      <PageFrame title="Person" back={back}>
        {user.error === null ? (
          <Loading label="Loading this person" lines={10} />
        ) : (
          <ProblemNotice problem={problemOf(user.error)} onRetry={() => void user.refetch()} />
        )}
      </PageFrame>
    );
  }
  const { data } = user;
  return (
    <PageFrame title={data.name} back={back} action={<Acts user={data} onAct={setAct} />}>
      {user.error !== null && <ProblemNotice problem={problemOf(user.error)} />}
      <div className={css.screen}>
        <div className={css.stack}>
          <PersonStatus user={data} onAct={setAct} />
          <PersonAccess user={data} />
          <PersonSessions user={data} />
          <PersonRuns userId={id} />
        </div>
        <div className={css.stack}>
          <PersonPlace key={placeKey(data)} user={data} />
          <PersonIssues userId={id} />
          <PersonAudit userId={id} />
        </div>
        <div className={css.wide}>
          <PersonSettings settings={data.settings} />
        </div>
      </div>
      {act !== null && (
        <ActDialog
          act={act}
          target={{ userIds: [id] }}
          who={data.name}
          onClose={(hasChanged) => {
            setAct(null);
            if (hasChanged && user.error !== null && act.endsWith('delete')) goTo('/people');
          }}
        />
      )}
    </PageFrame>
  );
}

/** A form that shows what is stored begins anew when that changes. */
function placeKey({ role, profile, license, preset, address, mailboxLogin }: UserView): string {
  return [role, profile?.id, license?.id, preset?.id, address, mailboxLogin].join(' ');
}

const inMenu = actNames.filter((name) => !['move-profile', 'change-license'].includes(name));

/** Deleting is refused while activated, and says so where it stands. */
function Acts({ user, onAct }: { readonly user: UserView; readonly onAct: (act: ActName) => void }) {
  const may: ReadonlySet<string> = new Set([...user.may, 'apply-preset']);
  return (
    <Menu inline>
      <MenuTrigger disableButtonEnhancement>
        <Button>More</Button>
      </MenuTrigger>
      <MenuPopover className={css.menu}>
        <MenuList>
          {inMenu
            .filter((name) => may.has(name) || name === 'delete')
            .map((name) => (
              <MenuItem
                key={name}
                disabled={!may.has(name)}
                subText={may.has(name) ? null : 'Refused while activated: deactivate first'}
                onClick={() => onAct(name)}
              >
                {actWords[name].verb}
              </MenuItem>
            ))}
        </MenuList>
      </MenuPopover>
    </Menu>
  );
}
