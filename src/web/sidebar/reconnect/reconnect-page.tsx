/**
 * Where the link of an e-mail leads: what stopped, since when, and the one thing that mends it; green at the end. A session that came by the link may
 * see nothing else.
 */
import { Button, DialogBody } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ActivationView, MailboxView } from '../../../api-schema/mailbox.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Loading } from '../../shared/loading.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { mailboxKey, useMailbox } from '../../shared/queries.ts';
import type { SignedInSession } from '../../shared/signed-in-user.ts';
import { useSignIn } from '../../shared/use-sign-in.ts';
import activationCss from '../activation/activation.module.css';
import { CheckList } from '../activation/check-list.tsx';
import { Connector } from '../activation/connector.tsx';
import { useAttempt } from '../activation/use-attempt.ts';
import { RENEW_CRM } from '../status/remedy-button.tsx';
import { ReconnectFrame } from './reconnect-frame.tsx';

/** The mailbox is read live: it may have been mended meanwhile. */
export function ReconnectPage({ session }: { readonly session: SignedInSession }) {
  const query = useMailbox(session.mailbox, false);
  const mailbox = query.data ?? null;
  if (mailbox === null) {
    return (
      <ReconnectFrame title="Connect your mailbox again">
        {query.error === null ? (
          <Loading label="Loading your mailbox" />
        ) : (
          <ProblemNotice problem={problemOf(query.error)} onRetry={() => void query.refetch()} />
        )}
      </ReconnectFrame>
    );
  }
  const isStopped = mailbox.state === 'authorization-required' || mailbox.cause !== null;
  if (isStopped && mailbox.cause?.remedy === 'connect-crm') return <RenewCrm mailbox={mailbox} />;
  return <RenewMailbox mailbox={mailbox} isStopped={isStopped} />;
}

function WhatStopped({ mailbox }: { readonly mailbox: MailboxView }) {
  const { cause, status } = mailbox;
  return (
    <Notice tone="bad">
      <p>
        Sync of{' '}
        <strong>
          <BreakableText text={mailbox.address} />
        </strong>{' '}
        has stopped (<InstantText at={mailbox.stateSince} withExact />
        ). {cause?.text ?? status.text}
      </p>
      <p>Nothing is lost: what came meanwhile is caught up.</p>
      {cause !== null && <FailureDetail {...cause} />}
    </Notice>
  );
}

function RenewCrm({ mailbox }: { readonly mailbox: MailboxView }) {
  const goTo = useSignIn();
  return (
    <ReconnectFrame title="Log in with Salesforce again">
      <WhatStopped mailbox={mailbox} />
      <Button appearance="primary" size="large" onClick={() => void goTo(RENEW_CRM).catch(() => undefined)}>
        Log in with Salesforce
      </Button>
    </ReconnectFrame>
  );
}

/** The same forms as in the dialog, on a page of their own. */
function RenewMailbox({
  mailbox,
  isStopped,
}: {
  readonly mailbox: MailboxView;
  readonly isStopped: boolean;
}) {
  const client = useQueryClient();
  const [result, setResult] = useState<ActivationView | null>(null);
  const attempt = useAttempt((activation) => {
    setResult(activation);
    client.setQueryData(mailboxKey, activation.mailbox);
  });
  if (result !== null || (!isStopped && attempt.phase === 'idle' && attempt.outcome.problem === null)) {
    return <Mended mailbox={result?.mailbox ?? mailbox} checks={result?.checks ?? []} />;
  }
  return (
    <ReconnectFrame title="Connect your mailbox again">
      {mailbox.state !== 'authorization-required' && <WhatStopped mailbox={mailbox} />}
      <DialogBody className={activationCss.onPage ?? ''}>
        <Connector
          mailbox={mailbox}
          intent="refresh"
          attempt={attempt}
          isPinned
          onSkip={null}
          onChange={null}
        />
      </DialogBody>
    </ReconnectFrame>
  );
}

function Mended(props: { readonly mailbox: MailboxView; readonly checks: ActivationView['checks'] }) {
  const { mailbox, checks } = props;
  return (
    <ReconnectFrame title="Sync is on again">
      <Notice tone="good" live>
        <p>
          <strong>
            <BreakableText text={mailbox.address} />
          </strong>{' '}
          is connected. What came meanwhile is caught up by itself; you can close this page.
        </p>
      </Notice>
      {checks.length > 0 && <CheckList checks={checks} />}
    </ReconnectFrame>
  );
}
