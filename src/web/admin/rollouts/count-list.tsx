/** Counts in words, each a link to the people behind it; what is none is left out. */
import { Link } from 'wouter';
import { Quiet } from '../../shared/card.tsx';
import { sayCount } from '../../shared/times.ts';
import css from './count-list.module.css';

export function CountList<Key extends string>(props: {
  readonly label: string;
  readonly words: Readonly<Record<Key, string>>;
  readonly counts: Readonly<Partial<Record<Key, number>>>;
  readonly hrefOf: (key: Key) => string;
}) {
  const { label, words, counts, hrefOf } = props;
  const shown = (Object.keys(words) as Key[]).filter((key) => (counts[key] ?? 0) > 0);
  if (shown.length === 0) return <Quiet>Nobody yet.</Quiet>;
  return (
    <ul className={css.counts} aria-label={label}>
      {shown.map((key) => (
        <li key={key} className={css.count}>
          <Link
            href={hrefOf(key)}
            className={css.number ?? ''}
            aria-label={`${sayCount(counts[key] ?? 0)}: ${words[key]}`}
          >
            {sayCount(counts[key] ?? 0)}
          </Link>
          <span>{words[key]}</span>
        </li>
      ))}
    </ul>
  );
}
