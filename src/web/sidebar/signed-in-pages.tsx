/**
 * Everything for a signed-in person: header with the ☰ menu, the page that the address names, the status line, and the dialog above them.
 * It decides when the activation dialog opens by itself; what is in a dialog lies in its own folder.
 */
import { lazy, Suspense, useCallback, useEffect, useRef, useState } from 'react';
import { Route, Switch, useLocation } from 'wouter';
import { Loading } from '../shared/loading.tsx';
import { useMailbox } from '../shared/queries.ts';
import type { SignedInSession } from '../shared/signed-in-user.ts';
import { useOnline } from '../shared/use-media.ts';
import { activationNeed, rememberSkip, wasSkipped } from './activation/activation-need.ts';
import { arrival } from './activation/arrival.ts';
import { AppHeader } from './app-header.tsx';
import { HomePage } from './home/home-page.tsx';
import { PageNews } from './page-news.tsx';
import css from './signed-in-pages.module.css';
import { useExpectedRun } from './status/use-expected-run.ts';
import { useStartSync } from './status/use-start-sync.ts';
import { StatusLine } from './status-line.tsx';
import { type DialogName, DialogsContext } from './use-dialogs.ts';

const AppDialog = lazy(async () => ({ default: (await import('./app-dialog.tsx')).AppDialog }));
const SettingsPages = lazy(async () => ({
  default: (await import('./settings/settings-pages.tsx')).SettingsPages,
}));
const HelpPage = lazy(async () => ({ default: (await import('./help/help-page.tsx')).HelpPage }));

/** The open dialog and its opening and closing; the focus goes back to where it came from, or to the page's heading. */
function useDialog(username: string, mailbox: Parameters<typeof activationNeed>[1]) {
  const need = activationNeed(username, mailbox);
  const [dialog, setDialog] = useState<DialogName | null>(
    arrival === null ? null : { name: 'activation', intent: arrival.choice?.intent ?? 'activate' },
  );
  const [dismissed, setDismissed] = useState<string | null>(null);
  const opener = useRef<Element | null>(null);
  // The dialog stays open on its own result: it is closed by the person, never by the state that it has just changed.
  if (dialog === null && need !== null && dismissed !== need && !wasSkipped(need)) {
    setDialog({ name: 'activation', intent: 'activate' });
  }
  const open = useCallback((asked: DialogName) => {
    opener.current = document.activeElement;
    setDialog(asked);
  }, []);
  const close = () => {
    if (need !== null) rememberSkip(need);
    setDismissed(need);
    setDialog(null);
    const before = opener.current;
    opener.current = null;
    const heading = document.querySelector<HTMLElement>('main h1');
    if (before instanceof HTMLElement && before.isConnected && before !== document.body) before.focus();
    else heading?.focus();
  };
  return { dialog, open, close };
}

/** The signed-in pages and the dialog that may stand over them. */
export function SignedInPages({ session }: { readonly session: SignedInSession }) {
  const expected = useExpectedRun();
  const query = useMailbox(session.mailbox, expected.isExpected);
  const mailbox = query.data ?? null;
  const sync = useStartSync(mailbox, expected);
  const { dialog, open, close } = useDialog(session.user.username, mailbox);
  const online = useOnline();
  const [, goTo] = useLocation();
  const { settle } = expected;
  useEffect(() => settle(mailbox), [settle, mailbox]);
  return (
    <DialogsContext value={open}>
      <AppHeader mailbox={mailbox} user={session.user} sync={sync} />
      <main className={css.main}>
        <PageNews mailbox={mailbox} isOnline={online} error={query.error} onReload={query.refetch} />
        <Suspense fallback={<Loading label="Loading the page" lines={8} />}>
          <Switch>
            <Route path="/settings/:page?">
              {({ page }) => <SettingsPages page={page ?? 'overview'} mailbox={mailbox} sync={sync} />}
            </Route>
            <Route path="/help">
              <HelpPage />
            </Route>
            <Route>
              <HomePage mailbox={mailbox} sync={sync} />
            </Route>
          </Switch>
        </Suspense>
      </main>
      <StatusLine mailbox={mailbox} isOnline={online} />
      {dialog !== null && (
        <Suspense fallback={null}>
          <AppDialog
            dialog={dialog}
            mailbox={mailbox}
            onClose={close}
            onRun={expected.expect}
            onChangeSettings={() => {
              close();
              goTo('/settings/synced');
            }}
          />
        </Suspense>
      )}
    </DialogsContext>
  );
}
