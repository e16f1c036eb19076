/**
 * Which lines of a file hold a statement, and how often each ran. Several runs of the tests add up here, whatever they were collected with; a file that has
 * changed since a run is left out of that run, because its lines may have moved.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(import.meta.dirname, '..', '..');

/** Hits by line, counted from 1. */
export type LineHits = Readonly<Record<string, number>>;

interface Lines {
  /** Of the text whose lines these are. */
  readonly digest: string;
  readonly hits: LineHits;
}

/** What one project's tests ran. */
export interface Partial {
  readonly project: string;
  readonly failed: boolean;
  /** Only some of its files ran. */
  readonly inPart: boolean;
  readonly files: Readonly<Record<string, Lines>>;
}

/** The part that is used here of the format in which Istanbul's libraries write a file's coverage: statements by id, and how often each ran. */
export type Statements = Readonly<
  Record<
    string,
    {
      readonly statementMap: Readonly<Record<string, { readonly start: { readonly line: number } }>>;
      readonly s: Readonly<Record<string, number>>;
    }
  >
>;

/** A line ran as often as the statement that ran most of those that begin on it. Paths are made relative to the repository. */
export function hitsByFile(statements: Statements): Map<string, LineHits> {
  const byFile = new Map<string, LineHits>();
  for (const [path, { statementMap, s }] of Object.entries(statements)) {
    const hits: Record<string, number> = {};
    for (const [id, { start }] of Object.entries(statementMap))
      hits[start.line] = Math.max(hits[start.line] ?? 0, s[id] ?? 0);
    byFile.set(relative(ROOT, path), hits);
  }
  return byFile;
}

/** Adds what else ran to lines that are known; lines that are not known as statements stay out. */
export function addHits(known: LineHits, more: LineHits | undefined): LineHits {
  if (more === undefined) return known;
  return Object.fromEntries(Object.entries(known).map(([line, hits]) => [line, hits + (more[line] ?? 0)]));
}

export function asPartial(
  run: Pick<Partial, 'project' | 'failed' | 'inPart'>,
  byFile: ReadonlyMap<string, LineHits>,
  digest = digestOf,
): Partial {
  const files = [...byFile].map(([file, hits]) => [file, { digest: digest(file), hits }] as const);
  return { ...run, files: Object.fromEntries(files) };
}

export interface Merged {
  readonly byFile: ReadonlyMap<string, LineHits>;
  /** By project: how many files have changed since its tests ran. */
  readonly changed: ReadonlyMap<string, number>;
}

/** All runs together, over the files as they are now. */
export function mergePartials(partials: readonly Partial[], digest = digestOf): Merged {
  const byFile = new Map<string, LineHits>();
  const changed = new Map<string, number>();
  for (const { project, files } of partials) {
    for (const [file, lines] of Object.entries(files)) {
      if (digest(file) !== lines.digest) changed.set(project, (changed.get(project) ?? 0) + 1);
      else byFile.set(file, union(byFile.get(file) ?? {}, lines.hits));
    }
  }
  return { byFile, changed };
}

/** The lines of both, each as often as both ran it. */
export function union(one: LineHits, other: LineHits): LineHits {
  const both: Record<string, number> = { ...one };
  for (const [line, hits] of Object.entries(other)) both[line] = (both[line] ?? 0) + hits;
  return both;
}

function digestOf(file: string): string {
  try {
    return createHash('sha256')
      .update(readFileSync(join(ROOT, file)))
      .digest('hex')
      .slice(0, 16);
  } catch {
    return 'gone';
  }
}
