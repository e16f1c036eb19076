/** The sidebar (U1): what needs the person, the mail that is open beside the page or else how sync stands in short, and what is missing. */
import { lazy, Suspense, useEffect } from 'react';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { useOpenMail } from '../../host/use-host.ts';
import { Loading } from '../../shared/loading.tsx';
import { isActivated } from '../activation/activation-need.ts';
import { MissingFeatures } from '../status/missing-features.tsx';
import { RunProgress } from '../status/run-progress.tsx';
import type { StartSync } from '../status/use-start-sync.ts';
import { AttentionCard, needsAttention } from './attention-card.tsx';
import { CalmCard } from './calm-card.tsx';
import css from './home.module.css';

const HoldNotice = lazy(async () => ({ default: (await import('../holds/hold-notice.tsx')).HoldNotice }));
const OpenMailCard = lazy(async () => ({ default: (await import('./open-mail-card.tsx')).OpenMailCard }));

export function HomePage({
  mailbox,
  sync,
}: {
  readonly mailbox: MailboxView | null;
  readonly sync: StartSync;
}) {
  const mail = useOpenMail();
  useEffect(() => {
    document.title = 'Lockstep';
  }, []);
  return (
    <div className={css.page}>
      <h1 tabIndex={-1} className="visually-hidden">
        Lockstep
      </h1>
      {needsAttention(mailbox) && <AttentionCard mailbox={mailbox} />}
      {isActivated(mailbox) && mailbox.holdsWaiting > 0 && (
        <Suspense fallback={<Loading label="Loading held deletions" />}>
          <HoldNotice count={mailbox.holdsWaiting} />
        </Suspense>
      )}
      {mail !== null && isActivated(mailbox) && (
        <Suspense fallback={<Loading label="Looking at this mail" />}>
          <OpenMailCard key={JSON.stringify(mail.name)} mail={mail} />
        </Suspense>
      )}
      {!isActivated(mailbox) && <MissingFeatures mailbox={mailbox} />}
      {mailbox?.running === true && mail === null && <RunProgress mailbox={mailbox} />}
      {isActivated(mailbox) && mail === null && <CalmCard mailbox={mailbox} sync={sync} />}
    </div>
  );
}
