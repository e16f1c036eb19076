/** A page of the console: its heading, at most one primary action, and what it shows. Read from its heading on when it is opened. */
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Icon } from '../../shared/icons.tsx';
import css from './page-frame.module.css';

export function PageFrame(props: {
  readonly title: string;
  /** The list above this page, where it is one of its entries. */
  readonly back?: { readonly href: string; readonly label: string };
  /** One sentence below the heading. */
  readonly about?: ReactNode;
  /** The one primary button of the page. */
  readonly action?: ReactNode;
  readonly children: ReactNode;
}) {
  const { title, back, about, action, children } = props;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Admin console · Lockstep`;
  }, [title]);
  useEffect(() => heading.current?.focus(), []);
  return (
    <div className={css.page}>
      {back !== undefined && (
        <Link href={back.href} className={css.back ?? ''}>
          <Icon name="back" size={16} /> {back.label}
        </Link>
      )}
      <div className={css.head}>
        <h1 ref={heading} tabIndex={-1} className={css.title}>
          {title}
        </h1>
        {action !== undefined && <div className={css.action}>{action}</div>}
      </div>
      {about !== undefined && <p className={css.about}>{about}</p>}
      {children}
    </div>
  );
}
