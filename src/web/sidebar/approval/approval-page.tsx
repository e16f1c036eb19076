/**
 * Where an administrator lands who has approved Lockstep for his organization at the mail service, or has not. He may be in a browser that knows
 * nothing of us, so it asks nobody who is signed in.
 */
import { Link } from '@fluentui/react-components';
import { useEffect, useRef } from 'react';
import { Logo } from '../../shared/logo.tsx';
import { takeParameter } from '../../shared/take-parameter.ts';
import css from '../login/login-page.module.css';

const texts = {
  approved: {
    title: 'Lockstep is approved for your organization',
    text: 'Everybody there can now connect a mailbox without asking you. You can close this window.',
  },
  declined: {
    title: 'Lockstep was not approved',
    text: 'Nothing has changed. Open the approval link again if this was a mistake. If you were signing in to your own mailbox, begin again in Lockstep.',
  },
} as const;

const arrived = takeParameter('approval');

/** Read once, as the page loads; null where nobody comes from an approval. */
export const arrivedApproval: keyof typeof texts | null =
  arrived === 'approved' || arrived === 'declined' ? arrived : null;

/** A heading, a sentence, and the way in for whoever is also a user. */
export function ApprovalPage({ outcome }: { readonly outcome: keyof typeof texts }) {
  const heading = useRef<HTMLHeadingElement>(null);
  const { title, text } = texts[outcome];
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
        <p>{text}</p>
        <p>
          <Link href="/" inline>
            Open Lockstep
          </Link>
        </p>
      </div>
    </main>
  );
}
