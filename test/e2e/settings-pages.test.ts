/** *Sync settings* in a real Chromium against canned answers: the five pages, by role and label, under a strict content security policy. */
import { describe, expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import { problem } from '../support/canned-api.ts';
import * as life from '../support/canned-life.ts';
import { connect, fromMenu, showing, working } from '../support/page-acts.ts';
import { button, focused, openPageBench } from '../support/page-bench.ts';

const { open, api, asked, bodies } = openPageBench();

describe('the overview', () => {
  test('opens from the menu and shows sentence, times, counts, reasons, issues, week and completeness', async () => {
    const page = await open(working);
    await fromMenu(page, 'Sync settings');
    await page.getByRole('heading', { name: 'Overview' }).and(focused(page)).waitFor();
    const lastRun = page.getByRole('region', { name: 'Last run' });
    await lastRun.getByText('2,342').waitFor();
    await lastRun.getByText('Only people of your own organization take part.').waitFor();
    await lastRun.getByText('Requests: 31 to the mail server, 12 to Salesforce. It took 41 s.').waitFor();
    await page.getByText('A rule in your Salesforce refused this record.').waitFor();
    const sunday = page.getByRole('row', { name: 'Sunday, March 1' });
    expect(await sunday.getByRole('cell').allInnerTexts()).toEqual(['412', '1,648', '2', '48']);
    await page.getByText('1,284 of 1,284').waitFor();
  });

  test('asks for an issue to be tried again, and leads to its mail', async () => {
    const page = await open({ ...working, 'POST /api/issues/:id/retry': {} }, '/#/settings');
    await page.getByRole('button', { name: /^Retry Mail: A rule in your Salesforce/ }).click();
    await page.getByText('It is tried again with the next run.').waitFor();
    expect(asked('POST /api/issues/:id/retry')).toHaveLength(1);
    expect(await page.getByRole('link', { name: 'Open the mail' }).getAttribute('href')).toContain('/owa/');
  });

  test('says so when a list cannot be read, and reads it when asked again', async () => {
    const refused = { 'GET /api/issues': problem(403, 'api.not-allowed', 'Not now.') };
    const page = await open({ ...working, ...refused }, '/#/settings');
    await page.getByText('Not now.').waitFor();
    api().answers.set('GET /api/issues', { items: [], next: null });
    await button(page, 'Try again').click();
    await page.getByText('None. Every mail was saved').waitFor();
  });

  test('switches sync off, and says what became of the permission', async () => {
    const page = await open(
      {
        ...working,
        'POST /api/mailbox/deactivate': { revoked: 'done', purgeAt: null, marksRemoved: 96 },
      },
      '/#/settings',
    );
    await button(page, 'Deactivate').click();
    const dialog = page.getByRole('dialog', { name: 'Deactivate sync' });
    await dialog.getByText('is erased at once').waitFor();
    await dialog.getByLabel('Forget them now').check();
    await dialog.getByLabel('Also remove Lockstep’s categories').check();
    api().answers.set('GET /api/mailbox', life.deactivated);
    await dialog.getByRole('button', { name: 'Deactivate' }).click();
    await page.getByText('Exchange has taken its permission back.').waitFor();
    await page.getByText('taken off 96 mails').waitFor();
    expect(bodies('POST /api/mailbox/deactivate')).toEqual([{ purge: true, removeMarks: true }]);
    await button(page, 'Done').click();
    await page.getByRole('heading', { name: 'Sync is switched off' }).waitFor();
  });
});

describe('the accounts', () => {
  test('refreshes the mailbox in place', async () => {
    const again = { checks: canned.checks, mailbox: canned.mailbox() };
    const page = await open({ ...working, 'POST /api/mailbox/exchange': again }, '/#/settings/accounts');
    await button(page, 'Refresh the mailbox').click();
    await connect(page);
    await button(page, 'Done').click();
    expect(bodies('POST /api/mailbox/exchange')).toEqual([
      { intent: 'refresh', login: 'anna.berg@contoso.example', password: 'winter-sun' },
    ]);
    await button(page, 'Refresh the mailbox').and(focused(page)).waitFor();
  });

  test('asks what another mailbox means before it is connected, and previews it', async () => {
    const page = await open(
      {
        ...working,
        'POST /api/mailbox/exchange': life.connectedOnly,
        'POST /api/mailbox/preview': life.previewLines(),
      },
      '/#/settings/accounts',
    );
    await button(page, 'Change the mailbox').click();
    await page.getByText('Nothing is deleted').waitFor();
    await button(page, 'Choose another mailbox').click();
    api().answers.set('GET /api/mailbox', life.notStarted);
    await connect(page, 'ben.ochs@contoso.example');
    await page.getByText('412 mails would be saved').waitFor();
    expect(bodies('POST /api/mailbox/exchange')).toEqual([
      { intent: 'change', start: false, login: 'ben.ochs@contoso.example', password: 'winter-sun' },
    ]);
  });

  test.each([
    ['Refresh the Salesforce account', 'refresh'],
    ['Change the Salesforce account', 'change'],
  ])('%s leads to Salesforce', async (name, intent) => {
    const page = await open(working, '/#/settings/accounts');
    await button(page, name).click();
    await page.waitForURL(`**/login/salesforce?intent=${intent}`);
  });
});

describe('what is synced', () => {
  test('counts what a switch concerns and saves only what was changed', async () => {
    const page = await open({ ...working, 'PUT /api/settings': canned.settings }, '/#/settings/synced');
    await page.getByText('Concerns 3 of your 4 latest mails').waitFor();
    await page.getByLabel('the latest open opportunity').check();
    await page.getByLabel('Tell me by e-mail').click();
    await page.getByLabel('History window in days').fill('30');
    await button(page, 'Save').click();
    await page.getByText('Saved. It counts from the next run on.').waitFor();
    expect(bodies('PUT /api/settings')).toEqual([
      {
        layer: 'user',
        settings: {
          blocklist: ['family.example'],
          relateTo: 'opportunity',
          notifyUser: false,
          windowDays: 30,
        },
      },
    ]);
  });

  test('asks about earlier mail when a place is switched off', async () => {
    const page = await open(
      { ...working, 'PUT /api/settings': canned.settings, 'POST /api/settings/earlier': life.earlierLines },
      '/#/settings/synced',
    );
    await page.getByLabel('Mail that I send (Sent Items)').click();
    await button(page, 'Save').click();
    await page.getByText('37 earlier mails match now').waitFor();
    expect(bodies('POST /api/settings/earlier')).toEqual([
      { settings: { blocklist: ['family.example'], autoSaveSent: false } },
    ]);
  });

  test('complains at the field before anything is sent', async () => {
    const page = await open(working, '/#/settings/synced');
    await page.getByLabel('History window in days').fill('many');
    await button(page, 'Save').click();
    await page.getByText('Enter a whole number from 0 to 3650.').waitFor();
    await page.getByLabel('History window in days').and(focused(page)).waitFor();
    expect(asked('PUT /api/settings')).toEqual([]);
  });
});

describe('what is never synced', () => {
  const saving = {
    ...working,
    'PUT /api/settings': canned.settings,
    'POST /api/settings/earlier': life.earlierLines,
    'POST /api/settings/earlier/apply': life.removalLines,
  };

  test('saves the list, asks about earlier mail, and applies the change to it when told', async () => {
    const page = await open(saving, '/#/settings/never');
    await page.getByLabel('My list').fill('family.example\n\n club@choir.example \nfamily.example');
    await button(page, 'Save').click();
    await page.getByText('37 earlier mails match now').waitFor();
    const settings = { blocklist: ['family.example', 'club@choir.example'] };
    expect(bodies('PUT /api/settings')).toEqual([{ layer: 'user', settings }]);
    await button(page, 'Remove 37 records from Salesforce').click();
    await page.getByText('1 record was removed from Salesforce').waitFor();
    await page.getByText('1: A colleague’s mailbox relies on it.').waitFor();
    expect(bodies('POST /api/settings/earlier/apply')).toEqual([{ settings }]);
  });

  test('leaves earlier mail alone when told, and does not ask when nothing was added', async () => {
    const page = await open(saving, '/#/settings/never');
    await page.getByLabel('My list').fill('family.example\nacme.example');
    await button(page, 'Save').click();
    await button(page, 'Leave as it is').click();
    await page.getByText('37 earlier mails match now').waitFor({ state: 'detached' });
    await page.getByLabel('My list').fill('');
    await button(page, 'Save').click();
    await page.getByText('Saved. It counts from the next run on.').waitFor();
    expect(asked('POST /api/settings/earlier')).toHaveLength(1);
    expect(asked('POST /api/settings/earlier/apply')).toEqual([]);
  });

  test('locks the organization’s list unless the person may edit it', async () => {
    const page = await open(working, '/#/settings/never');
    await page.getByText('only an administrator can change it').waitFor();
    expect(await page.getByLabel('My organization’s list').isEditable()).toBe(false);
    api().answers.set('GET /api/settings', { ...canned.settings, mayEditOrganization: true });
    api().answers.set('PUT /api/settings', canned.settings);
    await page.reload();
    await page.getByLabel('My organization’s list').fill('spam.example');
    await button(page, 'Save').click();
    await page.getByText('Saved.').waitFor();
    expect(bodies('PUT /api/settings')).toEqual([
      { layer: 'organization', settings: { windowDays: 6, blocklist: ['spam.example'] } },
    ]);
  });
});

describe('the history', () => {
  test('loads earlier runs when asked', async () => {
    const page = await open(working, '/#/settings/history');
    await button(page, 'Show earlier runs').waitFor();
    api().answers.set('GET /api/runs', { items: [canned.run({ id: 'run-4', created: 77 })], next: null });
    await button(page, 'Show earlier runs').click();
    await page.getByText('77 saved').waitFor();
    expect(asked('GET /api/runs').at(-1)?.query.get('before')).toBe('run-5');
    expect(await button(page, 'Show earlier runs').count()).toBe(0);
  });

  test('answers Why? by Message-ID, and complains about one that is none', async () => {
    const page = await open(
      { ...working, 'POST /api/mails/explain': life.unsavedExplanation },
      '/#/settings/history',
    );
    await page.getByLabel('Message-ID').fill('abc');
    await button(page, 'Why?').click();
    await page.getByText('Enter a Message-ID').waitFor();
    await page.getByLabel('Message-ID').fill(' <abc@mail.acme.example> ');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Re: Offer for spring' }).and(focused(page)).waitFor();
    await page.getByText('(stopped here)').waitFor();
    expect(bodies('POST /api/mails/explain')).toEqual([{ messageId: '<abc@mail.acme.example>' }]);
  });

  test('answers Why? for one of the latest mails', async () => {
    const page = await open(working, '/#/settings/history');
    await button(page, 'Pick from my latest mails').click();
    await page.getByRole('button', { name: /^Lunch\?/ }).click();
    await page.getByRole('list', { name: 'Rules, in their order' }).waitFor();
    expect(bodies('POST /api/mails/explain')).toEqual([{ itemId: 'item-1' }]);
  });

  test('lists what a run created and takes it back', async () => {
    const page = await open(
      { ...working, 'POST /api/runs/:id/undo': life.removalLines },
      '/#/settings/history',
    );
    await page.locator('summary').first().click();
    await button(page, 'Undo').click();
    const dialog = page.getByRole('dialog', { name: 'Undo this run' });
    await dialog.getByRole('link', { name: 'Re: Offer for spring' }).waitFor();
    await dialog.getByText('2 records stay').waitFor();
    await button(page, 'Remove 1 record').click();
    await dialog.getByText('1 record was removed from Salesforce and will not come back').waitFor();
    await button(page, 'Done').click();
    await button(page, 'Undo').and(focused(page)).waitFor();
  });
});

test('a mailbox that is not set up yet has its settings, and is told what is missing', async () => {
  const page = await open({ ...showing(life.notStarted), 'POST /api/mailbox/preview': [] }, '/#/settings');
  await button(page, 'Later').click();
  await page.getByRole('heading', { name: 'Sync is not started' }).waitFor();
  await page.getByRole('link', { name: 'What is synced' }).click();
  await button(page, 'Back to the preview').waitFor();
});
