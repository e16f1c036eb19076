/** What a person decides and asks about events, contacts and tasks, in a real Chromium against canned answers, under a strict content security policy. */
import { describe, expect, test } from 'vitest';
import * as canned from '../support/canned-answers.ts';
import { heldRecords, holds, noHolds, released } from '../support/canned-holds.ts';
import { eventExplanation, nearEvents, refusedItem } from '../support/canned-items.ts';
import { showing, working } from '../support/page-acts.ts';
import { button, focused, openPageBench } from '../support/page-bench.ts';

const { open, api, asked, bodies } = openPageBench();

describe('held deletions', () => {
  const asking = {
    ...showing(canned.mailbox({ holdsWaiting: 1 })),
    'GET /api/holds': holds,
    'GET /api/holds/:id': heldRecords,
  };

  test('are told on the first page, which leads to them', async () => {
    const page = await open(asking);
    await page.getByText('200 events were deleted in your calendar.').waitFor();
    await button(page, 'Look and decide').click();
    await page.getByRole('region', { name: 'Held deletions' }).waitFor();
  });

  test('are named when asked for, and go with one word; the focus stays with the sentence', async () => {
    const page = await open({ ...asking, 'POST /api/holds/:id/release': released }, '/#/settings');
    const card = page.getByRole('region', { name: 'Held deletions' });
    await card.getByRole('button', { name: 'See what would be deleted' }).click();
    await card.getByRole('link', { name: 'Quarterly review with Acme Bikes' }).waitFor();
    api().answers.set('GET /api/holds', { items: [released], next: null });
    api().answers.set('GET /api/mailbox', canned.mailbox());
    await button(page, 'Delete them').press('Enter');
    await card.getByText('They are deleted with the next run.').waitFor();
    await page.getByText('and therefore in Salesforce.').and(focused(page)).waitFor();
    expect(asked('POST /api/holds/:id/release')).toHaveLength(1);
  });

  test('are none on most days', async () => {
    const page = await open({ ...working, 'GET /api/holds': noHolds }, '/#/settings/history');
    await page.getByText('None. When unusually many items').waitFor();
  });
});

test('why an event is in step is asked by picking it, and trying it tells the words of Salesforce', async () => {
  const page = await open(
    {
      ...working,
      'GET /api/items/near': nearEvents,
      'POST /api/items/explain': eventExplanation,
      'POST /api/items/settle': refusedItem,
    },
    '/#/settings/history',
  );
  await button(page, 'Pick from the nearest events').click();
  await page.getByRole('button', { name: /^Quarterly review with Acme Bikes/ }).click();
  await page.getByRole('heading', { name: 'Quarterly review with Acme Bikes' }).and(focused(page)).waitFor();
  await button(page, 'Try now').click();
  await page.getByText('Reviews with key accounts need the name of the region.').waitFor();
  expect(bodies('POST /api/items/settle')).toEqual([{ collection: 'events', itemId: 'AAMkNear1' }]);
});

describe('what a duplicate rule stopped', () => {
  const stopped = { ...refusedItem, failure: canned.failure('crm.duplicate-rule', 'DUPLICATES_DETECTED') };
  const saved = { ...refusedItem, failure: null, said: null, verdict: eventExplanation.verdict };

  test('is saved all the same from its issue, by the keyboard', async () => {
    const page = await open(
      {
        ...showing(canned.mailbox({ issuesOpen: 4 })),
        'GET /api/issues': { items: canned.itemIssues, next: null },
        'POST /api/items/settle': saved,
      },
      '/#/settings',
    );
    const save = button(page, 'Save all the same');
    await save.waitFor();
    expect(await save.count()).toBe(1);
    await save.press('Enter');
    await page.getByText(saved.verdict.text).waitFor();
    expect(bodies('POST /api/items/settle')).toEqual([
      { collection: 'contacts', itemId: 'AAMkContact', allowDuplicate: true },
    ]);
    await expect.poll(() => save.count()).toBe(0);
  });

  test('is offered by Why? once Salesforce has said so', async () => {
    const page = await open(
      {
        ...working,
        'GET /api/items/near': nearEvents,
        'POST /api/items/explain': eventExplanation,
        'POST /api/items/settle': stopped,
      },
      '/#/settings/history',
    );
    await button(page, 'Pick from the nearest events').click();
    await page.getByRole('button', { name: /^Quarterly review with Acme Bikes/ }).click();
    await button(page, 'Try now').click();
    await button(page, 'Save all the same').waitFor();
  });
});
