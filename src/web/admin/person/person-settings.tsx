/** The settings that hold for a person, each with where it comes from and who locked it (G3). To be looked at; he changes them himself. */
import type { UserView } from '../../../api-schema/admin/users.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card } from '../../shared/card.tsx';
import css from './person.module.css';
import { settingLines } from './setting-sources.ts';

export function PersonSettings({ settings }: Pick<UserView, 'settings'>) {
  return (
    <Card title="Settings in force">
      <table className={css.settings}>
        <thead>
          <tr>
            <th scope="col">Setting</th>
            <th scope="col">Value</th>
            <th scope="col">From</th>
          </tr>
        </thead>
        <tbody>
          {settingLines(settings).map(({ name, label, value, source, lock }) => (
            <tr key={name}>
              <th scope="row">{label}</th>
              <td>
                <BreakableText text={value} />
              </td>
              <td>
                {source}
                {lock !== null && <span className={css.quiet}> · {lock}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </Card>
  );
}
