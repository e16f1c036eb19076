/**
 * Looks at states of the pages with axe-core (WCAG 2.2 A and AA), narrow and wide, light and dark; none may be wider than its window. One page per
 * state: width and colours change under it. Everything is looked at twice, what colours and width alone decide in the two other views too.
 */
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser, openReader } from './browser.ts';
import { buildPages } from './built-pages.ts';
import { type CannedApi, startCannedApi } from './canned-api.ts';
import { openPage } from './open-state.ts';
import type { PageState } from './page-acts.ts';

const everything = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const ofColours = ['color-contrast', 'link-in-text-block'];
const ofWidth = ['target-size', 'scrollable-region-focusable'];
const PATIENCE_MS = 30_000;

interface Look {
  readonly width: number;
  readonly colorScheme: 'light' | 'dark';
  readonly runOnly: axe.RunOnly;
}

const looks: readonly Look[] = [
  { width: 320, colorScheme: 'light', runOnly: { type: 'tag', values: everything } },
  { width: 320, colorScheme: 'dark', runOnly: { type: 'rule', values: ofColours } },
  { width: 1280, colorScheme: 'dark', runOnly: { type: 'tag', values: everything } },
  { width: 1280, colorScheme: 'light', runOnly: { type: 'rule', values: [...ofColours, ...ofWidth] } },
];

/** Registers a test for each state; to be called once, at the top of a file. */
export function testAccessibility(states: readonly PageState[]): void {
  let folder: string;
  let api: CannedApi;
  let browser: Browser;
  let context: BrowserContext;
  let axeSource: string;
  beforeAll(async () => {
    folder = await buildPages();
    api = await startCannedApi(folder);
    browser = await openBrowser();
    context = await openReader(browser, { width: 320 });
    axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  });
  test.each(states)('the state $name has no accessibility violation and does not overflow', async (state) => {
    const { page, complaints } = await openPage(context, api, state);
    try {
      page.setDefaultTimeout(PATIENCE_MS);
      await state.act(page);
      await page.evaluate(axeSource);
      for (const look of looks) {
        const { width, colorScheme } = look;
        const found = await lookAt(page, look);
        expect({ width, colorScheme, ...found }).toEqual({ width, colorScheme, violations: [], excess: 0 });
      }
      expect(complaints).toEqual([]);
    } finally {
      await context.setOffline(false);
      await page.close();
    }
  });
}

async function lookAt(page: Page, { width, colorScheme, runOnly }: Look) {
  await page.setViewportSize({ width, height: 800 });
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.waitForFunction(isThemeShown, colorScheme);
  await page.evaluate(settle);
  const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  return { excess: Math.max(excess, 0), violations: await findViolations(page, runOnly) };
}

/** Whether the page has followed the system to this theme; runs in the page. */
function isThemeShown(colorScheme: 'light' | 'dark'): boolean {
  const main = document.querySelector('main');
  if (main === null) return false;
  const paper = getComputedStyle(main).getPropertyValue('--colorNeutralBackground1').trim();
  return paper === (colorScheme === 'light' ? '#ffffff' : '#292929');
}

/** Waits until what is drawn is what the styles say: motion that ends has ended, also what it set off, and was painted; runs in the page. */
async function settle(): Promise<void> {
  const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
  for (let quiet = 0, round = 0; quiet < 2 && round < 100; round += 1) {
    const ending = document
      .getAnimations()
      .filter((motion) => motion.effect?.getComputedTiming().endTime !== Number.POSITIVE_INFINITY);
    quiet = ending.length === 0 ? quiet + 1 : 0;
    await Promise.all(ending.map((motion) => motion.finished.catch(() => undefined)));
    await frame();
  }
}

/** What axe finds, a line each: rule and place. Fluent's focus traps are left out: they pass the focus on in the same moment. */
async function findViolations(page: Page, runOnly: axe.RunOnly): Promise<readonly string[]> {
  const found = await page.evaluate(
    async (only) =>
      (
        await (globalThis as unknown as { axe: typeof axe }).axe.run(
          { exclude: ['[data-tabster-dummy]'] },
          // Style sheets need not be fetched anew: no rule that is asked for reads them.
          { runOnly: only, resultTypes: ['violations'], preload: false },
        )
      ).violations,
    runOnly,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}
