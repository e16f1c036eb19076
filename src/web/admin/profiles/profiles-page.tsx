/** *Profiles*: groups of people who share a way of being reached and a preset. */
import { Button } from '@fluentui/react-components';
import { Link, useLocation } from 'wouter';
import type { z } from 'zod';
import type { profilesViewSchema } from '../../../api-schema/admin/profiles.ts';
import { Quiet } from '../../shared/card.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { ToneText } from '../shared/tone-text.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { provisioningMode } from './provisioning-modes.ts';

export function ProfilesPage() {
  const profiles = useAdmin<z.infer<typeof profilesViewSchema>>('/profiles');
  const [, goTo] = useLocation();
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  return (
    <PageFrame
      title="Profiles"
      about="People of a profile are reached in the same way and have the same preset."
      {...(isPlatform
        ? {
            action: (
              <Button appearance="primary" onClick={() => goTo('/profiles/new')}>
                New profile
              </Button>
            ),
          }
        : {})}
    >
      <WithAnswer query={profiles} label="Loading profiles">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>
              There is no profile yet. Make one, then <Link href="/import">bring people in</Link>.
            </Quiet>
          ) : (
            <EntryList label="Profiles">
              {items.map((profile) => (
                <Entry
                  key={profile.id}
                  name={profile.name}
                  href={`/profiles/${profile.id}`}
                  facts={[
                    provisioningMode(profile.mailAccess !== null, profile.crmAccess !== null).title,
                    profile.preset === null ? 'no preset' : `preset ${profile.preset.name}`,
                    <Link key="people" href={`/people?profile=${profile.id}`}>
                      {sayNumber(profile.users, 'person', 'people')}
                    </Link>,
                    `${sayNumber(profile.active, 'is', 'are')} active`,
                  ]}
                  side={profile.enabled ? null : <ToneText tone="waiting" text="Disabled" />}
                />
              ))}
            </EntryList>
          )
        }
      </WithAnswer>
    </PageFrame>
  );
}
