/** What everything else stands in: theme, memory of answers, address. Which page is shown is decided by `entrance.tsx`. */
import { FluentProvider } from '@fluentui/react-components';
import { QueryClientProvider } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Router } from 'wouter';
import { useHashLocation } from 'wouter/use-hash-location';
import type { Host } from '../host/host.ts';
import { HostContext } from '../host/use-host.ts';
import { CrashGuard } from '../shared/crash-guard.tsx';
import { createQueryClient } from '../shared/query-client.ts';
import { useSystemTheme } from '../shared/theme.ts';
import css from './app.module.css';
import { ApprovalPage, arrivedApproval } from './approval/approval-page.tsx';
import { Entrance } from './entrance.tsx';

const KeptModals = lazy(async () => ({ default: (await import('../shared/kept-modals.tsx')).KeptModals }));

/** The whole page. Addresses live behind `#`, so that the server needs to know `/` alone. */
export function App({ host }: { readonly host: Host }) {
  const theme = useSystemTheme();
  const [client] = useState(createQueryClient);
  return (
    <FluentProvider theme={theme}>
      <div className={css.page}>
        <HostContext value={host}>
          <QueryClientProvider client={client}>
            <Suspense>
              <KeptModals />
            </Suspense>
            <Router hook={useHashLocation}>
              <CrashGuard>
                {arrivedApproval === null ? <Entrance /> : <ApprovalPage outcome={arrivedApproval} />}
              </CrashGuard>
            </Router>
          </QueryClientProvider>
        </HostContext>
      </div>
    </FluentProvider>
  );
}
