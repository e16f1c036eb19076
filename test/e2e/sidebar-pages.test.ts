/**
 * The sidebar in a real Chromium against canned answers: how sync stands, the open mail, what a person does with his mailbox, and how little is loaded
 * for it. By role and label, under a strict content security policy.
 */
import { readFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import { BEARER_TOKEN, problem } from '../support/canned-api.ts';
import * as life from '../support/canned-life.ts';
import { type CannedHost, fromMenu, newcomer, showing, working } from '../support/page-acts.ts';
import { button, focused, openPageBench } from '../support/page-bench.ts';
import { countedPages } from '../support/page-coverage.ts';

const FIRST_LOAD_BYTES_MAX = 150 * 1024;

const { open, api, asked, bodies, folder } = openPageBench();

const beside: CannedHost = {
  kind: 'outlook',
  mailboxAddress: 'anna.berg@contoso.example',
  mail: { itemId: 'item-0', subject: 'Re: Offer for spring' },
};

describe('the sidebar', () => {
  test('always says how sync stands, with last sync and next run', async () => {
    const page = await open(working);
    const line = page.getByRole('contentinfo');
    await line.getByText('In step with Salesforce.').waitFor();
    await line.getByText('Synced 4 minutes ago · next 11:00').waitFor();
    expect(await line.locator('time').last().getAttribute('title')).toContain('2026');
    await page.goto(`${api().origin}/#/settings/never`);
    await line.getByText('In step with Salesforce.').waitFor();
  });

  test('starts a sync and follows it to its end', async () => {
    const page = await open(working);
    const running = canned.mailbox({
      running: true,
      lastRun: canned.run({ id: 'run-10', outcome: 'running', endedAt: null }),
    });
    api().answers.set('POST /api/mailbox/sync-now', { mailbox: canned.mailbox() });
    let polls = 0;
    await button(page, 'Sync now').waitFor();
    api().answers.set('GET /api/mailbox', () => {
      polls += 1;
      return polls < 2 ? running : canned.mailbox({ lastRun: canned.run({ id: 'run-10' }) });
    });
    await button(page, 'Sync now').click();
    await page.getByText('The sync starts in a moment.').waitFor();
    await page.getByText('A sync is under way.').waitFor();
    await page.getByText('A sync is under way.').waitFor({ state: 'detached' });
    expect(await button(page, 'Sync now').getAttribute('aria-disabled')).not.toBe('true');
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

  test('says that it is offline, and that sync is not', async () => {
    const page = await open(working);
    await button(page, 'Sync now').waitFor();
    await page.context().setOffline(true);
    await page.getByText('You are offline. Sync goes on without you').waitFor();
    await page.getByRole('contentinfo').getByText('You are offline.').waitFor();
  });

  test('goes back to the login when the session has ended', async () => {
    const page = await open(working);
    await button(page, 'Sync now').waitFor();
    api().answers.set('GET /api/session', canned.signedOut);
    api().answers.set('POST /api/mailbox/sync-now', problem(401, 'api.not-signed-in', 'Log in again.'));
    await button(page, 'Sync now').click();
    await button(page, 'Log in with Salesforce').waitFor();
  });

  test('has a menu that works by keyboard alone', async () => {
    const page = await open({ ...working, 'POST /api/logout': {} });
    // The menu's code arrives a moment after the page.
    await button(page, 'Menu').and(page.locator(':enabled')).focus();
    await page.keyboard.press('Enter');
    await page.getByRole('menuitem', { name: 'Sync settings' }).and(focused(page)).waitFor();
    const items = await page.getByRole('menuitem').allInnerTexts();
    expect(items.map((item) => item.split('\n')[0])).toEqual([
      'Sync settings',
      'Connect again',
      'Pause',
      'Sync now',
      'Help',
      'Log out',
    ]);
    api().answers.set('GET /api/session', canned.signedOut);
    await page.keyboard.press('End');
    await page.keyboard.press('Enter');
    await button(page, 'Log in with Salesforce').waitFor();
    expect(asked('POST /api/logout')).toHaveLength(1);
  });

  test('shows times in the zone of the reader', async () => {
    const page = await open(working, '/', { timezoneId: 'Asia/Tokyo' });
    await page.getByRole('contentinfo').getByText('next 20:00').waitFor();
  });

  test.each([
    [life.paused, 'Sync is paused and goes on by itself.', 'Resume'],
    [life.suspended, 'Sync is suspended due to an error', 'Resume'],
    [life.crmEnded, 'Sync is suspended due to an error', 'Log in with Salesforce'],
  ])('offers what helps when it does not run: %#', async (mailbox, text, name) => {
    const page = await open(showing(mailbox));
    await page.getByRole('region', { name: 'Needs attention' }).getByText(text).first().waitFor();
    await button(page, name).waitFor();
  });
});

describe('the open mail', () => {
  test('is in Salesforce, or not, with the reasons and the people', async () => {
    const page = await open(working, '/', { host: beside });
    await page.getByRole('heading', { name: 'Re: Offer for spring' }).waitFor();
    await page.getByText('In Salesforce. Saved to Salesforce.').waitFor();
    await page.getByRole('list', { name: 'People' }).getByText('Bob Stone · Contact · ACME').waitFor();
    await page.getByText('no contact or lead in Salesforce has this address').waitFor();
    await button(page, 'Why?').click();
    await page.getByText('It lies where mail is saved from.').waitFor();
    expect(await button(page, 'Why?').getAttribute('aria-expanded')).toBe('true');
    expect(bodies('POST /api/mails/explain')).toEqual([{ itemId: 'item-0' }]);
  });

  test('is saved by hand, and what came of it is said', async () => {
    const page = await open(
      {
        ...working,
        'POST /api/mails/explain': life.unsavedExplanation,
        'POST /api/mails/save': life.savedMail,
      },
      '/',
      { host: beside },
    );
    await button(page, 'Save to Salesforce').click();
    await page.getByRole('link', { name: 'Open it' }).waitFor();
    expect(bodies('POST /api/mails/save')).toEqual([{ itemId: 'item-0' }]);
  });

  test('changes with what the reader opens, and nothing of one mail stays with the next', async () => {
    const page = await open(
      {
        ...working,
        'POST /api/mails/explain': life.unsavedExplanation,
        'POST /api/mails/save': life.savedMail,
      },
      '/',
      { host: beside },
    );
    await button(page, 'Save to Salesforce').click();
    await page.getByRole('link', { name: 'Open it' }).waitFor();
    const openMail = (mail: CannedHost['mail']) =>
      page.evaluate((next) => {
        (globalThis as unknown as { lockstepTest: { openMail(mail: unknown): void } }).lockstepTest.openMail(
          next,
        );
      }, mail);
    await openMail({ itemId: 'item-7', subject: 'Another' });
    await page.getByRole('heading', { name: 'Another' }).waitFor();
    await button(page, 'Save to Salesforce').waitFor();
    expect(await page.getByRole('link', { name: 'Open it' }).count()).toBe(0);
    await openMail(null);
    await page.getByText('Open a mail to see whether it is in Salesforce.').waitFor();
  });

  test('lies in another mailbox than the one that is synced: both are named', async () => {
    const page = await open(working, '/', { host: { ...beside, mailboxAddress: 'sales@contoso.example' } });
    const notice = page.getByRole('status').filter({ hasText: 'sales@contoso.example' });
    await notice.getByText('anna.berg@contoso.example').waitFor();
    await button(page, 'Change the mailbox').click();
    await page.getByText('The links between its mail and Salesforce are closed.').waitFor();
  });
});

describe('a frame without cookies', () => {
  const host: CannedHost = { ...beside, message: { token: BEARER_TOKEN } };

  test('logs in by a dialog, and shows its bearer token from then on', async () => {
    const page = await open({ ...newcomer, 'GET /api/session': canned.signedOut }, '/', { host });
    await button(page, 'Log in with Salesforce').waitFor();
    api().answers.set('GET /api/session', canned.signedIn(null));
    const [request] = await Promise.all([
      page.waitForRequest((one) => one.url().endsWith('/api/session')),
      button(page, 'Log in with Salesforce').click(),
    ]);
    expect(await request.headerValue('authorization')).toBe(`Bearer ${BEARER_TOKEN}`);
    await page.getByRole('dialog', { name: 'Connect your mailbox' }).waitFor();
    const posted = page.waitForRequest('**/api/mailbox/exchange');
    await page.getByLabel('Password').fill('winter-sun');
    await button(page, 'Connect to Exchange').click();
    const change = await posted;
    expect(await change.headerValue('x-csrf-token')).toBeNull();
    expect(change.postDataJSON()).toMatchObject({ address: 'anna.berg@contoso.example', start: false });
  });
});

describe('pausing and resuming', () => {
  test.each([
    ['Until I resume', null],
    ['Until the end of today', '2026-03-03T00:00:00.000Z'],
    ['Until the end of tomorrow', '2026-03-04T00:00:00.000Z'],
  ])('pauses: %s', async (label, until) => {
    const page = await open({ ...working, 'POST /api/mailbox/pause': { mailbox: life.paused } });
    await fromMenu(page, 'Pause');
    await page.getByLabel(label).check();
    api().answers.set('GET /api/mailbox', life.paused);
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Sync resumes by itself').waitFor();
    expect(bodies('POST /api/mailbox/pause')).toEqual([{ until }]);
  });

  test('pauses until a moment in the zone of the reader, and refuses one that has passed', async () => {
    const page = await open({ ...working, 'POST /api/mailbox/pause': { mailbox: life.paused } }, '/', {
      timezoneId: 'America/New_York',
    });
    await fromMenu(page, 'Pause');
    await page.getByLabel('Until a day and time').check();
    await page.getByText('In your time zone, America/New_York').waitFor();
    const field = page.getByLabel(/^Day and time/);
    await field.fill('2026-03-02T05:00');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('This moment has passed.').waitFor();
    await field.and(focused(page)).waitFor();
    await field.fill('2026-03-09T08:00');
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    expect(bodies('POST /api/mailbox/pause')).toEqual([{ until: '2026-03-09T12:00:00.000Z' }]);
  });

  test.each([
    ['Catch up', 'catch-up'],
    ['Skip it', 'skip'],
  ])('resumes, and asks what about the gap: %s', async (label, gap) => {
    const page = await open({
      ...showing(life.paused),
      'POST /api/mailbox/resume': { mailbox: canned.mailbox() },
    });
    await fromMenu(page, 'Resume');
    await page.getByLabel(label).check();
    api().answers.set('GET /api/mailbox', canned.mailbox());
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('contentinfo').getByText('In step with Salesforce.').waitFor();
    expect(bodies('POST /api/mailbox/resume')).toEqual([{ gap }]);
  });
});

/** What a script needs before it runs, itself included. */
async function withImports(path: string, found = new Set<string>()): Promise<ReadonlySet<string>> {
  if (found.has(path)) return found;
  found.add(path);
  const text = await readFile(join(folder(), path), 'utf8');
  for (const [, name = ''] of text.matchAll(/(?:\bfrom|\bimport)\s*"(\.[^"]+\.js)"/g)) {
    await withImports(normalize(join(dirname(path), name)), found);
  }
  return found;
}

// Pages that are built for counting lines are not those that are delivered.
test.skipIf(countedPages !== undefined).each([
  ['sidebar', working, 'signed-in-pages'],
  ['login page', { 'GET /api/session': canned.signedOut }, 'login-page'],
] as const)(
  'what the %s needs to be seen stays within 150 KB of compressed script',
  async (_name, answers, chunk) => {
    const page = await open(answers);
    const loaded: string[] = [];
    page.on('response', (response) => loaded.push(new URL(response.url()).pathname));
    await page.reload();
    await page.getByRole('button', { name: /Sync now|Log in with Salesforce/ }).waitFor();
    const html = await readFile(join(folder(), 'index.html'), 'utf8');
    const entries = [...html.matchAll(/<script[^>]+src="\/?([^"]+\.js)"/g)].map(([, path]) => path ?? '');
    const pageChunk = loaded.find((path) => path.includes(`/${chunk}-`) && path.endsWith('.js'))?.slice(1);
    expect(entries.length).toBeGreaterThan(0);
    expect(pageChunk).toBeDefined();
    const needed = new Set<string>();
    for (const path of [...entries, pageChunk ?? '']) await withImports(path, needed);
    let bytes = 0;
    for (const path of needed) bytes += gzipSync(await readFile(join(folder(), path))).length;
    process.stdout.write(`${chunk}: ${(bytes / 1024).toFixed(1)} KB of compressed script\n`);
    expect(bytes).toBeLessThan(FIRST_LOAD_BYTES_MAX);
  },
);
