/** What needs the person, in whole sentences: what happened, since when, and the one button that helps. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import cardCss from '../../shared/card.module.css';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import { isActivated } from '../activation/activation-need.ts';
import { ApprovalHelp } from '../activation/approval-help.tsx';
import { RemedyButton } from '../status/remedy-button.tsx';
import { useDialogs } from '../use-dialogs.ts';
import css from './home.module.css';

/** Whether there is anything that a calm page would not say. */
export function needsAttention(mailbox: MailboxView | null): mailbox is MailboxView {
  if (!isActivated(mailbox)) return false;
  return mailbox.state !== 'active' || mailbox.isLate || mailbox.cause !== null;
}

export function AttentionCard({ mailbox }: { readonly mailbox: MailboxView }) {
  const { status, cause, state, isLate } = mailbox;
  const openDialog = useDialogs();
  const tone = status.tone === 'good' ? 'waiting' : status.tone;
  return (
    <section className={cardCss.card} aria-label="Needs attention">
      <Notice tone={tone}>
        <p className={css.sentence}>{status.text}</p>
        {cause !== null && !status.text.includes(cause.text) && <p>{cause.text}</p>}
        {state !== 'active' && (
          <p>
            Since <InstantText at={mailbox.stateSince} withExact />.
            {mailbox.pausedBy === 'admin' && ' Paused by an administrator.'}
          </p>
        )}
        {mailbox.pausedUntil !== null && (
          <p>
            Sync resumes by itself <InstantText at={mailbox.pausedUntil} withExact />.
          </p>
        )}
        {isLate && state === 'active' && (
          <p>The last sync is longer ago than it should be. Nothing is lost; it is caught up.</p>
        )}
        <ApprovalHelp mailbox={mailbox} />
        {cause !== null && <FailureDetail {...cause} />}
      </Notice>
      <div className={css.actions}>
        {(state === 'paused' || state === 'suspended') && (
          <Button
            appearance={cause === null || cause.remedy === 'none' ? 'primary' : 'secondary'}
            onClick={() => openDialog({ name: 'resume' })}
          >
            Resume
          </Button>
        )}
        <RemedyButton mailbox={mailbox} />
      </div>
    </section>
  );
}
