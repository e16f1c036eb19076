/** Erasing a person in the console, in a real Chromium against canned answers: looked up first, confirmed by typing, with the address in no link. */
import { expect, test } from 'vitest';
import { UNFINISHED } from '../support/canned-api.ts';
import { button, openPageBench } from '../support/page-bench.ts';
import { erasing, look, PERSON } from '../support/page-states-erasure.ts';

const { open, api, asked, bodies } = openPageBench();

test('a person is erased by the keyboard, after his address was typed twice, and stands in no link', async () => {
  const page = await open(
    {
      ...erasing,
      'POST /api/admin/erasures': [
        { kind: 'progress', done: 4, total: null },
        { kind: 'result', result: { removed: 4, kept: [] } },
      ],
    },
    '/admin/erase',
    { width: 1_280 },
  );
  await page.getByRole('textbox', { name: 'E-mail address of the person' }).fill(PERSON);
  await page.keyboard.press('Enter');
  await page.getByText('3 records about it were made by people: they stay.').waitFor();
  const again = page.getByRole('textbox', { name: 'The address once more' });
  await again.fill('kim.larsen@acme.exampl');
  await again.press('Enter');
  await page.getByText('This is not the address that was looked for.').waitFor();
  expect(asked('POST /api/admin/erasures')).toEqual([]);
  await again.fill(PERSON.toUpperCase());
  await again.press('Enter');
  await page.getByText('4 records were removed from Salesforce').waitFor();
  expect(bodies('POST /api/admin/erasures')).toEqual([{ address: PERSON }]);
  const links = api().requests.map(({ query }) => query.toString());
  expect([...links, page.url()].join(' ')).not.toContain('kim.larsen');
});

test('an erasure that is stopped says how far it came, and another address asks anew', async () => {
  const page = await open(
    { ...erasing, 'POST /api/admin/erasures': [{ kind: 'progress', done: 2, total: null }, UNFINISHED] },
    '/admin/erase',
  );
  await look(page);
  await page.getByRole('textbox', { name: 'The address once more' }).fill(PERSON);
  await button(page, 'Erase 4 records').click();
  await page.getByText('Erasing: 2').waitFor();
  await button(page, 'Stop').click();
  await page.getByText('Stopped after 2 records.').waitFor();
  await page.getByRole('textbox', { name: 'E-mail address of the person' }).fill('other@acme.example');
  await expect.poll(() => button(page, 'Erase 4 records').count()).toBe(0);
});
