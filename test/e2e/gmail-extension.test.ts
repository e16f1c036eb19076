/**
 * Goal: the extension in a real Chromium, beside a page that looks like Gmail at Gmail's own address, with the real product behind it: the sidebar is
 * docked, logs in by a window without any cookie in the frame, knows the mailbox and the open mail, and connects the mailbox by a window too.
 */
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type BrowserContext, chromium, type FrameLocator, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Colleague, colleagues, SANDBOX_PASSWORD } from '../../sandbox/cast.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { buildProgram } from '../../src/server/cli/program.ts';
import { type GmailLike, startGmailLike } from '../support/gmail-like-page.ts';
import { countWindows } from '../support/page-coverage.ts';
import { answerGoogle } from '../support/sandbox-pages.ts';

const CHROMIUM = '/usr/bin/chromium';
/** The browser that npm brings is a headless shell, which knows no extensions. */
const hasChromium = existsSync(CHROMIUM);
if (!hasChromium)
  process.stdout.write(
    `The extension is not tried in a browser: there is no ${CHROMIUM} (apt-get install chromium).\n`,
  );

const root = join(import.meta.dirname, '../..');
const dora = colleagues.find(({ service }) => service === 'google') as Colleague;
const MESSAGE = '18c2a5f0d3b4e6a7';
let folder: string;
let sandbox: Sandbox;
let gmail: GmailLike;
let context: BrowserContext;

describe.skipIf(!hasChromium)('the extension beside Gmail', () => {
  beforeAll(async () => {
    if (!existsSync(join(root, 'dist/web/dialog.html')))
      execFileSync('npm', ['run', '--silent', 'build'], {
        cwd: root,
        env: { ...process.env, NODE_ENV: 'production' },
      });
    folder = await mkdtemp(join(tmpdir(), 'lockstep-gmail-'));
    sandbox = await startSandbox({
      port: 0,
      mailFolder: null,
      seed: 20_261_123,
      dataFolder: join(folder, 'data'),
      databaseUrl: null,
    });
    gmail = await startGmailLike(dora.address, MESSAGE);
    const extension = join(folder, 'extension');
    await buildProgram((code) => expect(code).toBe(0)).parseAsync([
      ...['node', 'lockstep', 'addin', 'gmail', '--url', sandbox.url, '--out', extension],
    ]);
    context = await openWithExtension(extension);
  });

  afterAll(async () => {
    await context?.close();
    await gmail?.close();
    await sandbox?.close();
    await rm(folder, { recursive: true, force: true });
  });

  async function openWithExtension(extension: string): Promise<BrowserContext> {
    const opened = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: CHROMIUM,
      headless: false,
      ignoreHTTPSErrors: true,
      viewport: { width: 1280, height: 800 },
      // Playwright switches extensions off by itself.
      ignoreDefaultArgs: ['--disable-extensions'],
      args: [
        '--headless=new',
        '--no-sandbox',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
        '--disable-features=DisableLoadExtensionCommandLineSwitch,LocalNetworkAccessChecks',
        `--disable-extensions-except=${extension}`,
        `--load-extension=${extension}`,
        `--host-resolver-rules=MAP mail.google.com:443 127.0.0.1:${gmail.port},MAP elsewhere.example:443 127.0.0.1:${gmail.port}`,
        '--ignore-certificate-errors',
      ],
    });
    countWindows(opened);
    return opened;
  }

  async function openGmail(): Promise<{ readonly page: Page; readonly sidebar: FrameLocator }> {
    const page = await context.newPage();
    page.setDefaultTimeout(30_000);
    await page.goto('https://mail.google.com/mail/u/0/#inbox');
    return { page, sidebar: page.frameLocator('#lockstep-dock iframe') };
  }

  test('is docked beside the mail, and its handle hides and shows it', async () => {
    const { page, sidebar } = await openGmail();
    await sidebar.getByRole('button', { name: 'Log in with Salesforce' }).waitFor();
    const widths = async () => [
      (await page.locator('body').boundingBox())?.width,
      (await page.locator('#lockstep-dock').boundingBox())?.width,
    ];
    expect(await widths()).toEqual([896, 384]);
    await page.getByRole('button', { name: 'Hide Lockstep' }).click();
    expect(await widths()).toEqual([1256, 24]);
    await page.reload();
    await page.getByRole('button', { name: 'Show Lockstep' }).click();
    expect(await widths()).toEqual([896, 384]);
    await page.close();
  });

  test('logs in by a window, knows its mailbox and the open mail, and connects by a window', async () => {
    const { page, sidebar } = await openGmail();
    const opened = page.waitForEvent('popup');
    await sidebar.getByRole('button', { name: 'Log in with Salesforce' }).click();
    const login = await opened;
    const closed = login.waitForEvent('close');
    await login.getByLabel('Username').fill(dora.salesforceUsername);
    await login.getByLabel('Password').fill(SANDBOX_PASSWORD);
    await login.getByRole('button', { name: 'Log In' }).click();
    await login.getByRole('button', { name: 'Allow' }).click();
    await closed;
    const dialog = sidebar.getByRole('dialog');
    await dialog.waitFor();
    // No cookie holds this session: a page of the same browser outside of the frame knows nothing of it.
    expect((await context.cookies(sandbox.url)).map(({ name }) => name)).not.toContain('lockstep');

    await dialog.getByRole('radio', { name: /Gmail|Google/ }).check();
    const address = dialog.getByLabel('E-mail address');
    expect(await address.inputValue()).toBe(dora.address);
    const consent = page.waitForEvent('popup');
    await dialog.getByRole('button', { name: /^Connect to/ }).click();
    const google = await consent;
    const gone = google.waitForEvent('close');
    await answerGoogle(google, { account: dora.address, press: 'Continue' });
    await gone;
    await sidebar.getByText(`${dora.address} is connected.`).waitFor();
    await dialog.getByRole('button', { name: 'Start', exact: true }).click();
    await dialog.waitFor({ state: 'hidden' });

    // Another mail is opened beside the sidebar, which says so.
    await page.evaluate(() => {
      window.location.hash = '#inbox/FMfcgz';
    });
    await sidebar.getByText('New bikes').first().waitFor();

    // The tab keeps the session, and a new tab has none.
    await page.reload();
    await sidebar.getByText('New bikes').first().waitFor();
    const other = await openGmail();
    await other.sidebar.getByRole('button', { name: 'Log in with Salesforce' }).waitFor();
    await other.page.close();
    await page.close();
  });

  test.each([
    ['https://mail.google.com', '/', true],
    ['https://elsewhere.example', '/', false],
    ['https://mail.google.com', '/dialog.html', false],
    ['https://mail.google.com', '/outlook.html', false],
  ])('%s may frame %s: %s', async (site, path, isAllowed) => {
    const page = await context.newPage();
    await page.goto(`${site}/framing?page=${encodeURIComponent(sandbox.url + path)}`);
    expect(page.frame('framed')?.url()).toMatch(isAllowed ? `${sandbox.url}${path}` : /^chrome-error:/);
    await page.close();
  });
});
