/** Writes one bench's part of docs/results.md between its markers, and leaves every other line as it is. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const PAGE = join(import.meta.dirname, '..', 'docs', 'results.md');

/** Replaces the section `name`, or appends it where there is none yet. */
export async function writeResults(name: string, markdown: string): Promise<void> {
  const [begin, end] = [`<!-- begin ${name} -->`, `<!-- end ${name} -->`];
  const page = await readFile(PAGE, 'utf8');
  const section = `${begin}\n\n${markdown.trim()}\n\n${end}`;
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  const isThere = from >= 0 && to > from;
  const written = isThere
    ? page.slice(0, from) + section + page.slice(to + end.length)
    : `${page.trimEnd()}\n\n${section}\n`;
  await writeFile(PAGE, written);
}
