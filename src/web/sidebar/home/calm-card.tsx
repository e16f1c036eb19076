/** How sync stands when no mail is open beside the page: short, friendly, and with the ways on. */

import { Button } from '@fluentui/react-components';
import { useLocation } from 'wouter';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { sayInStep } from '../../../model/collection-words.ts';
import { useHost } from '../../host/use-host.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import { Card } from '../../shared/card.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { sayCount, sayNumber } from '../../shared/times.ts';
import { SyncNow } from '../status/sync-now.tsx';
import type { StartSync } from '../status/use-start-sync.ts';
import { needsAttention } from './attention-card.tsx';
import css from './home.module.css';

export function CalmCard({ mailbox, sync }: { readonly mailbox: MailboxView; readonly sync: StartSync }) {
  const host = useHost();
  const [, goTo] = useLocation();
  const mustConnect = mailbox.state === 'authorization-required';
  return (
    <Card title="Your mailbox">
      {host.kind !== 'browser' && <p>Open a mail to see whether it is in Salesforce.</p>}
      <dl className={css.facts}>
        <dt>Mailbox</dt>
        <dd>
          <BreakableText text={mailbox.address} /> ({mailbox.service})
        </dd>
        <dt>Last sync</dt>
        <dd>
          {mailbox.lastSuccessAt === null ? 'none yet' : <InstantText at={mailbox.lastSuccessAt} withExact />}
        </dd>
        <dt>Next run</dt>
        <dd>
          {mailbox.nextRunAt === null ? 'none planned' : <InstantText at={mailbox.nextRunAt} withExact />}
        </dd>
        <dt>In Salesforce</dt>
        <dd>{sayCount(mailbox.savedTotal)} mails of this mailbox</dd>
        <dt>In step</dt>
        <dd>{sayInStep(mailbox.inStep)}</dd>
        {mailbox.issuesOpen > 0 && (
          <>
            <dt>Issues</dt>
            <dd>{sayNumber(mailbox.issuesOpen, 'item')} could not be saved</dd>
          </>
        )}
      </dl>
      {!mustConnect && (
        <SyncNow sync={sync} isSecond={mailbox.holdsWaiting > 0 || needsAttention(mailbox)}>
          <Button onClick={() => goTo('/settings')}>
            {mailbox.issuesOpen > 0 ? 'See the issues' : 'Sync settings'}
          </Button>
        </SyncNow>
      )}
    </Card>
  );
}
