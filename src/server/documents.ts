/**
 * The documents of the pages that mail clients frame or open, and the console that none may frame, each with what its client needs and nothing more: only those for Outlook may load
 * Office.js from Microsoft; the others load nothing from anywhere else (P3). Hosts: docs/addins.md#who-may-frame.
 */
import type { DocumentRules } from '../api/frames.ts';

const OFFICE_JS = 'https://appsforoffice.microsoft.com';
/** Outlook on the web of Microsoft's cloud. A company's own OWA is named by FRAME_ANCESTORS. */
const OUTLOOK_HOSTS = [
  'https://outlook.office.com',
  'https://outlook.office365.com',
  'https://outlook.live.com',
  'https://*.outlook.com',
];
const GMAIL = 'https://mail.google.com';

/** `ownHosts`: more origins that show Outlook's sidebar. */
export function documentRules(ownHosts: readonly string[]): DocumentRules {
  return {
    'index.html': { framedBy: ["'self'", GMAIL], scriptsFrom: [], hasOpener: false },
    'outlook.html': {
      framedBy: ["'self'", ...OUTLOOK_HOSTS, ...ownHosts],
      scriptsFrom: [OFFICE_JS],
      hasOpener: false,
    },
    'dialog.html': { framedBy: [], scriptsFrom: [], hasOpener: true },
    'outlook-dialog.html': { framedBy: [], scriptsFrom: [OFFICE_JS], hasOpener: true },
    'admin.html': { framedBy: [], scriptsFrom: [], hasOpener: false },
  };
}
