/**
 * Takes pictures of the page's states: `node test/support/screenshots.ts` renews those of the documentation in docs/images, and with
 * a folder as argument takes every state at both widths in light and dark. The page must have been built: `npx vite build`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openBrowser, type View } from './browser.ts';
import { startCannedApi } from './canned-api.ts';
import { openState } from './open-state.ts';
import { pageStates } from './page-states.ts';

const documented: Readonly<Record<string, View>> = {
  login: { width: 640, height: 520 },
  activation: { width: 640, height: 600 },
  'wrong-password': { width: 640, height: 600 },
  status: { width: 1100, height: 930 },
  settings: { width: 640, height: 1_010 },
};

const everywhere: readonly View[] = [320, 1280].flatMap((width) =>
  (['light', 'dark'] as const).map((colorScheme) => ({ width, height: 1_400, colorScheme })),
);

const folder = process.argv[2];
const root = join(import.meta.dirname, '../..');
const target = folder ?? join(root, 'docs/images');
await mkdir(target, { recursive: true });
const api = await startCannedApi(join(root, 'dist/web'));
const browser = await openBrowser();
try {
  for (const state of pageStates) {
    const known = documented[state.name];
    const views = folder === undefined ? (known === undefined ? [] : [known]) : everywhere;
    for (const view of views) {
      const { context, page } = await openState(browser, api, state, view);
      await state.act(page);
      const suffix = folder === undefined ? '' : `-${view.width}-${view.colorScheme}`;
      const path = join(target, `${state.name}${suffix}.png`);
      await page.screenshot({ path, animations: 'disabled' });
      await context.close();
    }
  }
} finally {
  await browser.close();
  await api.close();
}
