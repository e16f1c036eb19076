/**
 * The built page in a real Chromium against canned answers, as a person uses it until the first sync: by role and label. Proves the page alone; that
 * the server gives such answers is the business of the api tests. The page runs under a strict content security policy throughout.
 */
import { describe, expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import { problem, UNFINISHED } from '../support/canned-api.ts';
import * as life from '../support/canned-life.ts';
import { connect, connecting, leftAtPreview, newcomer, refusal, working } from '../support/page-acts.ts';
import { button, focused, openPageBench } from '../support/page-bench.ts';

const { open, api, asked, bodies } = openPageBench();

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
    await page.goto(`${api().origin}/?problem=${encodeURIComponent('<b>Call 555</b>')}`);
    await page.getByRole('alert').waitFor();
    expect(await page.locator('body').innerText()).not.toContain('555');
  });
});

describe('connecting an Exchange mailbox', () => {
  test('opens by itself, sends what was typed, ticks off the checks, counts, starts and shows the first sync', async () => {
    const page = await open(connecting);
    const dialog = page.getByRole('dialog', { name: 'Connect your mailbox' });
    await dialog.waitFor();
    await page.getByRole('radio', { name: 'Exchange' }).and(focused(page)).waitFor();
    await connect(page);
    const list = page.getByRole('list', { name: 'What was checked' });
    await list.waitFor();
    expect(await list.getByRole('listitem').count()).toBe(canned.checks.length);
    expect(bodies('POST /api/mailbox/exchange')).toEqual([
      { start: false, login: 'anna.berg@contoso.example', password: 'winter-sun' },
    ]);
    await page
      .getByText('412 mails would be saved, 1,930 would not: 1,512 internal, 388 unknown people, 30 private.')
      .waitFor();
    await page.getByText('9 mails are in Salesforce already').waitFor();
    await page.getByText('58 items from Salesforce would be made in your mailbox.').waitFor();
    api().answers.set('GET /api/mailbox', canned.firstSync);
    await button(page, 'Start').click();
    await page.getByRole('progressbar', { name: 'First sync under way' }).waitFor();
    expect(bodies('POST /api/mailbox/start')).toEqual([{ windowDays: 6 }]);
    expect(await focused(page).innerText()).toBe('Lockstep');
  });

  test('unfolds More for DOMAIN\\user and sends address and link', async () => {
    const page = await open(connecting);
    await page.getByLabel('Login').fill('CONTOSO\\anna');
    await button(page, 'Connect to Exchange').click();
    await page.getByText('Enter your password.').waitFor();
    await page.getByText('Enter your e-mail address.').waitFor();
    expect(asked('POST /api/mailbox/exchange')).toEqual([]);
    await page.getByLabel('E-mail address').fill('anna@contoso.example');
    await page.getByLabel('EWS link').fill('https://mail.contoso.example/EWS/Exchange.asmx');
    await connect(page, 'CONTOSO\\anna');
    await button(page, 'Start').waitFor();
    expect(bodies('POST /api/mailbox/exchange')[0]).toEqual({
      start: false,
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
    const page = await open({
      ...newcomer,
      'POST /api/mailbox/exchange': problem(422, code, text, { admin, fields }),
    });
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
    const page = await open({ ...newcomer, 'GET /api/session': canned.signedIn(null, offered) });
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

describe('the preview', () => {
  test('counts another window when it is chosen, and starts with it', async () => {
    const page = await open({ ...leftAtPreview, 'POST /api/mailbox/start': { mailbox: canned.firstSync } });
    await page.getByLabel('The last 6 days: 412 mails').waitFor();
    await page.getByLabel('Only mail from now on: 0 mails').waitFor();
    await page.getByLabel('The last 90 days').check();
    await page.getByLabel('The last 90 days: 412 mails').waitFor();
    await page.getByLabel('The last 6 days: 412 mails').waitFor();
    await button(page, 'Start').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(bodies('POST /api/mailbox/preview')).toEqual([{ windowDays: 6 }, { windowDays: 90 }]);
    expect(bodies('POST /api/mailbox/start')).toEqual([{ windowDays: 90 }]);
  });

  test('shows how far it has come, can be stopped and begun anew', async () => {
    const page = await open({
      ...leftAtPreview,
      'POST /api/mailbox/preview': [life.progressLine, UNFINISHED],
    });
    await page.getByText('Counting mails: 640 of 2,351').waitFor();
    expect(await button(page, 'Start').getAttribute('aria-disabled')).toBe('true');
    await button(page, 'Cancel').click();
    await page.getByText('Not counted.').waitFor();
    api().answers.set('POST /api/mailbox/preview', life.previewLines());
    await button(page, 'Count').click();
    await page.getByText('412 mails would be saved').waitFor();
  });

  test('says why it could not count, and lets start all the same', async () => {
    const end = { kind: 'problem', problem: refusal('mailbox.throttled') };
    const page = await open({
      ...leftAtPreview,
      'POST /api/mailbox/preview': [life.progressLine, end],
      'POST /api/mailbox/start': { mailbox: canned.firstSync },
    });
    await page.getByRole('alert').waitFor();
    await button(page, 'Start').click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  test('leads to the settings and back, and opens again by itself when it was left', async () => {
    const page = await open(leftAtPreview);
    await button(page, 'Change what is saved').click();
    await page.getByRole('heading', { name: 'What is synced' }).and(focused(page)).waitFor();
    await button(page, 'Back to the preview').click();
    await page.getByText('412 mails would be saved').waitFor();
    await button(page, 'Later').click();
    await page.goto(`${api().origin}/#/`);
    await page.getByRole('heading', { name: 'Sync is not started' }).waitFor();
    await button(page, 'See the preview').click();
    await page.getByText('412 mails would be saved').waitFor();
  });

  test('lets another mailbox be connected instead', async () => {
    const page = await open({ ...leftAtPreview, 'POST /api/mailbox/exchange': life.connectedOnly });
    await button(page, 'Connect another mailbox').click();
    await connect(page, 'ben.ochs@contoso.example');
    await page.getByText('412 mails would be saved').waitFor();
    expect(bodies('POST /api/mailbox/exchange')).toEqual([
      { intent: 'change', start: false, login: 'ben.ochs@contoso.example', password: 'winter-sun' },
    ]);
  });
});

describe('a check that failed', () => {
  test('names what works, what does not, who can mend it, and copies the words for him', async () => {
    const denied = canned.failure('mailbox.access-denied');
    const page = await open({
      ...newcomer,
      'POST /api/mailbox/exchange': refusal('mailbox.access-denied', {
        checks: [...canned.checks.slice(0, 2), { capability: 'read-mail', ok: false, failure: denied }],
      }),
    });
    await connect(page);
    const list = page.getByRole('list', { name: 'What was checked' });
    await list.getByText('Sign in to the mailbox works').waitFor();
    await list.getByText('Read mail and folders failed').waitFor();
    await list.getByText(/administrator can mend this/).waitFor();
    const alert = page.getByRole('alert');
    await alert.getByText('For your administrator').click();
    await alert.getByRole('button', { name: 'Copy this text' }).click();
    await alert.getByText(/Copied|Select the text/).waitFor();
  });
});
