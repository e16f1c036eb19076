/**
 * While lines are counted (`npm run coverage`), keeps what the scripts of every window ran. In any other run it does nothing at all.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser, BrowserContext, Page } from 'playwright-core';

const folder = join(import.meta.dirname, '../../coverage');
const isCounting = process.env.NODE_V8_COVERAGE !== undefined && existsSync(join(folder, 'windows'));

/** Where the pages that were built for counting are; undefined otherwise. */
export const countedPages = isCounting ? join(folder, 'pages') : undefined;

const counted = new WeakMap<Page, Promise<void>>();

/** From now on the windows that this reader opens are counted; a window that a page opens by itself is counted from its first moments on. */
export function countWindows(context: BrowserContext): void {
  if (!isCounting) return;
  const open = context.newPage.bind(context);
  context.on('page', (page) => void count(page));
  context.newPage = async () => {
    const page = await open();
    await count(page);
    return page;
  };
  const close = context.close.bind(context);
  context.close = async (options) => {
    await keepAll(context);
    await close(options);
  };
}

/** A browser that closes with its windows open keeps what they ran first. */
export function countBrowser(browser: Browser): Browser {
  if (!isCounting) return browser;
  const close = browser.close.bind(browser);
  browser.close = async (options) => {
    for (const context of browser.contexts()) await keepAll(context);
    await close(options);
  };
  return browser;
}

function count(page: Page): Promise<void> {
  const begun = counted.get(page) ?? begin(page);
  counted.set(page, begun);
  return begun;
}

async function begin(page: Page): Promise<void> {
  const close = page.close.bind(page);
  page.close = async (options) => {
    await keep(page);
    await close(options);
  };
  // A window may be gone before it is counted.
  await page.coverage.startJSCoverage({ resetOnNavigation: false }).catch(() => undefined);
}

async function keepAll(context: BrowserContext): Promise<void> {
  for (const page of context.pages()) await keep(page);
}

async function keep(page: Page): Promise<void> {
  if (page.isClosed() || !counted.delete(page)) return;
  const scripts = await page.coverage.stopJSCoverage().catch(() => []);
  const ours = scripts
    .filter(({ url }) => new URL(url).pathname.startsWith('/assets/'))
    .map(({ url, functions }) => ({ url, functions }));
  writeFileSync(join(folder, 'windows', `${randomUUID()}.json`), JSON.stringify(ours));
}
