/**
 * Something is done with one person or with many (G2): what it means, what it needs to know, how far it is, who was refused and why. The same for both, so that one
 * person is refused in the same words.
 */
import { Checkbox, Field, Link, Select } from '@fluentui/react-components';
import { useState } from 'react';
import type { BulkLine } from '../../../api-schema/admin/common.ts';
import type { BulkAction, UserAction } from '../../../api-schema/admin/users.ts';
import { sayCount, sayNumber } from '../../shared/times.ts';
import type { Choice } from '../list/list-model.ts';
import dialogs from '../shared/dialogs.module.css';
import { routes } from '../shared/routes.ts';
import { type NamedChoices, useNamed } from '../shared/use-named.ts';
import { useWork } from '../shared/use-work.ts';
import { WorkDialog } from '../shared/work-dialog.tsx';
import { type ActName, actWords } from './user-acts.ts';

export function ActDialog(props: {
  readonly act: ActName;
  readonly target: BulkAction['target'];
  /** `3 people`, or a name. */
  readonly who: string;
  readonly onClose: (hasChanged: boolean) => void;
}) {
  const { act, target, who, onClose } = props;
  const words = actWords[act];
  const work = useWork<BulkLine>();
  const named = useNamed();
  const [choice, setChoice] = useState('');
  const [override, setOverride] = useState(false);
  const { kind, singles, singlesTotal } = work.state;
  const options = optionsOf(act, named);
  return (
    <WorkDialog
      title={`${words.verb}: ${who}`}
      verb={words.verb}
      label={words.doing}
      work={work}
      onStart={() => {
        const body: BulkAction = { act: actionOf(act, choice === '' ? null : choice, override), target };
        work.start(routes.userActions, body);
      }}
      onClose={() => onClose(kind !== 'idle')}
      sayEnd={({ done, changed, refused }) =>
        done === 0
          ? 'There was nobody to do it with.'
          : `${sayNumber(changed, 'person', 'people')} changed, ${sayCount(done - changed - refused)} were so already, ${sayCount(refused)} refused.`
      }
      singles={singles.length > 0 && <Refused singles={singles} total={singlesTotal} />}
    >
      <p>{words.means}</p>
      {options !== null && (
        <Field label={options.label}>
          <Select value={choice} onChange={(_event, data) => setChoice(data.value)}>
            <option value="">{options.none}</option>
            {options.choices.map(({ value, label }) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </Select>
        </Field>
      )}
      {act === 'apply-preset' && (
        <Checkbox
          label="Also forget what they chose for themselves where the preset says something"
          checked={override}
          onChange={(_event, data) => setOverride(data.checked === true)}
        />
      )}
    </WorkDialog>
  );
}

function Refused({
  singles,
  total,
}: {
  readonly singles: readonly Extract<BulkLine, { kind: 'refused' }>[];
  readonly total: number;
}) {
  return (
    <>
      <p>Refused: {sayNumber(total, 'person', 'people')}</p>
      <ul className={dialogs.singles}>
        {singles.slice(0, 100).map(({ userId, name, text }) => (
          <li key={userId}>
            <Link href={`/admin/people/${encodeURIComponent(userId)}`} inline>
              {name}
            </Link>
            : {text}
          </li>
        ))}
      </ul>
      {total > 100 && <p>And {sayCount(total - 100)} more.</p>}
    </>
  );
}

function optionsOf(
  act: ActName,
  { profiles, licenses, presets }: NamedChoices,
): { readonly label: string; readonly none: string; readonly choices: readonly Choice[] } | null {
  if (act === 'move-profile') return { label: 'Profile', none: 'None', choices: profiles };
  if (act === 'change-license')
    return { label: 'License', none: 'None: every 30 minutes', choices: licenses };
  if (act === 'apply-preset')
    return { label: 'Preset', none: 'None: the one of the profile', choices: presets };
  return null;
}

function actionOf(action: ActName, choice: string | null, override: boolean): UserAction {
  if (action === 'move-profile') return { action, profileId: choice };
  if (action === 'change-license') return { action, licenseId: choice };
  if (action === 'apply-preset') return { action, presetId: choice, override };
  return { action };
}
