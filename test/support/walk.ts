/**
 * The sandbox with its browser, for walks through the life of a mailbox: time leaps from run to run, and what a run did is asked of the product as its
 * pages do.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { expect } from 'vitest';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import type { MailboxView } from '../../src/api-schema/mailbox.ts';
import type { RunView } from '../../src/api-schema/runs.ts';
import { MINUTE } from '../../src/model/clock.ts';
import { openBrowser, openReader } from './browser.ts';
import { ensureDeliveredPages } from './built-pages.ts';

const SEED = 20_261_127;
const PATIENCE_MS = 60_000;
/** A little more than from run to run. */
export const INTERVAL_MS = 31 * MINUTE;

export interface Walk {
  readonly sandbox: Sandbox;
  readonly browser: Browser;
  /** A page of somebody who was never there before, whose clock leaps along; 400 wide, as a task pane, unless told. */
  open(width?: number): Promise<Page>;
  /** Moves time ahead everywhere: the product, the services, the pages that are open. */
  leap(ms: number): Promise<void>;
  close(): Promise<void>;
}

export async function startWalk(): Promise<Walk> {
  ensureDeliveredPages();
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-walk-'));
  const sandbox = await startSandbox({
    port: 0,
    mailFolder: null,
    seed: SEED,
    dataFolder: folder,
    databaseUrl: null,
  });
  const browser = await openBrowser();
  let ahead = 0;
  return {
    sandbox,
    browser,
    async open(width = 400) {
      const reader = await openReader(browser, { width });
      await reader.clock.install({ time: Date.now() + ahead });
      const page = await reader.newPage();
      page.setDefaultTimeout(PATIENCE_MS);
      await page.goto(sandbox.url);
      return page;
    },
    async leap(ms) {
      ahead += ms;
      sandbox.leap(ms);
      for (const context of browser.contexts()) await context.clock.fastForward(ms);
    },
    async close() {
      await browser.close();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function read<View>(page: Page, path: string): Promise<View> {
  const answer = await page.request.get(new URL(path, page.url()).href);
  expect(answer.status(), path).toBe(200);
  return (await answer.json()) as View;
}

/** The mailbox of whoever is signed in on the page. */
export function mailboxOf(page: Page): Promise<MailboxView> {
  return read<MailboxView>(page, '/api/mailbox');
}

/** His runs, newest first. */
export async function runsOf(page: Page): Promise<readonly RunView[]> {
  return (await read<{ items: RunView[] }>(page, '/api/runs')).items;
}

/** Waits until the newest run is another one than `before` and is over. */
async function endOfNextRun(page: Page, before: string | undefined): Promise<RunView> {
  let last: RunView | undefined;
  await expect
    .poll(
      async () => {
        [last] = await runsOf(page);
        return last !== undefined && last.id !== before && last.outcome !== 'running';
      },
      { timeout: PATIENCE_MS },
    )
    .toBe(true);
  if (last === undefined) throw new Error('no run');
  return last;
}

/** Half an hour after half an hour passes; each brings one run, whose ends are returned in order. */
export async function passRuns(walk: Walk, page: Page, count: number, intervalMs = INTERVAL_MS) {
  const ends: RunView[] = [];
  for (let run = 0; run < count; run += 1) {
    const [before] = await runsOf(page);
    await walk.leap(intervalMs);
    ends.push(await endOfNextRun(page, before?.id));
  }
  return ends;
}
