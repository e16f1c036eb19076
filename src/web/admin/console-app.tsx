/** What everything of the console stands in: theme, memory of answers, address. Who may see which page is decided in `console-entrance.tsx`. */
import { FluentProvider } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Router } from 'wouter';
import { browserHost } from '../host/browser-host.ts';
import type { Host } from '../host/host.ts';
import { rememberConsole } from '../host/return-to-console.ts';
import { HostContext } from '../host/use-host.ts';
import { CrashGuard } from '../shared/crash-guard.tsx';
import { createQueryClient } from '../shared/query-client.ts';
import { useSystemTheme } from '../shared/theme.ts';
import { ConsoleEntrance } from './console-entrance.tsx';
import css from './shell/shell.module.css';

const KeptModals = lazy(async () => ({ default: (await import('../shared/kept-modals.tsx')).KeptModals }));

/** A sign-in ends at `/`, which leads back to the console. */
const consoleHost: Host = {
  ...browserHost,
  openDialog(url) {
    rememberConsole();
    return browserHost.openDialog(url);
  },
};

/** The whole console. Addresses are real paths below /admin, so that filters can be shared by their link. */
export function ConsoleApp() {
  const theme = useSystemTheme();
  const [client] = useState(createQueryClient);
  return (
    <FluentProvider theme={theme}>
      <div className={css.console}>
        <HostContext value={consoleHost}>
          <QueryClientProvider client={client}>
            <Suspense>
              <KeptModals />
            </Suspense>
            <Router base="/admin">
              <CrashGuard>
                <ConsoleEntrance />
              </CrashGuard>
            </Router>
          </QueryClientProvider>
        </HostContext>
      </div>
    </FluentProvider>
  );
}
