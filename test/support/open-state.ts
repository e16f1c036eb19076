/** Opens the pages in a state that `page-states.ts` names, in a real browser at a fixed moment, and gathers what the browser objects to. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openReader, type View } from './browser.ts';
import { NOW } from './canned-answers.ts';
import type { CannedApi, Route } from './canned-api.ts';
import { installHost, type PageState } from './page-acts.ts';

/** Opens the page in a state for one reader; the caller closes the context. `complaints` gathers what the browser objects to. */
export async function openState(
  browser: Browser,
  api: CannedApi,
  state: Pick<PageState, 'path' | 'answers' | 'host'>,
  view: View,
): Promise<{ readonly context: BrowserContext; readonly page: Page; readonly complaints: string[] }> {
  api.answers.clear();
  for (const [route, answer] of Object.entries(state.answers)) api.answers.set(route as Route, answer);
  api.requests.length = 0;
  const context = await openReader(browser, view);
  if (state.host !== undefined) await context.addInitScript(installHost, state.host);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    const isRefusal = /Failed to load resource/.test(message.text());
    if (message.type() === 'error' && !isRefusal) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (!request.url().startsWith(api.origin)) complaints.push(`asked ${request.url()}`);
  });
  await page.clock.setFixedTime(NOW);
  await page.goto(`${api.origin}${state.path ?? '/'}`);
  return { context, page, complaints };
}
