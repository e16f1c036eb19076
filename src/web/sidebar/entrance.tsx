/** Asks who is signed in and shows the page for it, which is loaded only then: sign-in, the signed-in pages, or what an e-mail's link leads to. */
import { lazy, type ReactNode, Suspense } from 'react';
import { problemOf } from '../shared/api-problem.ts';
import { Loading } from '../shared/loading.tsx';
import { ProblemNotice } from '../shared/problem-notice.tsx';
import { useSession } from '../shared/queries.ts';
import { SignedInContext } from '../shared/signed-in-user.ts';
import css from './app.module.css';
import { useArrivedLink } from './reconnect/arrived-link.ts';

const LoginPage = lazy(async () => ({ default: (await import('./login/login-page.tsx')).LoginPage }));
const SignedInPages = lazy(async () => ({ default: (await import('./signed-in-pages.tsx')).SignedInPages }));
const ReconnectEntrance = lazy(async () => ({
  default: (await import('./reconnect/reconnect-entrance.tsx')).ReconnectEntrance,
}));
const ReconnectPage = lazy(async () => ({
  default: (await import('./reconnect/reconnect-page.tsx')).ReconnectPage,
}));

/** An e-mail's link goes before everything else. */
export function Entrance() {
  const link = useArrivedLink();
  return (
    <Suspense
      fallback={
        <Bare>
          <Loading label="Loading Lockstep" lines={6} />
        </Bare>
      }
    >
      {link === null ? <BySession /> : <ReconnectEntrance key={link.token} link={link} />}
    </Suspense>
  );
}

/** Loading, not reached, signed out, signed in for one purpose, or signed in. */
function BySession() {
  const session = useSession();
  if (session.data === undefined) {
    return (
      <Bare>
        {session.error === null ? (
          <Loading label="Loading Lockstep" lines={6} />
        ) : (
          <ProblemNotice problem={problemOf(session.error)} onRetry={() => void session.refetch()} />
        )}
      </Bare>
    );
  }
  if (!session.data.signedIn) return <LoginPage session={session.data} />;
  return (
    <SignedInContext value={session.data}>
      {session.data.access === 'reconnect' ? (
        <ReconnectPage session={session.data} />
      ) : (
        <SignedInPages session={session.data} />
      )}
    </SignedInContext>
  );
}

function Bare({ children }: { readonly children: ReactNode }) {
  return (
    <main className={css.middle}>
      <h1 className="visually-hidden">Lockstep</h1>
      {children}
    </main>
  );
}
