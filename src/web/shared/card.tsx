/** A titled part of a page: a region with its heading. */
import { type ReactNode, useId } from 'react';
import css from './card.module.css';

/** A section named by its heading. */
export function Card({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  const id = useId();
  return (
    <section className={css.card} aria-labelledby={id}>
      <h2 id={id} className={css.title}>
        {title}
      </h2>
      {children}
    </section>
  );
}

/** Text of second rank, such as what an empty list says. */
export function Quiet({ children }: { readonly children: ReactNode }) {
  return <p className={css.quiet}>{children}</p>;
}
