/** Asks who is signed in and shows the page for it: sign-in, or the signed-in pages, which are loaded only then. */
import { lazy, Suspense } from 'react';
import { problemOf } from '../shared/api-problem.ts';
import { Loading } from '../shared/loading.tsx';
import { ProblemNotice } from '../shared/problem-notice.tsx';
import { useSession } from '../shared/queries.ts';
import { SignedInContext } from '../shared/signed-in-user.ts';
import css from './app.module.css';
import { LoginPage } from './login/login-page.tsx';

const SignedInPages = lazy(async () => ({ default: (await import('./signed-in-pages.tsx')).SignedInPages }));

/** Loading, not reached, signed out, or signed in. */
export function Entrance() {
  const session = useSession();
  if (session.data === undefined) {
    return (
      <main className={css.middle}>
        <h1 className="visually-hidden">Lockstep</h1>
        {session.error === null ? (
          <Loading label="Loading Lockstep" lines={6} />
        ) : (
          <ProblemNotice problem={problemOf(session.error)} onRetry={() => void session.refetch()} />
        )}
      </main>
    );
  }
  if (!session.data.signedIn) return <LoginPage session={session.data} />;
  return (
    <Suspense
      fallback={
        <main className={css.middle}>
          <h1 className="visually-hidden">Lockstep</h1>
          <Loading label="Loading Lockstep" lines={6} />
        </main>
      }
    >
      <SignedInContext value={session.data}>
        <SignedInPages session={session.data} />
      </SignedInContext>
    </Suspense>
  );
}
