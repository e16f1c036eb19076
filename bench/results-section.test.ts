/** The page of results: a command replaces its own section and no other. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { madeWith, withSection, writeResults } from './results-section.ts';

const PAGE = '# Results\n\n<!-- begin mail -->\n\nold\n\n<!-- end mail -->\n';

describe('a section of the page', () => {
  test('is replaced by its owner, and the rest stays as it is', () => {
    const both = withSection(PAGE, 'load', '## Load\n');
    expect(both).toBe(`${PAGE}\n<!-- begin load -->\n\n## Load\n\n<!-- end load -->\n`);
    const again = withSection(both, 'mail', 'new');
    expect(again).toBe(both.replace('old', 'new'));
  });

  test('written twice is the same page', () => {
    const once = withSection(PAGE, 'load', 'x');
    expect(withSection(once, 'load', 'x')).toBe(once);
  });

  test('whose name begins like another is a section of its own', () => {
    expect(withSection(PAGE, 'mail-load', 'x')).toContain('old');
  });

  test('keeps dollar signs and backslashes', () => {
    expect(withSection(PAGE, 'mail', '$batch $& \\1')).toContain('$batch $& \\1');
  });

  test.each([
    ['a name with a space', PAGE, 'two words', 'x'],
    ['a marker inside', PAGE, 'mail', 'x\n<!-- end load -->'],
    ['a beginning without an end', '<!-- begin mail -->', 'mail', 'x'],
    ['an end before the beginning', '<!-- end mail --><!-- begin mail -->', 'mail', 'x'],
    ['two of them', `${PAGE}${PAGE}`, 'mail', 'x'],
    ['another inside of it', '<!-- begin a --><!-- begin b --><!-- end b --><!-- end a -->', 'a', 'x'],
  ])('with %s is refused', (_, text, name, markdown) => {
    expect(() => withSection(text, name, markdown)).toThrow();
  });
});

test('the file is replaced whole, and no draft stays behind', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'lockstep-results-'));
  try {
    const file = join(folder, 'results.md');
    await writeFile(file, PAGE);
    await writeResults('load', 'x', file);
    expect(await readFile(file, 'utf8')).toBe(withSection(PAGE, 'load', 'x'));
    expect(await readdir(folder)).toEqual(['results.md']);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});

test('the line above the figures has the day and the seed', () => {
  const line = madeWith(7, new Date(Date.UTC(2026, 0, 5)));
  expect(line).toMatch(/^Made on 2026-01-05 with \d+ cores, .*, seed 7\.$/);
  expect(madeWith(null)).not.toContain('seed');
});
