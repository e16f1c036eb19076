/** Opens the pages in a state that `page-states.ts` names, in a real browser at a fixed moment, and gathers what the browser objects to. */
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { openReader, type View } from './browser.ts';
import { NOW } from './canned-answers.ts';
import type { CannedApi, Route } from './canned-api.ts';
import { installHost, type PageState } from './page-acts.ts';

type Start = Pick<PageState, 'path' | 'answers' | 'host'>;

export interface OpenedPage {
  readonly page: Page;
  /** Everything that the browser objects to. */
  readonly complaints: string[];
}

/** For one reader of its own; the caller closes the context. */
export async function openState(
  browser: Browser,
  api: CannedApi,
  state: Start,
  view: View,
): Promise<OpenedPage & { readonly context: BrowserContext }> {
  const context = await openReader(browser, view);
  return { context, ...(await openPage(context, api, state)) };
}

/** In a window of its own: nothing that another window keeps for its session is seen here. The caller closes it. */
export async function openPage(context: BrowserContext, api: CannedApi, state: Start): Promise<OpenedPage> {
  api.answers.clear();
  for (const [route, answer] of Object.entries(state.answers)) api.answers.set(route as Route, answer);
  api.requests.length = 0;
  const page = await context.newPage();
  if (state.host !== undefined) await page.addInitScript(installHost, state.host);
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
  return { page, complaints };
}
