/** The console's set-up pages in a real Chromium against canned answers: by role and label, under a strict content security policy. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { problem, UNFINISHED } from '../support/canned-api.ts';
import * as rollouts from '../support/canned-rollouts.ts';
import * as setup from '../support/canned-setup.ts';
import { working } from '../support/page-acts.ts';
import { button, openPageBench } from '../support/page-bench.ts';
import { chooseFile, importing, rollingOut } from '../support/page-states-rollouts.ts';
import { settingUp } from '../support/page-states-setup.ts';

const { open, api, asked, bodies } = openPageBench();

const wide = { width: 1_100 };
const salesPage = `/admin/profiles/${setup.salesProfile.id}`;
const strictPage = `/admin/presets/${setup.strictPreset.id}`;

describe('an import', () => {
  test('counts first and changes nothing by it, then does what was counted', async () => {
    const page = await open(importing, '/admin/import', wide);
    await page.getByLabel('Profile').selectOption(setup.salesProfile.id);
    await chooseFile(page);
    await button(page, 'Count first').click();
    await page.getByText('Of 500 rows: 412 people would be new, 8 changed').waitFor();
    const route = 'POST /api/admin/imports/csv';
    expect(asked(route).map(({ query }) => Object.fromEntries(query))).toEqual([
      { dryRun: 'true', profile: setup.salesProfile.id },
    ]);
    await button(page, 'Import 420 people').click();
    await page.getByText('412 people are new, 8 changed, 18 were as they are.').waitFor();
    expect(asked(route)[1]?.query.get('dryRun')).toBe('false');
    expect(bodies(route)[1]).toContain('Anna Berg,anna.berg@contoso.example');
  });

  test('hands out all rows that it did not take, with line and reason', async () => {
    const page = await open(importing, '/admin/import', wide);
    await chooseFile(page);
    await button(page, 'Count first').click();
    await page.getByText('The first 50 of 62 are shown.').waitFor();
    const saving = page.waitForEvent('download');
    await button(page, 'Download all as CSV').click();
    const file = await readFile(await (await saving).path(), 'utf8');
    expect(file.split('\r\n')).toHaveLength(62 + 2);
    expect(file).toContain('14,,The row has neither crm_username nor crm_user_id. Add one of the two.');
  });

  test('forgets what was counted as soon as something else is chosen', async () => {
    const page = await open(importing, '/admin/import', wide);
    await chooseFile(page);
    await button(page, 'Count first').click();
    await button(page, 'Import 420 people').waitFor();
    await page.getByLabel('License').selectOption({ index: 1 });
    await button(page, 'Import 420 people').waitFor({ state: 'detached' });
  });

  test('is stopped by whoever began it, and says how far it came', async () => {
    const half = [{ kind: 'progress', rows: 250 }, UNFINISHED];
    const page = await open({ ...settingUp, 'POST /api/admin/imports/crm': half }, '/admin/import', wide);
    await page.getByLabel('Salesforce: its active users').check();
    await page.getByLabel('Department').fill('Sales');
    await button(page, 'Count first').click();
    await page.getByText('Counting: 250').waitFor();
    await button(page, 'Stop').click();
    await page.getByText('Stopped after 250 rows.').waitFor();
    expect(bodies('POST /api/admin/imports/crm')).toEqual([
      { dryRun: true, profileId: null, licenseId: null, filter: { department: 'Sales' } },
    ]);
  });
});

describe('a roll-out', () => {
  test('is made once with an id of its own, and its address leads back to it', async () => {
    const path = `/admin/rollouts/new?profile=${setup.salesProfile.id}`;
    const page = await open(
      { ...rollingOut(rollouts.checking), 'PUT /api/admin/rollouts/:id': rollouts.checking },
      path,
      wide,
    );
    await page.getByText('Mailbox and Salesforce by the company').waitFor();
    await button(page, 'Choose people').click();
    await page.getByLabel('Wave 1, up to percent').fill('10');
    await button(page, 'Check them').click();
    await page.getByText('180 of 500 checked').waitFor();
    expect(bodies('PUT /api/admin/rollouts/:id')).toEqual([
      { profileId: setup.salesProfile.id, who: { filter: {} }, waves: [10, 25, 100], failuresMax: 20 },
    ]);
    const address = new URL(page.url()).pathname;
    expect(address).toMatch(/^\/admin\/rollouts\/[0-9a-f-]{36}$/);

    await page.getByRole('navigation', { name: 'Console' }).getByRole('link', { name: 'Overview' }).click();
    api().answers.set('GET /api/admin/rollouts/:id', rollouts.checked);
    await page.goto(`${api().origin}${address}`);
    await button(page, 'Go on to the waves').click();
    await page.getByRole('navigation', { name: 'Steps' }).getByText('Waves').waitFor();
    expect(new URL(page.url()).search).toBe('?step=waves');
    await button(page, 'Start').waitFor();
  });

  test('starts with how many it switches on, and shows how it goes', async () => {
    const page = await open(
      { ...rollingOut(rollouts.checked), 'POST /api/admin/rollouts/:id/start': rollouts.running },
      `/admin/rollouts/${rollouts.checked.id}?step=waves`,
      wide,
    );
    await button(page, 'Start').click();
    const dialog = page.getByRole('dialog', { name: 'Start the first wave?' });
    await dialog.getByText('20 people of 500 must connect by themselves.').waitFor();
    api().answers.set('GET /api/admin/rollouts/:id', rollouts.running);
    await dialog.getByRole('button', { name: 'Start' }).click();
    await page.getByText('65 of 500 people through').waitFor();
    await page.getByText('40 through, 2 failed').waitFor();
  });

  test('that halted says what most have in common; resumed, it goes on', async () => {
    const page = await open(
      { ...rollingOut(rollouts.halted), 'POST /api/admin/rollouts/:id/resume': rollouts.running },
      `/admin/rollouts/${rollouts.halted.id}`,
      wide,
    );
    await page.getByText('Wave 2 halted: 12 of 40 failed.').waitFor();
    await page.getByText('What most of them have in common (11 people):').waitFor();
    await page
      .getByText(rollouts.halted.cause?.admin ?? '')
      .first()
      .waitFor();
    api().answers.set('GET /api/admin/rollouts/:id', rollouts.running);
    await button(page, 'Resume').click();
    await page.getByText('65 of 500 people through').waitFor();
    expect(asked('POST /api/admin/rollouts/:id/resume')).toHaveLength(1);
    await button(page, 'Resume').waitFor({ state: 'detached' });
  });

  test('lists the people of one cause, and all of them as CSV', async () => {
    const page = await open(rollingOut(rollouts.checked), `/admin/rollouts/${rollouts.checked.id}`, wide);
    await page.getByRole('link', { name: 'Show the 12 people with mailbox.not-found' }).click();
    await expect
      .poll(() => asked('GET /api/admin/rollouts/:id/members').at(-1)?.query.get('code'))
      .toBe('mailbox.not-found');
    const csv = page.getByRole('link', { name: /CSV/ });
    expect(await csv.getAttribute('href')).toContain(`/rollouts/${rollouts.checked.id}/members.csv`);
  });
});

describe('Allow and Force', () => {
  test('are saved with the version that was read, and what is not set is not sent', async () => {
    const saved = { 'PUT /api/admin/settings': setup.settings };
    const page = await open({ ...settingUp, ...saved }, '/admin/settings', wide);
    await page.getByLabel('Who decides: Mail that people send (Sent Items)').selectOption('force');
    await page.getByRole('switch', { name: 'Mail that people send (Sent Items)' }).uncheck();
    await page.getByLabel('Who decides: History window in days').selectOption('open');
    await button(page, 'Save').click();
    await page.getByText('Saved. It counts from each mailbox’s next run on.').waitFor();
    expect(bodies('PUT /api/admin/settings')).toEqual([
      {
        settings: {
          autoSaveSent: false,
          blocklist: setup.settings.settings.blocklist,
          notifyAddresses: ['it@contoso.example'],
          apiShareMax: 0.7,
        },
        forced: ['autoSaveSent'],
        version: 7,
      },
    ]);
  });

  test('a preset is applied to profiles only after its warning', async () => {
    const page = await open(
      { ...settingUp, 'POST /api/admin/presets/:id/apply': setup.applied },
      strictPage,
      wide,
    );
    await page.getByLabel('Sales: 1,204 people').check();
    await page.getByLabel('Is forgotten wherever').check();
    await button(page, 'Apply').click();
    const dialog = page.getByRole('dialog', { name: 'Apply “Strict”?' });
    await dialog.getByText('That cannot be undone.').waitFor();
    expect(asked('POST /api/admin/presets/:id/apply')).toHaveLength(0);
    await dialog.getByRole('button', { name: 'Apply' }).click();
    await dialog.getByText('It changed something for 1,199 people.').waitFor();
    expect(bodies('POST /api/admin/presets/:id/apply')).toEqual([
      { profileIds: [setup.salesProfile.id], override: true },
    ]);
  });

  test('a locked setting is greyed with its reason in the sidebar, and never sent', async () => {
    const answers = { ...working, 'GET /api/settings': setup.locked, 'PUT /api/settings': setup.locked };
    const page = await open(answers, '/#/settings/synced', wide);
    const inbox = page.getByRole('switch', { name: 'Mail that I receive (Inbox)' });
    await page.getByText('Set by your organization; only an administrator can change it.').first().waitFor();
    expect(await inbox.getAttribute('aria-disabled')).toBe('true');
    await inbox.click({ force: true });
    expect(await inbox.isChecked()).toBe(true);
    const days = page.getByLabel('History window in days');
    expect(await days.inputValue()).toBe('30');
    expect(await days.getAttribute('readonly')).not.toBeNull();
    await page.getByRole('switch', { name: 'Mail that I send (Sent Items)' }).click();
    await button(page, 'Save').click();
    await page.getByText('Saved. It counts from the next run on.').waitFor();
    expect(bodies('PUT /api/settings')).toEqual([{ layer: 'user', settings: { autoSaveSent: false } }]);
  });
});

describe('profiles and ways of reaching', () => {
  test('a profile is disabled after saying for how many', async () => {
    const off = { ...setup.salesProfile, enabled: false };
    const page = await open({ ...settingUp, 'POST /api/admin/profiles/:id/disable': off }, salesPage, wide);
    await button(page, 'Disable the profile').click();
    await page.getByText('Sync stops for 1,180 people at once.').waitFor();
    api().answers.set('GET /api/admin/profiles', { items: [off] });
    await page.getByRole('dialog').getByRole('button', { name: 'Disable' }).click();
    await page.getByText('Disabled: none of its people is synced, and none can resume').waitFor();
  });

  test('an access is sent with what was typed, and its commands have it filled in', async () => {
    const made = { ...settingUp, 'POST /api/admin/accesses': { ...setup.exchange, checks: [] } };
    const page = await open(made, '/admin/access/new/exchange', wide);
    await page.getByRole('textbox', { name: 'Name' }).fill('Head office');
    await page.getByRole('textbox', { name: 'Service account' }).fill('CONTOSO\\svc-lockstep');
    await page.getByText("-User 'CONTOSO\\svc-lockstep'").waitFor();
    await page.getByLabel('Password').fill('winter-sun');
    await page.getByLabel('Sample mailbox').fill('anna.berg@contoso.example');
    await button(page, 'Try it and save').click();
    await page.getByRole('heading', { name: 'Head office' }).waitFor();
    expect(bodies('POST /api/admin/accesses')).toEqual([
      {
        service: 'exchange',
        name: 'Head office',
        login: 'CONTOSO\\svc-lockstep',
        password: 'winter-sun',
        sampleMailbox: 'anna.berg@contoso.example',
      },
    ]);
  });

  test('an access that is used says by whom and is not removed', async () => {
    const page = await open(settingUp, `/admin/access/${setup.exchange.id}`, wide);
    await page.getByText('It is used by the profile “Sales” and 1,180 mailboxes.').waitFor();
    expect(await button(page, 'Remove').getAttribute('aria-disabled')).toBe('true');
  });

  test('a check that is refused is said in the words for an admin', async () => {
    const refused = problem(422, 'mailbox.credentials-rejected', 'For the person.', {
      admin: 'For the admin.',
    });
    const page = await open(
      { ...settingUp, 'POST /api/admin/accesses/:id/check': refused },
      `/admin/access/${setup.exchange.id}`,
      wide,
    );
    await button(page, 'Check again').click();
    await page.getByRole('alert').getByText('For the admin.').waitFor();
  });
});

test('a token is shown once: gone from the page when it was copied, and read by no answer again', async () => {
  const page = await open({ ...settingUp, 'POST /api/admin/tokens': setup.newToken }, '/admin/tokens', wide);
  await page.getByLabel('Name').fill('Roll-outs by script');
  await page.getByLabel('rollouts: Make, start').check();
  await button(page, 'Make the token').click();
  expect(await page.getByLabel('Token', { exact: true }).inputValue()).toBe(setup.newToken.token);
  await button(page, 'I have copied it').click();
  await button(page, 'Make the token').waitFor();
  expect(await page.content()).not.toContain(setup.newToken.token);
  expect(bodies('POST /api/admin/tokens')).toEqual([
    { name: 'Roll-outs by script', scopes: ['read', 'rollouts'], profileId: null, days: 90 },
  ]);
});
