/**
 * The page at which a frame's window ends: it hands what it brought to the page that opened it, if that is one of ours, and closes. It keeps nothing
 * and asks the server nothing.
 */
import { OFFICE_DIALOG, OPENED_BY_OFFICE } from '../host/office-dialog.ts';
import { readEnd, type WindowMessage } from '../host/window-message.ts';
import { sayEnd } from './say-end.ts';

const fragment = window.location.hash;
const end = readEnd(fragment);
// The history of the window shall not hold it.
window.history.replaceState(null, '', window.location.pathname);

function handOver(said: WindowMessage): void {
  const opener = window.opener as Window | null;
  if (opener === null) {
    sayEnd('lost');
    return;
  }
  // The exact origin: a page of anybody else that opened this window hears nothing.
  opener.postMessage(said, window.location.origin);
  sayEnd('done');
  window.close();
}

if (end === null) sayEnd('lost');
else if (sessionStorage.getItem(OPENED_BY_OFFICE) === null) handOver(end);
else window.location.replace(OFFICE_DIALOG + fragment);
