/** The runs of the last 7 days as small bars of saved mail, and the same numbers as a table for whoever does not see bars. Days are in UTC. */
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../../shared/card.tsx';
import { sayCount } from '../../../shared/times.ts';
import css from './overview.module.css';

type Day = MailboxView['week'][number];

const WIDTH = 280;
const HEIGHT = 96;
const BAR = 26;
const TOP = 16;
const BOTTOM = 18;

const weekday = new Intl.DateTimeFormat('en', { weekday: 'short', timeZone: 'UTC' });
const fullDay = new Intl.DateTimeFormat('en', {
  weekday: 'long',
  day: 'numeric',
  month: 'long',
  timeZone: 'UTC',
});

export function WeekChart({ week }: { readonly week: MailboxView['week'] }) {
  return (
    <Card title="Last 7 days">
      {week.length === 0 ? (
        <Quiet>Nothing has run yet.</Quiet>
      ) : (
        <figure className={css.figure}>
          <figcaption>Mails saved each day</figcaption>
          <Bars week={week} />
          <div className="visually-hidden">
            <Table week={week} />
          </div>
        </figure>
      )}
    </Card>
  );
}

function Bars({ week }: { readonly week: readonly Day[] }) {
  const most = Math.max(1, ...week.map(({ saved }) => saved));
  const step = WIDTH / week.length;
  return (
    <svg aria-hidden="true" className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} focusable="false">
      {week.map(({ day, saved, issues }, index) => {
        const height = Math.max(saved === 0 ? 1 : 3, (saved / most) * (HEIGHT - TOP - BOTTOM));
        const middle = index * step + step / 2;
        const foot = HEIGHT - BOTTOM;
        return (
          <g key={day}>
            <rect
              className={issues > 0 ? css.troubled : css.bar}
              x={middle - BAR / 2}
              y={foot - height}
              width={BAR}
              height={height}
              rx="2"
            />
            <text x={middle} y={foot - height - 4}>
              {sayCount(saved)}
              {issues > 0 ? ' !' : ''}
            </text>
            <text x={middle} y={HEIGHT - 4} className={css.day}>
              {weekday.format(new Date(day))}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

function Table({ week }: { readonly week: readonly Day[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Saved</th>
          <th scope="col">Skipped</th>
          <th scope="col">Issues</th>
          <th scope="col">Runs</th>
        </tr>
      </thead>
      <tbody>
        {week.map(({ day, saved, skipped, issues, runs }) => (
          <tr key={day}>
            <th scope="row">{fullDay.format(new Date(day))}</th>
            <td>{sayCount(saved)}</td>
            <td>{sayCount(skipped)}</td>
            <td>{sayCount(issues)}</td>
            <td>{sayCount(runs)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
