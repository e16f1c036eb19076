/** Why the dialog is open: a first start, a wish of the person, or what happened to the connection and since when. */
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import type { ConnectIntent } from '../use-dialogs.ts';
import css from './activation.module.css';
import { ApprovalHelp } from './approval-help.tsx';

/** One sentence on first start; the failure with its remedy where the mail server no longer accepts us. */
export function ActivationReason({
  mailbox,
  intent,
}: {
  readonly mailbox: MailboxView | null;
  readonly intent: ConnectIntent;
}) {
  if (intent === 'change') {
    return <p className={css.quiet}>Connect the mailbox that is to be synced from now on.</p>;
  }
  if (mailbox !== null && mailbox.state !== 'authorization-required') {
    return (
      <p className={css.quiet}>
        Renews the access to your mailbox. Links, settings and what was saved stay as they are.
      </p>
    );
  }
  if (mailbox === null) {
    return (
      <p className={css.quiet}>
        Lockstep reads your mail and saves what belongs to your contacts and leads to Salesforce, every 30
        minutes.
      </p>
    );
  }
  return (
    <Notice tone="bad">
      <p>
        {mailbox.cause?.text ?? mailbox.status.text} Sync has stopped (<InstantText at={mailbox.stateSince} />
        ); nothing is lost, it catches up once you connect again.
      </p>
      <ApprovalHelp mailbox={mailbox} />
      {mailbox.cause !== null && <FailureDetail {...mailbox.cause} />}
    </Notice>
  );
}
