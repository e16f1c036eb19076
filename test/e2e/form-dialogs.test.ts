/**
 * Goal: a dialog that goes away with what it was about leaves the page to everybody, also to who does not see it. Method: dialogs are used to their end in a
 * real Chromium, and the page is asked for by role, which finds nothing that is hidden from assistive technology.
 */
import type { Page } from 'playwright-core';
import { expect, test } from 'vitest';
import * as admin from '../support/canned-admin.ts';
import { sessions } from '../support/canned-sessions.ts';
import * as setup from '../support/canned-setup.ts';
import { button, openPageBench } from '../support/page-bench.ts';
import { administering } from '../support/page-states-admin.ts';
import { settingUp } from '../support/page-states-setup.ts';

const { open, asked, api } = openPageBench();
const wide = { width: 1_100 };

/** Waits until the dialog is gone and nothing of the page is hidden. */
async function pageIsBack(page: Page, heading: string): Promise<void> {
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  await expect.poll(() => page.getByRole('main').count(), { timeout: 10_000 }).toBe(1);
  await page.getByRole('heading', { level: 1, name: heading }).waitFor();
  const hidden = page.locator('body > [aria-hidden="true"]:not([data-tabster-dummy])');
  await expect.poll(() => hidden.count(), { timeout: 10_000 }).toBe(0);
  await expect.poll(() => page.locator(':focus').count(), { timeout: 10_000 }).toBe(1);
}

test('switching a profile off gives the page back', async () => {
  const off = { ...setup.salesProfile, enabled: false };
  const page = await open(
    { ...settingUp, 'POST /api/admin/profiles/:id/disable': off },
    `/admin/profiles/${setup.salesProfile.id}`,
    wide,
  );
  await button(page, 'Disable the profile').click();
  await page.getByRole('dialog').waitFor();
  await expect.poll(() => page.getByRole('main').count(), { timeout: 10_000 }).toBe(0);
  await button(page, 'Disable').click();
  await pageIsBack(page, setup.salesProfile.name);
});

test('removing a way of reaching gives the page after it back', async () => {
  const unused = { ...setup.exchange, profiles: [], mailboxes: 0 };
  const accesses = { ...setup.accesses, items: [unused] };
  const page = await open(
    { ...settingUp, 'GET /api/admin/accesses': accesses },
    `/admin/access/${unused.id}`,
    wide,
  );
  await button(page, 'Remove').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await expect.poll(() => asked('DELETE /api/admin/accesses/:id').length, { timeout: 10_000 }).toBe(1);
  await pageIsBack(page, 'Access');
});

test('ending somebody’s sessions gives the page back, and the next dialog hides it again', async () => {
  const answers = { ...administering, 'GET /api/admin/users/:id/sessions': sessions };
  const page = await open(
    { ...answers, 'POST /api/admin/users/:id/end-sessions': { ended: 3 } },
    `/admin/people/${admin.idOf(5, 0)}`,
    wide,
  );
  for (let times = 1; times <= 2; times += 1) {
    await button(page, 'End all sessions').click();
    await page.getByRole('dialog').waitFor();
    await expect.poll(() => page.getByRole('main').count(), { timeout: 10_000 }).toBe(0);
    await button(page, 'End them').click();
    await page.getByText('3 sessions were ended.').waitFor();
    await pageIsBack(page, admin.healthy.name);
  }
  api().answers.set('GET /api/admin/users/:id/sessions', { items: [] });
});

test('a dialog that is cancelled gives the page back', async () => {
  const page = await open(settingUp, `/admin/profiles/${setup.salesProfile.id}`, wide);
  await button(page, 'Disable the profile').click();
  await button(page, 'Cancel').click();
  await pageIsBack(page, setup.salesProfile.name);
});
