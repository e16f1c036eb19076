/** The bare page around whatever the link of an e-mail leads to: mark, heading, one thing. The heading takes the focus when it changes. */
import { type ReactNode, useEffect, useRef } from 'react';
import { Logo } from '../../shared/logo.tsx';
import css from '../login/login-page.module.css';

export function ReconnectFrame({
  title,
  children,
}: {
  readonly title: string;
  readonly children: ReactNode;
}) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Lockstep`;
    heading.current?.focus();
  }, [title]);
  return (
    <main className={css.page}>
      <div className={css.brand}>
        <Logo size={32} />
        Lockstep
      </div>
      <div className={css.form}>
        <h1 ref={heading} tabIndex={-1} className={css.title}>
          {title}
        </h1>
        {children}
      </div>
    </main>
  );
}
