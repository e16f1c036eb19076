/**
 * The link of an e-mail, `#/reconnect/TOKEN` (A14): its token is taken out of the address before anything else happens, so that neither history nor
 * bookmarks nor a look over the shoulder keep it.
 */
import { useSyncExternalStore } from 'react';

const LINK = /^#\/reconnect(?:\/([\w-]{1,128}))?$/;

export interface ArrivedLink {
  /** Null where the address names none: the link was opened before. */
  readonly token: string | null;
}

let arrived: ArrivedLink | null = null;

/** Reads the address and cleans it; true where it was a link's. */
function take(): void {
  const found = LINK.exec(window.location.hash);
  if (found === null) {
    arrived = null;
    return;
  }
  const token = found[1] ?? null;
  if (token === null) {
    arrived ??= { token };
    return;
  }
  window.history.replaceState(null, '', '#/reconnect');
  arrived = { token };
}

take();

/** What the address brought, also when it changes while the page is open. */
export function useArrivedLink(): ArrivedLink | null {
  return useSyncExternalStore(
    (changed) => {
      const look = () => {
        take();
        changed();
      };
      window.addEventListener('hashchange', look);
      // The address may have changed between the first look and this moment.
      if (LINK.exec(window.location.hash)?.[1] !== undefined) look();
      return () => window.removeEventListener('hashchange', look);
    },
    () => arrived,
  );
}
