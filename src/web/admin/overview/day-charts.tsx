/** The last 14 days in two small charts, runs with the failed ones and mails saved, and the same numbers as a table for whoever does not see bars. Days are in UTC. */
import type { AdminOverview } from '../../../api-schema/admin/overview.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { sayCount } from '../../shared/times.ts';
import css from './overview.module.css';

type Day = AdminOverview['days'][number];

const WIDTH = 300;
const HEIGHT = 90;
const TOP = 14;
const BOTTOM = 16;

const short = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });
const brief = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });

export function DayCharts({ days }: { readonly days: readonly Day[] }) {
  const most = Math.max(0, ...days.map(({ saved }) => saved));
  return (
    <Card title="Last 14 days">
      {days.length === 0 ? (
        <Quiet>Nothing has run yet.</Quiet>
      ) : (
        <>
          <div className={css.columns}>
            <figure className={css.figure}>
              <figcaption>Runs a day, and the share that failed where it is 1 % or more</figcaption>
              <Bars
                days={days}
                height={({ runs }) => runs}
                marked={({ failed }) => failed}
                say={({ runs, failed }) =>
                  failed * 100 < runs || runs === 0 ? '' : sayFailed(failed / runs)
                }
              />
            </figure>
            <figure className={css.figure}>
              <figcaption>Mails saved a day, at most {sayCount(most)}</figcaption>
              <Bars
                days={days}
                height={({ saved }) => saved}
                marked={() => 0}
                say={({ saved }) => (saved === most && saved > 0 ? brief.format(saved) : '')}
              />
            </figure>
          </div>
          <details className={css.table}>
            <summary>As a table</summary>
            <Table days={days} />
          </details>
        </>
      )}
    </Card>
  );
}

function sayFailed(share: number): string {
  return `${Math.round(share * 100)} %`;
}

function Bars(props: {
  readonly days: readonly Day[];
  readonly height: (day: Day) => number;
  readonly marked: (day: Day) => number;
  readonly say: (day: Day) => string;
}) {
  const { days, height, marked, say } = props;
  const most = Math.max(1, ...days.map(height));
  const step = WIDTH / days.length;
  const foot = HEIGHT - BOTTOM;
  const scale = (value: number) => (value === 0 ? 0 : Math.max(2, (value / most) * (foot - TOP)));
  return (
    <svg aria-hidden="true" className={css.chart} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} focusable="false">
      <line x1="0" x2={WIDTH} y1={foot} y2={foot} className={css.axis} />
      {days.map((day, index) => {
        const left = index * step + step * 0.15;
        const whole = scale(height(day));
        const part = scale(marked(day));
        return (
          <g key={day.day}>
            <rect className={css.bar} x={left} y={foot - whole} width={step * 0.7} height={whole} rx="2" />
            <rect className={css.marked} x={left} y={foot - part} width={step * 0.7} height={part} rx="2" />
            <text x={left + step * 0.35} y={foot - whole - 3}>
              {say(day)}
            </text>
            {(index === 0 || index === days.length - 1) && (
              <text
                x={index === 0 ? 0 : WIDTH}
                y={HEIGHT - 3}
                className={index === 0 ? css.begin : css.finish}
              >
                {short.format(new Date(day.day))}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}

function Table({ days }: { readonly days: readonly Day[] }) {
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">Day</th>
          <th scope="col">Runs</th>
          <th scope="col">Failed</th>
          <th scope="col">Saved</th>
        </tr>
      </thead>
      <tbody>
        {days.map(({ day, runs, failed, saved }) => (
          <tr key={day}>
            <th scope="row">{short.format(new Date(day))}</th>
            <td>{sayCount(runs)}</td>
            <td>{sayCount(failed)}</td>
            <td>{sayCount(saved)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
