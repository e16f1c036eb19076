/** Why people were left to themselves or failed: each cause once, with its remedy and how many it concerns, most frequent first. */
import { Link } from 'wouter';
import type { RolloutView } from '../../../api-schema/admin/rollouts.ts';
import { Card } from '../../shared/card.tsx';
import { sayNumber } from '../../shared/times.ts';
import { CauseText } from '../shared/cause-text.tsx';
import css from '../shared/form.module.css';
import { queryOf } from '../shared/query-of.ts';
import type { LaterStep } from './rollout-words.ts';

export function CauseList({ rollout, step }: { readonly rollout: RolloutView; readonly step: LaterStep }) {
  const { id, byCause } = rollout;
  if (byCause.length === 0) return null;
  return (
    <Card title="Causes, and what helps">
      <ul className={css.points}>
        {byCause.map(({ failure, count }) => (
          <li key={failure.code}>
            <strong>{sayNumber(count, 'person', 'people')}</strong>{' '}
            <Link
              href={`/rollouts/${id}?${queryOf({ step, code: failure.code })}`}
              aria-label={`Show the ${sayNumber(count, 'person', 'people')} with ${failure.code}`}
            >
              Show
            </Link>
            <CauseText failure={failure} />
          </li>
        ))}
      </ul>
    </Card>
  );
}
