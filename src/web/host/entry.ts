/**
 * The script of index.html: where the address says that the page stands in Gmail, its host is looked for; alone in a browser there is none. Then
 * the page starts, unless a sign-in ended here that the console began.
 */
import { startPage } from '../sidebar/main.tsx';
import { createGmailHost } from './gmail.ts';
import { returnToConsole } from './return-to-console.ts';

const isFramed = window.parent !== window;
if (isFramed && new URL(window.location.href).searchParams.get('host') === 'gmail')
  window.lockstepHost = createGmailHost();

if (isFramed || !returnToConsole()) startPage();
