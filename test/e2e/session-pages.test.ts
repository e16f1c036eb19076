/** Sessions on the pages in a real Chromium against canned answers: where one is logged in, how that is ended, and that a page alone keeps no session alive. */
import { expect, test } from 'vitest';
import * as admin from '../support/canned-admin.ts';
import * as canned from '../support/canned-answers.ts';
import { onlyThisSession, ownSessions } from '../support/canned-sessions.ts';
import { showing, working } from '../support/page-acts.ts';
import { button, focused, openPageBench } from '../support/page-bench.ts';
import { administering } from '../support/page-states-admin.ts';

const { open, api, asked } = openPageBench();

test('a page that nobody is at says so with every question, until somebody is', async () => {
  const page = await open(showing(canned.firstSync));
  /** Of the next question for the mailbox, which is asked every two seconds. */
  const nextSaysUnattended = async () => {
    const request = await page.waitForRequest((one) => one.url().endsWith('/api/mailbox'));
    return request.headers()['x-lockstep-unattended'] === '1';
  };
  expect(await nextSaysUnattended()).toBe(false);
  await page.clock.setFixedTime(new Date(Date.parse(canned.NOW) + 3 * 60_000));
  expect(await nextSaysUnattended()).toBe(true);
  await page.keyboard.press('Shift');
  expect(await nextSaysUnattended()).toBe(false);
});

test('one session is ended, and reading goes on beside it', async () => {
  const page = await open({ ...working, 'GET /api/sessions': ownSessions }, '/#/settings/accounts');
  const list = page.getByRole('list', { name: 'Your sessions' });
  await list.getByText('this one').waitFor();
  expect(await button(page, 'End').count()).toBe(2);
  api().answers.set('GET /api/sessions', onlyThisSession);
  await button(page, 'End').first().click();
  await page.getByRole('status').getByText('The session was ended.').waitFor();
  await page.getByText('You are logged in nowhere else.').waitFor();
  expect(asked('DELETE /api/sessions/:id')).toHaveLength(1);
  expect(await focused(page).textContent()).toContain('A session ends after some hours');
});

test('the console asks for a login when it has rested, also while it is open', async () => {
  const page = await open(administering, '/admin', { width: 1_100 });
  await page.getByRole('heading', { name: 'Overview' }).waitFor();
  const refusal = { type: 'about:blank', title: 'x', status: 401, code: 'api.not-signed-in', detail: 'x' };
  api().answers.set('GET /api/admin/users', refusal);
  api().answers.set('GET /api/session', ({ query }: { readonly query: URLSearchParams }) =>
    query.get('as') === 'console' ? canned.signedOut : admin.admin(),
  );
  await page.getByRole('link', { name: 'People', exact: true }).click();
  await button(page, 'Log in with Salesforce').waitFor();
});
