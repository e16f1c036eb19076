/** Service levels: what was reached over a day and a week beside what it should be, what waits now, and what Salesforce's daily allowance is enough for. */
import type { ServiceLevels } from '../../../api-schema/admin/service-levels.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { useAdmin } from '../shared/admin-queries.ts';
import { PageFrame } from '../shared/page-frame.tsx';
import { routes } from '../shared/routes.ts';
import table from '../shared/table.module.css';
import { ToneText } from '../shared/tone-text.tsx';
import { WithAnswer } from '../shared/with-answer.tsx';
import { BudgetCard } from './budget-card.tsx';
import css from './levels.module.css';

const EVERY_MS = 60_000;

export function LevelsPage() {
  const levels = useAdmin<ServiceLevels>(routes.serviceLevels, { everyMs: EVERY_MS });
  return (
    <PageFrame title="Service levels" about="What was reached, beside what it should be.">
      <WithAnswer query={levels} label="Loading the service levels">
        {(answer) => (
          <>
            <Reached levels={answer} />
            <Queues levels={answer} />
            <BudgetCard budget={answer.budget} />
          </>
        )}
      </WithAnswer>
    </PageFrame>
  );
}

interface Figure {
  readonly name: string;
  readonly goal: string;
  /** A value a window; null: nothing to measure. */
  readonly values: readonly (number | null)[];
  readonly say: (value: number) => string;
  readonly isGood: (value: number) => boolean;
}

function figuresOf({ goals, windows, completenessShare }: ServiceLevels): readonly Figure[] {
  const atMost = (name: string, goal: number, values: readonly (number | null)[]): Figure => ({
    name,
    goal: `at most ${sayMinutes(goal)}`,
    values,
    say: sayMinutes,
    isGood: (value) => value <= goal,
  });
  const atLeast = (name: string, goal: number, values: readonly (number | null)[]): Figure => ({
    name,
    goal: `at least ${sayShare(goal)}`,
    values,
    say: sayShare,
    isGood: (value) => value >= goal,
  });
  return [
    atMost(
      'Freshness, half of the runs',
      goals.freshnessP50Minutes,
      windows.map((one) => one.freshnessP50Minutes),
    ),
    atMost(
      'Freshness, 19 of 20 runs',
      goals.freshnessP95Minutes,
      windows.map((one) => one.freshnessP95Minutes),
    ),
    atLeast(
      'Runs that did not fail',
      goals.successShare,
      windows.map((one) => one.successShare),
    ),
    atLeast(
      'Mail that is in Salesforce',
      goals.completenessShare,
      windows.map(() => completenessShare),
    ),
  ];
}

function Reached({ levels }: { readonly levels: ServiceLevels }) {
  const { windows } = levels;
  return (
    <Card title="Reached">
      {windows.every(({ runs }) => runs === 0) ? (
        <Quiet>No run has ended in the last week, so there is nothing to measure yet.</Quiet>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard
        <section className={table.scroll} aria-label="Figures against goals" tabIndex={0}>
          <table className={table.table}>
            <thead>
              <tr>
                <th scope="col">Figure</th>
                {windows.map(({ hours }) => (
                  <th key={hours} scope="col">
                    {hours === 24 ? 'Last 24 hours' : 'Last 7 days'}
                  </th>
                ))}
                <th scope="col">Goal</th>
              </tr>
            </thead>
            <tbody>
              {figuresOf(levels).map(({ name, goal, values, say, isGood }) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  {values.map((value, at) => (
                    <td key={windows[at]?.hours}>
                      {value === null ? (
                        'not measured'
                      ) : (
                        <ToneText tone={isGood(value) ? 'good' : 'bad'} text={say(value)} />
                      )}
                    </td>
                  ))}
                  <td>{goal}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </section>
      )}
      <Quiet>
        Freshness is how old the last good state of a mailbox had become when the next good run ended.
        {windows.map(
          ({ hours, runs }) => ` ${sayNumber(runs, 'run')} in ${hours === 24 ? '24 hours' : '7 days'}.`,
        )}
      </Quiet>
    </Card>
  );
}

function Queues({ levels: { queues, goals } }: { readonly levels: ServiceLevels }) {
  return (
    <Card title="Waiting now">
      <ul className={css.queues}>
        {queues.map(({ service, name, waiting, oldestMinutes }) => (
          <li key={service}>
            {name}:{' '}
            {waiting === 0 ? (
              'nobody waits.'
            ) : (
              <ToneText
                tone={oldestMinutes <= goals.queueMinutes ? 'good' : 'bad'}
                text={`${sayCount(waiting)} due, the oldest for ${sayMinutes(oldestMinutes)}.`}
              />
            )}
          </li>
        ))}
      </ul>
      <Quiet>{`Nobody should be due for longer than ${sayMinutes(goals.queueMinutes)}.`}</Quiet>
    </Card>
  );
}

function sayMinutes(minutes: number): string {
  return minutes > 0 && minutes < 1 ? 'less than a minute' : sayNumber(Math.round(minutes), 'minute');
}

/** Never rounded up to 100 %: a hole must show. */
function sayShare(share: number): string {
  return `${Math.floor(share * 1_000) / 10} %`;
}
