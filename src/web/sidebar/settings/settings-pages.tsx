/** *Sync settings*: five short pages, the way between them at the left, or as tabs above where it is narrow. */

import { Button } from '@fluentui/react-components';
import { type ReactNode, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import type { MailboxView } from '../../../api-schema/mailbox.ts';
import { Icon } from '../../shared/icons.tsx';
import { Notice } from '../../shared/notice.tsx';
import { awaitsStart } from '../activation/activation-need.ts';
import { MissingFeatures } from '../status/missing-features.tsx';
import type { StartSync } from '../status/use-start-sync.ts';
import { useDialogs } from '../use-dialogs.ts';
import { AccountsPage } from './accounts/accounts-page.tsx';
import { SessionsCard } from './accounts/sessions-card.tsx';
import { HistoryPage } from './history/history-page.tsx';
import { NeverPage } from './never/never-page.tsx';
import { OverviewPage } from './overview/overview-page.tsx';
import css from './settings.module.css';
import { SyncedPage } from './synced/synced-page.tsx';

const pages = [
  ['overview', 'Overview'],
  ['accounts', 'Accounts'],
  ['synced', 'What is synced'],
  ['never', 'Never sync'],
  ['history', 'History'],
] as const;

/** `page` is of the address; one that is not known is the overview. */
export function SettingsPages(props: {
  readonly page: string;
  readonly mailbox: MailboxView | null;
  readonly sync: StartSync;
}) {
  const { mailbox, sync } = props;
  const [page, title] = pages.find(([name]) => name === props.page) ?? pages[0];
  const heading = useRef<HTMLHeadingElement>(null);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page is read from its heading on.
  useEffect(() => {
    document.title = `${title} · Sync settings · Lockstep`;
    heading.current?.focus();
  }, [page, title]);
  return (
    <div className={css.frame}>
      <div className={css.side}>
        <Link href="/" className={css.back ?? ''}>
          <Icon name="back" size={16} /> Sidebar
        </Link>
        <nav aria-label="Sync settings">
          <ul className={css.tabs}>
            {pages.map(([name, label]) => (
              <li key={name}>
                <Link
                  href={name === 'overview' ? '/settings' : `/settings/${name}`}
                  className={css.tab ?? ''}
                  aria-current={name === page ? 'page' : undefined}
                >
                  {label}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      </div>
      <div className={css.page}>
        <h1 ref={heading} tabIndex={-1} className={css.title}>
          <span className="visually-hidden">Sync settings: </span>
          {title}
        </h1>
        {awaitsStart(mailbox) && page !== 'overview' && <BackToPreview />}
        {page === 'overview' && (
          <Connected mailbox={mailbox}>{(known) => <OverviewPage mailbox={known} sync={sync} />}</Connected>
        )}
        {page === 'accounts' && (
          <>
            <Connected mailbox={mailbox}>{(known) => <AccountsPage mailbox={known} />}</Connected>
            <SessionsCard />
          </>
        )}
        {page === 'synced' && <SyncedPage mailbox={mailbox} />}
        {page === 'never' && <NeverPage />}
        {page === 'history' && <Connected mailbox={mailbox}>{() => <HistoryPage />}</Connected>}
      </div>
    </div>
  );
}

/** A page about a mailbox; without one it says what is missing. */
function Connected(props: {
  readonly mailbox: MailboxView | null;
  readonly children: (mailbox: MailboxView) => ReactNode;
}) {
  const { mailbox, children } = props;
  if (mailbox === null || mailbox.state === 'not-activated') return <MissingFeatures mailbox={mailbox} />;
  return (
    <>
      {mailbox.state === 'deactivated' && <MissingFeatures mailbox={mailbox} />}
      {children(mailbox)}
    </>
  );
}

/** For whoever left the preview to change what is saved. */
function BackToPreview() {
  const openDialog = useDialogs();
  return (
    <Notice tone="waiting">
      <p>Sync is connected and not started yet.</p>
      <div>
        <Button appearance="primary" onClick={() => openDialog({ name: 'activation', intent: 'activate' })}>
          Back to the preview
        </Button>
      </div>
    </Notice>
  );
}
