/** For whoever is signed in and is no admin: says so without blame, and leads to his own page. */
import { Link } from '@fluentui/react-components';
import { useEffect } from 'react';
import { useLogOut } from '../shared/changes.ts';
import { Logo } from '../shared/logo.tsx';
import type { SignedInSession } from '../shared/signed-in-user.ts';
import css from './shell/shell.module.css';

export function RefusalPage({ session }: { readonly session: SignedInSession }) {
  const logOut = useLogOut();
  useEffect(() => {
    document.title = 'For administrators · Lockstep';
  }, []);
  return (
    <main className={css.middle}>
      <div className={css.brand}>
        <Logo size={32} />
        Lockstep
      </div>
      <h1 className={css.lead}>This page is for administrators</h1>
      <p>
        You are signed in as <strong>{session.user.username}</strong>, who is no administrator here. An
        administrator of your organization can change that under <em>People</em>.
      </p>
      <p>
        <Link href="/" inline>
          Go to your own page
        </Link>{' '}
        or{' '}
        <Link as="button" inline onClick={() => logOut.mutate()}>
          log in as somebody else
        </Link>
        .
      </p>
    </main>
  );
}
