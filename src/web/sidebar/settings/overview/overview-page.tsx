/** *Overview* (D1): status and why, next run, the last 7 days, completeness, open issues, and *Pause*, *Sync now*, *Deactivate*. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../../shared/card.tsx';
import { holdsKey, issuesKey, runsKey } from '../../../shared/queries.ts';
import { isActivated } from '../../activation/activation-need.ts';
import { HoldsCard } from '../../holds/holds-card.tsx';
import { IssueList } from '../../status/issue-list.tsx';
import { RunFacts } from '../../status/run-facts.tsx';
import { RunProgress } from '../../status/run-progress.tsx';
import type { StartSync } from '../../status/use-start-sync.ts';
import { Completeness } from './completeness.tsx';
import { StatusCard } from './status-card.tsx';
import { WeekChart } from './week-chart.tsx';

/** Lists are read anew whenever a run begins or ends. */
function useFreshLists(mailbox: MailboxView) {
  const client = useQueryClient();
  const mark = `${mailbox.lastRun?.id} ${mailbox.running}`;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the mark is the reason to read anew.
  useEffect(() => {
    void client.invalidateQueries({ queryKey: runsKey });
    void client.invalidateQueries({ queryKey: issuesKey });
    void client.invalidateQueries({ queryKey: holdsKey });
  }, [client, mark]);
}

export function OverviewPage({ mailbox, sync }: { readonly mailbox: MailboxView; readonly sync: StartSync }) {
  useFreshLists(mailbox);
  // Stays after the last word, so that what was said can be read.
  const [hadHolds, setHadHolds] = useState(false);
  if (mailbox.holdsWaiting > 0 && !hadHolds) setHadHolds(true);
  return (
    <>
      {isActivated(mailbox) && <StatusCard mailbox={mailbox} sync={sync} />}
      {mailbox.running && <RunProgress mailbox={mailbox} />}
      {hadHolds && <HoldsCard />}
      <IssueList />
      {!mailbox.running && (
        <Card title="Last run">
          {mailbox.lastRun === null ? <Quiet>No run yet.</Quiet> : <RunFacts run={mailbox.lastRun} />}
        </Card>
      )}
      <WeekChart week={mailbox.week} />
      <Completeness completeness={mailbox.completeness} />
    </>
  );
}
