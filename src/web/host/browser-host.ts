/** The page alone in a browser: no mail beside it, no mailbox known, and sign-in pages take its place. */
import type { Host } from './host.ts';

export const browserHost: Host = {
  kind: 'browser',
  mailboxAddress: null,
  openMail: () => null,
  subscribe: () => () => undefined,
  openDialog(url) {
    window.location.assign(url);
    return new Promise(() => undefined);
  },
  beginForm: async () => ({}),
  endForm: () => ({}),
};
