/** What stands above any page: no network, what the address brought, an answer that could not be read, and a mailbox that is not the open one. */
import { Button } from '@fluentui/react-components';
import { lazy, Suspense, useState } from 'react';
import type { MailboxView } from '../../api-schema/mailbox.ts';
import { useHost } from '../host/use-host.ts';
import { problemOf } from '../shared/api-problem.ts';
import { BreakableText } from '../shared/breakable-text.tsx';
import { Notice } from '../shared/notice.tsx';
import { ProblemNotice } from '../shared/problem-notice.tsx';
import { rememberSkip, wasSkipped } from './activation/activation-need.ts';
import { isConsentNews } from './activation/arrival.ts';
import css from './home/home.module.css';
import { arrivedWith } from './login/arrived-problem.ts';
import { useDialogs } from './use-dialogs.ts';

const LoginProblem = lazy(async () => ({
  default: (await import('./login/login-problem.tsx')).LoginProblem,
}));

export function PageNews(props: {
  readonly mailbox: MailboxView | null;
  readonly isOnline: boolean;
  readonly error: Error | null;
  readonly onReload: () => unknown;
}) {
  const { mailbox, isOnline, error, onReload } = props;
  return (
    <>
      {!isOnline && (
        <Notice tone="waiting" live>
          <p>You are offline. Sync goes on without you; this page catches up when you are back.</p>
        </Notice>
      )}
      {arrivedWith !== null && !isConsentNews(arrivedWith) && (
        <Suspense>
          <LoginProblem code={arrivedWith} />
        </Suspense>
      )}
      {error !== null && <ProblemNotice problem={problemOf(error)} onRetry={() => void onReload()} />}
      {mailbox !== null && <OtherMailbox connected={mailbox} />}
    </>
  );
}

/** The page stands in another mailbox than the one that is synced (A10). A second address of the same one is named once per window. */
function OtherMailbox({ connected }: { readonly connected: MailboxView }) {
  const { mailboxAddress } = useHost();
  const openDialog = useDialogs();
  const occasion = `lockstep.same.${connected.id}.${mailboxAddress}`;
  const [isSame, setSame] = useState(() => wasSkipped(occasion));
  const isOther = mailboxAddress?.toLowerCase() !== connected.address.toLowerCase();
  if (mailboxAddress === null || isSame || !isOther) return null;
  return (
    <Notice tone="waiting" live>
      <p>
        You have{' '}
        <strong>
          <BreakableText text={mailboxAddress} />
        </strong>{' '}
        open, and Lockstep syncs{' '}
        <strong>
          <BreakableText text={connected.address} />
        </strong>
        .
      </p>
      <div className={css.actions}>
        <Button onClick={() => openDialog({ name: 'activation', intent: 'change' })}>
          Change the mailbox
        </Button>
        <Button
          appearance="subtle"
          onClick={() => {
            rememberSkip(occasion);
            setSame(true);
          }}
        >
          It is the same mailbox
        </Button>
      </div>
    </Notice>
  );
}
