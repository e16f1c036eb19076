/** The host, handed to every component, and the mail that is open beside the page. */
import { createContext, useContext, useSyncExternalStore } from 'react';
import { browserHost } from './browser-host.ts';
import type { Host, OpenMail } from './host.ts';

export const HostContext = createContext<Host>(browserHost);

export function useHost(): Host {
  return useContext(HostContext);
}

/** The open mail, anew whenever the reader opens another one. */
export function useOpenMail(): OpenMail | null {
  const host = useHost();
  return useSyncExternalStore(host.subscribe, host.openMail);
}
