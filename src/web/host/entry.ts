/**
 * The script of index.html: where the address says that the page stands in Gmail, its host is looked for; alone in a browser there is none. The page
 * itself is loaded only then: bundlers keep no order among modules that share code.
 */
import { createGmailHost } from './gmail.ts';

if (window.parent !== window && new URL(window.location.href).searchParams.get('host') === 'gmail')
  window.lockstepHost = createGmailHost();

void import('../sidebar/main.tsx');
