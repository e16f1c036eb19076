/**
 * Takes pictures of the pages: `node test/support/screenshots.ts` renews the few of the README in docs/images; `... all` takes every state at both
 * widths in light and dark into docs/images/pages and lists them in docs/pages.md; names after it take these states alone. The pages must have been
 * built: `npx vite build`.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { openBrowser, openReader, type View } from './browser.ts';
import { type CannedApi, startCannedApi } from './canned-api.ts';
import { openPage } from './open-state.ts';
import type { PageState } from './page-acts.ts';
import { listPictures } from './page-gallery.ts';
import { pageStates } from './page-states.ts';
import { shrinkPng } from './shrink-png.ts';

/** Of a state, the name of its picture in docs/images. */
const documented: Readonly<Record<string, View & { readonly file: string }>> = {
  login: { file: 'login', width: 640, height: 520 },
  activation: { file: 'activation', width: 640, height: 640 },
  'wrong-password': { file: 'wrong-password', width: 640, height: 640 },
  preview: { file: 'preview', width: 640, height: 820 },
  'sidebar-mail-saved': { file: 'sidebar', width: 360, height: 760 },
  'settings-overview': { file: 'status', width: 1_100, height: 930 },
  'settings-synced': { file: 'settings', width: 1_100, height: 930 },
};

/** A picture shows the whole page, to this height. */
const HEIGHT_MAX = 1_600;
const views: readonly View[] = [320, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, height: 700, colorScheme })),
);

const root = join(import.meta.dirname, '../..');
const [mode, ...names] = process.argv.slice(2);
const api = await startCannedApi(join(root, 'dist/web'));
const browser = await openBrowser();
try {
  if (mode === 'all') await takeAll(api, names);
  else await takeDocumented(api);
} finally {
  await browser.close();
  await api.close();
}

async function takeDocumented(from: CannedApi): Promise<void> {
  for (const state of pageStates) {
    const view = documented[state.name];
    if (view === undefined) continue;
    const context = await openReader(browser, view);
    const { page } = await openPage(context, from, state);
    await state.act(page);
    await writeFile(join(root, 'docs/images', `${view.file}.png`), await picture(page));
    await context.close();
  }
}

async function takeAll(from: CannedApi, only: readonly string[]): Promise<void> {
  const folder = join(root, 'docs/images/pages');
  await mkdir(folder, { recursive: true });
  const context = await openReader(browser, { width: 320 });
  for (const state of pageStates) {
    if (only.length > 0 && !only.includes(state.name)) continue;
    const { page } = await openPage(context, from, state);
    await state.act(page);
    for (const view of views) {
      await show(page, view);
      await writeFile(join(folder, nameOf(state, view)), await picture(page));
    }
    await context.setOffline(false);
    await page.close();
  }
  await writeFile(join(root, 'docs/pages.md'), listPictures(pageStates, nameOf, views));
}

function nameOf(state: PageState, { width, colorScheme }: View): string {
  return `${state.name}-${width}-${colorScheme}.png`;
}

/** As high as what is on it, so that a dialog or a long page is seen whole. */
async function show(page: Page, { width, height = 700, colorScheme = 'light' }: View): Promise<void> {
  await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
  await page.setViewportSize({ width, height: HEIGHT_MAX });
  const needed = await page.evaluate(() => {
    const dialog = document.querySelector('[role=dialog]');
    const main = document.querySelector('main');
    const around = window.innerHeight - (main?.parentElement?.getBoundingClientRect().height ?? 0);
    const dialogHeight = dialog === null ? 0 : dialog.scrollHeight + 64;
    const rest = [...document.querySelectorAll('header, footer')].reduce(
      (sum, one) => sum + one.clientHeight,
      0,
    );
    return Math.max(dialogHeight, (main?.scrollHeight ?? 0) + rest + Math.max(0, around));
  });
  await page.setViewportSize({ width, height: Math.min(HEIGHT_MAX, Math.max(height, Math.ceil(needed))) });
}

async function picture(page: Page): Promise<Buffer> {
  return shrinkPng(await page.screenshot({ animations: 'disabled' }));
}
