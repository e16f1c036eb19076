/** How sync stands, in one sentence with icon and colour; since when, until when, and the one button that helps. */
import { Button } from '@fluentui/react-components';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { BreakableText } from '../../shared/breakable-text.tsx';
import cardCss from '../../shared/card.module.css';
import { FailureDetail } from '../../shared/failure-detail.tsx';
import { InstantText } from '../../shared/instant-text.tsx';
import { Notice } from '../../shared/notice.tsx';
import { useSignedIn } from '../../shared/signed-in-user.ts';
import { sayCount } from '../../shared/times.ts';
import { ApprovalHelp } from '../activation/approval-help.tsx';
import { repairWords } from '../activation/service-words.ts';
import css from './status.module.css';
import { SyncNow } from './sync-now.tsx';
import type { StartSync } from './use-start-sync.ts';

/** The sentence is read out whenever it changes. */
export function StatusCard(props: {
  readonly mailbox: MailboxView;
  readonly sync: StartSync;
  readonly onConnect: () => void;
}) {
  const { mailbox, sync, onConnect } = props;
  const { status, cause } = mailbox;
  const { services } = useSignedIn();
  const mustConnect = mailbox.state === 'authorization-required';
  return (
    <section className={cardCss.card} aria-label="Status">
      <Notice tone={status.tone}>
        <p role="status" className={css.sentence}>
          {status.text}
        </p>
        {cause !== null && !status.text.includes(cause.text) && <p>{cause.text}</p>}
        <ApprovalHelp mailbox={mailbox} />
        {cause !== null && <FailureDetail {...cause} />}
      </Notice>
      <dl className={css.facts}>
        <dt>Mailbox</dt>
        <dd>
          <BreakableText text={mailbox.address} /> ({mailbox.service})
        </dd>
        <dt>Last success</dt>
        <dd>
          {mailbox.lastSuccessAt === null ? 'none yet' : <InstantText at={mailbox.lastSuccessAt} withExact />}
        </dd>
        <dt>Next run</dt>
        <dd>
          {mailbox.nextRunAt === null ? 'none planned' : <InstantText at={mailbox.nextRunAt} withExact />}
        </dd>
        <dt>In Salesforce</dt>
        <dd>{sayCount(mailbox.savedTotal)} mails of this mailbox</dd>
      </dl>
      {mustConnect ? (
        <div className={css.actions}>
          <Button appearance="primary" onClick={onConnect}>
            {repairWords(mailbox, services)}
          </Button>
        </div>
      ) : (
        <SyncNow sync={sync} />
      )}
    </section>
  );
}
