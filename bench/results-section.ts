/**
 * The one page `docs/results.md`, written by several commands: each owns a section between its own two markers and leaves the others as
 * they are. It knows what a section is called, and nothing of what is in it.
 */
import { readFile, rename, writeFile } from 'node:fs/promises';
import { availableParallelism, loadavg, totalmem } from 'node:os';
import { join } from 'node:path';

const RESULTS = join(import.meta.dirname, '..', 'docs', 'results.md');
const NAME = /^[a-z][a-z0-9-]*$/;
const MARKER = /<!-- (?:begin|end) /;

/**
 * Puts `markdown` in the place of section `name` of `docs/results.md`, or behind the last section when there is none of that name yet. The section should
 * open with a heading of the second level and a line of `madeWith`. The file is replaced whole, so that a reader never sees half of it.
 * Rejects when the name is not lower-case words with hyphens, when `markdown` holds a marker itself, and when a section's markers are not a pair.
 */
export async function writeResults(name: string, markdown: string, file = RESULTS): Promise<void> {
  const text = await readFile(file, 'utf8');
  const draft = `${file}.${process.pid}.tmp`;
  await writeFile(draft, withSection(text, name, markdown));
  await rename(draft, file);
}

/** The page `text` with section `name` replaced or added. */
export function withSection(text: string, name: string, markdown: string): string {
  if (!NAME.test(name)) throw new Error(`"${name}" is no name of a section`);
  if (MARKER.test(markdown)) throw new Error(`section ${name} holds a marker itself`);
  const begin = `<!-- begin ${name} -->`;
  const end = `<!-- end ${name} -->`;
  const section = `${begin}\n\n${markdown.trim()}\n\n${end}`;
  const [from, to] = [text.indexOf(begin), text.indexOf(end)];
  if (from === -1 && to === -1) return `${text.trimEnd()}\n\n${section}\n`;
  const isPair =
    from !== -1 &&
    from < to &&
    text.lastIndexOf(begin) === from &&
    text.lastIndexOf(end) === to &&
    !MARKER.test(text.slice(from + begin.length, to));
  if (!isPair) throw new Error(`the markers of section ${name} are not a pair`);
  return `${text.slice(0, from)}${section}${text.slice(to + end.length)}`;
}

/** The line that says what a section's figures come from: the day, the machine and how busy it was, the seed. */
export function madeWith(seed: number | null, now = new Date()): string {
  const memory = `${Math.round(totalmem() / 2 ** 30)} GiB of memory`;
  const machine = `${availableParallelism()} cores, ${memory}, Node ${process.versions.node}, ${process.platform} ${process.arch}`;
  const drawn = seed === null ? '' : `, seed ${seed}`;
  const load = `load average ${loadavg()[1]?.toFixed(1) ?? '?'}`;
  return `Made on ${now.toISOString().slice(0, 10)} with ${machine}, ${load}${drawn}.`;
}
