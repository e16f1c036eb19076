/**
 * The built page in a real Chromium against canned answers, as a person uses it: by role and label. Proves the page alone; that the
 * server gives such answers is the business of the api tests. The page runs under a strict content security policy throughout.
 */
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { openBrowser, type View } from '../support/browser.ts';
import { buildPages } from '../support/built-pages.ts';
import * as canned from '../support/canned-answers.ts';
import { type CannedApi, problem, type Route, startCannedApi } from '../support/canned-api.ts';
import { connect, openState, type PageState, refusal, working } from '../support/page-states.ts';

const FIRST_LOAD_BYTES_MAX = 150 * 1024;

let folder: string;
let api: CannedApi;
let browser: Browser;
let closing: (() => Promise<void>) | null = null;

beforeAll(async () => {
  folder = await buildPages();
  api = await startCannedApi(folder);
  browser = await openBrowser();
});

afterEach(async () => {
  await closing?.();
  closing = null;
});

afterAll(async () => {
  await browser?.close();
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

/** Opens the page; at the end of the test nothing may have been complained about by the browser. */
async function open(answers: PageState['answers'], path = '/', view: View = { width: 400 }): Promise<Page> {
  const { context, page, complaints } = await openState(browser, api, { answers, path }, view);
  page.setDefaultTimeout(15_000);
  closing = async () => {
    await context.close();
    expect(complaints).toEqual([]);
  };
  return page;
}

const asked = (route: Route) => api.requests.filter((request) => request.route === route);
const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
const focused = (page: Page) => page.locator(':focus');
const newcomer = { 'GET /api/session': canned.signedIn(null) };

describe('logging in with Salesforce', () => {
  const signedOut = { 'GET /api/session': canned.signedOut };

  test('goes to the chosen host', async () => {
    const page = await open(signedOut);
    await page.getByLabel('Sandbox').check();
    await button(page, 'Log in with Salesforce').click();
    await page.waitForURL('**/login/salesforce?host=sandbox');
  });

  test('asks for a My Domain host, complains at the field, and goes there', async () => {
    const page = await open(signedOut);
    await page.getByLabel('My Domain', { exact: true }).check();
    await button(page, 'Log in with Salesforce').click();
    await page.getByText('Enter the host of your My Domain').waitFor();
    expect(await focused(page).getAttribute('aria-invalid')).toBe('true');
    await page.getByLabel('My Domain host').fill('acme.my.salesforce.com');
    await page.keyboard.press('Enter');
    await page.waitForURL('**/login/salesforce?host=acme.my.salesforce.com');
  });

  test('says why the last login failed, once, and shows no code that is none', async () => {
    const page = await open(signedOut, '/?problem=crm.user-inactive');
    await page.getByRole('alert').getByText('Your Salesforce user or organization is inactive').waitFor();
    expect(page.url()).not.toContain('problem');
    await page.goto(`${api.origin}/?problem=${encodeURIComponent('<b>Call 555</b>')}`);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('555');
  });
});

describe('connecting an Exchange mailbox', () => {
  const connected = {
    ...newcomer,
    'POST /api/mailbox/exchange': { checks: canned.checks, mailbox: canned.firstSync },
    'GET /api/mailbox': canned.firstSync,
    'GET /api/runs': { items: [], next: null },
    'GET /api/issues': { items: [], next: null },
  };

  test('opens by itself, sends what was typed, ticks off the checks and shows the first sync', async () => {
    const page = await open(connected);
    const dialog = page.getByRole('dialog', { name: 'Connect your mailbox' });
    await dialog.waitFor();
    await page.getByRole('radio', { name: 'Exchange' }).and(page.locator(':focus')).waitFor();
    await connect(page);
    const list = page.getByRole('list', { name: 'What was checked' });
    await list.waitFor();
    expect(await list.getByRole('listitem').count()).toBe(canned.checks.length);
    expect(asked('POST /api/mailbox/exchange').map(({ body }) => body)).toEqual([
      { login: 'anna.berg@contoso.example', password: 'winter-sun' },
    ]);
    await button(page, 'Done').click();
    await page.getByRole('progressbar', { name: 'First sync under way' }).waitFor();
    expect(await focused(page).innerText()).toBe('Sync status');
  });

  test('unfolds More for DOMAIN\\user and sends address and link', async () => {
    const page = await open(connected);
    await page.getByLabel('Login').fill('CONTOSO\\anna');
    await button(page, 'Connect to Exchange').click();
    await page.getByText('Enter your password.').waitFor();
    await page.getByText('Enter your e-mail address.').waitFor();
    expect(asked('POST /api/mailbox/exchange')).toEqual([]);
    await page.getByLabel('E-mail address').fill('anna@contoso.example');
    await page.getByLabel('EWS link').fill('https://mail.contoso.example/EWS/Exchange.asmx');
    await connect(page, 'CONTOSO\\anna');
    await button(page, 'Done').waitFor();
    expect(asked('POST /api/mailbox/exchange')[0]?.body).toEqual({
      login: 'CONTOSO\\anna',
      password: 'winter-sun',
      address: 'anna@contoso.example',
      ewsUrl: 'https://mail.contoso.example/EWS/Exchange.asmx',
    });
  });

  test.each([
    ['mailbox.credentials-rejected', 'Password'],
    ['mailbox.not-found', 'Login'],
    ['mailbox.not-exchange', 'EWS link'],
    ['mailbox.autodiscover-failed', 'EWS link'],
  ] as const)(
    'puts %s at the field %s, with the focus there and what was typed kept',
    async (code, label) => {
      const { text, admin } = canned.failure(code);
      const page = await open({
        ...newcomer,
        'POST /api/mailbox/exchange': problem(422, code, text, { admin }),
      });
      await connect(page);
      await page.getByText(text).waitFor();
      await page.getByLabel(label).and(page.locator(':focus')).waitFor();
      expect(await page.getByLabel(label).getAttribute('aria-invalid')).toBe('true');
      expect(await page.getByLabel('Login').inputValue()).toBe('anna.berg@contoso.example');
      await button(page, `Copy the code ${code}`).waitFor();
    },
  );

  test.each([
    'mailbox.certificate-untrusted',
    'mailbox.access-denied',
    'mailbox.use-office-365',
    'crm.field-missing',
  ] as const)('puts %s above the form, with its remedy, the names concerned and the focus', async (code) => {
    const { text, admin } = canned.failure(code);
    const fields = code === 'crm.field-missing' ? ['EmailMessage.MessageIdentifier'] : [];
    const refusal = problem(422, code, text, { admin, fields });
    const page = await open({ ...newcomer, 'POST /api/mailbox/exchange': refusal });
    await connect(page);
    const alert = page.getByRole('alert');
    await alert.and(page.locator(':focus')).waitFor();
    expect(await alert.innerText()).toContain(text);
    for (const field of fields) expect(await alert.innerText()).toContain(field);
    await alert.getByText('For your administrator').click();
    await alert.getByText(admin).waitFor();
  });

  test('names both mailboxes when another one was opened', async () => {
    const accounts = { expected: 'anna.berg@contoso.example', authorised: 'ben.ochs@contoso.example' };
    const page = await open({
      ...newcomer,
      'POST /api/mailbox/exchange': refusal('mailbox.wrong-account', { accounts }),
    });
    await connect(page, accounts.authorised);
    const alert = page.getByRole('alert');
    await alert.waitFor();
    for (const address of Object.values(accounts)) expect(await alert.innerText()).toContain(address);
  });

  test('is the only way offered where nothing else is set up', async () => {
    const offered = canned.services.slice(0, 1);
    const page = await open({ 'GET /api/session': canned.signedIn(null, offered) });
    await page.getByLabel('Login').and(page.locator(':focus')).waitFor();
    expect(await page.getByRole('radio').count()).toBe(0);
  });

  test('can be skipped, says what is missing, and opens again from page and menu', async () => {
    const page = await open(newcomer);
    await button(page, 'Skip').click();
    await page.getByRole('heading', { name: 'Sync is not set up' }).waitFor();
    await page.reload();
    await button(page, 'Set up sync').click();
    await button(page, 'Skip').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await button(page, 'Menu').click();
    await page.getByRole('menuitem', { name: 'Set up sync', exact: true }).click();
    await page.getByRole('dialog').waitFor();
  });

  test('opens by itself when the mail server refuses, with what happened', async () => {
    const page = await open({
      ...working,
      'GET /api/session': canned.signedIn(canned.refused),
      'GET /api/mailbox': canned.refused,
    });
    const dialog = page.getByRole('dialog', { name: 'Connect your mailbox again' });
    await dialog.getByText('did not accept the login').waitFor();
    await page.getByLabel('Password').and(page.locator(':focus')).waitFor();
  });
});

describe('the status page', () => {
  test('shows sentence, times, counts, reasons, issues and runs', async () => {
    const page = await open(working);
    await page.getByText('4 minutes ago, 10:30').first().waitFor();
    const lastRun = page.getByRole('region', { name: 'Last run' });
    await lastRun.getByText('2,342').waitFor();
    await lastRun.getByText('Only people of your own organization take part.').waitFor();
    await lastRun.getByText('Requests: 31 to the mail server, 12 to Salesforce.').waitFor();
    await page.getByText('A rule in your Salesforce refused this record.').waitFor();
    expect(await page.locator('time').first().getAttribute('title')).toContain('2026');
  });

  test('starts a sync, follows it to its end and reads the lists anew', async () => {
    const page = await open(working);
    const running = canned.mailbox({
      running: true,
      lastRun: canned.run({ id: 'run-10', outcome: 'running', endedAt: null }),
    });
    const done = canned.mailbox({ lastRun: canned.run({ id: 'run-10', examined: 7 }) });
    api.answers.set('POST /api/mailbox/sync-now', { mailbox: canned.mailbox() });
    let polls = 0;
    await button(page, 'Sync now').waitFor();
    const listed = asked('GET /api/runs').length;
    api.answers.set('GET /api/mailbox', () => {
      polls += 1;
      return polls < 2 ? running : done;
    });
    await button(page, 'Sync now').click();
    await page.getByText('The sync starts in a moment.').waitFor();
    await page.getByText('A sync is under way.').waitFor();
    await page.getByRole('region', { name: 'Last run' }).getByText('7', { exact: true }).waitFor();
    expect(await button(page, 'Sync now').getAttribute('aria-disabled')).not.toBe('true');
    expect(asked('GET /api/runs').length).toBeGreaterThan(listed);
  });

  test('says from when on a sync can be asked for again', async () => {
    const page = await open({
      ...working,
      'POST /api/mailbox/sync-now': problem(429, 'api.too-soon', 'Wait.', { retryAfterSeconds: 42 }),
    });
    await button(page, 'Sync now').click();
    await page.getByText('You can sync again at 10:34:42.').waitFor();
    expect(await button(page, 'Sync now').getAttribute('aria-disabled')).toBe('true');
  });

  test('asks for an issue to be tried again', async () => {
    const page = await open({ ...working, 'POST /api/issues/:id/retry': {} });
    await page.getByRole('button', { name: /^Retry A rule in your Salesforce/ }).click();
    await page.getByText('It is tried again with the next run.').waitFor();
    expect(asked('POST /api/issues/:id/retry')).toHaveLength(1);
  });

  test('loads earlier runs when asked', async () => {
    const page = await open(working);
    await button(page, 'Show earlier runs').waitFor();
    api.answers.set('GET /api/runs', { items: [canned.run({ id: 'run-4', created: 77 })], next: null });
    await button(page, 'Show earlier runs').click();
    await page.getByText('77 saved').waitFor();
    expect(asked('GET /api/runs').at(-1)?.query.get('before')).toBe('run-5');
    expect(await button(page, 'Show earlier runs').count()).toBe(0);
  });

  test('says so when a list cannot be read, and reads it when asked again', async () => {
    const page = await open({ ...working, 'GET /api/issues': problem(403, 'api.not-allowed', 'Not now.') });
    await page.getByText('Not now.').waitFor();
    api.answers.set('GET /api/issues', { items: [], next: null });
    await button(page, 'Try again').click();
    await page.getByText('None. Every mail was saved').waitFor();
  });

  test('says that it is offline, and that sync is not', async () => {
    const page = await open(working);
    await button(page, 'Sync now').waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline. Sync goes on without you').waitFor();
  });

  test('goes back to the login when the session has ended', async () => {
    const page = await open(working);
    await button(page, 'Sync now').waitFor();
    api.answers.set('GET /api/session', canned.signedOut);
    api.answers.set('POST /api/mailbox/sync-now', problem(401, 'api.not-signed-in', 'Log in again.'));
    await button(page, 'Sync now').click();
    await button(page, 'Log in with Salesforce').waitFor();
  });

  test('logs out from the menu by keyboard alone', async () => {
    const page = await open({ ...working, 'POST /api/logout': {} });
    await button(page, 'Menu').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sync settings' }).and(page.locator(':focus')).waitFor();
    api.answers.set('GET /api/session', canned.signedOut);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await button(page, 'Log in with Salesforce').waitFor();
    expect(asked('POST /api/logout')).toHaveLength(1);
  });
});

describe('sync settings', () => {
  test('open from the menu and save only what was changed', async () => {
    const page = await open({ ...working, 'PUT /api/settings': canned.settings });
    await button(page, 'Menu').click();
    await page.getByRole('menuitem', { name: 'Sync settings' }).click();
    await page.getByRole('heading', { name: 'Sync settings' }).and(page.locator(':focus')).waitFor();
    await page.getByLabel('Mail that I send (Sent Items)').click();
    await page.getByLabel('My list').fill('family.example\n\n club@choir.example \nfamily.example');
    await button(page, 'Save').click();
    await page.getByText('Saved. It counts from the next run on.').waitFor();
    expect(asked('PUT /api/settings').map(({ body }) => body)).toEqual([
      {
        layer: 'user',
        settings: { autoSaveSent: false, blocklist: ['family.example', 'club@choir.example'] },
      },
    ]);
  });

  test('lock the organization’s list unless the person may edit it', async () => {
    const page = await open(working, '/#/settings');
    await page.getByText('only an administrator can change it').waitFor();
    expect(await page.getByLabel('My organization’s list').isEditable()).toBe(false);
    api.answers.set('GET /api/settings', { ...canned.settings, mayEditOrganization: true });
    api.answers.set('PUT /api/settings', canned.settings);
    await page.reload();
    await page.getByLabel('My organization’s list').fill('spam.example');
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect(asked('PUT /api/settings').map(({ body }) => body)).toEqual([
      { layer: 'organization', settings: { windowDays: 6, blocklist: ['spam.example'] } },
    ]);
  });

  test('complain at the field before anything is sent', async () => {
    const page = await open(working, '/#/settings');
    await page.getByLabel('History window in days').fill('many');
    await button(page, 'Save').click();
    await page.getByText('Enter a whole number from 0 to 3650.').waitFor();
    await page.getByLabel('History window in days').and(page.locator(':focus')).waitFor();
    expect(asked('PUT /api/settings')).toEqual([]);
  });
});

test('the first load of the login page stays within 150 KB of compressed script', async () => {
  const html = await readFile(join(folder, 'index.html'), 'utf8');
  const scripts = [...html.matchAll(/(?:src|href)="\/?([^"]+\.js)"/g)].map(([, path]) => path ?? '');
  let bytes = 0;
  for (const path of scripts) bytes += gzipSync(await readFile(join(folder, path))).length;
  process.stdout.write(`first load: ${(bytes / 1024).toFixed(1)} KB of compressed script\n`);
  expect(scripts.length).toBeGreaterThan(0);
  expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
});
