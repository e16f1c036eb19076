/**
 * Everything for a signed-in person: header with the ☰ menu, the page that the address names, and the activation dialog above it.
 * It decides when that dialog opens by itself; what is in it lies in `activation/`.
 */
import { lazy, Suspense, useEffect, useRef, useState } from 'react';
import { Route, Switch } from 'wouter';
import { Notice } from '../shared/notice.tsx';
import { useMailbox } from '../shared/queries.ts';
import type { SignedInSession } from '../shared/signed-in-user.ts';
import { useOnline } from '../shared/use-media.ts';
import { activationNeed, rememberSkip, wasSkipped } from './activation/activation-need.ts';
import { arrival } from './activation/arrival.ts';
import { AppHeader } from './app-header.tsx';
import { SettingsPage } from './settings/settings-page.tsx';
import css from './signed-in-pages.module.css';
import { StatusPage } from './status/status-page.tsx';
import { useExpectedRun } from './status/use-expected-run.ts';
import { useStartSync } from './status/use-start-sync.ts';

const ActivationDialog = lazy(async () => ({
  default: (await import('./activation/activation-dialog.tsx')).ActivationDialog,
}));

/** The signed-in pages and the dialog that may stand over them. */
export function SignedInPages({ session }: { readonly session: SignedInSession }) {
  const expected = useExpectedRun();
  const query = useMailbox(session.mailbox, expected.isExpected);
  const mailbox = query.data ?? null;
  const sync = useStartSync(mailbox, expected);
  const need = activationNeed(session.user.username, mailbox);
  const [asked, setAsked] = useState(arrival !== null);
  const [dismissed, setDismissed] = useState<string | null>(null);
  const opensByItself = need !== null && dismissed !== need && !wasSkipped(need);
  const online = useOnline();
  const main = useRef<HTMLElement>(null);
  const { settle } = expected;
  useEffect(() => settle(mailbox), [settle, mailbox]);

  // The dialog stays open on its own result: it is closed by the person, never by the state that it has just changed.
  const [open, setOpen] = useState(false);
  if (!open && (asked || opensByItself)) setOpen(true);
  const close = () => {
    if (need !== null) rememberSkip(need);
    setDismissed(need);
    setAsked(false);
    setOpen(false);
    main.current?.querySelector('h1')?.focus();
  };

  return (
    <>
      <AppHeader mailbox={mailbox} user={session.user} onSetUp={() => setAsked(true)} sync={sync} />
      <main ref={main} className={css.main}>
        {!online && (
          <Notice tone="waiting" live>
            <p>You are offline. Sync goes on without you; this page catches up when you are back.</p>
          </Notice>
        )}
        <Switch>
          <Route path="/settings">
            <SettingsPage mailbox={mailbox} onConnect={() => setAsked(true)} />
          </Route>
          <Route>
            <StatusPage
              mailbox={mailbox}
              error={query.error}
              onReload={() => void query.refetch()}
              onSetUp={() => setAsked(true)}
              sync={sync}
            />
          </Route>
        </Switch>
      </main>
      {open && (
        <Suspense fallback={null}>
          <ActivationDialog mailbox={mailbox} onClose={close} onConnected={expected.expect} />
        </Suspense>
      )}
    </>
  );
}
