/** First script of index.html: where the address says that the page stands in Gmail, its host is looked for. Alone in a browser it does nothing. */
import { createGmailHost } from './gmail.ts';

if (window.parent !== window && new URL(window.location.href).searchParams.get('host') === 'gmail')
  window.lockstepHost = createGmailHost();
