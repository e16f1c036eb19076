/** Opens the link of an e-mail, once, and then shows the page that it is for; or says in friendly words that it leads nowhere any more. */
import { Link } from '@fluentui/react-components';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { Problem } from '../../../api-schema/problem.ts';
import { sendJson } from '../../shared/api-client.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Loading } from '../../shared/loading.tsx';
import { Notice } from '../../shared/notice.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { sessionKey, useSession } from '../../shared/queries.ts';
import { SignedInContext } from '../../shared/signed-in-user.ts';
import type { ArrivedLink } from './arrived-link.ts';
import { ReconnectFrame } from './reconnect-frame.tsx';
import { ReconnectPage } from './reconnect-page.tsx';

/** Tokens are used once: what was sent in this page is not sent again, however often it is rendered. */
const opened = new Map<string, Promise<unknown>>();

function open(token: string): Promise<unknown> {
  const before = opened.get(token);
  if (before !== undefined) return before;
  const opening = sendJson('POST', '/api/reconnect', null, { token });
  opened.set(token, opening);
  return opening;
}

export function ReconnectEntrance({ link }: { readonly link: ArrivedLink }) {
  const client = useQueryClient();
  const session = useSession();
  const { token } = link;
  const [state, setState] = useState<'opening' | 'open' | Problem>(token === null ? 'open' : 'opening');
  useEffect(() => {
    if (token === null) return undefined;
    let isLeft = false;
    open(token).then(
      async () => {
        await client.resetQueries({ queryKey: sessionKey });
        if (!isLeft) setState('open');
      },
      (error: unknown) => {
        if (!isLeft) setState(problemOf(error));
      },
    );
    return () => {
      isLeft = true;
    };
  }, [token, client]);
  if (typeof state === 'object') return <Refused problem={state} />;
  if (state === 'opening' || session.isPending) {
    return (
      <ReconnectFrame title="Opening the link">
        <Loading label="Opening the link" lines={4} />
      </ReconnectFrame>
    );
  }
  if (session.data?.signedIn !== true) return <Spent />;
  return (
    <SignedInContext value={session.data}>
      <ReconnectPage session={session.data} />
    </SignedInContext>
  );
}

/** Expired, used, or not to be reached. */
function Refused({ problem }: { readonly problem: Problem }) {
  if (problem.status === 410 || problem.code === 'api.link-expired') return <Spent />;
  return (
    <ReconnectFrame title="The link could not be opened">
      <ProblemNotice problem={problem} />
      <WayOn />
    </ReconnectFrame>
  );
}

function Spent() {
  return (
    <ReconnectFrame title="This link has been used or has ended">
      <Notice tone="waiting">
        <p>
          For your safety a link works once and for a short time. Nothing is lost: log in with Salesforce, and
          Lockstep shows what stopped and how to go on.
        </p>
      </Notice>
      <WayOn />
    </ReconnectFrame>
  );
}

function WayOn() {
  return (
    <p>
      <Link href="#/" inline>
        Open Lockstep
      </Link>
    </p>
  );
}
