/** That docs/privacy.md accounts for every column there is: a new one needs its reason there before it can hold anything. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

/** Columns by table, from the committed dump. */
async function readColumns(): Promise<ReadonlyMap<string, readonly string[]>> {
  const schema = await readFile('schema.sql', 'utf8');
  const tables = [...schema.matchAll(/^create table (\w+) \(\n([\s\S]*?)\n\)/gm)];
  return new Map(
    tables.map(([, table = '', body = '']) => [
      table,
      [...body.matchAll(/^ {2}([a-z_]+) /gm)].map(([, column = '']) => column),
    ]),
  );
}

/** The page's sections: heading to text. One heading may name several tables. */
async function readSections(): Promise<ReadonlyMap<string, string>> {
  const page = await readFile('docs/privacy.md', 'utf8');
  const sections = page.split(/^### /m).slice(1);
  return new Map(
    sections.flatMap((section) => {
      const [heading = ''] = section.split('\n');
      return heading.split(', ').map((table) => [table, section] as const);
    }),
  );
}

test('every column of every table stands in the privacy page with its reason', async () => {
  const columns = await readColumns();
  const sections = await readSections();
  expect(columns.size).toBeGreaterThan(10);
  const missing = [...columns].flatMap(([table, names]) =>
    names
      .filter((name) => !new RegExp(`\\b${name}\\b`).test(sections.get(table) ?? ''))
      .map((name) => `${table}.${name}`),
  );
  expect(missing).toEqual([]);
});
