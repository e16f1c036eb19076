/**
 * What the pages ran in a real browser, as lines of the sources: V8's counts of the built scripts, carried back along their source maps. The pages are built
 * once for a counting run, unminified, so that a statement of the sources is one of the script.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import convert, { type Options } from 'ast-v8-to-istanbul';
import { parseAstAsync } from 'vite';
import { hitsByFile, type LineHits, ROOT, type Statements, union } from './line-hits.ts';

/** The pages as they are built for a counting run, with their source maps, and what the browser's windows ran; `test/support/page-coverage.ts` knows both. */
const built = join(ROOT, 'coverage/pages');
const ran = join(ROOT, 'coverage/windows');

interface ScriptRan {
  readonly url: string;
  readonly functions: Options['coverage']['functions'];
}

/**
 * Builds the pages for counting, into a folder of their own and to where the product looks for them; no document names the maps, so that the browser asks for what it
 * asks for otherwise. What earlier windows ran is thrown away.
 */
export function buildCountedPages(): void {
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const flags = ['--sourcemap', 'hidden', '--minify', 'false', '--emptyOutDir', '--logLevel', 'warn'];
  execFileSync(process.execPath, [vite, 'build', '--outDir', built, ...flags], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  const delivered = join(ROOT, 'dist/web');
  rmSync(delivered, { recursive: true, force: true });
  cpSync(built, delivered, { recursive: true, filter: (file) => !file.endsWith('.map') });
  rmSync(ran, { recursive: true, force: true });
  mkdirSync(ran, { recursive: true });
}

/** The lines that ran in any window of the run. */
export async function readPageHits(): Promise<Map<string, LineHits>> {
  const total = new Map<string, LineHits>();
  const scripts = new Map<string, Awaited<ReturnType<typeof readScript>>>();
  for (const file of readdirSync(ran)) {
    for (const { url, functions } of JSON.parse(
      readFileSync(join(ran, file), 'utf8'),
    ) as readonly ScriptRan[]) {
      const name = basename(new URL(url).pathname);
      if (!scripts.has(name)) scripts.set(name, await readScript(join(built, 'assets', name)));
      const script = scripts.get(name);
      if (script === undefined || script === null) continue;
      const path = join(built, 'assets', name);
      const statements = await convert({ ...script, coverage: { functions, url: `file://${path}` } });
      for (const [source, hits] of hitsByFile(statements as Statements))
        if (source.startsWith('src/')) total.set(source, union(total.get(source) ?? {}, hits));
    }
  }
  return total;
}

/** A built script with its syntax and its map; null for what holds nothing of ours, as a library's share of the pages. */
async function readScript(path: string): Promise<Pick<Options, 'ast' | 'code' | 'sourceMap'> | null> {
  if (!existsSync(`${path}.map`)) return null;
  const map = JSON.parse(readFileSync(`${path}.map`, 'utf8')) as NonNullable<Options['sourceMap']>;
  if (!map.sources.some((source) => source?.includes('/src/') && !source.includes('node_modules')))
    return null;
  const code = readFileSync(path, 'utf8');
  return { code, ast: (await parseAstAsync(code)) as never, sourceMap: map };
}
