/** First page of all: log in with Salesforce. That login becomes the sync's own connection to Salesforce (A8). */
import { Button } from '@fluentui/react-components';
import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react';
import type { SessionView } from '../../../api-schema/session.ts';
import { Logo } from '../../shared/logo.tsx';
import { useSignIn } from '../../shared/use-sign-in.ts';
import { arrivedWith } from './arrived-problem.ts';
import { HostChoice, MY_DOMAIN } from './host-choice.tsx';
import css from './login-page.module.css';

const LoginProblem = lazy(async () => ({ default: (await import('./login-problem.tsx')).LoginProblem }));

/** Whether a typed My Domain host could be one; the server decides whether it is. */
function isHostLike(host: string): boolean {
  return /^(https?:\/\/)?[a-z0-9-]+(\.[a-z0-9-]+)+(:\d+)?\/?$/i.test(host.trim());
}

/** The choice of where to log in, what went wrong the last time, and the one button. */
export function LoginPage({ session }: { readonly session: Extract<SessionView, { signedIn: false }> }) {
  const [choice, setChoice] = useState(session.loginHosts[0]?.id ?? MY_DOMAIN);
  const [host, setHost] = useState('');
  const [hostError, setHostError] = useState<string | null>(null);
  const [problem, setProblem] = useState(arrivedWith);
  const [isAway, setAway] = useState(false);
  const hostField = useRef<HTMLInputElement | null>(null);
  const goTo = useSignIn();
  useEffect(() => {
    document.title = 'Log in · Lockstep';
  }, []);

  const logIn = (event: FormEvent) => {
    event.preventDefault();
    if (choice === MY_DOMAIN && !isHostLike(host)) {
      setHostError('Enter the host of your My Domain, such as acme.my.salesforce.com.');
      hostField.current?.focus();
      return;
    }
    const target = choice === MY_DOMAIN ? host.trim() : choice;
    setAway(true);
    // A navigation and not a form that is sent: the redirect to Salesforce would fall under the policy for forms.
    goTo(`/login/salesforce?host=${encodeURIComponent(target)}`).then(
      (message) => {
        setAway(false);
        setProblem(message.problem);
      },
      () => setAway(false),
    );
  };

  return (
    <main className={css.page}>
      <div className={css.brand}>
        <Logo size={32} />
        Lockstep
      </div>
      {problem !== null && (
        <Suspense>
          <LoginProblem key={problem} code={problem} />
        </Suspense>
      )}
      <form className={css.form} onSubmit={logIn} noValidate>
        <h1 className={css.title}>Keep your mailbox and Salesforce in step</h1>
        <HostChoice
          hosts={session.loginHosts}
          myDomainAllowed={session.myDomainAllowed}
          choice={choice}
          onChoice={setChoice}
          host={host}
          onHost={(typed) => {
            setHost(typed);
            setHostError(null);
          }}
          hostError={hostError}
          hostField={(input) => {
            hostField.current = input;
          }}
        />
        <Button appearance="primary" size="large" type="submit">
          Log in with Salesforce
        </Button>
        <p role="status" className={css.note}>
          {isAway
            ? 'Log in on the page that opens.'
            : 'You log in on Salesforce’s own page. Lockstep never sees your Salesforce password.'}
        </p>
      </form>
    </main>
  );
}
