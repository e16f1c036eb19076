/**
 * The dialog of the Outlook add-in at both its ends: first it learns from Office.js that it is a dialog and leaves for the sign-in page; last it tells
 * the task pane what the sign-in brought. It leaves to our own sign-in addresses alone.
 */
/// <reference types="office-js" />
import { keepHistory } from '../host/keep-history.ts';
import { OPENED_BY_OFFICE } from '../host/office-dialog.ts';
import { readEnd } from '../host/window-message.ts';
import { sayEnd } from './say-end.ts';

const SIGN_IN = /^\/(login\/[a-z0-9-]+|connect\/[a-z0-9-]+\/start)\?/;

const to = new URL(window.location.href).searchParams.get('to');
const end = readEnd(window.location.hash);
keepHistory();

async function run(): Promise<void> {
  if ('Office' in window) await Office.onReady();
  if (to !== null && SIGN_IN.test(to)) {
    sessionStorage.setItem(OPENED_BY_OFFICE, '1');
    window.location.replace(to);
    return;
  }
  if (end === null || !('Office' in window)) {
    sayEnd('lost');
    return;
  }
  // The task pane closes the dialog when it has heard it.
  Office.context.ui.messageParent(JSON.stringify(end), { targetOrigin: window.location.origin });
  sayEnd('done');
}

void run();
