/** States of where people are logged in: on *Accounts* of *Sync settings*, and on a person's page of the console. */
import * as admin from './canned-admin.ts';
import * as canned from './canned-answers.ts';
import { problem } from './canned-api.ts';
import { onlyThisSession, ownSessions, sessions } from './canned-sessions.ts';
import { click, newcomer, type PageState, seen, working } from './page-acts.ts';
import { administering } from './page-states-admin.ts';

const accounts = '/#/settings/accounts';
const person = `/admin/people/${admin.idOf(5, 0)}`;
const ending = { ...administering, 'GET /api/admin/users/:id/sessions': sessions };

let isEnded = false;

export const sessionStates: readonly PageState[] = [
  {
    name: 'sessions',
    path: accounts,
    answers: { ...working, 'GET /api/sessions': ownSessions },
    act: (page) => page.getByRole('list', { name: 'Your sessions' }).waitFor(),
  },
  {
    name: 'sessions-only-this',
    path: accounts,
    answers: { ...newcomer, 'GET /api/sessions': onlyThisSession },
    act: async (page) => {
      await click(page, 'Skip');
      await seen(page, 'You are logged in nowhere else.');
    },
  },
  {
    name: 'sessions-ended',
    path: accounts,
    answers: {
      ...working,
      // Each page begins with the others there.
      'GET /api/session': () => {
        isEnded = false;
        return canned.signedIn(canned.mailbox());
      },
      'GET /api/sessions': () => (isEnded ? onlyThisSession : ownSessions),
      'POST /api/sessions/end-others': () => {
        isEnded = true;
        return { ended: 2 };
      },
    },
    act: async (page) => {
      await click(page, 'End all others');
      await seen(page, '2 sessions were ended.');
    },
  },
  {
    name: 'sessions-refused',
    path: accounts,
    answers: {
      ...working,
      'GET /api/sessions': ownSessions,
      'DELETE /api/sessions/:id': problem(
        503,
        'api.internal',
        'The sync service had a fault of its own. Try again.',
      ),
    },
    act: async (page) => {
      await page.getByRole('button', { name: 'End', exact: true }).first().click();
      await page.getByRole('alert').first().waitFor();
    },
  },
  {
    name: 'admin-person-sessions',
    path: person,
    answers: ending,
    act: (page) => page.getByRole('list', { name: 'Sessions' }).waitFor(),
  },
  {
    name: 'admin-person-sessions-end',
    path: person,
    answers: ending,
    act: async (page) => {
      await click(page, 'End all sessions');
      await page.getByRole('button', { name: 'End them' }).waitFor();
    },
  },
  {
    name: 'admin-rested',
    path: '/admin',
    answers: {
      ...administering,
      'GET /api/session': ({ query }: { readonly query: URLSearchParams }) =>
        query.get('as') === 'console' ? canned.signedOut : admin.admin(),
    },
    act: (page) => page.getByRole('button', { name: 'Log in with Salesforce' }).waitFor(),
  },
];
