/** Where a person is logged in (OWASP ASVS 7.5.2): each session with where and when, and the way to end those that are not this one. */
import { Button } from '@fluentui/react-components';
import { useId, useRef } from 'react';
import type { OwnSessionsView } from '../../../../api-schema/sessions.ts';
import { problemOf } from '../../../shared/api-problem.ts';
import { Card, Quiet } from '../../../shared/card.tsx';
import { InstantText } from '../../../shared/instant-text.tsx';
import { Loading } from '../../../shared/loading.tsx';
import { ProblemNotice } from '../../../shared/problem-notice.tsx';
import { useEndOtherSessions, useEndSession, useSessions } from '../../../shared/session-queries.ts';
import { sayPlace } from '../../../shared/session-words.ts';
import { sayNumber } from '../../../shared/times.ts';
import statusCss from '../../status/status.module.css';
import css from '../settings.module.css';

export function SessionsCard() {
  const sessions = useSessions();
  const endOne = useEndSession();
  const endOthers = useEndOtherSessions();
  const about = useRef<HTMLParagraphElement>(null);
  const items = sessions.data?.items ?? [];
  // The button goes with its session: whoever used it reads on from here.
  const readOn = { onSuccess: () => about.current?.focus() };
  const problem = endOne.error ?? endOthers.error;
  return (
    <Card title="Where you are logged in">
      <p ref={about} tabIndex={-1} className={statusCss.quiet}>
        A session ends after some hours without use, and after twelve hours in any case.
      </p>
      {sessions.isPending && <Loading label="Loading your sessions" lines={2} />}
      {sessions.error !== null && (
        <ProblemNotice problem={problemOf(sessions.error)} onRetry={() => void sessions.refetch()} />
      )}
      {items.length > 0 && (
        <ul className={statusCss.list} aria-label="Your sessions">
          {items.map((item) => (
            <Session
              key={item.id}
              session={item}
              isBusy={endOne.isPending || endOthers.isPending}
              onEnd={() => endOne.mutate(item.id, readOn)}
            />
          ))}
        </ul>
      )}
      {sessions.isSuccess && items.length <= 1 && <Quiet>You are logged in nowhere else.</Quiet>}
      {items.length > 1 && (
        <div className={css.actions}>
          <Button disabledFocusable={endOthers.isPending} onClick={() => endOthers.mutate(undefined, readOn)}>
            End all others
          </Button>
        </div>
      )}
      <span role="status" className={statusCss.quiet}>
        {endOthers.isSuccess && `${sayNumber(endOthers.data.ended, 'session was', 'sessions were')} ended.`}
        {endOne.isSuccess && !endOthers.isSuccess && 'The session was ended.'}
      </span>
      {problem !== null && <ProblemNotice problem={problemOf(problem)} />}
    </Card>
  );
}

function Session(props: {
  readonly session: OwnSessionsView['items'][number];
  readonly isBusy: boolean;
  readonly onEnd: () => void;
}) {
  const { session, isBusy, onEnd } = props;
  const id = useId();
  return (
    <li className={css.session}>
      <div id={id}>
        <p>
          {sayPlace(session.place)}
          {session.current && <strong> · this one</strong>}
        </p>
        <p className={statusCss.quiet}>
          Logged in <InstantText at={session.startedAt} withExact />
        </p>
        <p className={statusCss.quiet}>
          Last used <InstantText at={session.usedAt} />
        </p>
      </div>
      {!session.current && (
        <Button aria-describedby={id} disabledFocusable={isBusy} onClick={onEnd}>
          End
        </Button>
      )}
    </li>
  );
}
