/** *Presets*: named sets of sync settings, and who has them. */
import { Button } from '@fluentui/react-components';
import { Link, useLocation } from 'wouter';
import type { z } from 'zod';
import type { PresetView, presetsViewSchema } from '../../../api-schema/admin/profiles.ts';
import { Quiet } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { Entry, EntryList } from '../shared/entry-list.tsx';
import { PageFrame } from '../shared/page-frame.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';

export function PresetsPage() {
  const presets = useAdmin<z.infer<typeof presetsViewSchema>>('/presets');
  const isPlatform = useSignedIn().user.role === 'platform-admin';
  const [, goTo] = useLocation();
  return (
    <PageFrame
      title="Presets"
      about="A preset is a set of sync settings for the people of a profile, or for single people. It stands over the organization’s settings."
      {...(isPlatform
        ? {
            action: (
              <Button appearance="primary" onClick={() => goTo('/presets/new')}>
                New preset
              </Button>
            ),
          }
        : {})}
    >
      <WithAnswer query={presets} label="Loading presets">
        {({ items }) =>
          items.length === 0 ? (
            <Quiet>There is no preset yet: everybody has the organization’s settings.</Quiet>
          ) : (
            <EntryList label="Presets">
              {items.map((preset) => (
                <Entry
                  key={preset.id}
                  name={preset.name}
                  href={`/presets/${preset.id}`}
                  facts={[...factsOf(preset)]}
                />
              ))}
            </EntryList>
          )
        }
      </WithAnswer>
    </PageFrame>
  );
}

function factsOf(preset: PresetView) {
  const { profiles, users, forced, settings } = preset;
  return [
    `${sayNumber(Object.keys(settings).length, 'setting')}, ${forced.length} forced`,
    profiles.length === 0 ? 'in no profile' : `in ${profiles.map(({ name }) => name).join(', ')}`,
    <Link key="people" href={`/people?preset=${preset.id}`}>
      {sayNumber(users, 'person has it himself', 'people have it themselves')}
    </Link>,
    <span key="changed">
      changed <InstantText at={preset.updatedAt} />
    </span>,
  ];
}
