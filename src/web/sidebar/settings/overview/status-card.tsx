/** How sync stands, in one sentence with icon and colour; why, since when, until when, and what the person may do about it. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../../api-schema/mailbox.ts';
import { sayInStep } from '../../../../model/collection-words.ts';
import { BreakableText } from '../../../shared/breakable-text.tsx';
import cardCss from '../../../shared/card.module.css';
import { FailureDetail } from '../../../shared/failure-detail.tsx';
import { InstantText } from '../../../shared/instant-text.tsx';
import { Notice } from '../../../shared/notice.tsx';
import { sayCount } from '../../../shared/times.ts';
import { ApprovalHelp } from '../../activation/approval-help.tsx';
import { mayDeactivate, mayPause, mayResume } from '../../life/may-change.ts';
import { RemedyButton } from '../../status/remedy-button.tsx';
import css from '../../status/status.module.css';
import { SyncNow } from '../../status/sync-now.tsx';
import type { StartSync } from '../../status/use-start-sync.ts';
import { useDialogs } from '../../use-dialogs.ts';

export function StatusCard({ mailbox, sync }: { readonly mailbox: MailboxView; readonly sync: StartSync }) {
  const { status, cause } = mailbox;
  const openDialog = useDialogs();
  return (
    <section className={cardCss.card} aria-label="Status">
      <Notice tone={mailbox.isLate && status.tone === 'good' ? 'waiting' : status.tone}>
        <p className={css.sentence}>{status.text}</p>
        {cause !== null && !status.text.includes(cause.text) && <p>{cause.text}</p>}
        {mailbox.pausedBy === 'admin' && <p>Paused by an administrator.</p>}
        {mailbox.isLate && (
          <p>The last sync is longer ago than it should be. Nothing is lost; it is caught up.</p>
        )}
        <ApprovalHelp mailbox={mailbox} />
        {cause !== null && <FailureDetail {...cause} />}
      </Notice>
      <Facts mailbox={mailbox} />
      <div className={css.actions}>
        <RemedyButton mailbox={mailbox} />
      </div>
      <SyncNow sync={sync} isSecond={cause !== null}>
        {mayPause(mailbox) && <Button onClick={() => openDialog({ name: 'pause' })}>Pause</Button>}
        {mayResume(mailbox) && <Button onClick={() => openDialog({ name: 'resume' })}>Resume</Button>}
        {mayDeactivate(mailbox) && (
          <Button onClick={() => openDialog({ name: 'deactivate' })}>Deactivate</Button>
        )}
      </SyncNow>
    </section>
  );
}

function Facts({ mailbox }: { readonly mailbox: MailboxView }) {
  const { lastSuccessAt, nextRunAt, pausedUntil, intervalMinutes } = mailbox;
  return (
    <dl className={css.facts}>
      <dt>Mailbox</dt>
      <dd>
        <BreakableText text={mailbox.address} /> ({mailbox.service})
      </dd>
      {mailbox.state !== 'active' && (
        <>
          <dt>In this state</dt>
          <dd>
            since <InstantText at={mailbox.stateSince} withExact />
          </dd>
        </>
      )}
      {pausedUntil !== null && (
        <>
          <dt>Resumes</dt>
          <dd>
            <InstantText at={pausedUntil} withExact />
          </dd>
        </>
      )}
      <dt>Last success</dt>
      <dd>{lastSuccessAt === null ? 'none yet' : <InstantText at={lastSuccessAt} withExact />}</dd>
      <dt>Next run</dt>
      <dd>{nextRunAt === null ? 'none planned' : <InstantText at={nextRunAt} withExact />}</dd>
      <dt>Rhythm</dt>
      <dd>{sayRhythm(intervalMinutes)}</dd>
      <dt>In Salesforce</dt>
      <dd>{sayCount(mailbox.savedTotal)} mails of this mailbox</dd>
      <dt>In step</dt>
      <dd>{sayInStep(mailbox.inStep)}</dd>
    </dl>
  );
}

/** `every 30 minutes, day and night` */
function sayRhythm(minutes: number): string {
  const every =
    minutes % 60 === 0 || minutes > 120
      ? `every ${minutes / 60 === 1 ? 'hour' : `${Math.round(minutes / 6) / 10} hours`}`
      : `every ${sayCount(minutes)} minutes`;
  return `${every}, day and night`;
}
