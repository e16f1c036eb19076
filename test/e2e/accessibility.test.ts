/**
 * Every state of the page is looked at by axe-core (WCAG 2.2 A and AA), narrow and wide, light and dark, and none may be wider than
 * its window. What no program can judge (sense of the texts, order of the focus) is in `pages.test.ts` and in people's eyes.
 */
import { readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type axe from 'axe-core';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openBrowser } from '../support/browser.ts';
import { buildPages } from '../support/built-pages.ts';
import { type CannedApi, startCannedApi } from '../support/canned-api.ts';
import { openState, pageStates } from '../support/page-states.ts';

const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const views = [320, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, height: 800, colorScheme })),
);

let folder: string;
let api: CannedApi;
let browser: Browser;
let axeSource: string;

beforeAll(async () => {
  folder = await buildPages();
  api = await startCannedApi(folder);
  browser = await openBrowser();
  axeSource = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
});

afterAll(async () => {
  await browser?.close();
  await api?.close();
  await rm(folder, { recursive: true, force: true });
});

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
async function findViolations(page: Page): Promise<readonly string[]> {
  const found = await page.evaluate(
    async (values) =>
      (
        await (globalThis as unknown as { axe: typeof axe }).axe.run(
          { exclude: ['[data-tabster-dummy]'] },
          { runOnly: { type: 'tag', values } },
        )
      ).violations,
    tags,
  );
  return found.flatMap(({ id, nodes }) =>
    nodes.map((node) => `${id}: ${node.target.join(' ')}: ${node.failureSummary ?? ''}`),
  );
}

test.each(pageStates)(
  'the state $name has no accessibility violation and does not overflow',
  async (state) => {
    const { context, page, complaints } = await openState(browser, api, state, { width: 320 });
    try {
      page.setDefaultTimeout(15_000);
      await state.act(page);
      await page.evaluate(axeSource);
      for (const { width, height, colorScheme } of views) {
        await page.setViewportSize({ width, height });
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        await page.waitForFunction(isThemeShown, colorScheme);
        await page.evaluate(settle);
        const excess = await page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
        const violations = await findViolations(page);
        expect({ width, colorScheme, violations, excess: Math.max(excess, 0) }).toEqual({
          width,
          colorScheme,
          violations: [],
          excess: 0,
        });
      }
      expect(complaints).toEqual([]);
    } finally {
      await context.close();
    }
  },
);
