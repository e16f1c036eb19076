/** The six counts that open lists (G5), and in a line below them the states that need nobody. */
import { Link } from 'wouter';
import type { AdminOverview } from '../../../api-schema/admin/overview.ts';
import type { UserStatus } from '../../../api-schema/admin/users.ts';
import { Icon } from '../../shared/icons.tsx';
import type { Tone } from '../../shared/notice.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { statusWords } from '../shared/person-words.ts';
import css from './overview.module.css';

type Counts = AdminOverview['counts'];

const tiles: readonly (readonly [keyof Counts, UserStatus, Tone])[] = [
  ['active', 'active', 'good'],
  ['withIssues', 'with-issues', 'waiting'],
  ['suspended', 'suspended', 'bad'],
  ['authorizationRequired', 'authorization-required', 'bad'],
  ['notActivated', 'not-activated', 'waiting'],
  ['late', 'late', 'bad'],
];

const others: readonly (readonly [keyof Counts, UserStatus])[] = [
  ['paused', 'paused'],
  ['deactivated', 'deactivated'],
];

export function CountTiles({ counts }: { readonly counts: Counts }) {
  return (
    <section aria-label="How everybody’s sync stands" className={css.counts}>
      <ul className={css.tiles}>
        {tiles.map(([name, status, tone]) => (
          <li key={name}>
            <Link href={`/people?status=${status}`} className={css.tile ?? ''}>
              <span className={css.number}>
                <Icon
                  name={counts[name] === 0 && tone !== 'good' ? 'good' : tone}
                  size={18}
                  className={counts[name] === 0 ? css.calm : css[tone]}
                />
                {sayCount(counts[name])}
              </span>
              <span className={css.word}>{statusWords[status]}</span>
            </Link>
          </li>
        ))}
      </ul>
      <p className={css.quiet}>
        Of <Link href="/people">{sayNumber(counts.users, 'person', 'people')}</Link>
        {others.map(([name, status]) => (
          <span key={name}>
            {' · '}
            <Link href={`/people?status=${status}`}>
              {statusWords[status]}: {sayCount(counts[name])}
            </Link>
          </span>
        ))}
      </p>
    </section>
  );
}
