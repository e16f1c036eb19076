/** The built pages in a real Chromium against canned answers, for the tests of one file; it registers what builds, closes and removes them. */
import { rm } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { openBrowser, type View } from './browser.ts';
import { buildPages } from './built-pages.ts';
import { type CannedApi, type Route, startCannedApi } from './canned-api.ts';
import { openState } from './open-state.ts';
import type { Answers, PageState } from './page-acts.ts';

const PATIENCE_MS = 45_000;

export interface PageBench {
  readonly folder: () => string;
  readonly api: () => CannedApi;
  readonly browser: () => Browser;
  /** Opens the page; at the end of the test nothing may have been complained about by the browser. */
  readonly open: (
    answers: Answers,
    path?: string,
    more?: Partial<Pick<PageState, 'host'> & View>,
  ) => Promise<Page>;
  readonly asked: (route: Route) => CannedApi['requests'];
  readonly bodies: (route: Route) => readonly unknown[];
}

/** To be called once, at the top of a file. */
export function openPageBench(): PageBench {
  let folder: string;
  let api: CannedApi;
  let browser: Browser;
  let closing: (() => Promise<void>) | null = null;
  beforeAll(async () => {
    folder = await buildPages();
    api = await startCannedApi(folder);
    browser = await openBrowser();
  });
  afterEach(async () => {
    await closing?.();
    closing = null;
  });
  afterAll(async () => {
    await browser?.close();
    await api?.close();
    await rm(folder, { recursive: true, force: true });
  });
  const asked = (route: Route) => api.requests.filter((request) => request.route === route);
  return {
    folder: () => folder,
    api: () => api,
    browser: () => browser,
    async open(answers, path = '/', { host, ...view } = {}) {
      const state = { answers, path, ...(host === undefined ? {} : { host }) };
      const { context, page, complaints } = await openState(browser, api, state, { width: 400, ...view });
      page.setDefaultTimeout(PATIENCE_MS);
      closing = async () => {
        await context.close();
        expect(complaints).toEqual([]);
      };
      return page;
    },
    asked,
    bodies: (route) => asked(route).map(({ body }) => body),
  };
}

export const button = (page: Page, name: string) => page.getByRole('button', { name, exact: true });
export const focused = (page: Page) => page.locator(':focus');
