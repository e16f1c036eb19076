/** Asks who is signed in: the sign-in page, the console, or for whoever is no admin a word and the way to his own page. */
import { lazy, type ReactNode, Suspense } from 'react';
import { problemOf } from '../shared/api-problem.ts';
import { Loading } from '../shared/loading.tsx';
import { ProblemNotice } from '../shared/problem-notice.tsx';
import { useSession } from '../shared/queries.ts';
import { SignedInContext } from '../shared/signed-in-user.ts';
import { RefusalPage } from './refusal-page.tsx';
import css from './shell/shell.module.css';
import { Shell } from './shell/shell.tsx';

const LoginPage = lazy(async () => ({
  default: (await import('../sidebar/login/login-page.tsx')).LoginPage,
}));

export function ConsoleEntrance() {
  const session = useSession('console');
  if (session.data === undefined) {
    return (
      <Bare>
        {session.error === null ? (
          <Loading label="Loading the console" lines={6} />
        ) : (
          <ProblemNotice problem={problemOf(session.error)} onRetry={() => void session.refetch()} />
        )}
      </Bare>
    );
  }
  const { data } = session;
  if (!data.signedIn) {
    return (
      <Suspense
        fallback={
          <Bare>
            <Loading label="Loading the console" lines={6} />
          </Bare>
        }
      >
        <LoginPage session={data} />
      </Suspense>
    );
  }
  return (
    <SignedInContext value={data}>
      {data.access === 'full' && data.user.role !== 'user' ? <Shell /> : <RefusalPage session={data} />}
    </SignedInContext>
  );
}

function Bare({ children }: { readonly children: ReactNode }) {
  return (
    <main className={css.middle}>
      <h1 className="visually-hidden">Admin console</h1>
      {children}
    </main>
  );
}
