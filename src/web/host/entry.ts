/**
 * The script of index.html: where the address says that the page stands in Gmail, its host is looked for; alone in a browser there is none. Then
 * the page starts.
 */
import { startPage } from '../sidebar/main.tsx';
import { createGmailHost } from './gmail.ts';

if (window.parent !== window && new URL(window.location.href).searchParams.get('host') === 'gmail')
  window.lockstepHost = createGmailHost();

startPage();
