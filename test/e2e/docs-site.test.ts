/**
 * Goal: the documentation site can be read by everybody: narrow and wide, light and dark, by keyboard, with its own search. Method: written into a folder,
 * served by a bare server, looked at in a real Chromium with axe-core; every request is noted.
 */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { extname, join, normalize } from 'node:path';
import type axe from 'axe-core';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeSite } from '../../scripts/docs/write-site.ts';
import { openBrowser, openReader } from '../support/browser.ts';

const root = join(import.meta.dirname, '..', '..');
const kinds: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css',
  '.js': 'text/javascript',
  '.json': 'application/json',
  '.png': 'image/png',
};
const pages = ['index.html', 'docs/setup/entra.html'];
/** Everything twice, and in the other two views what colours and width alone decide. */
const ofLooks = ['color-contrast', 'link-in-text-block', 'target-size', 'scrollable-region-focusable'];
const looks = [
  { width: 320, colorScheme: 'light', only: null },
  { width: 320, colorScheme: 'dark', only: ofLooks },
  { width: 1280, colorScheme: 'dark', only: null },
  { width: 1280, colorScheme: 'light', only: ofLooks },
] as const;

let folder: string;
let server: Server;
let origin: string;
let browser: Browser;
let axeSource: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'lockstep-docs-'));
  await writeSite(root, folder);
  server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    readFile(join(folder, path)).then(
      (body) => response.setHeader('content-type', kinds[extname(path)] ?? 'text/plain').end(body),
      () => response.writeHead(404).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  browser = await openBrowser();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});
afterAll(async () => {
  await browser?.close();
  server?.close();
  await rm(folder, { recursive: true, force: true });
});

test.each(pages)(
  '%s has no accessibility violation, does not overflow, and asks nothing of others',
  async (path) => {
    const context = await openReader(browser, { width: 320 });
    const page = await context.newPage();
    const foreign: string[] = [];
    const complaints: string[] = [];
    page.on('request', (request) => {
      if (!request.url().startsWith(origin)) foreign.push(request.url());
    });
    page.on('console', (message) => {
      if (message.type() === 'error') complaints.push(message.text());
    });
    await page.goto(`${origin}/${path}`);
    await page.evaluate(axeSource);
    for (const { width, colorScheme, only } of looks) {
      await page.setViewportSize({ width, height: 800 });
      await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
      const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
      const violations = await page.evaluate(async (rules) => {
        const { axe: run } = globalThis as unknown as { axe: typeof axe };
        const runOnly = rules === null ? {} : { runOnly: { type: 'rule' as const, values: [...rules] } };
        const found = await run.run(document, { ...runOnly, resultTypes: ['violations'], preload: false });
        return found.violations.flatMap(({ id, nodes }) =>
          nodes.map((node) => `${id}: ${node.target.join(' ')}`),
        );
      }, only);
      expect.soft({ width, colorScheme, excess: Math.max(excess, 0), violations }).toEqual({
        width,
        colorScheme,
        excess: 0,
        violations: [],
      });
    }
    expect({ foreign, complaints }).toEqual({ foreign: [], complaints: [] });
    await context.close();
  },
);

test('by keyboard: the skip link leads to the content, the search to a heading on another page, Escape empties it', async () => {
  const context = await openReader(browser, { width: 1280 });
  const page = await context.newPage();
  await page.goto(`${origin}/docs/operating.html`);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForFunction(() => document.activeElement?.id === 'site-content');
  const query = page.getByLabel('Search headings');
  await query.fill('impersonation-denied');
  await page.getByRole('status').getByText('1 heading', { exact: true }).waitFor();
  await query.press('Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(`${origin}/docs/errors.html#mailboximpersonation-denied`);
  await page.getByLabel('Search headings').fill('nothing has this heading');
  await page.getByRole('status').getByText('0 headings').waitFor();
  await page.getByLabel('Search headings').press('Escape');
  expect(await page.getByLabel('Search headings').inputValue()).toBe('');
  await context.close();
});

test('the list of pages is folded where it is narrow, open where it is wide, and names the page that one is on', async () => {
  const context = await openReader(browser, { width: 320 });
  const page = await context.newPage();
  await page.goto(`${origin}/docs/upgrading.html`);
  const link = page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Upgrading' });
  expect(await link.isVisible()).toBe(false);
  await page.getByText('All pages').click();
  expect(await link.getAttribute('aria-current')).toBe('page');
  await page.setViewportSize({ width: 1280, height: 800 });
  await link.waitFor({ state: 'visible' });
  await context.close();
});
