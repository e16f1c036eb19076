/** Why the dialog is open: a first start, or what happened to the connection and since when. */
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import css from './activation.module.css';
import { ApprovalHelp } from './approval-help.tsx';

/** One sentence on first start; the failure with its remedy where the mail server no longer accepts us. */
export function ActivationReason({ mailbox }: { readonly mailbox: MailboxView | null }) {
  if (mailbox?.state !== 'authorization-required') {
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
