/** A run under way: what it has done so far. How much there will be nobody knows beforehand, so the bar has no end. */
import { ProgressBar } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { Card, Quiet } from '../../shared/card.tsx';
import { RunCountsView } from './run-facts.tsx';

/** The first sync says that it may take long and needs nobody. */
export function RunProgress({ mailbox }: { readonly mailbox: MailboxView }) {
  const isFirst = mailbox.lastSuccessAt === null;
  const run = mailbox.lastRun?.outcome === 'running' ? mailbox.lastRun : null;
  return (
    <Card title={isFirst ? 'First sync' : 'Sync under way'}>
      <ProgressBar aria-label={isFirst ? 'First sync under way' : 'Sync under way'} />
      {run !== null && <RunCountsView run={run} />}
      <Quiet>
        {isFirst
          ? 'The newest mail comes first. You can close this page: it goes on by itself.'
          : 'You can close this page: it goes on by itself.'}
      </Quiet>
    </Card>
  );
}
