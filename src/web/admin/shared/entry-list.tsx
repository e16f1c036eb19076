/**
 * A short list of things that an admin has made, such as profiles or ways of reaching: a name that leads to its page, what is to be known of it, and
 * what can be done with it. Lists that may be long are not this.
 */
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import css from './entry-list.module.css';

export function EntryList({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <ul className={css.list} aria-label={label}>
      {children}
    </ul>
  );
}

/** `href`: its own page, if it has one. `facts`: short, read one after another. `side`: a state, a button. */
export function Entry(props: {
  readonly name: string;
  readonly href?: string;
  readonly facts: readonly ReactNode[];
  readonly side?: ReactNode;
}) {
  const { name, href, facts, side } = props;
  return (
    <li className={css.entry}>
      <div className={css.main}>
        {href === undefined ? (
          <span className={css.plain}>{name}</span>
        ) : (
          <Link href={href} className={css.name ?? ''}>
            {name}
          </Link>
        )}
        <div className={css.facts}>
          {facts.map((fact, index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: facts stand in a fixed order.
            <span key={index}>{fact}</span>
          ))}
        </div>
      </div>
      {side !== undefined && <div className={css.side}>{side}</div>}
    </li>
  );
}
