/** The page a person sees day by day: how sync stands, what the last run did, what needs him, and what ran before. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { problemOf } from '../../shared/api-problem.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { ProblemNotice } from '../../shared/problem-notice.tsx';
import { issuesKey, runsKey } from '../../shared/queries.ts';
import { isActivated } from '../activation/activation-need.ts';
import { isConsentNews } from '../activation/arrival.ts';
import { arrivedWith, loginProblem } from '../login/login-problem.ts';
import { IssueList } from './issue-list.tsx';
import { MissingFeatures } from './missing-features.tsx';
import { RunFacts } from './run-facts.tsx';
import { RunList } from './run-list.tsx';
import { RunProgress } from './run-progress.tsx';
import css from './status.module.css';
import { StatusCard } from './status-card.tsx';
import type { StartSync } from './use-start-sync.ts';

/** Lists are read anew whenever a run begins or ends. */
function useFreshLists(mailbox: MailboxView | null) {
  const client = useQueryClient();
  const mark = mailbox === null ? null : `${mailbox.lastRun?.id} ${mailbox.running}`;
  useEffect(() => {
    if (mark === null) return;
    void client.invalidateQueries({ queryKey: runsKey });
    void client.invalidateQueries({ queryKey: issuesKey });
  }, [client, mark]);
}

/** Status of one mailbox, or what is missing while there is none. */
export function StatusPage(props: {
  readonly mailbox: MailboxView | null;
  readonly error: Error | null;
  readonly onReload: () => void;
  readonly onSetUp: () => void;
  readonly sync: StartSync;
}) {
  const { mailbox, error, onReload, onSetUp, sync } = props;
  useFreshLists(mailbox);
  useEffect(() => {
    document.title = 'Sync status · Lockstep';
  }, []);
  return (
    <>
      <h1 tabIndex={-1} className="visually-hidden">
        Sync status
      </h1>
      {arrivedWith !== null && !isConsentNews(arrivedWith) && (
        <ProblemNotice problem={loginProblem(arrivedWith)} />
      )}
      {error !== null && <ProblemNotice problem={problemOf(error)} onRetry={onReload} />}
      {!isActivated(mailbox) && <MissingFeatures mailbox={mailbox} onSetUp={onSetUp} />}
      {mailbox !== null && mailbox.state !== 'not-activated' && (
        <div className={css.columns}>
          <div className={css.column}>
            {isActivated(mailbox) && <StatusCard mailbox={mailbox} sync={sync} onConnect={onSetUp} />}
            {mailbox.running && <RunProgress mailbox={mailbox} />}
            <IssueList />
          </div>
          <div className={css.column}>
            {!mailbox.running && (
              <Card title="Last run">
                {mailbox.lastRun === null ? <Quiet>No run yet.</Quiet> : <RunFacts run={mailbox.lastRun} />}
              </Card>
            )}
            <RunList />
          </div>
        </div>
      )}
    </>
  );
}
